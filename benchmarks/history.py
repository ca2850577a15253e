"""Makes a database with a long history in the real schema, for measuring and for looking at the review pages.

    python -m benchmarks.history FILE [--matches 1000000] [--quotes 1000] [--sources 500] [--days 400] [--until TIME]

Everything in it is invented and follows from a seed. Quotes are found about as often as their rank suggests (Zipf),
in forms that drop, add and change words; sources have their rhythm, and were not always looked at.
"""

import argparse
import json
import random
import sqlite3
import sys
import time
from bisect import bisect
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from benchmarks.history_words import AUTHORS, CLOSINGS, FORMS, OPENINGS, Form, forms_of, invented_quotes
from monitor.core.identity import canonical_link, text_digest
from monitor.core.model import Post
from monitor.store import open_store, seals
from monitor.store.values import time_text

KINDS = ("feed",) * 12 + ("mastodon",) * 3 + ("bluesky",) * 3 + ("hackernews", "telegram_channel", "gdelt")
LANGS = ("en",) * 6 + ("es",) * 3 + ("pt", "fr", None)
BATCH = 20_000
POLLS_DAYS = 30
TABLES = ("matches", "posts", "polls", "alerts", "verdicts")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    for name, default in (("matches", 1_000_000), ("quotes", 1000), ("sources", 500), ("days", 400)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--until", type=datetime.fromisoformat, default=None)
    given = parser.parse_args()
    if given.file.exists():
        parser.error(f"{given.file} is there already: name a new file")
    begun = time.monotonic()
    make(
        given.file,
        matches=given.matches,
        quotes=given.quotes,
        sources=given.sources,
        days=given.days,
        until=given.until or datetime.now(UTC),
    )
    size = given.file.stat().st_size / 1e6
    print(f"{given.matches:,} matches, {size:,.0f} MB, in {time.monotonic() - begun:.0f} s", file=sys.stderr)


def make(path: Path, *, matches: int, quotes: int, sources: int, days: int, until: datetime, seed: int = 7) -> None:
    """Make the database. Indexes, triggers and seals are taken off meanwhile, which makes it minutes faster."""
    with open_store(path):
        pass
    chance = random.Random(seed)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -400000")
        with db:
            taken = _taken_off(db)
            texts = _quotes(db, quotes, until - timedelta(days=days), chance)
            _sources(db, sources, until, days)
            _history(db, texts, matches=matches, sources=sources, days=days, until=until, chance=chance)
            _polls(db, sources, until, chance)
            _people(db, until, chance)
            for sql in taken:
                db.execute(sql)
            for table in ("posts_fts", "passages_fts"):
                db.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
            db.execute("DELETE FROM match_daily")
            db.execute(
                "INSERT INTO match_daily (day, quote_id, source_id, tier, matches)"
                " SELECT substr(m.found_at, 1, 10), m.quote_id, p.source_id, m.tier, count(*)"
                " FROM matches AS m JOIN posts AS p ON p.id = m.post_id GROUP BY 1, 2, 3, 4"
            )
            seals.make(db)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _taken_off(db: sqlite3.Connection) -> list[str]:
    """Drop the indexes and triggers of the large tables; return what makes them anew."""
    rows = db.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        f" AND tbl_name IN ({', '.join('?' * len(TABLES))}) ORDER BY type",
        TABLES,
    ).fetchall()
    for kind, name, _ in rows:
        db.execute(f"DROP {kind} {name}")
    return [sql for _, _, sql in rows]


def _quotes(db: sqlite3.Connection, count: int, at: datetime, chance: random.Random) -> list[tuple[int, list[Form]]]:
    """Insert quotes; return their numbers and the forms each is found in, most frequent first."""
    made = []
    for number, (text, speaker) in enumerate(invented_quotes(count, chance), 1):
        tags = json.dumps([chance.choice(("politics", "sport", "film", "markets"))])
        db.execute(
            "INSERT INTO quotes (id, text, words, speaker, lang, near, excluded, added_at, added_by, tags)"
            " VALUES (?, ?, ?, ?, 'en', '[]', '[]', ?, 'config', ?)",
            (number, text, text.lower(), speaker, time_text(at), tags),
        )
        forms = forms_of(text, chance)
        for form in forms[1 : 1 + number % 3]:
            db.execute(
                "INSERT OR IGNORE INTO variants (quote_id, text, words, lang, origin, confirmed, added_at, added_by)"
                " VALUES (?, ?, ?, 'en', 'person', ?, ?, 'telegram:7001')",
                (number, form.passage, form.passage.lower(), number % 2, time_text(at)),
            )
        made.append((number, forms))
    return made


