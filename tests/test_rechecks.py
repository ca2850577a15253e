"""Later looks: a post that matched is looked at again, and what its page says is recorded."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from monitor.core.errors import FetchError, InputError, NetworkDown, NotThere, SourceError, SourceGone
from monitor.core.evidence import Recheck
from monitor.core.model import Page, PostId, SourceId, Span, WhenDeleted
from monitor.rechecks import AT_ONCE, Rechecks, Seen, compared
from monitor.store import SqliteStore, redaction
from monitor.store.rechecks import MOST_OF_A_STORY
from tests.builders import NOON, QUOTE, a_finding, a_match, a_page, a_poll, a_post, a_store
from tests.fakes.ports import FakeFetch, direct

Look = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with a_store() as made:
        yield made


@pytest.fixture
def look(store: SqliteStore) -> Look:
    def ask(sql: str) -> list[tuple[object, ...]]:
        with store._db.reading():
            return [tuple(row) for row in store._db.rows(sql)]

    return ask


AN_HOUR, A_WEEK = NOON + timedelta(hours=1, seconds=1), NOON + timedelta(days=8)
REST = "and the crowd in the square below cheered for a long while"


async def here(fn: Callable[[bytes, str, Recheck], Seen], body: bytes, sort: str, looked: Recheck) -> Seen:
    return fn(body, sort, looked)


def html(*lines: str) -> bytes:
    return f"<html><body><nav>Home</nav>{''.join(f'<p>{line}</p>' for line in lines)}</body></html>".encode()


def record(store: SqliteStore, text: str = f"He said: {QUOTE}\n{REST}", **given: object) -> None:
    (source,) = store.active_sources()
    at = given.pop("at", NOON)
    post = a_post(text, **given)
    start = text.index(QUOTE)
    match = a_match(post, spans=(a_span(start),))
    store.record(a_poll(source, finished_at=at), store.unseen(source, [post]), [a_finding(match)])


def a_span(start: int) -> Span:
    return Span(start=start, end=start + len(QUOTE))


async def look_again(store: SqliteStore, answer: bytes | Page | SourceError, at: datetime = AN_HOUR) -> FakeFetch:
    fetch = FakeFetch(answer)
    await Rechecks(store, direct, fetch, here, now=lambda: at).round()
    return fetch


async def test_nothing_is_asked_for_before_it_is_time(store: SqliteStore) -> None:
    record(store)

    assert (await look_again(store, html(), at=NOON + timedelta(minutes=59))).asked == []


async def test_a_post_that_still_says_so_is_noted_with_what_was_received(store: SqliteStore, look: Look) -> None:
    record(store, url="https://news.example/a")
    page = a_page(html("He said: “COME get me, <b>coward</b>!”", REST), status=200, headers={"server": "x"})
    fetch = await look_again(store, page)

    assert [asked.url for asked in fetch.asked] == ["https://news.example/a"]
    assert look("SELECT outcome FROM rechecks WHERE done_at IS NOT NULL") == [("same",)]
    assert look("SELECT kind, status, headers, post_id FROM evidence") == [("recheck", 200, '{"server": "x"}', 1)]


async def test_an_edit_seen_later_counts_like_the_sources_own(store: SqliteStore, look: Look) -> None:
    record(store)
    await look_again(store, html("He said: Come and meet me, friend!", REST))

    assert look("SELECT outcome FROM rechecks WHERE done_at IS NOT NULL") == [("edited",)]
    assert look("SELECT text, edited_at IS NOT NULL FROM posts") == [(f"He said: Come and meet me, friend!\n{REST}", 1)]
    assert look("SELECT text FROM post_versions") == [(f"He said: {QUOTE}\n{REST}",)]


async def test_a_passage_that_is_gone_without_a_trace_is_an_edit_without_new_words(
    store: SqliteStore, look: Look
) -> None:
    record(store)
    await look_again(store, html(REST))

    assert look("SELECT outcome FROM rechecks WHERE done_at IS NOT NULL") == [("edited",)]
    assert look("SELECT count(*) FROM post_versions") == [(0,)]


@pytest.mark.parametrize("page", [html("Please turn on JavaScript"), b"", b"\x89PNG\x00\xff", b'{"a": 1}', b"[" * 9999])
async def test_a_page_that_does_not_show_the_post_proves_nothing(page: bytes, store: SqliteStore, look: Look) -> None:
    record(store)
    await look_again(store, page)

    assert look("SELECT outcome FROM rechecks WHERE done_at IS NOT NULL") == [("unclear",)]
    assert look("SELECT deleted_at, edited_at FROM posts") == [(None, None)]


async def test_a_page_that_showed_the_passage_before_proves_the_edit(store: SqliteStore, look: Look) -> None:
    record(store, QUOTE)
    await look_again(store, html(QUOTE))
    await look_again(store, html("Nothing here"), at=NOON + timedelta(days=2))

    assert look("SELECT outcome FROM rechecks ORDER BY id") == [("same",), ("edited",), (None,)]


@pytest.mark.parametrize("error", [NotThere("answered 404 Not Found"), SourceGone("answered 410 Gone")])
async def test_a_deletion_seen_later_counts_like_the_sources_own(
    error: SourceError, store: SqliteStore, look: Look
) -> None:
    record(store)
    await look_again(store, error)

    assert look("SELECT outcome FROM rechecks WHERE done_at IS NOT NULL") == [("gone",)]
    assert look("SELECT deleted_at IS NOT NULL, redacted_at, text <> '' FROM posts") == [(1, None, 1)]


async def test_a_deletion_seen_later_is_honoured(store: SqliteStore, look: Look) -> None:
    record(store)
    with store._db.writing():
        store._db.change("UPDATE sources SET when_deleted = ?", WhenDeleted.REDACT)
    await look_again(store, NotThere("answered 404 Not Found"))

    assert look("SELECT text, redacted_at IS NOT NULL FROM posts") == [("", 1)]
    assert look("SELECT passage FROM matches") == [("",)]
    await look_again(store, html(QUOTE), at=A_WEEK)
    assert look("SELECT outcome FROM rechecks") == [("gone",)] * 3


async def test_a_page_that_cannot_be_reached_says_nothing_of_the_post(store: SqliteStore, look: Look) -> None:
    record(store)
    await look_again(store, FetchError("answered 503"))

    assert look("SELECT outcome FROM rechecks WHERE done_at IS NOT NULL") == [("unreachable",)]
    assert look("SELECT deleted_at FROM posts") == [(None,)]


@pytest.mark.parametrize("url", [None, "urn:uuid:7", "javascript:alert(1)", "http://[", "file:///etc/passwd"])
async def test_a_post_without_a_web_address_is_not_asked_for(url: str | None, store: SqliteStore, look: Look) -> None:
    record(store, url=url)

    assert (await look_again(store, html())).asked == []
    assert look("SELECT outcome FROM rechecks WHERE done_at IS NOT NULL") == [("no address",)]


async def test_looks_that_were_missed_are_made_once(store: SqliteStore, look: Look) -> None:
    record(store)
    fetch = await look_again(store, html(QUOTE), at=A_WEEK)

    assert len(fetch.asked) == 1
    assert look("SELECT outcome FROM rechecks") == [("same",)] * 3


async def test_while_the_network_is_down_every_look_waits(store: SqliteStore, look: Look) -> None:
    record(store)

    async def nobody(_: object) -> Page | None:
        raise NetworkDown("no host answers")

    with pytest.raises(NetworkDown):
        await Rechecks(store, direct, nobody, here, now=lambda: AN_HOUR).round()
    assert look("SELECT count(*) FROM rechecks WHERE done_at IS NOT NULL") == [(0,)]


async def test_only_some_pages_are_asked_for_at_once_and_the_rest_later(store: SqliteStore) -> None:
    for number in range(AT_ONCE + 5):
        record(store, story(number))

    assert len((await look_again(store, html(QUOTE))).asked) == AT_ONCE
    assert len((await look_again(store, html(QUOTE))).asked) == 5


async def test_a_host_that_wants_long_pauses_is_asked_for_one_page(store: SqliteStore) -> None:
    for number in range(3):
        record(store, story(number), url=f"https://www.reddit.com/r/all/{number}")
    record(store, f"Nobody else wrote this down as it was said: {QUOTE}")

    asked = [request.url for request in (await look_again(store, html(QUOTE))).asked]
    assert len(asked) == 2
    assert asked[0] == "https://www.reddit.com/r/all/0"


def story(number: int) -> str:
    """Return a post like no other."""
    return f"{number}, {number + 1} and {number + 2} people heard him say: {QUOTE}\n{REST} for {number} days"


async def test_of_a_viral_quote_one_repost_is_looked_at_for_all(store: SqliteStore, look: Look) -> None:
    for _ in range(500):
        record(store)

    assert look("SELECT count(*) FROM matches") == [(500,)]
    assert look("SELECT post_id, after_s / 3600 FROM rechecks") == [(1, 1.0), (1, 24.0), (1, 168.0)]
    assert len((await look_again(store, html(QUOTE))).asked) == 1
    assert (await look_again(store, html(QUOTE))).asked == []


async def test_one_page_in_several_sources_is_looked_at_once(store: SqliteStore, look: Look) -> None:
    record(store, story(1), url="https://news.example/a?utm_source=feed")
    record(store, story(5), url="https://www.news.example/a")

    assert look("SELECT count(*), min(post_id) FROM rechecks") == [(3, 1)]


@pytest.mark.parametrize("answer", [NotThere("answered 404 Not Found"), html("He said: Come and meet me!", REST)])
async def test_when_it_changed_the_first_reposts_are_looked_at_too(
    answer: bytes | SourceError, store: SqliteStore, look: Look
) -> None:
    for _ in range(100):
        record(store)
    await look_again(store, answer)

    assert look("SELECT count(DISTINCT post_id) FROM rechecks") == [(MOST_OF_A_STORY,)]
    asked = len((await look_again(store, html(QUOTE, REST), at=AN_HOUR + timedelta(minutes=5))).asked)
    assert asked == MOST_OF_A_STORY - 1
    record(store)
    assert look("SELECT count(DISTINCT post_id) FROM rechecks") == [(MOST_OF_A_STORY,)]


async def test_when_its_page_tells_nothing_another_repost_is_tried(store: SqliteStore, look: Look) -> None:
    for _ in range(100):
        record(store)
    await look_again(store, html("Please turn on JavaScript"))

    assert look("SELECT DISTINCT post_id FROM rechecks") == [(1,), (2,)]
    for number in range(100):  # whatever it is, a story is no flood
        await look_again(store, FetchError("answered 503"), at=AN_HOUR + timedelta(minutes=5 * number))
    assert look("SELECT count(DISTINCT post_id) FROM rechecks") == [(MOST_OF_A_STORY,)]


async def test_a_blanked_post_stands_for_nobody_any_more(store: SqliteStore, look: Look) -> None:
    record(store)
    record(store)
    with store._db.writing():
        redaction.redact(store._db, [PostId(1)], NOON)
    await look_again(store, html(QUOTE, REST))

    fetch = await look_again(store, html(QUOTE, REST))
    assert look("SELECT outcome FROM rechecks WHERE post_id = 2 AND done_at IS NOT NULL") == [("same",)]
    assert len(fetch.asked) == 1


async def test_looks_an_hour_after_go_before_later_ones_and_both_go_on(store: SqliteStore, look: Look) -> None:
    for number in range(60):
        record(store, story(number))
    for _ in range(3):  # their first looks
        await look_again(store, html(QUOTE))
    a_day = NOON + timedelta(days=1, hours=2)
    for number in range(60, 120):
        record(store, story(number), at=a_day - timedelta(hours=1))

    rounds = []
    for _ in range(4):
        before = dict(look(DONE))  # type: ignore[arg-type]
        await look_again(store, html(QUOTE), at=a_day)
        after = dict(look(DONE))  # type: ignore[arg-type]
        rounds.append(tuple(after.get(hours, 0) - before.get(hours, 0) for hours in (1.0, 24.0)))
    assert rounds == [(15, 5)] * 4


DONE = "SELECT after_s / 3600, count(*) FROM rechecks WHERE done_at IS NOT NULL GROUP BY 1"


async def test_a_page_that_takes_too_long_to_read_is_unclear(store: SqliteStore, look: Look) -> None:
    record(store)

    async def slow(*_: object) -> Seen:
        raise InputError("That takes too long to find out.")

    await Rechecks(store, direct, FakeFetch(html()), slow, now=lambda: AN_HOUR).round()
    assert look("SELECT outcome FROM rechecks WHERE done_at IS NOT NULL") == [("unclear",)]


def test_a_description_for_previews_shows_the_post() -> None:
    page = f'<head><meta property="og:description" content="{QUOTE}"></head><body>Turn on scripts</body>'.encode()
    looked = Recheck(
        post_id=PostId(1), source_id=SourceId(1), guid="a", url="", text=QUOTE, passages=(QUOTE,), was_seen=False
    )

    assert compared(page, "text/html", looked).outcome == "same"
