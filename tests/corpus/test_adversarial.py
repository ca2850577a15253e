"""The adversarial set is sound, and the engine does not fall below its level. `pytest -s` prints the failures."""

from collections import Counter
from functools import cache

import pytest

from monitor.core.model import Explanation, Match, MatchKind, Post, Quote, QuoteId, Span, Tier
from monitor.core.quotes import checked_text
from monitor.matching import ENGINE, Matcher
from tests.corpus.adversarial import FORMS, Item, Label, Verdict, agreement, judge, judge_all, load
from tests.corpus.report import failures, kept_level, level, table

ITEMS = load()


@cache
def _verdicts() -> tuple[Verdict, ...]:
    return tuple(judge_all(lambda quotes, posts: Matcher(quotes).find(posts), ITEMS))


def _an_item(text: str, *spans: tuple[int, int], label: Label = Label.MATCH, repeats: bool = False) -> Item:
    marked = tuple(Span(start=start, end=end) for start, end in spans)
    return Item(id="case-01", form="case", quote="ab", text=text, label=label, spans=marked, repeats=repeats)


def _found(item: Item, *spans: tuple[int, int], tier: Tier = Tier.ALERT) -> Match:
    return Match(
        quote=Quote(id=QuoteId(1), text=item.quote),
        variant=None,
        post=Post(guid=item.id, text=item.text),
        spans=tuple(Span(start=start, end=end) for start, end in spans),
        score=90.0,
        threshold=80.0,
        tier=tier,
        kind=MatchKind.VARIANT,
        explanation=Explanation(),
        engine="test/1",
    )


def test_every_item_has_its_own_id_which_names_its_form() -> None:
    ids = [item.id for item in ITEMS]

    assert len(ids) == len(set(ids))
    assert all(item.id.rpartition("-")[0] == item.form for item in ITEMS)


def test_no_text_is_there_twice() -> None:
    assert [text for text, times in Counter(item.text for item in ITEMS).items() if times > 1] == []


def test_every_item_carries_the_label_of_its_form() -> None:
    assert [item.id for item in ITEMS if FORMS.get(item.form) is not item.label] == []


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_tried_at_least_five_times(form: str) -> None:
    assert sum(item.form == form for item in ITEMS) >= 5


def test_there_are_enough_posts_to_find_and_to_stay_silent_about() -> None:
    labels = Counter(item.label for item in ITEMS)

    assert labels[Label.MATCH] >= 250
    assert labels[Label.PARTIAL] >= 20
    assert labels[Label.DERIVED] >= 30
    assert labels[Label.NONE] >= 90


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_marked_passages_lie_in_the_text_and_begin_and_end_with_its_words(item: Item) -> None:
    ends = [0, *(offset for span in item.spans for offset in (span.start, span.end)), len(item.text)]

    assert ends == sorted(ends)
    for span in item.spans:
        passage = item.text[span.start : span.end]
        assert passage
        assert passage == passage.strip()


def test_a_passage_is_marked_wherever_something_is_to_be_found_and_nowhere_else() -> None:
    assert [item.id for item in ITEMS if bool(item.spans) is (item.label is Label.NONE)] == []


def test_every_quote_and_variant_could_really_be_tracked() -> None:
    wordings = {wording for item in ITEMS for wording in (item.quote, *item.variants)}

    assert [wording for wording in wordings if checked_text(wording) != wording] == []


def test_a_passage_in_the_wrong_place_is_not_a_pass() -> None:
    item = _an_item("ab and then cd", (0, 2))

    assert judge(item, _found(item, (0, 2))).passed
    assert not judge(item, _found(item, (12, 14))).passed


def test_half_of_a_split_quote_is_half_of_it_and_one_of_its_repeats_is_all_of_it() -> None:
    split, chant = _an_item("ab and ab", (0, 2), (7, 9)), _an_item("ab and ab", (0, 2), (7, 9), repeats=True)

    assert agreement(split, [Span(start=0, end=2)]) == 0.5
    assert agreement(chant, [Span(start=0, end=2)]) == 1.0


@pytest.mark.parametrize(
    ("label", "tier", "passed"),
    [
        (Label.MATCH, Tier.ALERT, True),
        (Label.MATCH, Tier.SUGGEST, False),
        (Label.MATCH, None, False),
        (Label.PARTIAL, Tier.ALERT, True),
        (Label.PARTIAL, Tier.SUGGEST, True),
        (Label.PARTIAL, None, False),
        (Label.DERIVED, Tier.ALERT, False),
        (Label.DERIVED, Tier.SUGGEST, True),
        (Label.DERIVED, None, True),
        (Label.NONE, Tier.ALERT, False),
        (Label.NONE, Tier.SUGGEST, True),
        (Label.NONE, None, True),
    ],
)
def test_a_label_says_which_tiers_are_right(label: Label, tier: Tier | None, passed: bool) -> None:
    item = _an_item("ab and more", (0, 2), label=label)
    match = _found(item, (0, 2), tier=tier) if tier else None

    assert judge(item, match).passed is passed


def test_the_engine_does_not_fall_below_its_level() -> None:
    now, kept = level(ENGINE, _verdicts()), kept_level()
    print(failures(_verdicts()), table(_verdicts()), now, sep="\n")

    assert now.of == kept.of, "the set changed: run `python -m tests.corpus --keep` and say so in the commit"
    assert now.passed >= kept.passed
    assert now.wrong_alerts <= kept.wrong_alerts


def test_every_match_points_into_the_post_as_it_was_written() -> None:
    matches = [verdict.match for verdict in _verdicts() if verdict.match]

    assert matches
    for match in matches:
        ends = [offset for span in match.spans for offset in (span.start, span.end)]
        assert ends == sorted(ends)
        assert 0 <= match.start < match.end <= len(match.post.text)
