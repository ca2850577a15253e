import json

import pytest

from monitor.core.errors import InputError
from monitor.core.model import AlertState, ChatKind, Quote, QuoteId, Variant, VariantId, WantedQuote, WantedVariant
from monitor.store import SeededQuotes, SqliteStore
from tests.builders import NOON, QUOTE
from tests.store.conftest import Look
from tests.store.telling import LATER, found

FRENCH = WantedVariant(text="Viens me chercher, lâche !", lang="fr")


def track(store: SqliteStore, text: str, *variants: WantedVariant) -> Quote:
    return store.track(WantedQuote(text=text, variants=variants), by="ann", at=NOON)


def untrack(store: SqliteStore, number: int = 1) -> Quote:
    return store.untrack(QuoteId(number), by="bob", at=LATER)


def seed(store: SqliteStore, text: str, *variants: WantedVariant) -> SeededQuotes:
    return store.seed_quotes([WantedQuote(text=text, variants=variants)], NOON)


def test_a_tracked_quote_is_read_back_whole(empty: SqliteStore, look: Look) -> None:
    wanted = WantedQuote(text="  Come get me,\n coward! ", variants=(FRENCH,), speaker="Ann", lang="en", threshold=87.5)

    quote = empty.track(wanted, by="ann", at=NOON)

    assert quote == Quote(
        id=QuoteId(1), text=QUOTE, speaker="Ann", lang="en", threshold=87.5,
        variants=(Variant(id=VariantId(1), text=FRENCH.text, lang="fr"),),
    )  # fmt: skip
    assert empty.quotes() == [quote]
    assert look("SELECT text, words, added_at, added_by FROM quotes") == [
        (QUOTE, "come get me coward", "2026-01-06T12:00:00.000Z", "ann")
    ]
    ((actor, action, subject, before, after),) = look("SELECT actor, action, subject, before, after FROM audit")
    assert (actor, action, subject, before) == ("ann", "track", "quote 1", None)
    assert json.loads(after)["variants"][0]["text"] == FRENCH.text


@pytest.mark.parametrize("text", ["", "no", "x" * 301])
def test_a_text_that_cannot_be_tracked_changes_nothing(empty: SqliteStore, look: Look, text: str) -> None:
    with pytest.raises(InputError):
        track(empty, text)
    with pytest.raises(InputError):
        track(empty, QUOTE, WantedVariant(text=text))

    assert look("SELECT count(*) FROM quotes") == look("SELECT count(*) FROM audit") == [(0,)]


@pytest.mark.parametrize("text", [QUOTE, "COME GET ME... coward", FRENCH.text])
def test_the_same_words_are_not_tracked_twice(store: SqliteStore, text: str) -> None:
    store.add_variant(QuoteId(1), FRENCH, by="ann", at=NOON)

    with pytest.raises(InputError, match="already tracked as #1"):
        track(store, text)
    with pytest.raises(InputError, match="already tracked as #1"):
        track(store, "Something else altogether", WantedVariant(text=text))
    with pytest.raises(InputError, match="already tracked as #1"):
        store.add_variant(QuoteId(1), WantedVariant(text=text), by="ann", at=NOON)


def test_a_variant_with_the_words_of_its_own_quote_adds_nothing(empty: SqliteStore) -> None:
    quote = track(empty, QUOTE, WantedVariant(text="come get me coward"), FRENCH, FRENCH)

    assert [variant.text for variant in quote.variants] == [FRENCH.text]


def test_untracking_gives_up_waiting_alerts_and_keeps_matches(store: SqliteStore, look: Look) -> None:
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)
    found(store)

    assert untrack(store).text == QUOTE

    assert store.quotes() == []
    assert look("SELECT removed_at, removed_by FROM quotes") == [("2026-01-06T13:00:00.000Z", "bob")]
    assert look("SELECT state, reason FROM alerts") == [(AlertState.DEAD, "untracked")]
    assert len(store.appearances()) == 1
    assert look("SELECT actor, action, subject FROM audit ORDER BY id DESC LIMIT 1") == [("bob", "untrack", "quote 1")]


@pytest.mark.parametrize("number", [99, 0, -1, 10**40])
def test_what_is_not_tracked_cannot_be_untracked(store: SqliteStore, number: int) -> None:
    with pytest.raises(InputError, match=f"no tracked quote #{number}"):
        untrack(store, number)
    with pytest.raises(InputError, match=f"no tracked quote #{number}"):
        store.add_variant(QuoteId(number), FRENCH, by="ann", at=NOON)


