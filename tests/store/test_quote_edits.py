import json

import pytest

from monitor.core.errors import InputError
from monitor.core.model import Quote, QuoteId, VariantId, WantedQuote, WantedVariant
from monitor.core.quotes import MOST_VARIANTS, QuoteChanges
from monitor.store import SqliteStore
from tests.builders import NOON, QUOTE
from tests.store.conftest import Look

FRENCH = WantedVariant(text="Viens me chercher, lâche !", lang="fr")


def edit(store: SqliteStore, **changes: object) -> Quote:
    return store.edit_quote(QuoteId(1), QuoteChanges(**changes), by="ann", at=NOON)  # type: ignore[typeddict-item]


def actions(look: Look) -> list[str]:
    return [
        action
        for (action,) in look("SELECT action FROM audit WHERE action <> 'track' AND subject LIKE 'quote %' ORDER BY id")
    ]


def test_only_what_is_given_changes_and_is_kept_plain(store: SqliteStore) -> None:
    edit(store, threshold=80.0, speaker="Ann")

    quote = edit(store, near=(" Gustavo  Petro ", "Colombia", "Colombia", ""), tags=("#Petro", "petro"), exact=True)

    assert store.quotes() == [quote]
    assert (quote.text, quote.threshold, quote.speaker, quote.exact) == (QUOTE, 80.0, "Ann", True)
    assert (quote.near, quote.tags) == (("Gustavo Petro", "Colombia"), ("petro",))
    assert edit(store, threshold=None, speaker="", near=()) == edit(store)


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 49.9},
        {"threshold": 101},
        {"threshold": float("nan")},
        {"lang": "Spanish (Colombia)"},
        {"speaker": "x" * 101},
        {"near": tuple(f"name {number}" for number in range(21))},
        {"near": ("...",)},
        {"excluded": ("x" * 101,)},
        {"tags": ("two words",)},
        {"tags": tuple(f"tag{number}" for number in range(11))},
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_changes(store: SqliteStore, changes: dict, look: Look) -> None:
    with pytest.raises(InputError):
        edit(store, **changes)
    with pytest.raises(InputError):
        store.track(WantedQuote(text="Something else", **changes), by="ann", at=NOON)

    assert len(store.quotes()) == 1
    assert actions(look) == []


def test_each_change_is_written_down_whole_and_no_change_is_not(store: SqliteStore, look: Look) -> None:
    edit(store, threshold=80.0)
    edit(store, threshold=80.0)
    store.pause_quote(QuoteId(1), by="bob", at=NOON)
    store.pause_quote(QuoteId(1), by="bob", at=NOON)
    store.resume_quote(QuoteId(1), by="bob", at=NOON)
    store.resume_quote(QuoteId(1), by="bob", at=NOON)

    assert actions(look) == ["edit", "pause", "resume"]
    rows = look("SELECT before, after FROM audit WHERE action = 'pause'")
    assert [(json.loads(before)["paused"], json.loads(after)["paused"]) for before, after in rows] == [(False, True)]


def test_a_pause_says_since_when_and_by_whom_and_tracking_anew_ends_it(store: SqliteStore, look: Look) -> None:
    assert store.pause_quote(QuoteId(1), by="bob", at=NOON).paused
    assert look("SELECT paused_at, paused_by FROM quotes") == [("2026-01-06T12:00:00.000Z", "bob")]

    store.untrack(QuoteId(1), by="bob", at=NOON)
    assert not store.track(WantedQuote(text=QUOTE), by="ann", at=NOON).paused


def test_a_proposed_variant_is_confirmed_and_removed_by_its_number(store: SqliteStore, look: Look) -> None:
    proposed = store.add_variant(QuoteId(1), FRENCH, confirmed=False, by="ann", at=NOON)
    assert not proposed.variants[0].confirmed

    assert store.confirm_variant(VariantId(1), by="bob", at=NOON).variants[0].confirmed
    store.confirm_variant(VariantId(1), by="bob", at=NOON)
    assert store.remove_variant(VariantId(1), by="bob", at=NOON).variants == ()

    assert actions(look) == ["propose variant", "confirm variant", "remove variant"]
    for gone in (store.confirm_variant, store.remove_variant):
        with pytest.raises(InputError, match="no other wording #1"):
            gone(VariantId(1), by="bob", at=NOON)


def test_a_variant_of_an_untracked_quote_cannot_be_changed(store: SqliteStore) -> None:
    store.add_variant(QuoteId(1), FRENCH, by="ann", at=NOON)
    store.untrack(QuoteId(1), by="ann", at=NOON)

    with pytest.raises(InputError, match="no tracked quote #1"):
        store.remove_variant(VariantId(1), by="bob", at=NOON)


def test_a_quote_has_a_bounded_family(store: SqliteStore) -> None:
    for number in range(MOST_VARIANTS):
        store.add_variant(QuoteId(1), WantedVariant(text=f"wording number {number}"), by="ann", at=NOON)

    with pytest.raises(InputError, match="at most 100 other wordings"):
        store.add_variant(QuoteId(1), FRENCH, by="ann", at=NOON)


def test_an_untracked_quote_comes_back_as_it_was(store: SqliteStore) -> None:
    store.add_variant(QuoteId(1), FRENCH, by="ann", at=NOON)
    before = edit(store, threshold=80.0, tags=("a",))
    store.untrack(QuoteId(1), by="ann", at=NOON)

    assert store.restore_quote(QuoteId(1), by="ann", at=NOON) == before
    assert store.restore_quote(QuoteId(1), by="ann", at=NOON) == before
    with pytest.raises(InputError, match="no tracked quote #7"):
        store.restore_quote(QuoteId(7), by="ann", at=NOON)


def test_a_quote_whose_words_another_took_over_does_not_come_back(store: SqliteStore) -> None:
    store.untrack(QuoteId(1), by="ann", at=NOON)
    store.track(WantedQuote(text="Winter is coming", variants=(WantedVariant(text=QUOTE),)), by="ann", at=NOON)

    with pytest.raises(InputError, match="already tracked as #2"):
        store.restore_quote(QuoteId(1), by="ann", at=NOON)
