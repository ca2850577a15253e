"""How well each source is watched, read from `polls`, `posts` and `matches`; what it means is in core/coverage.py."""

from collections import defaultdict
from datetime import datetime, timedelta

from monitor.core import coverage
from monitor.core.cadence import Limits
from monitor.core.coverage import Coverage, Look, SourceReport
from monitor.core.model import PollOutcome, Source, SourceId
from monitor.store import managing, sources
from monitor.store.database import Database
from monitor.store.values import time_of, time_or_none

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
NEWEST_TIMES = 100  # of a source tell how often it speaks

# The good looks at each source, or at one, from the last that began before ?2. A step on the way to a page (`more`,
# and nothing seen) is no look.
LOOKS = """
SELECT polls.source_id, polls.started_at, polls.finished_at, polls.outcome, polls.next_at
FROM sources CROSS JOIN polls ON polls.source_id = sources.id
WHERE sources.state <> 'removed' AND (?1 IS NULL OR sources.id = ?1)
AND polls.outcome IN ('ok', 'unchanged') AND NOT (polls.more AND polls.seen = 0)
AND polls.started_at >= coalesce(
    (SELECT earlier.started_at FROM polls AS earlier
     WHERE earlier.source_id = sources.id AND earlier.started_at < ?2
     AND earlier.outcome IN ('ok', 'unchanged') AND NOT (earlier.more AND earlier.seen = 0)
     ORDER BY earlier.started_at DESC LIMIT 1), ?2)
AND polls.finished_at <= ?3
ORDER BY sources.id, polls.started_at
"""

POSTS = """
SELECT sources.id, sources.added_at,
    (SELECT count(*) FROM posts WHERE posts.source_id = sources.id AND first_seen_at >= ?1
     AND coalesce(published_at, first_seen_at) >= max(?1, sources.added_at)) AS posts
FROM sources WHERE sources.state <> 'removed'
"""

MATCHES = """
SELECT posts.source_id, count(*) AS matches FROM matches
JOIN posts ON posts.id = matches.post_id JOIN sources ON sources.id = posts.source_id
WHERE matches.found_at >= ?1 AND coalesce(posts.published_at, posts.first_seen_at) >= max(?1, sources.added_at)
GROUP BY posts.source_id
"""

# When a source spoke: only one whose newest post is old enough to alarm can be silent. Of one that keeps only
# matching posts, the polls tell.
TIMES = """
SELECT posts.source_id, posts.first_seen_at, posts.published_at
FROM sources JOIN posts ON posts.id IN (
    SELECT newest.id FROM posts AS newest WHERE newest.source_id = sources.id
    ORDER BY newest.first_seen_at DESC LIMIT ?2)
WHERE sources.state = 'active' AND sources.keep = 'all' AND sources.kind <> 'pasted'
AND (SELECT max(first_seen_at) FROM posts AS last WHERE last.source_id = sources.id) < ?1
UNION ALL
SELECT polls.source_id, polls.finished_at, NULL
FROM sources JOIN polls ON polls.id IN (
    SELECT newest.id FROM polls AS newest WHERE newest.source_id = sources.id AND newest.seen > 0
    ORDER BY newest.started_at DESC LIMIT ?2)
WHERE sources.state = 'active' AND sources.keep = 'matched'
"""


def of_source(db: Database, source_id: SourceId, *, since: datetime, now: datetime) -> Coverage:
    """Return how well one source was watched from `since`, or from when polls of it can be known. InputError."""
    source = managing.must(db, source_id)
    added_at = time_of(db.value("SELECT added_at FROM sources WHERE id = ?", source_id))
    looks = _looks(db, since=since, now=now, source_id=source_id)[source_id]
    return _watched(source, looks, since=max(since, _horizon(db) or since), added_at=added_at, now=now)


def of_all(db: Database, *, since: datetime, now: datetime) -> dict[SourceId, Coverage]:
    """Return the same of every source that is not removed."""
    looks = _looks(db, since=since, now=now)
    known_since = max(since, _horizon(db) or since)
    added = {row["id"]: time_of(row["added_at"]) for row in db.rows("SELECT id, added_at FROM sources")}
    return {
        source.id: _watched(source, looks[source.id], since=known_since, added_at=added[source.id], now=now)
        for source in sources.all_sources(db)
    }


