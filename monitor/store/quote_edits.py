"""What persons change of a quote that is tracked: its conditions, its pauses, its variants.

Every change writes the whole quote before and after into `audit`, so that it can be taken back. A change that
changes nothing writes nothing.
"""

from dataclasses import replace
from datetime import datetime

from monitor.core.errors import InputError
from monitor.core.model import Quote, QuoteId, Variant, VariantId, WantedVariant
from monitor.core.quotes import MOST_VARIANTS, QuoteChanges, checked_changes, checked_text
from monitor.store import audit
from monitor.store.database import Database
from monitor.store.quotes import PERSON, must, put_variant, refuse_taken
from monitor.store.values import json_list

NO_SUCH_VARIANT = "There is no other wording #{number}: the quote's card shows those there are."


def edit(db: Database, quote_id: QuoteId, changes: QuoteChanges, *, by: str, at: datetime) -> Quote:
    """Change what is asked of a quote beside its text; return it. Raises InputError."""
    before = must(db, quote_id)
    after = replace(before, **checked_changes(changes))
    if after == before:
        return after
    db.change(
        "UPDATE quotes SET speaker = ?, lang = ?, threshold = ?, exact = ?, quoted_only = ?, near = ?, excluded = ?,"
        " tags = ? WHERE id = ?",
        after.speaker, after.lang, after.threshold, after.exact, after.quoted_only, json_list(after.near),
        json_list(after.excluded), json_list(after.tags), quote_id,
    )  # fmt: skip
    return _noted(db, "edit", before, by=by, at=at)


def pause(db: Database, quote_id: QuoteId, *, by: str, at: datetime) -> Quote:
    """Look for a quote no more until it is resumed; return it. Raises InputError."""
    before = must(db, quote_id)
    if before.paused:
        return before
    db.change("UPDATE quotes SET paused_at = ?, paused_by = ? WHERE id = ?", at, by, quote_id)
    return _noted(db, "pause", before, by=by, at=at)


def resume(db: Database, quote_id: QuoteId, *, by: str, at: datetime) -> Quote:
    """Look for a paused quote again; return it. Raises InputError."""
    before = must(db, quote_id)
    if not before.paused:
        return before
    db.change("UPDATE quotes SET paused_at = NULL, paused_by = NULL WHERE id = ?", quote_id)
    return _noted(db, "resume", before, by=by, at=at)


def add_variant(
    db: Database, quote_id: QuoteId, wanted: WantedVariant, *, confirmed: bool, by: str, at: datetime
) -> Quote:
    """Track another wording of a quote; return the quote with it. Raises InputError."""
    before = must(db, quote_id)
    if len(before.variants) >= MOST_VARIANTS:
        raise InputError(
            "A quote has at most {most} other wordings: remove one, or track a second quote.", most=MOST_VARIANTS
        )
    refuse_taken(db, checked_text(wanted.text))
    put_variant(db, quote_id, wanted, origin=PERSON, confirmed=confirmed, by=by, at=at)
    return _noted(db, "add variant" if confirmed else "propose variant", before, by=by, at=at)


def confirm_variant(db: Database, variant_id: VariantId, *, by: str, at: datetime) -> Quote:
    """Let a proposed wording alert; return its quote. Raises InputError."""
    before, variant = _with_variant(db, variant_id)
    if variant.confirmed:
        return before
    db.change("UPDATE variants SET confirmed = 1 WHERE id = ?", variant_id)
    return _noted(db, "confirm variant", before, by=by, at=at)


def remove_variant(db: Database, variant_id: VariantId, *, by: str, at: datetime) -> Quote:
    """Track a wording no more; return its quote. Raises InputError."""
    before, _ = _with_variant(db, variant_id)
    db.change("UPDATE variants SET removed_at = ? WHERE id = ?", at, variant_id)
    return _noted(db, "remove variant", before, by=by, at=at)


def _with_variant(db: Database, variant_id: VariantId) -> tuple[Quote, Variant]:
    quote_id = db.value("SELECT quote_id FROM variants WHERE id = ? AND removed_at IS NULL", variant_id)
    if quote_id is None:
        raise InputError(NO_SUCH_VARIANT, number=variant_id)
    quote = must(db, QuoteId(quote_id))
    return quote, next(variant for variant in quote.variants if variant.id == variant_id)


def _noted(db: Database, action: str, before: Quote, *, by: str, at: datetime) -> Quote:
    after = must(db, before.id)
    audit.note(db, at=at, by=by, action=action, subject=f"quote {before.id}", before=before, after=after)
    return after
