"""What waits in the outbox, chat by chat, and what is to be done first. The decisions are in `core.grouping`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from monitor.core.grouping import Group, Window, next_due, next_groups
from monitor.core.model import Chat, ChatId, QuoteId
from monitor.core.telling import Agenda, Due, Task
from monitor.store import chats
from monitor.store.database import Database, Row
from monitor.store.values import time_of, time_or_none

MOST_DOUBTS = 3  # messages of one chat of which nobody knows whether they arrived; until then it gets no more
LONG_AGO = timedelta(hours=1)
EDITS_EVERY = timedelta(minutes=1)  # a message is brought up to date at most this often

PENDING = """
SELECT alerts.chat_id, alerts.thread_id, matches.quote_id, alerts.alone, min(alerts.created_at) AS since,
    coalesce(min(CASE WHEN alerts.attempts > 0 THEN alerts.id END), min(alerts.id)) AS first,
    min(CASE WHEN alerts.attempts > 0 THEN alerts.next_at END) AS retry_at
FROM alerts JOIN matches ON matches.id = alerts.match_id
WHERE alerts.state = 'pending' AND alerts.told_in IS NULL AND (?1 IS NULL OR alerts.chat_id = ?1)
GROUP BY alerts.chat_id, alerts.thread_id, matches.quote_id, alerts.alone, CASE WHEN alerts.alone THEN alerts.id END
"""
HELD = """
SELECT chat_id, thread_id, coalesce(min(CASE WHEN next_at <= ?2 THEN id END), min(id)) AS first,
    min(created_at) AS since, min(next_at) AS held_until
FROM alerts WHERE state = 'held' AND (?1 IS NULL OR chat_id = ?1) GROUP BY chat_id, thread_id
"""
UNDER_WAY = """
SELECT DISTINCT alerts.chat_id, alerts.thread_id, matches.quote_id
FROM alerts JOIN matches ON matches.id = alerts.match_id
WHERE alerts.state = 'in flight' AND (?1 IS NULL OR alerts.chat_id = ?1)
UNION
SELECT alerts.chat_id, alerts.thread_id, matches.quote_id
FROM alerts JOIN matches ON matches.id = alerts.match_id
JOIN alerts AS lead ON lead.id = alerts.told_in JOIN matches AS leading ON leading.id = lead.match_id
WHERE alerts.state = 'pending' AND leading.quote_id <> matches.quote_id AND (?1 IS NULL OR alerts.chat_id = ?1)
"""
DOUBTS = """
SELECT chat_id, min(probe_at) AS at, count(*) AS doubts FROM alerts
WHERE probe_at IS NOT NULL AND (?1 IS NULL OR chat_id = ?1) GROUP BY chat_id
"""
STALE = """
SELECT chat_id, max(sent_at, coalesce(edited_at, sent_at)) AS touched FROM alerts
WHERE stale_at IS NOT NULL AND state = 'sent' AND (?1 IS NULL OR chat_id = ?1)
"""

Groups = Mapping[ChatId, list[Group]]


def agenda(db: Database, now: datetime, *, gather: timedelta, chat_id: ChatId | None = None) -> Agenda:
    """Return what is to be done now, in one chat or in all, and when something is to be done next."""
    groups = waiting_groups(db, chat_id, now)
    doubts = {ChatId(row["chat_id"]): row for row in db.rows(DOUBTS, chat_id)}
    stale = _stale_at(db, chat_id)
    due, later = [], []
    for chat in chats.by_ids(db, groups.keys() | doubts.keys() | stale.keys()).values():
        if chat.unreachable is not None:
            continue
        times = list(_times(groups.get(chat.id, []), doubts.get(chat.id), stale.get(chat.id), now, gather))
        hold = chat.hold_until or now
        task = next((task for task, at in times if max(at, hold) <= now), None)
        if task is not None:
            due.append(Due(chat=chat, task=task))
        later += [max(at, hold) for _, at in times if max(at, hold) > now]
    return Agenda(due=tuple(due), next_at=min(later, default=None))


def waiting_groups(db: Database, chat_id: ChatId | None, now: datetime) -> Groups:
    """Return the groups of alerts that wait, by chat."""
    windows = _windows(db, chat_id)
    under_way = {_place(row) for row in db.rows(UNDER_WAY, chat_id)}
    groups: dict[ChatId, list[Group]] = defaultdict(list)
    for row in db.rows(PENDING, chat_id):
        groups[ChatId(row["chat_id"])].append(
            Group(
                chat_id=ChatId(row["chat_id"]),
                thread_id=row["thread_id"],
                quote_id=QuoteId(row["quote_id"]),
                first=row["first"],
                since=_made(row, now),
                is_alone=bool(row["alone"]),
                retry_at=time_or_none(row["retry_at"]),
                window=_standing(windows.get(_place(row)), now),
                is_blocked=_place(row) in under_way,
            )
        )
    for row in db.rows(HELD, chat_id, now):
        groups[ChatId(row["chat_id"])].append(
            Group(
                chat_id=ChatId(row["chat_id"]),
                thread_id=row["thread_id"],
                first=row["first"],
                since=_made(row, now),
                retry_at=time_of(row["held_until"]),
            )
        )
    return groups


def _made(row: Row, now: datetime) -> datetime:
    """Return when the first alert of a group was made; long ago when that is ahead of a clock since set back."""
    since = time_of(row["since"])
    return since if since <= now else now - LONG_AGO


def _standing(window: Window | None, now: datetime) -> Window | None:
    """Return a window that still holds: one that was opened ahead of a clock since set back says nothing."""
    return window if window is not None and window.told_at <= now else None


def _times(
    groups: list[Group], doubt: Row | None, stale: datetime | None, now: datetime, gather: timedelta
) -> Iterator[tuple[Task, datetime]]:
    """Yield when each task of a chat is due, the most urgent task first."""
    if doubt is not None:
        yield Task.LOOK, time_of(doubt["at"])
    if doubt is None or doubt["doubts"] < MOST_DOUBTS:
        if next_groups(groups, now, gather=gather):
            yield Task.TELL, now
        later = [group for group in groups if group.due_at(gather=gather) > now]
        told_at = next_due(later, gather=gather)
        if told_at is not None:
            yield Task.TELL, told_at
    if stale is not None:
        yield Task.UPDATE, stale


def _windows(db: Database, chat_id: ChatId | None) -> Mapping[tuple[int, int, int], Window]:
    rows = db.rows("SELECT * FROM alert_windows WHERE ?1 IS NULL OR chat_id = ?1", chat_id)
    return {_place(row): window_of(row) for row in rows}


def window_of(row: Row) -> Window:
    return Window(told_at=time_of(row["told_at"]), length=timedelta(seconds=row["window_s"]))


def _stale_at(db: Database, chat_id: ChatId | None) -> dict[ChatId, datetime]:
    """Return when a message of each chat may next be brought up to date."""
    times: dict[ChatId, datetime] = {}
    for row in db.rows(STALE, chat_id):
        at = time_of(row["touched"]) + EDITS_EVERY
        times[ChatId(row["chat_id"])] = min(at, times.get(ChatId(row["chat_id"]), at))
    return times


def _place(row: Row) -> tuple[int, int, int]:
    return row["chat_id"], row["thread_id"] or 0, row["quote_id"]


def reachable(db: Database, chat_id: ChatId) -> Chat | None:
    """Return a chat that takes messages, or None."""
    chat = chats.by_ids(db, [chat_id]).get(chat_id)
    return chat if chat is not None and chat.unreachable is None else None
