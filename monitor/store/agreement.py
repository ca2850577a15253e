"""What must agree inside the database: derived rows with what they are derived from, references with what is there."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.identity import text_digest
from monitor.core.model import Post
from monitor.store import evidence, seals
from monitor.store.database import IN_MEMORY, Database, Row, open_database
from monitor.store.problems import one_line
from monitor.store.values import parts_of

CLOCK_MARGIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that does not agree."""

    subject: str  # what was looked at: one of SUBJECTS
    found: str  # one sentence
    advice: str  # what to do
    can_rebuild: bool = False


REBUILD = "run `quote-monitor doctor --repair`"
RESTORE = "restore the last backup with `quote-monitor restore`"
SCHEMA = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB '*_fts_*' ORDER BY name"
POSTS = "SELECT id, text, parts, text_digest FROM posts WHERE id > ? AND redacted_at IS NULL ORDER BY id LIMIT ?"
AT_ONCE = 1000
DERIVED = "match_daily"  # the table that can be made anew from others

COUNTED = """
    SELECT substr(iif(matches.quiet = 'backfill', posts.first_seen_at, matches.found_at), 1, 10), matches.quote_id,
        posts.source_id, matches.tier, count(*)
    FROM matches JOIN posts ON posts.id = matches.post_id GROUP BY 1, 2, 3, 4
"""
KEPT = "SELECT day, quote_id, source_id, tier, matches FROM match_daily WHERE matches > 0"
DAILY = f"""
SELECT count(*) FROM (
    SELECT * FROM ({COUNTED} EXCEPT {KEPT}) UNION ALL SELECT * FROM ({KEPT} EXCEPT {COUNTED})
)
"""  # noqa: S608  # nothing from outside

ORPHANS = {
    "an alert told in a message that was never sent": (
        "SELECT count(*) FROM alerts LEFT JOIN alerts AS told ON told.id = alerts.told_in"
        " WHERE alerts.state = 'digested' AND (told.id IS NULL OR told.state IN ('dead', 'digested'))"
    ),
    "an alert that was sent, without the number of its message": (
        "SELECT count(*) FROM alerts WHERE state = 'sent' AND message_id IS NULL"
    ),
    "a waiting alert of a chat that is closed to the bot": (
        "SELECT count(*) FROM alerts JOIN chats ON chats.id = alerts.chat_id"
        " WHERE alerts.state IN ('pending', 'held') AND chats.unreachable IS NOT NULL"
    ),
    "a match outside the text it was found in": (
        "SELECT count(*) FROM matches JOIN posts ON posts.id = matches.post_id"
        " WHERE posts.redacted_at IS NULL AND posts.text_digest = matches.matched_text_digest"
        ' AND substr(posts.text, matches.start + 1, matches."end" - matches.start) <> matches.passage'
    ),
}


def differences(db: Database, now: datetime, *, on_step: Callable[[str], None]) -> list[Difference]:
    """Return what does not agree, but for what `search_differences` finds."""
    found: list[Difference] = []
    for subject, look in CHECKS.items():
        on_step(subject)
        found += look(db, now)
    return found


def rebuild(db: Database) -> None:
    """Make the counts by day and the search indexes anew."""
    db.change("DELETE FROM match_daily")
    db.change(f"INSERT INTO match_daily (day, quote_id, source_id, tier, matches) {COUNTED}")
    db.change("INSERT INTO posts_fts (posts_fts) VALUES ('rebuild')")
    db.change("INSERT INTO passages_fts (passages_fts) VALUES ('rebuild')")
    seals.make(db.utils.conn, [DERIVED])  # whose rows may have been what was wrong


def damage(db: Database) -> str:
    """Return what SQLite finds damaged, empty when nothing is."""
    verdict = one_line(db.value("PRAGMA integrity_check(1)"))
    return "" if verdict == "ok" else verdict


def _whole(db: Database, now: datetime) -> list[Difference]:  # noqa: ARG001  # all are called alike
    verdict = damage(db)
    return [Difference(subject="file", found=f"The file is damaged: {verdict}.", advice=RESTORE)] if verdict else []


def _references(db: Database, now: datetime) -> list[Difference]:  # noqa: ARG001
    missing = db.rows("PRAGMA foreign_key_check")
    if not missing:
        return []
    tables = ", ".join(sorted({str(row[0]) for row in missing}))
    found = f"{len(missing)} rows refer to rows that are missing (in {tables})."
    return [Difference(subject="references", found=found, advice=RESTORE)]


