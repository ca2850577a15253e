"""A pack says what it holds, and what it does not and why."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from monitor.core.evidence import RecheckOutcome
from monitor.core.model import Arrival, MatchId, PostId, Quiet, WantedQuote
from monitor.evidence.holding import captures, holds, lacks, look_note, looks_missing
from monitor.store import SqliteStore, redaction
from tests.builders import NOON, QUOTE, a_finding, a_match, a_page, a_poll, a_post, a_store

HOUR = timedelta(hours=1)


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with a_store() as made:
        yield made


def record(store: SqliteStore, text: str = QUOTE, *, quiet: Quiet | None = None, page: bool = True) -> PostId:
    (source,) = store.active_sources()
    post = a_post(text)
    poll = a_poll(source, page=a_page(b"as received") if page else None, finished_at=NOON)
    store.record(poll, [Arrival(post=post)], [a_finding(a_match(post), quiet)])
    return PostId(store._db.value("SELECT max(id) FROM posts"))


def all_matches(store: SqliteStore) -> Sequence[MatchId]:
    return [MatchId(row["id"]) for row in store._db.rows("SELECT id FROM matches ORDER BY id")]


def lacking(store: SqliteStore, **after: float) -> str:
    return "\n".join(lacks(store.proof(all_matches(store)), NOON + timedelta(**after)))


def test_what_came_with_a_page_is_there(store: SqliteStore) -> None:
    record(store)
    proof = store.proof(all_matches(store))

    assert list(captures(proof).values()) == ["kept"]
    assert holds(proof)[:2] == [
        "1 of the 1 match of quote 1.",
        "1 answer or message as received, byte for byte, with headers and times; 1 of 1 match came in one of them.",
    ]
    assert "not here" not in lacking(store)


def test_what_was_found_in_stored_posts_has_no_capture_of_its_own(store: SqliteStore) -> None:
    (source,) = store.active_sources()
    post = a_post(QUOTE)
    store.record(a_poll(source, page=a_page(b"long gone")), [Arrival(post=post)])
    store.record_replayed([(PostId(1), a_finding(a_match(post), Quiet.BACKFILL))], at=NOON + 5 * HOUR)

    assert "1 match: What was received is not here: the quote was found later" in lacking(store)


@pytest.mark.parametrize("quiet", [None, Quiet.BACKFILL])
def test_what_looking_back_finds_in_a_kept_page_is_tied_to_it(quiet: Quiet | None, store: SqliteStore) -> None:
    record(store)
    other = store.track(WantedQuote(text="Come get me"), by="ann", at=NOON)
    (post,) = store.tape(after=PostId(0), limit=1)[0].wordings
    store.record_replayed([(PostId(1), a_finding(a_match(post, other), quiet))], at=NOON + HOUR)

    assert list(captures(store.proof(all_matches(store))).values()) == ["kept", "kept"]


def test_what_was_blanked_is_told(store: SqliteStore) -> None:
    record(store)
    with store._db.writing():
        redaction.redact(store._db, [PostId(1)], NOON)

    assert "1 match: What was received was blanked" in lacking(store)
    assert "1 post: Words and author were blanked." in lacking(store)


def test_what_was_recorded_without_a_page_is_told(store: SqliteStore) -> None:
    record(store, page=False)

    assert "1 match: What was received is not here: it was not kept" in lacking(store)


def test_of_reposts_it_is_told_who_stands_for_them(store: SqliteStore) -> None:
    for _ in range(4):
        record(store)
    proof = store.proof(all_matches(store))

    assert sorted(looks_missing(proof)) == [2, 3, 4]
    assert "It is post 1: https://news.example/" in looks_missing(proof)[4]
    assert "3 posts: It was not looked at again by itself" in lacking(store)
    assert [one["in_place"] for one in proof.in_place] == [1, 1, 1]


def test_what_alerted_nobody_is_not_looked_at_and_that_is_told(store: SqliteStore) -> None:
    record(store, quiet=Quiet.BASELINE)

    assert "1 post: It was not looked at again: only posts that alert are." in lacking(store)


def notes(store: SqliteStore, **after: float) -> list[str]:
    return [look_note(look, NOON + timedelta(**after)) for look in store.proof(all_matches(store)).rechecks]


def test_a_look_that_was_not_done_says_whether_it_is_due_and_what_came_first(store: SqliteStore) -> None:
    record(store)

    assert notes(store, minutes=30) == ["not due yet"] * 3
    assert notes(store, minutes=65)[0] == "due now"
    assert notes(store, hours=5)[0].startswith("overdue: nothing was looked at meanwhile")
    assert "3 later looks not done yet, 1 of them overdue." in lacking(store, hours=5)


def test_a_look_that_came_late_says_how_late_and_what_came_first(store: SqliteStore) -> None:
    for number in range(12):
        record(store, f"{number} {number + 50} {number + 90} people were there when he said it: {QUOTE}")
    for number, look in enumerate(store.due_rechecks(NOON + 2 * HOUR, limit=100)):
        store.record_recheck(look, RecheckOutcome.SAME, at=NOON + HOUR + timedelta(minutes=10 * number))

    told = [note for note in notes(store, hours=4) if note != "not due yet"]
    assert told[:2] == ["", ""]
    assert told[11] == "110 minutes late: 10 other looks came first"
    assert "10 later looks came late; each says why." in lacking(store, hours=4)


def test_a_late_look_of_a_monitor_that_did_not_run_says_so(store: SqliteStore) -> None:
    record(store)
    (look,) = store.due_rechecks(NOON + 30 * HOUR, limit=100)
    store.record_recheck(look, RecheckOutcome.SAME, at=NOON + 30 * HOUR)

    assert notes(store, days=2)[:2] == [
        f"{late} hours late: nothing was looked at meanwhile (it did not run, had no network, or was told not to look)"
        for late in (29, 6)
    ]
