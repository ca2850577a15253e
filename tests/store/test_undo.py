"""Changes taken back: each kind of change leaves the database as it was before."""

from collections.abc import Callable

import pytest

from monitor.core.errors import InputError
from monitor.core.model import ChatKind, QuoteId, SourceId, SourceKind, WantedQuote, WantedSource, WantedVariant
from monitor.core.people import ChangeId, Preferences, Role, UserId
from monitor.store import SqliteStore
from tests.builders import NOON
from tests.store.conftest import Look

ANN, BEN = "telegram:1", "telegram:2"
KINDS = ("quote", "source", "chat", "member", "invitation")
ONE, SOURCE = QuoteId(1), SourceId(1)
Act = Callable[[SqliteStore], object]

STATE = (
    "SELECT id, text, speaker, threshold, exact, tags, paused_at IS NOT NULL, removed_at IS NOT NULL FROM quotes",
    "SELECT id, text, confirmed, threshold FROM variants WHERE removed_at IS NULL",
    "SELECT id, name, state FROM sources WHERE state <> 'removed'",
    "SELECT chat_id, thread_id, quote_id, tag FROM subscriptions ORDER BY 1, 2, 3, 4",
    "SELECT quote_id, until FROM mutes ORDER BY 1",
    "SELECT user_id, name, role, reason FROM members",
    "SELECT address, lang, zone, quiet_from, digest, silent FROM chats",
)
WANTED = WantedSource(kind=SourceKind.FEED, address="https://example.org/2.xml", name="Second")


def state(look: Look) -> list[list[tuple]]:
    return [[row for row in look(query) if not (query == STATE[0] and row[-1])] for query in STATE]


def undo(store: SqliteStore, by: str = ANN, change: int | None = None, anybodys: bool = False) -> str:
    change_id = None if change is None else ChangeId(change)
    return store.undo(by=by, kinds=KINDS, change_id=change_id, anybodys=anybodys, at=NOON).action


CHANGES: dict[str, Act] = {
    "track": lambda s: s.track(WantedQuote(text="Another quote entirely"), by=ANN, at=NOON),
    "untrack": lambda s: s.untrack(ONE, by=ANN, at=NOON),
    "edit": lambda s: s.edit_quote(ONE, {"threshold": 80, "exact": True, "tags": ("petro",)}, by=ANN, at=NOON),
    "pause quote": lambda s: s.pause_quote(ONE, by=ANN, at=NOON),
    "add variant": lambda s: s.add_variant(ONE, WantedVariant(text="Come and fetch me"), by=ANN, at=NOON),
    "propose variant": lambda s: s.add_variant(
        ONE, WantedVariant(text="Come and fetch me"), confirmed=False, by=ANN, at=NOON
    ),
    "remove variant": lambda s: s.remove_variant(s.quotes()[0].variants[0].id, by=ANN, at=NOON),
    "add source": lambda s: s.add_source(WANTED, by=ANN, at=NOON),
    "pause source": lambda s: s.pause_source(SOURCE, by=ANN, at=NOON),
    "rename source": lambda s: s.rename_source(SOURCE, "Other name", by=ANN, at=NOON),
    "remove source": lambda s: s.remove_source(SOURCE, by=ANN, at=NOON),
    "subscribe": lambda s: s.subscribe("7", ChatKind.PRIVATE, None, quote_id=ONE, by=ANN, at=NOON),
    "unsubscribe": lambda s: s.unsubscribe("7", by=ANN, at=NOON),
    "mute": lambda s: s.mute("7", ChatKind.PRIVATE, None, ONE, until=None, by=ANN, at=NOON),
    "unmute": lambda s: s.unmute("7", None, by=ANN, at=NOON),
    "prefer": lambda s: s.prefer("7", ChatKind.PRIVATE, None, Preferences(lang="es", silent=True), by=ANN, at=NOON),
    "give a role": lambda s: s.give_role(UserId(9), Role.EDITOR, name="Cleo", by=ANN, at=NOON),
    "change a role": lambda s: s.give_role(UserId(5), Role.EDITOR, name=None, by=ANN, at=NOON),
    "ban": lambda s: s.give_role(UserId(5), Role.BANNED, name=None, by=ANN, at=NOON, reason="spam"),
    "remove member": lambda s: s.remove_member(UserId(5), by=ANN, at=NOON),
}


@pytest.fixture
def busy(store: SqliteStore) -> SqliteStore:
    """A store in which others made something of everything."""
    store.add_variant(ONE, WantedVariant(text="Ven por mí, cobarde"), by=BEN, at=NOON)
    store.subscribe("7", ChatKind.PRIVATE, None, by=BEN, at=NOON)
    store.subscribe("7", ChatKind.PRIVATE, None, thread_id=3, tag="petro", by=BEN, at=NOON)
    store.mute("7", ChatKind.PRIVATE, None, None, until=None, by=BEN, at=NOON)
    store.give_role(UserId(5), Role.REVIEWER, name="Dora", by=BEN, at=NOON)
    return store


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_taken_back_leaves_everything_as_it_was(busy: SqliteStore, look: Look, change: str) -> None:
    before = state(look)
    CHANGES[change](busy)
    assert state(look) != before

    undo(busy)

    assert state(look) == before


@pytest.mark.parametrize("change", CHANGES)
def test_taking_back_is_written_down_once_and_cannot_be_done_twice(busy: SqliteStore, look: Look, change: str) -> None:
    CHANGES[change](busy)
    [(newest,)] = look("SELECT max(id) FROM audit")

    undo(busy)

    assert look("SELECT DISTINCT actor, undoes FROM audit WHERE id > ?", newest) == [(ANN, newest)]
    with pytest.raises(InputError, match="taken back already"):
        undo(busy, change=newest)
    with pytest.raises(InputError, match="nothing of yours"):
        undo(busy)


