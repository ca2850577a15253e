"""A page of matches, newest first, in bounded time however many there are and whatever is asked.

What narrows most leads: a verdict (people give few), a source or language with few posts, else time itself. Along time
a page looks through growing windows of matches; when it is not full then, it says how far it looked, and the next
page goes on from there. Pages go on from the last match shown, never by counting (use-the-index-luke.com/no-offset).
"""

from dataclasses import dataclass, replace

from monitor.core.errors import InputError
from monitor.store.database import Database, Row
from monitor.store.values import json_list
from monitor.web.queries.wanted import Wanted, fts

PAGE = 50
WINDOWS = (400, 1200, 3600)  # matches, or posts with the words, looked through for one page, one after another
FEW = 1500  # posts
LED_BY = (  # what is asked, its column, and the index along which matches with it stand in time
    ("quote", "quote_id", "matches_of_quote_by_time"),
    ("kind", "kind", "matches_by_kind"),
    ("tier", "tier", "matches_by_tier"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of matches."""

    ids: tuple[int, ...]
    before: str | None  # where the next page goes on; None: this is the last one
    looked_back_to: str | None = None  # the page is not full: it looked through the window, down to this time


@dataclass(frozen=True, slots=True)
class _Conditions:
    """Conditions of a WHERE clause with their values, never the values in the text."""

    sql: tuple[str, ...] = ()
    values: tuple[object, ...] = ()

    def __add__(self, other: "_Conditions") -> "_Conditions":
        return _Conditions(self.sql + other.sql, self.values + other.values)

    @property
    def text(self) -> str:
        return " AND ".join(self.sql) or "1"


def listing(db: Database, wanted: Wanted, size: int = PAGE) -> Listing:
    """Return a page of the wanted matches. InputError: the words cannot be searched for."""
    if wanted.words:
        return _by_words(db, wanted, size)
    leader = _narrow(db, wanted)
    return _by_time(db, wanted, size) if leader is None else _narrowed(db, wanted, leader, size)


def _narrow(db: Database, wanted: Wanted) -> tuple[str, object] | None:
    """Return where to begin when only few matches are asked for: a table `p` of their posts, and its value; or None."""
    if wanted.verdict not in ("", "none"):
        judged = "SELECT DISTINCT post_id AS id FROM verdicts AS v CROSS JOIN matches ON matches.id = v.match_id"
        return f"({judged} WHERE v.verdict = ?)", wanted.verdict
    for column, value in (("source_id", wanted.source), ("lang", wanted.lang or None)):
        if value is not None:
            posts = f"SELECT id FROM posts WHERE {column} = ?"  # noqa: S608 - our own names
            if db.value(f"SELECT count(*) FROM ({posts} LIMIT {FEW + 1})", value) <= FEW:  # noqa: S608 - the same
                return f"({posts})", value
    return None


def _narrowed(db: Database, wanted: Wanted, leader: tuple[str, object], size: int) -> Listing:
    few, value = leader
    where = _of_match(wanted) + _of_post(wanted) + _by_verdict(wanted) + _after(_place(wanted), "m.found_at", "m.id")
    rows = db.rows(
        f"SELECT m.id, m.found_at AS at FROM {few} AS f"  # noqa: S608 - made of our own names
        " CROSS JOIN matches AS m ON m.post_id = f.id CROSS JOIN posts AS p ON p.id = f.id"
        f" WHERE {where.text} ORDER BY m.found_at DESC, m.id DESC LIMIT ?",
        value, *where.values, size + 1,
    )  # fmt: skip
    return _page(rows, size)


def _by_time(db: Database, wanted: Wanted, size: int) -> Listing:
    """Look along the index of what is asked, through growing windows when more is asked than the index knows."""
    index, led, rest = _led(wanted)
    others = _of_match(rest) + _of_post(wanted) + _by_verdict(wanted)
    found: list[Row] = []
    place = _place(wanted)
    for window in WINDOWS if others.sql else (size + 1,):
        where = led + _between(wanted) + _after(place, "m.found_at", "m.id")
        looked = db.rows(
            f"SELECT m.id, m.found_at AS at FROM matches AS m INDEXED BY {index} WHERE {where.text}"  # noqa: S608
            " ORDER BY m.found_at DESC, m.id DESC LIMIT ?",
            *where.values, window,
        )  # fmt: skip
        found += looked if not others.sql else _kept(db, looked, others)
        if len(found) > size or len(looked) < window:
            return _page(found, size)
        place = (looked[-1]["at"], looked[-1]["id"])
    return _page(found, size, looked=place, back_to=place and str(place[0]))


def _led(wanted: Wanted) -> tuple[str, _Conditions, Wanted]:
    """Return the index to go along, what it knows, and what else is asked."""
    for name, column, index in LED_BY:
        value = getattr(wanted, name)
        if value is not None:
            return index, _Conditions((f"m.{column} = ?",), (value,)), replace(wanted, **{name: None})  # type: ignore[arg-type]
    return "matches_by_time", _Conditions(), wanted


def _kept(db: Database, looked: list[Row], others: _Conditions) -> list[Row]:
    """Return those of the matches looked at that fulfil the other conditions, in the same order."""
    found = db.rows(
        "SELECT m.id FROM json_each(?) AS w CROSS JOIN matches AS m ON m.id = w.value"  # noqa: S608
        f" CROSS JOIN posts AS p ON p.id = m.post_id WHERE {others.text}",
        json_list(row["id"] for row in looked), *others.values,
    )  # fmt: skip
    kept = {row["id"] for row in found}
    return [row for row in looked if row["id"] in kept]


def _by_words(db: Database, wanted: Wanted, size: int) -> Listing:
    """Look along the full-text index, newest post (or match) first, through growing windows."""
    in_posts = wanted.place == "post"
    table, key = ("posts_fts", "m.post_id") if in_posts else ("passages_fts", "m.id")
    words = fts(wanted.words)
    others = _of_match(wanted) + _of_post(wanted) + _by_verdict(wanted)
    found: list[Row] = []
    place = _place(wanted, numbers=True)
    for window in WINDOWS:
        bound = _Conditions() if place is None else _Conditions(("rowid <= ?",), (place[0],))
        hits = _Conditions((f"{table} MATCH ?",), (words,)) + bound
        looked = db.rows(
            f"SELECT rowid AS at FROM {table} WHERE {hits.text} ORDER BY rowid DESC LIMIT ?",  # noqa: S608
            *hits.values, window,
        )  # fmt: skip
        where = others + _after(place, key, "m.id")
        found += db.rows(
            f"SELECT m.id, {key} AS at FROM json_each(?) AS w CROSS JOIN matches AS m ON {key} = w.value"  # noqa: S608
            f" CROSS JOIN posts AS p ON p.id = m.post_id WHERE {where.text} ORDER BY {key} DESC, m.id DESC",
            json_list(row["at"] for row in looked), *where.values,
        )  # fmt: skip
        if len(found) > size or len(looked) < window:
            return _page(found, size)
        place = (looked[-1]["at"], 0)
    assert place is not None
    seen = "first_seen_at FROM posts" if in_posts else "found_at FROM matches"
    back_to = db.value(f"SELECT {seen} WHERE id = ?", place[0])
    return _page(found, size, looked=place, back_to=back_to)


def _page(rows: list[Row], size: int, looked: tuple[object, int] | None = None, back_to: str | None = None) -> Listing:
    shown = rows[:size]
    ids = tuple(row["id"] for row in shown)
    if len(rows) > size:
        return Listing(ids=ids, before=f"{shown[-1]['at']}~{shown[-1]['id']}")
    if looked is not None:
        return Listing(ids=ids, before=f"{looked[0]}~{looked[1]}", looked_back_to=back_to)
    return Listing(ids=ids, before=None)


def _place(wanted: Wanted, *, numbers: bool = False) -> tuple[object, int] | None:
    """Return where the page before ended; None: there is none. InputError: it ended in another sort of list."""
    at, _, match_id = wanted.before.partition("~")
    if not match_id:
        return None
    if numbers != at.isdecimal():
        raise InputError("This page does not exist: go back to the first one.")
    return (int(at) if numbers else at, int(match_id))


def _after(place: tuple[object, int] | None, at: str, number: str) -> _Conditions:
    return _Conditions() if place is None else _Conditions((f"({at}, {number}) < (?, ?)",), place)


def _of_match(wanted: Wanted) -> _Conditions:
    found = _Conditions()
    for column, value in (("quote_id", wanted.quote), ("kind", wanted.kind), ("tier", wanted.tier)):
        if value is not None:
            found += _Conditions((f"m.{column} = ?",), (value,))
    return found + _between(wanted)


def _between(wanted: Wanted) -> _Conditions:
    found = _Conditions()
    for comparison, at in zip(("m.found_at >= ?", "m.found_at < ?"), wanted.times(), strict=True):
        if at is not None:
            found += _Conditions((comparison,), (at,))
    return found


def _of_post(wanted: Wanted) -> _Conditions:
    found = _Conditions()
    if wanted.source is not None:
        found += _Conditions(("p.source_id = ?",), (wanted.source,))
    if wanted.lang:
        found += _Conditions(("p.lang = ?",), (wanted.lang,))
    return found


def _by_verdict(wanted: Wanted) -> _Conditions:
    if wanted.verdict == "none":
        return _Conditions(("NOT EXISTS (SELECT 1 FROM verdicts WHERE match_id = m.id)",))
    if wanted.verdict:
        newest = "SELECT verdict FROM verdicts WHERE match_id = m.id ORDER BY id DESC LIMIT 1"
        return _Conditions((f"({newest}) = ?",), (wanted.verdict,))
    return _Conditions()