def _sources(db: sqlite3.Connection, count: int, until: datetime, days: int) -> None:
    for number in range(1, count + 1):
        kind = KINDS[number % len(KINDS)]
        name = f"{OPENINGS[number % len(OPENINGS)].split()[0]} {kind.replace('_', ' ').title()} {number}"
        db.execute(
            "INSERT INTO sources (id, kind, address, name, state, interval_s, last_polled_at, last_success_at,"
            " next_poll_at, origin, listed, added_at) VALUES (?, ?, ?, ?, 'active', 1200, ?, ?, ?, 'config', 1, ?)",
            (
                number,
                kind,
                f"https://source{number}.example/feed",
                name,
                time_text(until - timedelta(minutes=number % 20)),
                time_text(until - timedelta(minutes=number % 20)),
                time_text(until + timedelta(minutes=number % 20)),
                time_text(until - timedelta(days=days + 1)),
            ),
        )


def _history(
    db: sqlite3.Connection,
    texts: list[tuple[int, list[Form]]],
    *,
    matches: int,
    sources: int,
    days: int,
    until: datetime,
    chance: random.Random,
) -> None:
    weights = list(accumulate(1 / rank**0.72 for rank in range(1, len(texts) + 1)))
    ranks = list(accumulate(1 / rank**0.9 for rank in range(1, FORMS + 1)))
    span = days * 86_400
    moments = sorted(span * (1 - chance.random() ** 1.3) for _ in range(matches))
    begin = until - timedelta(seconds=span)
    posts: list[tuple[object, ...]] = []
    found: list[tuple[object, ...]] = []
    for number, moment in enumerate(moments, 1):
        quote_id, forms = texts[bisect(weights, chance.random() * weights[-1])]
        age = moment / span
        known = max(1, int(len(forms) * (0.15 + 0.85 * age)))  # forms come up one after another
        form = forms[bisect(ranks, chance.random() * ranks[known - 1])]
        at = begin + timedelta(seconds=moment)
        post, match = _rows(number, quote_id, form, at, sources, chance)
        posts.append(post)
        found.append(match)
        if len(posts) == BATCH or number == matches:
            _insert(db, posts, found)
            posts, found = [], []


def _rows(
    number: int, quote_id: int, form: Form, at: datetime, sources: int, chance: random.Random
) -> tuple[tuple[object, ...], tuple[object, ...]]:
    opening, closing_words = chance.choice(OPENINGS), chance.choice(CLOSINGS)
    text = f"{opening} “{form.passage}” {closing_words}"
    start = len(opening) + 2
    end = start + len(form.passage)
    source = min(int(sources * chance.random() ** 1.8) + 1, sources)
    digest = text_digest(Post(guid="", text=text))
    url = f"https://source{source}.example/posts/{number}"
    seen = time_text(at)
    post = (
        number, source, f"g{number}", digest, digest, canonical_link(url), url, chance.choice(AUTHORS),
        chance.choice(LANGS), text, json.dumps([{"name": "text", "start": 0, "end": len(text)}]),
        time_text(at - timedelta(minutes=chance.randrange(1, 90))), seen,
    )  # fmt: skip
    tier = "alert" if form.score >= 75 else "suggest"
    match = (
        number, number, quote_id, form.text, digest, f"[[{start}, {end}]]", start, end, form.passage, "text",
        form.score, 75.0, tier, form.kind, form.explanation(start), "history/1",
        None if tier == "alert" else "suggested", seen,
    )  # fmt: skip
    return post, match


