"""Puts a tracked quote back as it was before a change, as the audit wrote it down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.core.model import QuoteId
from monitor.store import quotes
from monitor.store.database import Database
from monitor.store.values import json_list


def put_back(db: Database, quote_id: QuoteId, was: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """Ask of a quote what was asked, with the variants it had. InputError: another quote took a variant's words."""
    db.change(
        "UPDATE quotes SET speaker = ?, lang = ?, threshold = ?, exact = ?, quoted_only = ?, near = ?, excluded = ?,"
        " tags = ?, paused_at = CASE WHEN ? THEN ? END, paused_by = CASE WHEN ? THEN ? END WHERE id = ?",
        was["speaker"], was["lang"], was["threshold"], was["exact"], was["quoted_only"], json_list(was["near"]),
        json_list(was["excluded"]), json_list(was["tags"]), was["paused"], at, was["paused"], by, quote_id,
    )  # fmt: skip
    had = {variant["id"]: variant for variant in was["variants"]}
    for row in db.rows("SELECT id, removed_at FROM variants WHERE quote_id = ?", quote_id):
        if row["id"] in had:
            _put_back_variant(db, had[row["id"]], is_removed=row["removed_at"] is not None)
        else:
            db.change("UPDATE variants SET removed_at = coalesce(removed_at, ?) WHERE id = ?", at, row["id"])


def _put_back_variant(db: Database, was: Mapping[str, Any], *, is_removed: bool) -> None:
    if is_removed:
        quotes.refuse_taken(db, was["text"])
    db.change(
        "UPDATE variants SET text = ?, lang = ?, confirmed = ?, threshold = ?, removed_at = NULL WHERE id = ?",
        was["text"], was["lang"], was["confirmed"], was["threshold"], was["id"],
    )  # fmt: skip
