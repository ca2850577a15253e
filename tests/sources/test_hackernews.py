import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.errors import ParseError, SourceError
from monitor.core.model import Post, Reading, Request, Source, SourceKind
from monitor.sources import hackernews
from tests.builders import NOON, a_page, a_source

SAMPLES = Path(__file__).parents[1] / "samples" / "hackernews"
NOW = int(NOON.timestamp())
LATE = 1800  # seconds


def hn_source(address: str = "all", **given: object) -> Source:
    return a_source(address, kind=SourceKind.HACKERNEWS, **given)


def following(quote: str | None, **given: object) -> Source:
    return hn_source("search", follow=True, query=quote, **given)


def asked(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}


def window(source: Source) -> str | None:
    """The times that are asked for, as distances from now."""
    filters = asked(hackernews.request(source)).get("numericFilters")
    return filters and re.sub(r"\d+", lambda found: str(int(found[0]) - NOW), filters)


def a_hit(number: int = 1, *, at: int = 0, **given: object) -> dict[str, object]:
    return {
        "objectID": str(number),
        "created_at_i": NOW + at,
        "author": "echo",
        "comment_text": f"comment {number}",
    } | given


def answer(*hits: object, **given: object) -> dict[str, object]:
    return {"hits": list(hits), "hitsPerPage": 500, "nbHits": len(hits)} | given


def read(given: object, source: Source | None = None) -> Reading:
    body = given if isinstance(given, bytes) else json.dumps(given).encode()
    return hackernews.parse(source or hn_source(), a_page(body, url=hackernews.API))


def after(source: Source, given: object) -> Source:
    return replace(source, cursor=read(given, source).cursor or source.cursor, last_success_at=NOON)


def parts(post: Post) -> list[tuple[str, str]]:
    return [(part.name, post.text[part.start : part.end]) for part in post.parts]


def test_everything_is_asked_for_newest_first_and_at_first_without_a_window() -> None:
    request = hackernews.request(hn_source(" All "))

    assert request.url.startswith("https://hn.algolia.com/api/v1/search_by_date?")
    assert asked(request) == {"tags": "(story,comment,poll)", "hitsPerPage": "500"}


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("search:owls", '"owls"'),
        ("search:Come get me, coward!", '"come get me coward"'),
        ('Search: "come get me" -wren & co ', '"come get me" -wren & co'),
        ("search:höö\nhöö", '"höö höö"'),
        ("search:all", '"all"'),
        ("search:a\ud800b", '"ab"'),
    ],
)
def test_a_search_asks_for_a_phrase_or_for_what_its_operators_say(address: str, query: str) -> None:
    assert asked(hackernews.request(hn_source(address))) == {
        "query": query,
        "tags": "(story,comment,poll)",
        "hitsPerPage": "500",
        "advancedSyntax": "true",
        "typoTolerance": "false",
    }


@pytest.mark.parametrize(
    "address", ["", "owls", "search", "search:", "search:  ", "all:owls", "newest", "search:\ud800"]
)
def test_what_asks_for_nothing_is_refused_with_how_to_write_it(address: str) -> None:
    with pytest.raises(SourceError, match="write all, or search:WORDS"):
        hackernews.request(hn_source(address))


def test_a_search_longer_than_the_index_takes_is_refused() -> None:
    short, long = '"' + "ö" * 255 + '"', '"' + "ö" * 256 + '"'

    assert asked(hackernews.request(hn_source(f"search:{short}")))["query"] == short
    with pytest.raises(SourceError, match="fewer words"):
        hackernews.request(hn_source(f"search:{long}"))


@pytest.mark.parametrize(
    ("quote", "query"),
    [
        ("Come get me, coward!", '"come get me coward"'),
        (' He said:\n"come get me" ', '"he said come get me"'),
        ("It was the best of times, it was the worst of times", '"the best of times it was"'),
    ],
)
def test_a_followed_quote_is_asked_for_by_a_phrase_of_it(quote: str, query: str) -> None:
    wanted = asked(hackernews.request(following(quote)))["query"]

    assert wanted.startswith('"')
    assert wanted.endswith('"')
    assert wanted.strip('"') in " ".join(re.findall(r"\w+", quote.lower()))
    assert len(wanted.split()) == min(6, len(query.split()))


@pytest.mark.parametrize("quote", [None, "", ' " ', "\x00"])
def test_following_without_a_quote_is_refused(quote: str | None) -> None:
    with pytest.raises(SourceError, match="no quote"):
        hackernews.request(following(quote))


def test_the_texts_of_an_item_become_the_parts_of_a_post() -> None:
    reading = read((SAMPLES / "newest.json").read_bytes())

    assert [(post.guid, parts(post)) for post in reading.posts] == [
        ("hn:46510001", [("title", "Show HN: An echo for your terminal")]),
        (
            "hn:46510002",
            [
                ("title", "Ask HN: Is x < y & y < z enough?"),
                ("text", "It is for me.\nif x < y: dare()"),
            ],
        ),
        ("hn:46510003", [("text", "Louder.")]),
        ("hn:46510004", [("title", "Poll: Tabs or owls?"), ("text", "Choose one.")]),
        (
            "hn:46510005",
            [("text", 'He shouted "Come get me, coward!" and it echoed.\nThen it didn\'t. See https://echo.example/a')],
        ),
    ]
    assert (reading.skipped, reading.more) == (1, False)