def test_a_resumed_quote_is_paused_again(store: SqliteStore) -> None:
    store.pause_quote(ONE, by=BEN, at=NOON)
    store.resume_quote(ONE, by=ANN, at=NOON)

    assert undo(store) == "resume"
    assert store.quotes()[0].paused


def test_changes_are_taken_back_newest_first(store: SqliteStore) -> None:
    store.edit_quote(ONE, {"threshold": 80}, by=ANN, at=NOON)
    store.edit_quote(ONE, {"threshold": 70}, by=ANN, at=NOON)

    undo(store)
    assert store.quotes()[0].threshold == 80
    undo(store)
    assert store.quotes()[0].threshold is None


def test_what_somebody_changed_since_stays(store: SqliteStore) -> None:
    store.edit_quote(ONE, {"threshold": 80}, by=ANN, at=NOON)
    store.edit_quote(ONE, {"speaker": "Gustavo Petro"}, by=BEN, at=NOON)

    with pytest.raises(InputError, match="changed again since"):
        undo(store)
    assert store.quotes()[0].speaker == "Gustavo Petro"


def test_a_button_that_took_something_back_leaves_the_change_before_it_to_be_taken_back(store: SqliteStore) -> None:
    store.edit_quote(ONE, {"threshold": 80}, by=ANN, at=NOON)
    new = store.track(WantedQuote(text="Another quote entirely"), by=ANN, at=NOON)
    store.untrack(new.id, by=ANN, at=NOON, takes_back=True)
    store.untrack(ONE, by=ANN, at=NOON)
    store.restore_quote(ONE, by=ANN, at=NOON)

    assert undo(store) == "edit"
    assert [(quote.id, quote.threshold) for quote in store.quotes()] == [(ONE, None)]


def test_what_was_edited_since_it_was_tracked_is_untracked_by_a_change_of_its_own(store: SqliteStore) -> None:
    new = store.track(WantedQuote(text="Another quote entirely"), by=ANN, at=NOON)
    store.edit_quote(new.id, {"threshold": 80}, by=ANN, at=NOON)
    store.untrack(new.id, by=ANN, at=NOON, takes_back=True)

    assert [undo(store), undo(store), undo(store)] == ["untrack", "edit", "track"]


def test_an_untracked_quote_whose_words_were_tracked_again_is_not_tracked_twice(store: SqliteStore) -> None:
    text = store.untrack(ONE, by=ANN, at=NOON).text
    store.track(WantedQuote(text="Something else entirely", variants=(WantedVariant(text=text),)), by=BEN, at=NOON)

    with pytest.raises(InputError, match="already tracked"):
        undo(store)
    assert len(store.quotes()) == 1


def test_only_ones_own_changes_are_taken_back_unless_one_may_take_back_anybodys(store: SqliteStore, look: Look) -> None:
    store.pause_quote(ONE, by=BEN, at=NOON)
    [(paused,)] = look("SELECT max(id) FROM audit")

    with pytest.raises(InputError, match="nothing of yours"):
        undo(store)
    with pytest.raises(InputError, match="nothing of yours"):
        undo(store, change=paused)
    assert undo(store, change=paused, anybodys=True) == "pause"


def test_who_lost_a_role_cannot_take_back_what_it_allowed(store: SqliteStore, look: Look) -> None:
    store.pause_quote(ONE, by=ANN, at=NOON)
    [(paused,)] = look("SELECT max(id) FROM audit")

    for change_id in (None, ChangeId(paused)):
        with pytest.raises(InputError):
            store.undo(by=ANN, kinds=("chat",), change_id=change_id, at=NOON)
    assert store.quotes()[0].paused


def test_an_invitation_taken_back_opens_nothing(store: SqliteStore) -> None:
    store.make_invitation("secret", Role.EDITOR, by=ANN, at=NOON, expires_at=NOON.replace(year=2027))

    assert undo(store) == "invite"

    with pytest.raises(InputError, match="has ended"):
        store.use_invitation("secret", user_id=UserId(9), name=None, at=NOON)


def test_the_newest_changes_are_told_with_names_and_what_they_were_about(busy: SqliteStore) -> None:
    busy.give_role(UserId(1), Role.EDITOR, name="Ann", by=BEN, at=NOON)
    busy.pause_quote(ONE, by=ANN, at=NOON)
    undo(busy)

    undoing, paused, role = busy.changes(limit=3)

    assert (paused.by_name, paused.action, paused.subject, paused.is_undone) == ("Ann", "pause", "quote 1", True)
    assert paused.what == "Come get me, coward!"
    assert undoing.undoes == paused.id
    assert (role.by_name, role.what) == (None, "editor")
    assert [change.id for change in busy.changes(limit=2, before_id=role.id)] == [role.id - 1, role.id - 2]


def test_what_one_person_tracks_and_added_is_counted(store: SqliteStore) -> None:
    assert store.tracked_by("ann") == 1
    store.add_source(WANTED, by=ANN, at=NOON)

    assert (store.tracked_by(ANN), store.polled_by(ANN)) == (0, 1)
    store.remove_source(SourceId(2), by=BEN, at=NOON)
    store.untrack(ONE, by=BEN, at=NOON)
    assert (store.tracked_by("ann"), store.polled_by(ANN)) == (0, 0)