def reports(db: Database, now: datetime) -> list[SourceReport]:
    """Return a report on every source, in the order they were added."""
    counted = {row["id"]: row for row in db.rows(POSTS, now - WEEK)}
    matches = {row["source_id"]: row["matches"] for row in db.rows(MATCHES, now - WEEK)}
    looks = _looks(db, since=now - DAY, now=now)
    times = _times(db, now)
    since = max(now - DAY, _horizon(db) or now - DAY)
    found = []
    for source in sources.all_sources(db):
        added_at = time_of(counted[source.id]["added_at"])
        days = min(max(now - added_at, DAY), WEEK) / DAY
        watched = _watched(source, looks[source.id], since=since, added_at=added_at, now=now)
        blind_since = _last_good(source, added_at) if watched.blind and watched.blind[-1].end == now else None
        found.append(
            SourceReport(
                source=source,
                posts_per_day=counted[source.id]["posts"] / days,
                matches_per_day=matches.get(source.id, 0) / days,
                blind_for=watched.blind_for,
                blind_since=blind_since,
                silent_for=coverage.silence_alarm(times[source.id], now) if blind_since is None else None,
            )
        )
    return found


def _watched(source: Source, looks: list[Look], *, since: datetime, added_at: datetime, now: datetime) -> Coverage:
    """Return the coverage of a source; what it was before it was (last) added does not count."""
    since = min(max(since, added_at), now)
    blind = coverage.blind_intervals(
        [look for look in looks if look.finished_at >= added_at],
        now=now,
        expected=source.every or source.interval or Limits().shortest,
        since=since,
    )
    return Coverage(since=since, until=now, blind=tuple(coverage.within(blind, since=since, until=now)))


def _last_good(source: Source, added_at: datetime) -> datetime:
    return max(source.last_success_at or added_at, added_at)


def _looks(
    db: Database, *, since: datetime, now: datetime, source_id: SourceId | None = None
) -> defaultdict[SourceId, list[Look]]:
    """Return the good looks at each source (or one) until `now`, from the last one that began before `since`.

    Looks that follow each other as planned are one: a day of many sources has more of them than is quick to read.
    """
    runs: list[list[str]] = []
    for number, *look in db.rows(LOOKS, source_id, since, now):
        if runs and runs[-1][0] == number and _as_planned(runs[-1], look[0]):
            runs[-1][2:] = look[1:]
        else:
            runs.append([number, *look])
    found: defaultdict[SourceId, list[Look]] = defaultdict(list)
    for number, started_at, finished_at, outcome, next_at in runs:
        found[SourceId(int(number))].append(
            Look(
                started_at=time_of(started_at),
                finished_at=time_of(finished_at),
                outcome=PollOutcome(outcome),
                next_at=time_of(next_at),
            )
        )
    return found


def _as_planned(run: list[str], started_at: str) -> bool:
    """Return whether a look began within the minute that the look before it planned; times sort as text."""
    to_the_minute = len("2026-01-06T12:00")
    return started_at[:to_the_minute] <= run[4][:to_the_minute]


def _horizon(db: Database) -> datetime | None:
    """Return when the oldest poll still known began if older ones were forgotten, else None: nothing was."""
    oldest = db.row("SELECT id, started_at FROM polls ORDER BY id LIMIT 1")
    return None if oldest is None or oldest["id"] == 1 else time_of(oldest["started_at"])


def _times(db: Database, now: datetime) -> defaultdict[SourceId, set[datetime]]:
    """Return when each source that may be silent spoke, by its own dates and ours; the last time by ours."""
    said: defaultdict[SourceId, set[datetime]] = defaultdict(set)
    seen: dict[SourceId, datetime] = {}
    for number, first_seen, published in db.rows(TIMES, now - coverage.SHORTEST_SILENCE, NEWEST_TIMES):
        source_id, seen_at = SourceId(number), time_of(first_seen)
        said[source_id].add(min(time_or_none(published) or seen_at, seen_at))
        seen[source_id] = max(seen.get(source_id, seen_at), seen_at)
    for source_id, last in seen.items():
        said[source_id].add(last)
    return said