def _insert(db: sqlite3.Connection, posts: list[tuple[object, ...]], found: list[tuple[object, ...]]) -> None:
    db.executemany(
        "INSERT INTO posts (id, source_id, guid, fingerprint, text_digest, link, url, author, lang, text, parts,"
        f" published_at, first_seen_at) VALUES ({', '.join('?' * 13)})",
        posts,
    )
    db.executemany(
        'INSERT INTO matches (id, post_id, quote_id, wording, matched_text_digest, spans, start, "end", passage, part,'
        f" score, threshold, tier, kind, explanation, engine, quiet, found_at) VALUES ({', '.join('?' * 18)})",
        found,
    )


def _polls(db: sqlite3.Connection, sources: int, until: datetime, chance: random.Random) -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        every = timedelta(minutes=20)
        outage = until - timedelta(days=9, hours=5)  # of all, for seven hours
        for source in range(1, sources + 1):
            at = until - timedelta(days=POLLS_DAYS, minutes=source % 20)
            down = until - timedelta(days=chance.uniform(0, 60))
            down_until = (
                until + timedelta(days=1) if source % 97 == 5 else down + timedelta(hours=chance.uniform(1, 30))
            )
            if source % 97 == 5:
                down = until - timedelta(hours=chance.uniform(2, 40))
            while at < until:
                failed = down <= at < down_until or outage <= at < outage + timedelta(hours=7)
                outcome = "failed" if failed else "ok" if chance.random() < 0.2 else "unchanged"
                ended = at + timedelta(seconds=1)
                yield (
                    source, time_text(at), time_text(ended), outcome, 0 if failed else 20, 0, 0, 0, 0, 0,
                    "it did not answer in time" if failed else None, None, 0, time_text(ended + every),
                )  # fmt: skip
                at = ended + every

    db.executemany(
        "INSERT INTO polls (source_id, started_at, finished_at, outcome, seen, new, edited, deleted, skipped, matches,"
        f" error, bytes, more, next_at) VALUES ({', '.join('?' * 14)})",
        rows(),
    )
    # Older polls were forgotten, as in a monitor that ran for long: numbers do not begin at 1.
    db.execute("UPDATE polls SET id = id + 1000000000 WHERE id = 1")


def _people(db: sqlite3.Connection, until: datetime, chance: random.Random) -> None:
    member = (
        "INSERT INTO members (user_id, name, role, added_at, added_by) VALUES (7001, 'Ann', 'reviewer', ?, 'config')"
    )
    db.execute(member, (time_text(until),))
    for number, title in enumerate(("Quote alerts", "The desk", "Ann"), 1):
        kind = ("channel", "supergroup", "private")[number - 1]
        db.execute("INSERT INTO chats (id, address, kind, title, added_at) VALUES (?, ?, ?, ?, ?)",
                   (number, str(-1000 - number), kind, title, time_text(until)))  # fmt: skip
    db.execute(
        "INSERT INTO alerts (match_id, chat_id, state, attempts, next_at, message_id, created_at, sent_at, closed_at)"
        " SELECT id, 1, 'sent', 1, found_at, id, found_at, found_at, found_at FROM matches WHERE tier = 'alert'"
        " AND found_at >= ?",
        (time_text(until - timedelta(days=60)),),
    )
    last = db.execute("SELECT max(id) FROM matches").fetchone()[0]
    judged = sorted(chance.sample(range(1, last + 1), min(5000, last // 20)))
    for match_id in judged:
        score = db.execute("SELECT score FROM matches WHERE id = ?", (match_id,)).fetchone()[0]
        right = chance.random() < (0.97 if score > 80 else 0.5)
        db.execute(
            "INSERT INTO verdicts (match_id, verdict, given_at, given_by) VALUES (?, ?, ?, 'telegram:7001')",
            (match_id, "right" if right else "wrong", time_text(until)),
        )
    for number in range(200):
        db.execute(
            "INSERT INTO audit (at, actor, action, subject, before, after) VALUES (?, 'telegram:7001', ?, ?, ?, ?)",
            (
                time_text(until - timedelta(hours=200 - number)),
                "pause" if number % 2 else "resume",
                f"source {number % 40 + 1}",
                json.dumps({"state": "active" if number % 2 else "paused"}),
                json.dumps({"state": "paused" if number % 2 else "active"}),
            ),
        )


if __name__ == "__main__":
    main()