def test_a_post_says_who_wrote_it_where_and_when() -> None:
    [post] = read(answer(a_hit(46510003, comment_text="Louder."))).posts

    assert replace(post, parts=()) == Post(
        guid="hn:46510003",
        text="Louder.",
        url="https://news.ycombinator.com/item?id=46510003",
        author="echo",
        published_at=NOON,
    )


@pytest.mark.parametrize(
    "broken",
    [
        None,
        7,
        [],
        {},
        a_hit(objectID=5),
        a_hit(objectID="../1"),
        a_hit(objectID="٣"),
        a_hit(objectID=""),
        a_hit(created_at_i=None),
        a_hit(created_at_i=True),
        a_hit(created_at_i="1767700800"),
        a_hit(created_at_i=-1),
        a_hit(created_at_i=10**18),
        a_hit(created_at_i=1.5),
    ],
)
def test_what_is_no_item_is_skipped_and_loses_no_other(broken: object) -> None:
    reading = read(answer(broken, a_hit(2)))

    assert ([post.guid for post in reading.posts], reading.skipped) == (["hn:2"], 1)


@pytest.mark.parametrize("field", ["title", "story_text", "author", "url"])
@pytest.mark.parametrize("value", [None, True, 7, [], {"value": "x"}])
def test_a_field_of_another_shape_costs_no_more_than_itself(field: str, value: object) -> None:
    [post] = read(answer(a_hit(2, **{field: value}))).posts

    assert post.text == "comment 2"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"<html><body>502 Bad Gateway</body></html>", "a web page"),
        (b"{", "not JSON"),
        (b"[]", "not an answer of the search index"),
        (b"{}", "not an answer of the search index"),
        (b'{"hits": {}}', "not a list of hits"),
        (b'{"hits": [{"objectID": "1"}]}', "none says when"),
        (b'{"hits": [' + b"1," * 1000 + b"1]}", "1001 hits at once"),
        ((SAMPLES / "refused.json").read_bytes(), "refuses: invalid numeric filter: created_at_i"),
    ],
)
def test_a_page_that_is_no_answer_is_refused_in_one_line(body: bytes, said: str) -> None:
    with pytest.raises(ParseError, match=said) as caught:
        read(body)

    assert "\n" not in str(caught.value)


def test_the_first_read_takes_the_newest_page_and_walks_no_history() -> None:
    reading = read(answer(*(a_hit(number, at=-number) for number in range(500))))

    assert (len(reading.posts), reading.more) == (500, False)


def test_a_poll_asks_from_half_an_hour_before_the_newest_item_it_knows() -> None:
    source = after(hn_source(), answer(a_hit(2, at=-5), a_hit(1, at=-9)))

    assert window(source) == f"created_at_i>={-5 - LATE}"


def test_a_full_page_is_followed_by_the_window_below_it_until_the_floor_is_met() -> None:
    source = after(hn_source(), answer(a_hit(1, at=-5000)))

    first = read(answer(*(a_hit(n, at=-n) for n in range(500))), source)
    source = replace(source, cursor=first.cursor)
    assert (first.more, window(source)) == (True, f"created_at_i>={-5000 - LATE},created_at_i<=-499")

    last = read(answer(a_hit(499, at=-499), a_hit(501, at=-501)), source)
    source = replace(source, cursor=last.cursor)
    assert (last.more, window(source)) == (False, f"created_at_i>={-LATE}")


def test_a_page_is_full_by_the_word_of_the_index() -> None:
    source = after(hn_source(), answer(a_hit(1, at=-50)))

    assert read(answer(a_hit(2), a_hit(3, at=-1), hitsPerPage=2), source).more
    assert not read(answer(a_hit(2), a_hit(3, at=-1), hitsPerPage=3), source).more
    assert not read(answer(a_hit(2), a_hit(3, at=-1), hitsPerPage="many"), source).more
    assert not read(answer(hitsPerPage=0), source).more


def test_a_second_that_fills_a_page_is_passed() -> None:
    source = after(hn_source(), answer(a_hit(1, at=-50)))
    full = answer(*(a_hit(n) for n in range(500)))

    once = after(source, full)
    twice = after(once, full)

    assert window(once) == f"created_at_i>={-50 - LATE},created_at_i<=0"
    assert window(twice) == f"created_at_i>={-50 - LATE},created_at_i<=-1"


def test_an_index_that_ignores_the_window_is_not_walked_for_ever() -> None:
    source = after(hn_source(), answer(a_hit(1, at=-5000)))
    same = answer(*(a_hit(n, at=n) for n in range(500)))

    source = after(after(source, same), same)

    with pytest.raises(ParseError, match="outside of the time"):
        read(same, source)


