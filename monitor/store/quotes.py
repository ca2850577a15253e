"""The `quotes` and `variants` tables: what is tracked. Nothing is deleted, since matches refer to it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.core.errors import InputError
from monitor.core.model import Quote, QuoteId, Variant, VariantId, WantedQuote, WantedVariant
from monitor.core.quotes import checked_text, checked_wishes, same_words
from monitor.store import alerts, audit
from monitor.store.database import Database, Row
from monitor.store.values import json_list

CONFIG = "config"
SETTINGS = "settings"  # the actor of the audit
PERSON = "person"
NO_SUCH_QUOTE = "There is no tracked quote #{number}: see the list of quotes for the numbers."


@dataclass(frozen=True, slots=True, kw_only=True)
class SeededQuotes:
    """What the settings' list added."""

    quotes: int = 0
    variants: int = 0


def tracked(db: Database) -> list[Quote]:
    return _quotes(db, db.rows("SELECT * FROM quotes WHERE removed_at IS NULL ORDER BY id"))


def by_id(db: Database, quote_id: QuoteId) -> Quote | None:
    found = _quotes(db, db.rows("SELECT * FROM quotes WHERE id = ? AND removed_at IS NULL", quote_id))
    return found[0] if found else None


def find(db: Database, text_or_number: str | int) -> Quote | None:
    """Return the tracked quote of this number ("3", "#3"), or of these words, or with a variant of these words."""
    wanted = str(text_or_number).strip()
    number = wanted.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 20:  # longer ones are no number of ours
        quote = by_id(db, QuoteId(int(number)))
        if quote is not None:
            return quote
    holder = holder_of(db, same_words(wanted))
    return None if holder is None else by_id(db, holder)


def track(db: Database, wanted: WantedQuote, *, by: str, at: datetime) -> Quote:
    """Track a quote; one that was tracked before comes back under its number. Raises InputError."""
    text = checked_text(wanted.text)
    wanted = checked_wishes(wanted)
    words = same_words(text)
    refuse_taken(db, text)
    for variant in wanted.variants:
        refuse_taken(db, checked_text(variant.text))
    former = db.value("SELECT max(id) FROM quotes WHERE words = ?", words)
    if former is None:
        quote_id = _insert(db, wanted, text, by=by, at=at)
    else:
        quote_id = QuoteId(former)
        _revive(db, quote_id, wanted, text, by=by, at=at)
    for variant in wanted.variants:
        put_variant(db, quote_id, variant, origin=PERSON, by=by, at=at)
    quote = must(db, quote_id)
    audit.note(db, at=at, by=by, action="track", subject=f"quote {quote_id}", after=quote)
    return quote


def untrack(db: Database, quote_id: QuoteId, *, by: str, at: datetime, takes_back: bool = False) -> Quote:
    """Stop tracking a quote and give up what waits to be told of it; return it. Raises InputError.

    With `takes_back` that is no change of its own, but takes back that it was tracked, if it was not edited since.
    """
    quote = must(db, quote_id)
    db.change("UPDATE quotes SET removed_at = ?, removed_by = ? WHERE id = ?", at, by, quote_id)
    alerts.bury_of_quote(db, quote_id, reason="untracked", at=at)
    audit.note(db, at=at, by=by, action="untrack", subject=f"quote {quote_id}", before=quote)
    if takes_back:
        audit.takes_back(db, subject=f"quote {quote_id}", action="track")
    return quote


def seed(db: Database, wanted: Iterable[WantedQuote], now: datetime) -> SeededQuotes:
    """Track what the settings list and nobody ever removed; what is there already stays as it is."""
    quotes = variants = 0
    for quote in wanted:
        text = checked_text(quote.text)
        row = db.row("SELECT * FROM quotes WHERE words = ? ORDER BY removed_at IS NOT NULL LIMIT 1", same_words(text))
        if row is not None and row["removed_at"] is not None:
            continue
        if row is not None:
            quote_id = QuoteId(row["id"])
        elif holder_of(db, same_words(text)) is None:
            quote_id = _insert(db, quote, text, by=CONFIG, at=now)
            quotes += 1
        else:  # a variant of another quote: it is tracked
            continue
        added = sum(_seed_variant(db, quote_id, variant, now) for variant in quote.variants)
        variants += added
        if row is None or added:
            audit.note(
                db, at=now, by=SETTINGS, action="track" if row is None else "add variant",
                subject=f"quote {quote_id}", after=by_id(db, quote_id),
            )  # fmt: skip
    return SeededQuotes(quotes=quotes, variants=variants)


def _seed_variant(db: Database, quote_id: QuoteId, wanted: WantedVariant, now: datetime) -> bool:
    words = same_words(checked_text(wanted.text))
    there = db.value("SELECT 1 FROM variants WHERE quote_id = ? AND words = ?", quote_id, words)
    if there or holder_of(db, words) is not None:
        return False
    put_variant(db, quote_id, wanted, origin=CONFIG, by=CONFIG, at=now)
    return True


def holder_of(db: Database, words: str) -> QuoteId | None:
    """Return the tracked quote that has these words, as its text or as a variant."""
    return db.value(  # type: ignore[no-any-return]
        "SELECT id FROM quotes WHERE words = ?1 AND removed_at IS NULL"
        " UNION ALL SELECT quotes.id FROM variants JOIN quotes ON quotes.id = variants.quote_id"
        " WHERE variants.words = ?1 AND variants.removed_at IS NULL AND quotes.removed_at IS NULL LIMIT 1",
        words,
    )


