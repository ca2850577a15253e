import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.core.errors import InputError
from monitor.core.model import ChatKind, MatchId, QuoteId, WantedVariant
from monitor.core.verdicts import Judgement, Reason, Verdict
from monitor.store import SqliteStore
from tests.builders import NOON, QUOTE, a_poll, a_post
from tests.store.conftest import Look
from tests.store.reviewing import recorded

ONE = QuoteId(1)


def say(
    store: SqliteStore, match_id: MatchId, verdict: Verdict, note: str | None = None, at: datetime = NOON
) -> Judgement:
    return store.give_verdict(match_id, verdict, note, by="telegram:7", name="Ann", at=at)


def messages_sent(store: SqliteStore) -> None:
    """Say that every alert arrived, as a message of its number."""
    store._db._connection.execute("UPDATE alerts SET state = 'sent', message_id = id, sent_at = created_at")


def test_the_newest_verdict_is_in_force_and_the_others_are_kept(store: SqliteStore) -> None:
    match_id = recorded(store)
    say(store, match_id, Verdict.RIGHT)
    last = say(store, match_id, Verdict.WRONG, "  a\nsong ")

    found = store.appearance(match_id)

    assert found
    assert found.judgement == last == Judgement(
        verdict=Verdict.WRONG, note="a song", at=NOON, by="telegram:7", name="Ann"
    )  # fmt: skip
    assert [given.verdict for given in store.verdicts(match_id)] == [Verdict.WRONG, Verdict.RIGHT]


def test_a_verdict_is_in_the_audit_with_what_was_said_before(store: SqliteStore, look: Look) -> None:
    match_id = recorded(store)
    say(store, match_id, Verdict.RIGHT)
    say(store, match_id, Verdict.WRONG, "a song")

    rows = look("SELECT actor, subject, before, after FROM audit WHERE action = 'judge' ORDER BY id")

    assert [row[:2] for row in rows] == [("telegram:7", "match 1")] * 2
    assert rows[0][2] is None
    assert [json.loads(text) for text in rows[1][2:]] == [
        {"verdict": "right", "note": None}, {"verdict": "wrong", "note": "a song"},
    ]  # fmt: skip


def test_the_same_said_twice_is_written_once(store: SqliteStore) -> None:
    match_id = recorded(store)

    assert say(store, match_id, Verdict.RIGHT) == say(store, match_id, Verdict.RIGHT, at=NOON + timedelta(hours=1))
    assert len(store.verdicts(match_id)) == 1


def test_a_verdict_on_nothing_or_with_an_endless_note_is_refused(store: SqliteStore) -> None:
    match_id = recorded(store)

    with pytest.raises(InputError, match="There is no match #99"):
        say(store, MatchId(99), Verdict.RIGHT)
    with pytest.raises(InputError, match="at most 500"):
        say(store, match_id, Verdict.RIGHT, "x" * 501)
    assert store.verdicts(match_id) == []


def test_precision_and_threshold_come_from_the_verdicts_in_force(store: SqliteStore) -> None:
    for number in range(12):
        match_id = recorded(store, f"{number} {QUOTE} {number}", score=90.0 + number / 2)
        say(store, match_id, Verdict.WRONG)
        say(store, match_id, Verdict.RIGHT if number > 1 else Verdict.WRONG)
    say(store, recorded(store, f"{QUOTE} unsure"), Verdict.UNSURE)

    advice = store.proposed_threshold(ONE)

    assert store.precision(ONE).share == 10 / 12
    assert store.precision(QuoteId(2)).share is None
    assert (advice.reason, advice.threshold, advice.right, advice.judged) == (Reason.BETTER, 91.0, 10, 10)


def test_a_verdict_makes_the_messages_that_told_of_the_match_stale(store: SqliteStore, look: Look) -> None:
    store.subscribe("@one", ChatKind.CHANNEL, None, by="ann", at=NOON)
    store.subscribe("@two", ChatKind.CHANNEL, None, by="ann", at=NOON)
    match_id = recorded(store, f"first {QUOTE}")
    recorded(store, f"second {QUOTE}")
    messages_sent(store)
    store._db._connection.execute("UPDATE alerts SET state = 'digested', told_in = 3 WHERE id = 1")

    say(store, match_id, Verdict.RIGHT, at=NOON + timedelta(hours=1))

    assert look("SELECT id FROM alerts WHERE stale_at = '2026-01-06T13:00:00.000Z'") == [(2,), (3,)]