def test_a_removed_quote_comes_back_under_its_number_with_its_variants(store: SqliteStore, look: Look) -> None:
    store.add_variant(QuoteId(1), FRENCH, by="ann", at=NOON)
    untrack(store)

    quote = track(store, "COME GET ME, COWARD")

    assert (quote.id, quote.text) == (1, "COME GET ME, COWARD")
    assert [variant.text for variant in quote.variants] == [FRENCH.text]
    assert look("SELECT removed_at, removed_by FROM quotes") == [(None, None)]


def test_a_variant_that_became_a_quote_of_its_own_stays_one(store: SqliteStore) -> None:
    store.add_variant(QuoteId(1), FRENCH, by="ann", at=NOON)
    untrack(store)
    track(store, FRENCH.text)

    assert track(store, QUOTE).variants == ()


def test_adding_a_variant_is_written_down(store: SqliteStore, look: Look) -> None:
    quote = store.add_variant(QuoteId(1), FRENCH, by="ann", at=NOON)

    assert quote.variants[0].origin == "person"
    assert look("SELECT quote_id, text, lang, origin, confirmed FROM variants") == [(1, FRENCH.text, "fr", "person", 1)]
    ((action, before, after),) = look("SELECT action, before, after FROM audit ORDER BY id DESC LIMIT 1")
    assert action == "add variant"
    assert (len(json.loads(before)["variants"]), len(json.loads(after)["variants"])) == (0, 1)


@pytest.mark.parametrize("wanted", [1, "1", "#1", " #1 ", "come get me coward", FRENCH.text])
def test_a_quote_is_found_by_number_or_words(store: SqliteStore, wanted: str | int) -> None:
    store.add_variant(QuoteId(1), FRENCH, by="ann", at=NOON)

    quote = store.find_quote(wanted)

    assert quote
    assert quote.id == 1


@pytest.mark.parametrize(
    "wanted", ["", "#", "2", "²", "get me", "9" * 5000, "#99999999999999999999", "-1", "\x00", "\ud800"]
)
def test_what_is_no_quote_is_not_found(store: SqliteStore, wanted: str) -> None:
    assert store.find_quote(wanted) is None


def test_a_quote_of_digits_is_found_by_its_words(store: SqliteStore) -> None:
    quote = track(store, "1984")

    assert store.find_quote("1984") == quote


def test_an_untracked_quote_is_not_found(store: SqliteStore) -> None:
    untrack(store)

    assert store.find_quote("1") is store.find_quote(QUOTE) is None


def test_the_settings_add_what_was_never_there(empty: SqliteStore, look: Look) -> None:
    assert seed(empty, QUOTE, FRENCH) == SeededQuotes(quotes=1, variants=1)
    assert seed(empty, QUOTE, FRENCH) == SeededQuotes()
    assert seed(empty, QUOTE, FRENCH, WantedVariant(text="Komm und hol mich")) == SeededQuotes(variants=1)

    (quote,) = empty.quotes()
    assert [variant.origin for variant in quote.variants] == ["config", "config"]
    assert look("SELECT added_by FROM quotes") == [("config",)]
    assert look("SELECT actor, action FROM audit") == [("settings", "track"), ("settings", "add variant")]


def test_a_restart_does_not_bring_back_what_a_person_untracked(store: SqliteStore) -> None:
    untrack(store)

    assert seed(store, QUOTE, FRENCH) == SeededQuotes()
    assert store.quotes() == []


def test_the_settings_do_not_bring_back_a_removed_variant(store: SqliteStore) -> None:
    seed(store, QUOTE, FRENCH)
    store._db.change("UPDATE variants SET removed_at = ?", NOON)

    assert seed(store, QUOTE, FRENCH) == SeededQuotes()
    assert store.quotes()[0].variants == ()

    assert len(store.add_variant(QuoteId(1), FRENCH, by="ann", at=NOON).variants) == 1  # a person may


def test_the_settings_do_not_track_a_variant_as_a_quote_too(store: SqliteStore) -> None:
    store.add_variant(QuoteId(1), FRENCH, by="ann", at=NOON)

    assert seed(store, FRENCH.text) == SeededQuotes()


def test_the_conditions_of_a_quote_are_kept_and_replaced_when_it_is_tracked_anew(store: SqliteStore) -> None:
    wanted = WantedQuote(
        text="Winter is coming", exact=True, quoted_only=True, near=("Stark", "Ned"), excluded=("sale",)
    )
    quote = store.track(wanted, by="ann", at=NOON)
    assert store.quotes()[-1] == quote
    assert (quote.exact, quote.quoted_only, quote.near, quote.excluded) == (True, True, ("Stark", "Ned"), ("sale",))

    store.untrack(quote.id, by="ann", at=NOON)
    again = store.track(WantedQuote(text="Winter is coming"), by="ann", at=NOON)
    assert (again.id, again.exact, again.near) == (quote.id, False, ())
