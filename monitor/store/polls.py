"""The `polls` table, and recording a poll with all it brought: the promise the whole store is built around."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.core import keeping
from monitor.core.model import Arrival, Finding, Keep, MatchId, Poll, PostId, Recorded, WhenDeleted
from monitor.store import alerts, evidence, forgotten, matches, posts, rechecks, redaction, sources
from monitor.store.database import Database
from monitor.store.evidence import Came


def record(db: Database, poll: Poll, arrivals: Sequence[Arrival], findings: Sequence[Finding]) -> Recorded:
    """Record a poll, its posts, matches and due alerts, and what it left behind in its source."""
    arrivals, findings = _storable(db, poll, arrivals, findings)
    changes: dict[PostId, posts.Change] = {}
    post_ids: dict[str, PostId] = {}
    for arrival in [*_kept(poll, arrivals, findings), *_left_out(arrivals, findings)]:
        post_id, changes[post_id] = posts.record(db, poll.source.id, arrival, poll.finished_at)
        post_ids[arrival.post.guid] = post_id
    articles = {arrival.post.guid: arrival.article for arrival in arrivals if arrival.article}
    received: dict[MatchId, Came] = {}
    watched: list[PostId] = []
    new = told = 0
    for finding in findings:
        guid = finding.match.post.guid
        match_id = matches.record(db, post_ids[guid], finding, poll.finished_at)
        if match_id is not None:
            new += 1
            told += alerts.add(db, match_id, finding, poll.finished_at)
            if finding.quiet is None:
                watched.append(post_ids[guid])
        else:
            match_id = matches.say_again(db, post_ids[guid], finding)
        if match_id is not None:
            article = articles.get(guid) if evidence.is_of_article(finding.match) else None
            received[match_id] = Came(post_id=post_ids[guid], guid=guid, article=article)
    matches.read_again(db, [post_id for post_id, change in changes.items() if change is posts.Change.BACK])
    evidence.keep_of_poll(db, poll, received)
    rechecks.plan(db, watched, poll.finished_at)
    recorded = Recorded(
        posts=sum(change is posts.Change.NEW for change in changes.values()),
        edits=sum(change is posts.Change.EDITED for change in changes.values()),
        matches=new,
        alerts=told,
    )
    deleted = _take_back(db, poll)
    _write(db, poll, recorded, deleted)
    sources.after_poll(db, poll)
    return recorded


def prune(db: Database, before: datetime) -> int:
    """Forget the polls that ended before then; return how many."""
    return db.change("DELETE FROM polls WHERE finished_at < ?", before)


def _take_back(db: Database, poll: Poll) -> int:
    """Mark what the source took back, blanked where its service asks that; return how many were not marked before."""
    taken = posts.take_back(db, poll.source.id, poll.deleted, poll.finished_at)
    if taken and keeping.when_deleted(poll.source) is WhenDeleted.REDACT:
        redaction.redact(db, taken, poll.finished_at)
    return len(taken)


def _storable(
    db: Database, poll: Poll, arrivals: Sequence[Arrival], findings: Sequence[Finding]
) -> tuple[list[Arrival], list[Finding]]:
    """Return what may be stored of what arrived, as SQLite will keep it: all but what a person asked to be forgotten.

    Asked of `unseen` too; between that and now somebody may have asked for it.
    """
    arrivals = [replace(arrival, post=posts.plain(arrival.post)) for arrival in arrivals]
    findings = [replace(found, match=replace(found.match, post=posts.plain(found.match.post))) for found in findings]
    arrived = [*(arrival.post for arrival in arrivals), *(finding.match.post for finding in findings)]
    gone = forgotten.guids(db, poll.source.id, arrived)
    return (
        [arrival for arrival in arrivals if arrival.post.guid not in gone],
        [finding for finding in findings if finding.match.post.guid not in gone],
    )


def _kept(poll: Poll, arrivals: Sequence[Arrival], findings: Sequence[Finding]) -> Sequence[Arrival]:
    """Return the arrivals to record: of a source that keeps what matched, those, and news of recorded posts."""
    if poll.source.keep is Keep.ALL:
        return arrivals
    found = {finding.match.post.guid for finding in findings}
    return [arrival for arrival in arrivals if arrival.edits is not None or arrival.post.guid in found]


def _left_out(arrivals: Sequence[Arrival], findings: Sequence[Finding]) -> list[Arrival]:
    """Return the posts of findings that no arrival brought: a match is never lost for want of its post."""
    brought = {arrival.post.guid for arrival in arrivals}
    missing = {finding.match.post.guid: finding.match.post for finding in findings}
    return [Arrival(post=post) for guid, post in missing.items() if guid not in brought]


def _write(db: Database, poll: Poll, recorded: Recorded, deleted: int) -> None:
    db.change(
        "INSERT INTO polls (source_id, started_at, finished_at, outcome, seen, new, edited, deleted, skipped, matches,"
        " error, bytes, more, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        poll.source.id, poll.started_at, poll.finished_at, poll.outcome, poll.seen, recorded.posts, recorded.edits,
        deleted, poll.skipped, recorded.matches, poll.error, None if poll.page is None else len(poll.page.body),
        poll.more, poll.next_poll_at,
    )  # fmt: skip