def _daily(db: Database, now: datetime) -> list[Difference]:  # noqa: ARG001
    wrong = db.value(DAILY)
    if not wrong:
        return []
    found = f"{wrong} counts by day differ from the matches."
    return [Difference(subject="counts by day", found=found, advice=REBUILD, can_rebuild=True)]


def search_differences(db: Database) -> list[Difference]:
    """Return where a search index differs from the table it is of. It is a command, so it is asked inside `writing()`.

    What it does: sqlite.org/fts5.html#the_integrity_check_command.
    """
    found = []
    for index, table in (("posts_fts", "posts"), ("passages_fts", "matches")):
        try:
            db.change(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            text = f"The search index of {table} differs from them."
            found.append(Difference(subject=SEARCH, found=text, advice=REBUILD, can_rebuild=True))
    return found


def _seals(db: Database, now: datetime) -> list[Difference]:  # noqa: ARG001
    broken = seals.broken(db.utils.conn)
    found = "{} read otherwise than the monitor wrote them: damage, or another program wrote to them."
    derived, others = ([one for one in broken if (one.table == DERIVED) is is_derived] for is_derived in (True, False))
    told = [
        (derived, REBUILD),
        (others, f"{RESTORE}, or, if that program was meant to, run `quote-monitor doctor --accept`"),
    ]
    return [
        Difference(subject="seals", found=found.format(seals.told(those)), advice=advice, can_rebuild=advice == REBUILD)
        for those, advice in told
        if those
    ]


def _outbox(db: Database, now: datetime) -> list[Difference]:  # noqa: ARG001
    found = []
    for what, sql in ORPHANS.items():
        count = db.value(sql)
        if count:
            text = f"{count} × {what}."
            advice = "report this as a bug, with the output of `quote-monitor doctor`"
            found.append(Difference(subject="rows that belong together", found=text, advice=advice))
    return found


def _clock(db: Database, now: datetime) -> list[Difference]:
    late = db.value("SELECT max(finished_at) FROM polls WHERE finished_at > ?", now + CLOCK_MARGIN)
    if late is None:
        return []
    found = f"A poll is dated {late}, which is yet to come."
    return [Difference(subject="clock", found=found, advice="set this machine's clock, and let it be kept by NTP")]


def _tables(db: Database, now: datetime) -> list[Difference]:  # noqa: ARG001
    fresh = open_database(IN_MEMORY, create=True)
    try:
        expected = {row["name"]: row["sql"] for row in fresh.rows(SCHEMA)}
    finally:
        fresh.close()
    there = {row["name"]: row["sql"] for row in db.rows(SCHEMA)}
    wrong = sorted(name for name, sql in expected.items() if there.get(name) != sql)
    if not wrong:
        return []
    found = f"These are not as the program made them: {', '.join(wrong)}."
    return [Difference(subject="tables", found=found, advice=RESTORE)]


def _words(db: Database, now: datetime) -> list[Difference]:  # noqa: ARG001
    """Hold the words of every post against the digest taken when they were recorded."""
    wrong, last = 0, 0
    while rows := db.rows(POSTS, last, AT_ONCE):
        last = rows[-1]["id"]
        wrong += sum(_digest(row) != row["text_digest"] for row in rows)
    if not wrong:
        return []
    return [Difference(subject="words", found=f"{wrong} posts read otherwise than when recorded.", advice=RESTORE)]


def _digest(row: Row) -> str | None:
    """Return the digest of a row's words, or None when its parts cannot be read."""
    try:
        return text_digest(Post(guid="", text=row["text"], parts=parts_of(row["parts"])))
    except (ValueError, LookupError, TypeError):
        return None


def _evidence(db: Database, now: datetime) -> list[Difference]:  # noqa: ARG001
    return [
        Difference(subject="evidence", found=f"{problem}.", advice=RESTORE) for problem in evidence.check(db).problems
    ]


CHECKS: dict[str, Callable[[Database, datetime], list[Difference]]] = {
    "file": _whole,
    "seals": _seals,
    "tables": _tables,
    "references": _references,
    "words": _words,
    "counts by day": _daily,
    "rows that belong together": _outbox,
    "evidence": _evidence,
    "clock": _clock,
}
SEARCH = "search"
SUBJECTS = (*CHECKS, SEARCH)