@pytest.mark.parametrize("change", ["edit", "deletion", "return"])
def test_so_does_a_change_of_its_post(store: SqliteStore, look: Look, change: str) -> None:
    store.subscribe("@one", ChatKind.CHANNEL, None, by="ann", at=NOON)
    post = a_post(QUOTE, guid="1")
    recorded(store, guid="1", url=post.url)
    if change == "return":
        store.record(a_poll(deleted=("1",)))
    messages_sent(store)
    later = a_poll(finished_at=NOON + timedelta(hours=1))

    match change:
        case "edit":
            store.record(later, store.unseen(later.source, [replace(post, text="Nothing of it")]))
        case "deletion":
            store.record(replace(later, deleted=("1",)))
        case "return":
            store.record(later, store.unseen(later.source, [post]))

    assert look("SELECT stale_at FROM alerts") == [("2026-01-06T13:00:00.000Z",)]


def test_an_appearance_tells_what_became_of_its_post(store: SqliteStore) -> None:
    post = a_post(QUOTE, guid="1")
    match_id = recorded(store, guid="1", url=post.url)
    later = a_poll(finished_at=NOON + timedelta(hours=1))
    store.record(later, store.unseen(later.source, [replace(post, text="Nothing of it")]))
    store.record(replace(later, deleted=("1",)))

    found = store.appearance(match_id)

    assert found
    assert (found.text, found.says_now, found.said_before) == (QUOTE, "Nothing of it", None)
    assert found.edited_at == found.deleted_at == NOON + timedelta(hours=1)


def test_a_quote_that_an_edit_brought_knows_what_was_said_before(store: SqliteStore) -> None:
    post = a_post("Nothing of it", guid="1")
    store.record(a_poll(), store.unseen(a_poll().source, [post]))
    match_id = recorded(store, guid="1", url=post.url)

    found = store.appearance(match_id)

    assert found
    assert (found.text, found.says_now, found.said_before) == (QUOTE, None, "Nothing of it")


def test_a_new_wording_is_proposed_and_alerts_only_once_it_is_confirmed(store: SqliteStore) -> None:
    text = "He said “Come and get me, coward” twice"
    match_id = recorded(store, f"{text} {QUOTE}")
    store._db._connection.execute("UPDATE matches SET spans = '[[8, 25], [26, 33]]'")

    proposed = store.propose_wording(match_id, by="telegram:7", name="Ann", at=NOON)
    again = store.propose_wording(match_id, by="telegram:8", at=NOON)

    assert proposed.text == "Come and get me, coward"
    assert proposed.variant
    assert (proposed.variant.text, proposed.variant.confirmed) == (proposed.text, False)
    assert again.variant == proposed.variant
    assert store.verdicts(match_id)[-1].verdict is Verdict.VARIANT
    assert store.confirm_variant(proposed.variant.id, by="ann", at=NOON).variants[0].confirmed


def test_words_that_are_tracked_already_are_noted_and_not_proposed(store: SqliteStore) -> None:
    match_id = recorded(store)

    proposed = store.propose_wording(match_id, by="ann", at=NOON)

    assert proposed.variant is None
    assert "already" in str(proposed.refused)
    assert store.verdicts(match_id)[0].verdict is Verdict.VARIANT


def test_a_wording_of_a_quote_that_is_gone_is_only_noted(store: SqliteStore) -> None:
    match_id = recorded(store)
    store.add_variant(ONE, WantedVariant(text="Another wording of it"), by="ann", at=NOON)
    store.untrack(ONE, by="ann", at=NOON)

    proposed = store.propose_wording(match_id, by="ann", at=NOON)

    assert (proposed.quote, proposed.variant) == (None, None)


def test_the_message_of_an_alert_tells_its_own_match_first(store: SqliteStore) -> None:
    store.subscribe("@one", ChatKind.CHANNEL, None, by="ann", at=NOON)
    matches = [recorded(store, f"{number} {QUOTE}") for number in range(3)]
    store._db._connection.execute("UPDATE alerts SET told_in = 2 WHERE id <> 2")

    assert [found.match_id for found in store.told_by(2)] == [matches[1], matches[2], matches[0]]
    assert store.told_by(99) == []
