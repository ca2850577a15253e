from datetime import datetime, timedelta

import pytest

from monitor.core.coverage import Interval
from monitor.core.errors import InputError
from monitor.core.model import Keep, PollOutcome, Source, SourceId, SourceKind, WantedSource
from monitor.store import SqliteStore
from tests.builders import NOON, a_finding, a_match, a_poll, a_post, a_source
from tests.store.conftest import Look

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def looked(store: SqliteStore, at: datetime, *, source: Source | None = None, every: timedelta = HOUR, **poll: object):
    """Record a poll of a second that is followed by the next one as planned."""
    known = {"started_at": at - SECOND, "finished_at": at, "next_poll_at": at + every, "seen": 1}
    return store.record(a_poll(source, **(known | poll)))


def failed(store: SqliteStore, at: datetime) -> None:
    looked(store, at, outcome=PollOutcome.FAILED, error="HTTP 500")


def test_a_source_polled_as_planned_is_covered(store: SqliteStore) -> None:
    for hour in range(25):
        looked(store, NOON + hour * HOUR + (hour % 3) * MINUTE)

    covered = store.coverage(SourceId(1), since=NOON - DAY, now=NOON + DAY)

    assert (covered.since, covered.until, covered.blind, covered.share) == (NOON, NOON + DAY, (), 1)


def test_failures_and_a_monitor_that_did_not_run_are_told(store: SqliteStore) -> None:
    for hour in (0, 1, 2, 6, 7, 12, 13):
        looked(store, NOON + hour * HOUR)
    for hour in (3, 4, 5):
        failed(store, NOON + hour * HOUR)

    covered = store.coverage(SourceId(1), since=NOON, now=NOON + 14 * HOUR)

    assert covered.blind == (
        Interval(start=NOON + 2 * HOUR, end=NOON + 6 * HOUR - SECOND),
        Interval(start=NOON + 7 * HOUR, end=NOON + 12 * HOUR - SECOND),
    )
    assert covered.blind_for == 9 * HOUR - 2 * SECOND


def test_what_began_before_the_time_asked_about_is_cut(store: SqliteStore) -> None:
    looked(store, NOON + HOUR)
    looked(store, NOON + 11 * HOUR)

    covered = store.coverage(SourceId(1), since=NOON + 5 * HOUR, now=NOON + 8 * HOUR)

    assert covered.blind == (Interval(start=NOON + 5 * HOUR, end=NOON + 8 * HOUR),)
    assert covered.share == 0


def test_a_step_on_the_way_to_a_page_sees_nothing(store: SqliteStore) -> None:
    looked(store, NOON)
    for hour in range(1, 9):
        looked(store, NOON + hour * HOUR, more=True, seen=0)

    assert store.coverage(SourceId(1), since=NOON, now=NOON + 8 * HOUR).blind_for == 8 * HOUR


def test_a_poll_dated_by_a_clock_since_set_back_hides_no_blindness(store: SqliteStore) -> None:
    looked(store, NOON)
    looked(store, NOON + MINUTE * 59)
    looked(store, NOON + 3000 * DAY)

    assert store.coverage(SourceId(1), since=NOON, now=NOON + DAY).blind_for == DAY - 59 * MINUTE
    assert store.source_reports(NOON + DAY)[0].blind_for == DAY - 59 * MINUTE


def test_polls_dated_after_now_do_not_take_away_the_earlier_ones(store: SqliteStore) -> None:
    for hour in range(10):
        looked(store, NOON + hour * HOUR)

    assert store.coverage(SourceId(1), since=NOON, now=NOON + 5.5 * HOUR).blind == ()


def test_what_is_forgotten_is_not_called_blind(store: SqliteStore, look: Look) -> None:
    for hour in range(48):
        looked(store, NOON + hour * HOUR)

    assert store.prune_polls(NOON + DAY) == 24
    assert store.prune_polls(NOON + DAY) == 0

    assert look("SELECT count(*), min(finished_at) FROM polls") == [(24, "2026-01-07T12:00:00.000Z")]
    covered = store.coverage(SourceId(1), since=NOON, now=NOON + 2 * DAY)
    assert (covered.since, covered.blind) == (NOON + DAY - SECOND, ())
    assert store.source_reports(NOON + 2 * DAY)[0].blind_for == timedelta()


def test_the_coverage_of_no_source_is_refused(store: SqliteStore) -> None:
    with pytest.raises(InputError, match="no source #2"):
        store.coverage(SourceId(2), since=NOON, now=NOON + DAY)


def test_a_report_tells_what_a_source_brings_a_day(store: SqliteStore) -> None:
    for day in range(20):
        posts = [a_post(published_at=NOON + day * DAY) for _ in range(3)]
        findings = [a_finding(a_match(posts[0]))] if day >= 15 else []
        poll = a_poll(started_at=NOON + day * DAY, finished_at=NOON + day * DAY + SECOND)
        store.record(poll, store.unseen(a_source(), posts), findings)

    (report,) = store.source_reports(NOON + 20 * DAY)

    assert report.posts_per_day == 3
    assert report.matches_per_day == pytest.approx(5 / 7)
    assert (report.last_success_at, report.next_poll_at) == (NOON + 19 * DAY + SECOND, NOON + 10 * MINUTE)