def test_whatever_is_found_where_nothing_was_is_new() -> None:
    source = hn_source("search:owls")

    nothing = read((SAMPLES / "nothing.json").read_bytes(), source)
    then = hackernews.request(replace(source, cursor=nothing.cursor, last_success_at=NOON))

    assert (nothing.posts, nothing.more) == ((), False)
    assert asked(then)["numericFilters"] == "created_at_i>=0"


def test_an_index_without_any_item_is_in_trouble_and_not_empty() -> None:
    with pytest.raises(ParseError, match="nothing at all"):
        read(answer())


def test_a_quiet_time_moves_nothing() -> None:
    source = after(hn_source(), answer(a_hit(1, at=-9)))

    assert after(source, answer()).cursor == source.cursor


@pytest.mark.parametrize("cursor", ["", "x", "[]", "7", "null", '{"a": 1}', '{"floor": "1"}', "[" * 5000])
def test_a_cursor_that_is_none_of_ours_counts_as_read_up_to_the_last_look(cursor: str) -> None:
    assert window(hn_source(cursor=cursor, last_success_at=NOON)) == f"created_at_i>={-LATE}"


class Index:
    """The search index: newest first, one page of an answer and no more, both ends of a window included."""

    def __init__(self) -> None:
        self.items: dict[int, int] = {}  # number: seconds from now

    def answer(self, request: Request) -> bytes:
        parameters = asked(request)
        lower, upper = -(10**12), 10**12
        for condition in parameters.get("numericFilters", "").split(","):
            match condition.partition("=")[::2]:
                case ["created_at_i>", value]:
                    lower = int(value) - NOW
                case ["created_at_i<", value]:
                    upper = int(value) - NOW
        found = sorted(
            ((at, number) for number, at in self.items.items() if lower <= at <= upper),
            key=lambda item: (-item[0], item[1]),
        )
        size = int(parameters["hitsPerPage"])
        shown = [a_hit(number, at=at) for at, number in found[:size]]
        return json.dumps(answer(*shown, hitsPerPage=size, nbHits=len(found), nbPages=1)).encode()


def poll(source: Source, index: Index, told: set[int], *, pages: int = 10) -> Source:
    """Read what there is as the flow does: page by page while there is more, some at most."""
    for _ in range(pages):
        reading = read(index.answer(hackernews.request(source)), source)
        told |= {int(post.guid.removeprefix("hn:")) for post in reading.posts}
        source = replace(source, cursor=reading.cursor or source.cursor, last_success_at=NOON)
        if not reading.more:
            break
    return source


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, list[list[int]]]:
    """A page size, and what is indexed between looks: times that share seconds, at most a page of them each.

    An item is indexed at most `LATE` after the newest one that was there before it.
    """
    size = draw(st.integers(min_value=1, max_value=6))
    rounds: list[list[int]] = []
    clock, taken = 0, dict[int, int]()
    for _ in range(draw(st.integers(min_value=1, max_value=6))):
        step = draw(st.sampled_from([0, 1, 5, 10_000]))
        ages = draw(st.lists(st.sampled_from([0, 0, 0, 1, 2, 3, 60, LATE]), max_size=40))
        clock += step
        times = []
        for age in ages:
            at = clock - age
            if taken.get(at, 0) < size:
                taken[at] = taken.get(at, 0) + 1
                times.append(at)
        rounds.append(times)
    return size, rounds


@settings(max_examples=150, deadline=None)
@given(
    history=histories(), pages=st.integers(min_value=1, max_value=10), address=st.sampled_from(["all", "search:owls"])
)
def test_no_item_is_lost_in_bursts_in_shared_seconds_and_when_indexed_late(
    history: tuple[int, list[list[int]]], pages: int, address: str
) -> None:
    size, rounds = history
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hackernews, "PAGE", size)
        index, told, source = Index(), set[int](), hn_source(address)
        index.items[0] = -LATE * 10
        source = poll(source, index, told, pages=pages)
        for times in rounds:
            for at in times:
                index.items[len(index.items)] = at
            source = poll(source, index, told, pages=pages)
        for _ in range(2 * len(index.items) + 10):
            if told == set(index.items):
                break
            source = poll(source, index, told, pages=pages)

    assert told == set(index.items)


@settings(max_examples=40, deadline=None)
@given(
    crowd=st.integers(min_value=4, max_value=30), around=st.lists(st.integers(min_value=-30, max_value=30), max_size=20)
)
def test_a_drain_ends_even_when_one_second_holds_more_than_a_page(crowd: int, around: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hackernews, "PAGE", 3)
        index, told = Index(), set[int]()
        index.items[0] = -100
        source = poll(hn_source(), index, told)
        lonely = {1000 + number: at for number, at in enumerate(sorted(set(around) - {0}))}
        index.items |= dict.fromkeys(range(1, crowd + 1), 0) | lonely

        source = poll(source, index, told, pages=200)

    assert told >= lonely.keys()
    assert len(told - lonely.keys() - {0}) == 3
    assert "<=" not in str(window(source))


def test_a_time_is_told_in_utc() -> None:
    [post] = read(answer(a_hit(1, at=-NOW))).posts

    assert post.published_at == datetime(1970, 1, 1, tzinfo=UTC)
