"""The `polls` table, and recording a poll with all it brought: the promise the whole store is built around."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.core.model import Arrival, Finding, Poll, PostId, Recorded
from monitor.store import alerts, matches, posts, sources
from monitor.store.database import Database


def record(db: Database, poll: Poll, arrivals: Sequence[Arrival], findings: Sequence[Finding]) -> Recorded:
    """Record a poll, its posts, matches and due alerts, and what it left behind in its source."""
    arrivals = [replace(arrival, post=posts.plain(arrival.post)) for arrival in arrivals]
    findings = [replace(found, match=replace(found.match, post=posts.plain(found.match.post))) for found in findings]
    changes = []
    post_ids: dict[str, PostId] = {}
    for arrival in [*arrivals, *_left_out(arrivals, findings)]:
        post_ids[arrival.post.guid], change = posts.record(db, poll.source.id, arrival, poll.finished_at)
        changes.append(change)
    new_matches = told = 0
    for finding in findings:
        match_id = matches.record(db, post_ids[finding.match.post.guid], finding, poll.finished_at)
        if match_id is not None:
            new_matches += 1
            told += alerts.add(db, match_id, finding, poll.finished_at)
    recorded = Recorded(
        posts=changes.count(posts.Change.NEW),
        edits=changes.count(posts.Change.EDITED),
        matches=new_matches,
        alerts=told,
    )
    _write(db, poll, recorded)
    sources.after_poll(db, poll)
    return recorded


def _left_out(arrivals: Sequence[Arrival], findings: Sequence[Finding]) -> list[Arrival]:
    """Return the posts of findings that no arrival brought: a match is never lost for want of its post."""
    brought = {arrival.post.guid for arrival in arrivals}
    missing = {finding.match.post.guid: finding.match.post for finding in findings}
    return [Arrival(post=post) for guid, post in missing.items() if guid not in brought]


def _write(db: Database, poll: Poll, recorded: Recorded) -> None:
    db.change(
        "INSERT INTO polls (source_id, started_at, finished_at, outcome, seen, new, edited, skipped, matches, error,"
        " bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        poll.source.id, poll.started_at, poll.finished_at, poll.outcome, poll.seen, recorded.posts, recorded.edits,
        poll.skipped, recorded.matches, poll.error, None if poll.page is None else len(poll.page.body),
    )  # fmt: skip
