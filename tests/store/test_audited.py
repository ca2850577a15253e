"""Whatever a person or the settings change is in the audit; whatever writes is known to be either that or our own."""

import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from monitor.bot.audit_texts import DONE
from monitor.core.model import (
    ChatKind,
    MatchId,
    PostId,
    QuoteId,
    SourceId,
    SourceKind,
    VariantId,
    WantedQuote,
    WantedSource,
    WantedVariant,
)
from monitor.core.people import Preferences, Role, UserId
from monitor.core.verdicts import Verdict
from monitor.store import SqliteStore, open_store
from tests.builders import NOON, QUOTE, a_finding, a_match, a_poll, a_post, a_source

WHO = {"by": "telegram:1", "at": NOON}
CHAT = ("-100", ChatKind.GROUP, "Desk")
OTHER = WantedSource(kind=SourceKind.FEED, address="https://other.example/feed", name="Other")
LISTED = WantedSource(kind=SourceKind.FEED, address=a_source().address, name="Example News")


def meddle(store: SqliteStore) -> None:
    """Write as another program would: without a seal."""
    store._db.utils.conn.execute("UPDATE seals SET total = total + 1 WHERE \"table\" = 'posts'")


CHANGES: dict[str, Callable[[SqliteStore], object]] = {
    "accept": lambda store: (meddle(store), store.accept(**WHO)),
    "add_source": lambda store: store.add_source(OTHER, **WHO),
    "add_variant": lambda store: store.add_variant(QuoteId(1), WantedVariant(text="Vengan por mí"), **WHO),
    "confirm_variant": lambda store: store.confirm_variant(VariantId(2), **WHO),
    "edit_quote": lambda store: store.edit_quote(QuoteId(1), {"exact": True}, **WHO),
    "forget_person": lambda store: store.forget_person([PostId(1)], author="Ann", **WHO),
    "give_role": lambda store: store.give_role(UserId(7), Role.EDITOR, name="Ann", **WHO),
    "give_verdict": lambda store: store.give_verdict(MatchId(1), Verdict.RIGHT, **WHO),
    "make_feed_address": lambda store: store.make_feed_address("other", QuoteId(2), user_id=UserId(8), **WHO),
    "make_invitation": lambda store: store.make_invitation(
        "other", Role.EDITOR, expires_at=NOON + timedelta(days=7), **WHO
    ),
    "mute": lambda store: store.mute(*CHAT, None, until=None, **WHO),
    "note_settings": lambda store: store.note_settings({"log.level": "DEBUG"}, NOON),
    "pause_quote": lambda store: store.pause_quote(QuoteId(1), **WHO),
    "pause_source": lambda store: store.pause_source(SourceId(1), **WHO),
    "prefer": lambda store: store.prefer(*CHAT, Preferences(lang="es"), **WHO),
    "propose_wording": lambda store: store.propose_wording(MatchId(2), **WHO),
    "remove_member": lambda store: store.remove_member(UserId(8), **WHO),
    "remove_source": lambda store: store.remove_source(SourceId(1), **WHO),
    "remove_variant": lambda store: store.remove_variant(VariantId(1), **WHO),
    "rename_source": lambda store: store.rename_source(SourceId(1), "Another name", **WHO),
    "restore_quote": lambda store: store.restore_quote(QuoteId(3), **WHO),
    "resume_quote": lambda store: store.resume_quote(QuoteId(2), **WHO),
    "resume_source": lambda store: store.resume_source(SourceId(2), **WHO),
    "revoke_feed_address": lambda store: store.revoke_feed_address(1, **WHO),
    "seed_channel": lambda store: store.seed_channel(None, NOON),
    "seed_quotes": lambda store: store.seed_quotes([WantedQuote(text="From the settings now")], NOON),
    "seed_sources": lambda store: store.seed_sources([LISTED, OTHER], NOON),
    "stop_forgetting": lambda store: (
        store.forget_person([PostId(1)], author="Ann", **WHO),
        store.stop_forgetting(author="Ann", **WHO),
    ),
    "subscribe": lambda store: store.subscribe(*CHAT, quote_id=QuoteId(1), **WHO),
    "track": lambda store: store.track(WantedQuote(text="Another quote entirely"), **WHO),
    "undo": lambda store: store.undo(kinds=["quote", "source", "chat"], **WHO),
    "unmute": lambda store: store.unmute("-100", QuoteId(1), **WHO),
    "unsubscribe": lambda store: store.unsubscribe("-100", **WHO),
    "untrack": lambda store: store.untrack(QuoteId(1), **WHO),
    "use_invitation": lambda store: store.use_invitation("secret", user_id=UserId(9), name="Bob", at=NOON),
}

OWN = {
    # what is read, found and received: rows of their own say when and how
    "record", "record_replayed", "record_recheck", "end_rechecks", "prune_polls", "forget_some", "rebuild",
    "merge_index",
    "differences",  # changes nothing: what the search indexes are asked is a command of theirs
    # the outbox: an alert's row says what became of it
    "begin", "bury", "doubt", "edited", "looking", "mark_stale", "next_doubt", "next_stale", "no_copy",
    "put_back", "recover", "rehold", "send_again", "sent", "tell_alone",
    # what Telegram says of a chat
    "close_chat", "ensure_chat", "hold_chat", "move_chat", "rename_chat",
}  # fmt: skip


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with open_store(":memory:", now=lambda: NOON) as store:
        store.seed_sources([LISTED], NOON)
        store.add_source(WantedSource(kind=SourceKind.FEED, address="https://b.example/", name="B"), **WHO)
        store.pause_source(SourceId(2), **WHO)
        store.track(WantedQuote(text=QUOTE, variants=(WantedVariant(text="Come and get me, coward"),)), **WHO)
        store.track(WantedQuote(text="A quote that is paused"), **WHO)
        store.pause_quote(QuoteId(2), **WHO)
        store.track(WantedQuote(text="A quote that was removed"), **WHO)
        store.untrack(QuoteId(3), **WHO)
        store.add_variant(QuoteId(1), WantedVariant(text="Come get us, cowards"), confirmed=False, **WHO)
        store.seed_channel("@news", NOON)
        store.subscribe(*CHAT, **WHO)
        store.mute(*CHAT, QuoteId(1), until=None, **WHO)
        store.give_role(UserId(8), Role.REVIEWER, name="Cid", **WHO)
        store.make_feed_address("number", QuoteId(1), user_id=UserId(8), **WHO)
        store.make_invitation("secret", Role.EDITOR, expires_at=NOON + timedelta(days=7), **WHO)
        posts = [a_post(QUOTE), a_post("so he said: come and fetch me, you coward")]
        store.record(a_poll(), store.unseen(a_source(), posts), [a_finding(a_match(post)) for post in posts])
        yield store


def writing() -> set[str]:
    """The methods of the store that write."""
    methods = inspect.getmembers(SqliteStore, inspect.isfunction)
    return {name for name, method in methods if name[0] != "_" and ".writing()" in inspect.getsource(method)}


def test_every_method_that_writes_is_audited_or_known_to_be_our_own() -> None:
    assert writing() == CHANGES.keys() | OWN
    assert not CHANGES.keys() & OWN


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_in_the_audit(store: SqliteStore, name: str) -> None:
    before = store.changes_in_full(limit=1)[0]["id"]

    CHANGES[name](store)

    new = [row for row in store.changes_in_full(limit=100) if row["id"] > before]
    assert new
    assert all(row["action"] in DONE for row in new), "monitor/bot/audit_texts.py tells each in a sentence"
    assert all(row["actor"] in ("telegram:1", "telegram:9", "settings") and row["action"] for row in new)