def refuse_taken(db: Database, text: str) -> None:
    holder = holder_of(db, same_words(text))
    if holder is not None:
        raise InputError("“{text}” is already tracked as #{number}.", text=text, number=holder)


def must(db: Database, quote_id: QuoteId) -> Quote:
    """Return the tracked quote of this number. Raises InputError when there is none, or it was removed."""
    quote = by_id(db, quote_id)
    if quote is None:
        raise InputError(NO_SUCH_QUOTE, number=quote_id)
    return quote


def _insert(db: Database, wanted: WantedQuote, text: str, *, by: str, at: datetime) -> QuoteId:
    inserted = db.value(
        "INSERT INTO quotes (text, words, speaker, lang, threshold, exact, quoted_only, near, excluded, tags,"
        " added_at, added_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        text, same_words(text), wanted.speaker, wanted.lang, wanted.threshold, wanted.exact, wanted.quoted_only,
        json_list(wanted.near), json_list(wanted.excluded), json_list(wanted.tags), at, by,
    )  # fmt: skip
    return QuoteId(inserted)


def restore(db: Database, quote_id: QuoteId, *, by: str, at: datetime) -> Quote:
    """Track a removed quote again as it was when it was removed; return it. Raises InputError.

    That takes back that it was untracked.
    """
    text = db.value("SELECT text FROM quotes WHERE id = ? AND removed_at IS NOT NULL", quote_id)
    if text is None:
        return must(db, quote_id)
    refuse_taken(db, text)
    _leave_taken(db, quote_id, at)
    db.change("UPDATE quotes SET removed_at = NULL, removed_by = NULL WHERE id = ?", quote_id)
    quote = must(db, quote_id)
    audit.note(db, at=at, by=by, action="track", subject=f"quote {quote_id}", after=quote)
    audit.takes_back(db, subject=f"quote {quote_id}", action="untrack")
    return quote


def _leave_taken(db: Database, quote_id: QuoteId, at: datetime) -> None:
    """Leave a removed quote's variants to the quotes that took their words over meanwhile."""
    for row in db.rows("SELECT id, words FROM variants WHERE quote_id = ? AND removed_at IS NULL", quote_id):
        if holder_of(db, row["words"]) is not None:
            db.change("UPDATE variants SET removed_at = ? WHERE id = ?", at, row["id"])


def _revive(db: Database, quote_id: QuoteId, wanted: WantedQuote, text: str, *, by: str, at: datetime) -> None:
    """Track a removed quote again with its variants, but for those that another quote took over meanwhile."""
    _leave_taken(db, quote_id, at)
    db.change(
        "UPDATE quotes SET text = ?, speaker = ?, lang = ?, threshold = ?, exact = ?, quoted_only = ?, near = ?,"
        " excluded = ?, tags = ?, added_at = ?, added_by = ?, removed_at = NULL, removed_by = NULL,"
        " paused_at = NULL, paused_by = NULL WHERE id = ?",
        text, wanted.speaker, wanted.lang, wanted.threshold, wanted.exact, wanted.quoted_only,
        json_list(wanted.near), json_list(wanted.excluded), json_list(wanted.tags), at, by, quote_id,
    )  # fmt: skip


def put_variant(
    db: Database,
    quote_id: QuoteId,
    wanted: WantedVariant,
    *,
    origin: str,
    confirmed: bool = True,
    by: str,
    at: datetime,
) -> None:
    """Add a variant, or bring it up to date; one with the words of its own quote adds nothing."""
    text = checked_text(wanted.text)
    words = same_words(text)
    if words == db.value("SELECT words FROM quotes WHERE id = ?", quote_id):
        return
    db.change(
        "INSERT INTO variants (quote_id, text, words, lang, origin, confirmed, threshold, added_at, added_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (quote_id, words) DO UPDATE SET text = excluded.text,"
        " lang = excluded.lang, origin = excluded.origin, confirmed = excluded.confirmed,"
        " threshold = excluded.threshold, added_at = excluded.added_at, added_by = excluded.added_by,"
        " removed_at = NULL",
        quote_id, text, words, wanted.lang, origin, confirmed, wanted.threshold, at, by,
    )  # fmt: skip


def _quotes(db: Database, rows: list[Row]) -> list[Quote]:
    variants: dict[int, list[Variant]] = {row["id"]: [] for row in rows}
    for row in db.rows(
        "SELECT * FROM variants WHERE removed_at IS NULL AND quote_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        json_list(variants),
    ):
        variants[row["quote_id"]].append(_variant(row))
    return [
        Quote(
            id=QuoteId(row["id"]),
            text=row["text"],
            variants=tuple(variants[row["id"]]),
            speaker=row["speaker"],
            lang=row["lang"],
            threshold=row["threshold"],
            exact=bool(row["exact"]),
            quoted_only=bool(row["quoted_only"]),
            near=tuple(json.loads(row["near"])),
            excluded=tuple(json.loads(row["excluded"])),
            tags=tuple(json.loads(row["tags"])),
            paused=row["paused_at"] is not None,
        )
        for row in rows
    ]


def _variant(row: Row) -> Variant:
    return Variant(
        id=VariantId(row["id"]),
        text=row["text"],
        lang=row["lang"],
        origin=row["origin"],
        confirmed=bool(row["confirmed"]),
        threshold=row["threshold"],
    )
