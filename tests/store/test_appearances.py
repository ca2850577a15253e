from dataclasses import replace
from datetime import timedelta

from monitor.core.model import (
    Explanation,
    MatchKind,
    Part,
    Post,
    QuoteId,
    Span,
    Tier,
    WantedQuote,
    WantedVariant,
    WordChange,
    WordOp,
)
from monitor.store import SqliteStore
from tests.builders import NOON, QUOTE, a_finding, a_match, a_poll, a_post, a_quote
from tests.store.test_record import MINUTE, brought, record


def test_an_edited_post_shows_its_match_in_the_words_it_was_found_in(store: SqliteStore) -> None:
    post = a_post(f"He said: {QUOTE}", guid="1")
    spans = (Span(start=9, end=29),)
    store.record(a_poll(), brought(store, post), [a_finding(a_match(post, spans=spans))])
    for text in ("Nothing of it", "Nothing at all of it, any more, now"):
        store.record(a_poll(), brought(store, replace(post, text=text)))

    (appearance,) = store.appearances()

    assert appearance.text == f"He said: {QUOTE}"
    assert appearance.text[appearance.spans[0].start : appearance.spans[0].end] == QUOTE


def test_a_match_is_read_back_as_it_was_found(store: SqliteStore) -> None:
    quote = store.add_variant(
        QuoteId(1), WantedVariant(text="Viens me chercher, lâche !", lang="fr"), by="ann", at=NOON
    )
    post = Post(
        guid="1",
        text="Titre\n\nViens me chercher, ô lâche!",
        parts=(Part(name="title", start=0, end=5), Part(name="text", start=7, end=34)),
    )
    explanation = Explanation(
        words=(
            WordChange(op=WordOp.KEPT, quoted="Viens", said="Viens", span=Span(start=7, end=12)),
            WordChange(op=WordOp.INSERTED, said="ô", span=Span(start=26, end=27)),
            WordChange(op=WordOp.MISSING, quoted="moi"),
        ),
        normalizations=("letter case",),
        changes=("added word",),
        why="one “word” added",
    )
    match = a_match(
        post, quote, variant=quote.variants[0], spans=(Span(start=7, end=24), Span(start=28, end=33)), score=91.5,
        kind=MatchKind.VARIANT, explanation=explanation,
    )  # fmt: skip
    store.record(a_poll(), brought(store, post), [a_finding(match)])

    (found,) = store.appearances()

    assert (found.quote, found.variant) == (QUOTE, "Viens me chercher, lâche !")
    assert (found.text, found.spans, found.part) == (post.text, match.spans, "text")
    assert (found.score, found.tier, found.kind) == (91.5, Tier.ALERT, MatchKind.VARIANT)
    assert found.explanation == explanation
    assert (found.source, found.url, found.author, found.published_at) == ("Example News", None, None, None)
    assert found.first_seen_at == NOON + timedelta(seconds=1)


def test_an_appearance_knows_what_went_before(store: SqliteStore) -> None:
    store.track(WantedQuote(text="Another quote entirely"), by="ann", at=NOON)
    for minutes in range(3):
        record(store, a_post(QUOTE), finished_at=NOON + minutes * MINUTE)
    other = brought(store, a_post("Another quote entirely"))
    store.record(a_poll(), other, [a_finding(a_match(other[0].post, a_quote(id=QuoteId(2))))])

    newest, third, second, first = store.appearances()

    assert (newest.seen_before, newest.first_appeared_at, newest.first_appeared_in) == (0, None, None)
    assert (third.seen_before, third.first_appeared_at, third.first_appeared_in) == (2, NOON, "Example News")
    assert (second.seen_before, first.seen_before) == (1, 0)


def test_appearances_come_in_pages_newest_first(store: SqliteStore) -> None:
    record(store, *(a_post(f"{QUOTE} {number}") for number in range(5)))

    first = store.appearances(limit=2)
    second = store.appearances(limit=2, before_id=first[-1].match_id)

    assert [match.match_id for match in first + second] == [5, 4, 3, 2]
    assert store.appearances(quote_id=QuoteId(99)) == []
    assert len(store.appearances(quote_id=QuoteId(1))) == 5