def test_what_a_new_source_had_said_before_it_was_added_is_not_its_day(store: SqliteStore) -> None:
    old = [a_post(published_at=NOON - day * DAY) for day in range(1, 30)]
    store.record(a_poll(), store.unseen(a_source(), [*old, a_post(published_at=NOON + MINUTE)]))

    assert store.source_reports(NOON + HOUR)[0].posts_per_day == 1
    assert store.source_reports(NOON + 2 * DAY)[0].posts_per_day == 0.5


def test_a_report_tells_of_present_and_past_blindness(store: SqliteStore) -> None:
    looked(store, NOON)
    (report,) = store.source_reports(NOON + HOUR)
    assert (report.blind_since, report.blind_for, report.last_error) == (None, timedelta(), None)

    for hour in range(1, 30):
        failed(store, NOON + hour * HOUR)
    (report,) = store.source_reports(NOON + 30 * HOUR)
    assert (report.blind_since, report.blind_for, report.last_error) == (NOON, DAY, "HTTP 500")

    looked(store, NOON + 30 * HOUR)
    (report,) = store.source_reports(NOON + 31 * HOUR)
    assert (report.blind_since, report.blind_for) == (None, 23 * HOUR - SECOND)


def test_a_source_never_read_is_blind_since_it_was_added(store: SqliteStore) -> None:
    assert store.source_reports(NOON + MINUTE)[0].blind_since is None
    assert store.source_reports(NOON + HOUR)[0].blind_since == NOON


def test_the_time_a_source_was_removed_is_not_blind(store: SqliteStore) -> None:
    looked(store, NOON)
    store.remove_source(SourceId(1), by="ann", at=NOON)
    source = WantedSource(kind=SourceKind.FEED, address=a_source().address, name="Example News")
    store.add_source(source, by="ann", at=NOON + 10 * HOUR)

    (report,) = store.source_reports(NOON + 10 * HOUR + MINUTE)

    assert (report.blind_for, report.blind_since) == (timedelta(), None)


def spoke(store: SqliteStore, *, hours: int) -> None:
    """A post an hour, each brought by a poll of its own."""
    for hour in range(hours):
        at = NOON + hour * HOUR
        looked_at = {"started_at": at, "finished_at": at + SECOND, "next_poll_at": at + HOUR}
        store.record(a_poll(**looked_at), store.unseen(a_source(), [a_post(published_at=at)]))


def test_a_source_that_answers_and_says_nothing_any_more_is_silent(store: SqliteStore) -> None:
    spoke(store, hours=30)
    for hour in range(30, 50):
        looked(store, NOON + hour * HOUR)

    assert store.source_reports(NOON + 35 * HOUR)[0].silent_for is None
    (report,) = store.source_reports(NOON + 49 * HOUR)
    assert report.silent_for == 20 * HOUR - SECOND


def test_a_silence_that_nobody_listened_to_is_not_the_sources(store: SqliteStore) -> None:
    spoke(store, hours=30)

    (report,) = store.source_reports(NOON + 49 * HOUR)

    assert report.blind_since == NOON + 29 * HOUR + SECOND
    assert report.silent_for is None


def test_a_stream_is_silent_when_its_windows_stay_empty(empty: SqliteStore) -> None:
    wanted = WantedSource(kind=SourceKind.JETSTREAM, address="all", name="All", keep=Keep.MATCHED)
    source = empty.add_source(wanted, by="ann", at=NOON)
    for minute in range(60):
        looked(empty, NOON + minute * MINUTE, source=source, every=MINUTE, seen=1000)
    for hour in range(1, 10):
        looked(empty, NOON + hour * HOUR, source=source, seen=0)

    assert empty.source_reports(NOON + 6 * HOUR)[0].silent_for is None
    assert empty.source_reports(NOON + 9 * HOUR)[0].silent_for == 8 * HOUR + MINUTE


def test_each_source_has_a_report_of_its_own(empty: SqliteStore) -> None:
    sources = [
        empty.add_source(WantedSource(kind=SourceKind.FEED, address=f"https://{x}.example/", name=x), by="ann", at=NOON)
        for x in "abc"
    ]
    looked(empty, NOON + MINUTE, source=sources[0])
    empty.record(a_poll(sources[1]), empty.unseen(sources[1], [a_post(published_at=NOON + SECOND)]))
    empty.pause_source(sources[1].id, by="ann", at=NOON)

    reports = empty.source_reports(NOON + 2 * HOUR)

    assert [report.source.name for report in reports] == ["a", "b", "c"]
    assert [report.posts_per_day for report in reports] == [0, 1, 0]
    assert [report.blind_since for report in reports] == [None, NOON + SECOND, NOON]


def test_matches_in_what_a_new_source_had_said_before_are_not_its_day_either(store: SqliteStore) -> None:
    posts = [a_post(published_at=NOON - 2 * DAY), a_post(published_at=NOON + MINUTE)]
    store.record(a_poll(), store.unseen(a_source(), posts), [a_finding(a_match(post)) for post in posts])

    (report,) = store.source_reports(NOON + 2 * MINUTE)

    assert (report.posts_per_day, report.matches_per_day) == (1, 1)
