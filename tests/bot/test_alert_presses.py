"""What the buttons under alerts do, over a real desk and store."""

from datetime import timedelta

import pytest

from monitor.bot.answers import Answer
from monitor.core.model import ChatKind, MatchKind, QuoteId, WantedQuote
from monitor.core.verdicts import Verdict
from tests.bot.helpers import OWNER
from tests.bot.real_desk import RealDesk, labels
from tests.builders import NOON, QUOTE
from tests.store.reviewing import recorded

FORGED = (
    "right", "right x", "right 99", "right 1 2", "wrong -1", "judged 1", "judged 1 1 perfect", "judged 1 x right",
    "judged 1 99 right", "muted 1 9w", "muted 1", "unmuted 99", "history ' OR 1=1", "variant 99999999999999999999",
)  # fmt: skip


@pytest.fixture
def told(desk: RealDesk) -> RealDesk:
    """A desk whose chat was told of one match."""
    desk.store.track(WantedQuote(text=QUOTE), by="ann", at=NOON)
    desk.store.subscribe(str(OWNER), ChatKind.PRIVATE, None, by="ann", at=NOON)
    recorded(desk.store, f"He said: {QUOTE}")
    return desk


def told_together(desk: RealDesk) -> None:
    """Let the message of the first alert tell of two more."""
    for number in range(2):
        recorded(desk.store, f"{number} more: {QUOTE}")
    desk.store._db._connection.execute("UPDATE alerts SET told_in = 1, state = 'digested' WHERE id > 1")


def verdicts(desk: RealDesk) -> list[Verdict | None]:
    return [found.judgement and found.judgement.verdict for found in reversed(desk.found())]


async def test_a_verdict_is_recorded_with_who_gave_it_and_seen_on_the_button(told: RealDesk) -> None:
    answer = await told.press("wrong 1")

    assert answer == Answer(toast="Noted: wrong. Thank you.", buttons=answer.buttons)
    assert labels(answer) == ["Open", "History", "Mute", "✓ Right", "❌ Wrong"]
    [given] = told.store.verdicts(told.found()[0].match_id)
    assert (given.verdict, given.by) == (Verdict.WRONG, f"telegram:{OWNER}")
    [change] = told.store.changes(limit=1)
    assert (change.by, change.action) == (f"telegram:{OWNER}", "judge")


async def test_the_way_to_the_page_of_a_match_stays_after_a_verdict(told: RealDesk) -> None:
    told.desk.pages_url = "https://quotes.example/x/"

    answer = await told.press("right 1")

    links = [button.url for row in answer.buttons for button in row if button.url]
    assert links == [told.found()[0].url, f"https://quotes.example/x/match/{told.found()[0].match_id}"]


async def test_a_new_variant_is_noted_and_asked_about_in_a_message_of_its_own(told: RealDesk) -> None:
    text = "Come here and get me, you coward"
    told.store._db._connection.execute("UPDATE posts SET text = ?", [text])
    told.store._db._connection.execute("UPDATE matches SET kind = ?, spans = '[[0, 99]]'", [MatchKind.VARIANT])

    asked = await told.press("variant 1")
    [variant] = told.store.quotes()[0].variants
    confirmed = await told.press_label(asked, "Confirm")

    assert asked.is_apart
    assert asked.text.split("\n")[:2] == ["Track this wording too?", f"“{text}”"]
    assert (variant.text, variant.confirmed) == (text, False)
    assert told.store.quotes()[0].variants[0].confirmed
    assert confirmed.text
    assert verdicts(told) == [Verdict.VARIANT]


async def test_a_wording_that_is_not_wanted_is_taken_back(told: RealDesk) -> None:
    told.store._db._connection.execute("UPDATE posts SET text = 'Fetch me, you cowards'")
    told.store._db._connection.execute("UPDATE matches SET spans = '[[0, 99]]'")

    await told.press_label(await told.press("variant 1"), "No")

    assert told.store.quotes()[0].variants == ()
    assert verdicts(told) == [Verdict.VARIANT]


async def test_the_quotes_own_words_are_not_asked_about(told: RealDesk) -> None:
    answer = await told.press("variant 1")

    assert "already" in answer.text
    assert answer.buttons == ()


async def test_several_in_one_message_are_judged_one_by_one(told: RealDesk) -> None:
    told_together(told)

    first = await told.press("judge 1")
    second = await told.press_label(first, "Right")
    third = await told.press_label(second, "Wrong")
    done = await told.press_label(third, "Unsure")

    assert first.is_apart
    assert not second.is_apart
    assert "He said: <b>" in first.text
    assert [answer.text.rpartition("(")[2] for answer in (first, second, third)] == [
        "3 to judge)", "2 to judge)", "1 to judge)",
    ]  # fmt: skip
    assert done.text == "All of them are judged. Thank you."
    assert verdicts(told) == [Verdict.RIGHT, Verdict.UNSURE, Verdict.WRONG]
    assert (await told.press("judge 1")).toast == "All of them are judged. Thank you."


async def test_a_variant_among_several_is_proposed_and_the_next_is_shown(told: RealDesk) -> None:
    told_together(told)
    told.store._db._connection.execute("UPDATE posts SET text = 'Fetch me, you cowards' WHERE id = 1")
    told.store._db._connection.execute("UPDATE matches SET kind = 'variant', spans = '[[0, 99]]' WHERE id = 1")

    answer = await told.press_label(await told.press("judge 1"), "New variant")

    assert answer.toast == "Proposed as a wording: /quote 1 has a button that confirms it."
    assert "2 to judge" in answer.text
    assert [variant.confirmed for variant in told.store.quotes()[0].variants] == [False]


async def test_a_mute_asks_for_how_long_in_the_place_of_the_buttons(told: RealDesk) -> None:
    asked = await told.press("mute 1")
    answer = await told.press_label(asked, "8 hours")

    assert (asked.text, labels(asked)) == ("", ["1 hour", "8 hours", "1 day", "1 week", "Back"])
    [mute] = await told.desk.mutes(str(OWNER))
    assert (mute.quote_id, mute.until) == (QuoteId(1), NOON + timedelta(hours=8))
    assert answer.is_alarm
    assert labels(answer) == labels(await told.press_label(asked, "Back")) == [
        "Open", "History", "Mute", "✓ Right", "✗ Wrong",
    ]  # fmt: skip


async def test_the_history_of_the_quote_comes_as_a_message_of_its_own(told: RealDesk) -> None:
    answer = await told.press("history 1")

    assert answer.is_apart
    assert QUOTE in answer.text


@pytest.mark.parametrize("data", FORGED)
async def test_forged_data_changes_nothing_and_says_so(told: RealDesk, data: str) -> None:
    before = told.audited()

    answer = await told.press(data)

    assert answer.toast
    assert not answer.text
    assert verdicts(told) == [None]
    assert told.audited() == before
