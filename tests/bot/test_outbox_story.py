"""The whole way with nothing replaced but Telegram itself: real store, real client, a Bot API with real limits."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from monitor.bot.notify import TelegramNotify, lead_of
from monitor.core.grouping import GATHER
from monitor.core.model import AlertId, AlertState, ChatId, ChatKind
from monitor.store import SqliteStore
from tests.bot.delivering import Way, a_store, a_way
from tests.bot.helpers import TOKEN, HeldTime
from tests.builders import a_post
from tests.fakes import botapi
from tests.fakes.botapi import FakeBotApi
from tests.store.telling import a_story, found

CHANNEL, READER, GROUP = -1001, 5001, -77
KINDS = {CHANNEL: ChatKind.CHANNEL, READER: ChatKind.PRIVATE, GROUP: ChatKind.GROUP}
MINUTE = timedelta(minutes=1)


@asynccontextmanager
async def told(
    *chats: int, quotes: int = 8, limits: bool = False
) -> AsyncIterator[tuple[SqliteStore, FakeBotApi, Way]]:
    """Chats that are told of all quotes, and the way to them."""
    time = HeldTime()
    store = a_store(*((str(chat), KINDS[chat]) for chat in chats), quotes=quotes)
    async with FakeBotApi(token=TOKEN, clock=time.datetime, limits=limits) as api:
        api.add_user(id=READER)
        api.add_chat(id=CHANNEL, type="channel", bot_is_admin=True)
        api.add_chat(id=GROUP, type="group")
        async with a_way(store, api, time) as way:
            yield store, api, way


def numbers(api: FakeBotApi, chat: int) -> list[int | None]:
    """Whose the messages in a chat are, as they themselves say."""
    return [lead_of(message.text) for message in api.sent(chat)]


def states(store: SqliteStore, at: HeldTime) -> dict[AlertState, int]:
    return {state: count for state, count in store.status(at.datetime()).alerts.items() if count}


async def test_the_limits_of_telegram_are_never_met_and_everything_is_told() -> None:
    async with told(CHANNEL, READER, quotes=12, limits=True) as (store, api, way):
        chance = random.Random(1)
        for _ in range(40):
            for quote in chance.sample(range(1, 13), k=3):
                found(store, quote=quote, at=way.time.datetime())
            way.time.now += 2
            await way.go(timedelta(seconds=3))
        await way.go()

        audit = store.audit_alerts(way.time.datetime())
        assert audit.told == 2 * 120
        assert audit.differences == ()
        assert all(one.answer and one.answer["ok"] for one in api.calls)
        assert len(api.sent()) == audit.messages < 240


async def test_flood_limits_faults_a_blocked_bot_and_a_moved_group_lose_nothing() -> None:
    async with told(CHANNEL, READER, GROUP) as (store, api, way):
        api.block(READER)
        api.migrate(GROUP, -100077)
        api.faults.next("sendMessage", botapi.TooManyRequests(60), chat_id=str(CHANNEL), times=2)
        api.faults.next("sendMessage", botapi.BadRequest("can't parse entities"), chat_id=str(CHANNEL))
        for quote in range(1, 9):
            found(store, quote=quote, at=way.time.datetime())
        await way.go()

        assert sorted(map(str, numbers(api, CHANNEL))) == sorted(map(str, set(numbers(api, CHANNEL))))
        assert len(api.sent(CHANNEL)) == len(api.sent(-100077)) == 8
        assert not any(one.early for one in api.calls)
        assert len([one for one in api.calls if one.answer and one.answer.get("error_code") == 403]) == 1
        assert states(store, way.time) == {AlertState.SENT: 16, AlertState.DEAD: 8}


@pytest.mark.parametrize("chat", [CHANNEL, READER])
@pytest.mark.parametrize(
    "fault", [botapi.ResetAfter(), botapi.ServerErrorAfter(), botapi.DropBefore(), botapi.ServerError(502)]
)
async def test_a_message_whose_answer_was_lost_is_there_exactly_once(chat: int, fault: botapi.faults.Fault) -> None:
    async with told(chat) as (store, api, way):
        found(store, at=way.time.datetime())
        await way.go(MINUTE)
        api.faults.next("sendMessage", fault)
        found(store, quote=2, at=way.time.datetime())
        way.time.now += 2
        await way.go(timedelta(seconds=30))
        if chat == CHANNEL:
            api.post_by_other(chat_id=CHANNEL, text="Good morning")
        found(store, quote=3, at=way.time.datetime())
        await way.go()

        assert sorted(map(str, numbers(api, chat))) == ["1", "2", "3"]
        assert states(store, way.time) == {AlertState.SENT: 3}
        assert store.audit_alerts(way.time.datetime()).in_doubt == 0


async def test_the_first_message_of_a_chat_is_there_once_although_there_was_nothing_to_go_by() -> None:
    async with told(CHANNEL) as (store, api, way):
        api.post_by_other(chat_id=CHANNEL, text="Welcome")
        api.faults.next("sendMessage", botapi.ResetAfter())
        found(store, at=way.time.datetime())
        await way.go(timedelta(seconds=30))
        api.post_by_other(chat_id=CHANNEL, text="Good morning")
        await way.go()

        assert numbers(api, CHANNEL) == [1]
        audit = store.audit_alerts(way.time.datetime())
        assert (audit.in_doubt, audit.stale, audit.differences) == (0, 0, ())


async def test_the_very_first_message_of_a_new_bot_is_found_beside_what_others_got_since() -> None:
    async with told(READER, GROUP) as (store, api, way):
        api.faults.next("sendMessage", botapi.ResetAfter(), chat_id=str(READER))
        found(store, at=way.time.datetime())
        await way.go(timedelta(seconds=20))
        for number in range(40):  # of all private chats and groups together, as Telegram counts
            api.say(chat_id=GROUP, user_id=READER, text=f"Good morning, {number}")
        await way.go()

        assert numbers(api, READER) == [1]
        assert len(api.calls_of("sendMessage")) == 2
        assert store.audit_alerts(way.time.datetime()).in_doubt == 0


async def test_what_others_write_in_other_chats_does_not_hide_a_message() -> None:
    async with told(READER, GROUP) as (store, api, way):
        found(store, at=way.time.datetime())
        await way.go(MINUTE)
        for number in range(8):  # of all private chats and groups together, as Telegram counts
            api.say(chat_id=GROUP, user_id=READER, text=f"Good morning, {number}")
        api.faults.next("sendMessage", botapi.ResetAfter(), times=2)
        found(store, quote=2, at=way.time.datetime())
        way.time.now += 2
        await way.go()

        assert sorted(map(str, numbers(api, READER) + numbers(api, GROUP))) == ["1", "2", "3", "4"]
        assert store.audit_alerts(way.time.datetime()).in_doubt == 0


@pytest.mark.parametrize("arrived", [True, False])
async def test_after_a_crash_a_message_is_there_exactly_once(arrived: bool) -> None:
    async with told(CHANNEL) as (store, api, way):
        found(store, at=way.time.datetime())
        await way.go(MINUTE)
        found(store, quote=2, at=way.time.datetime())
        way.time.now += 2
        telling = store.begin(ChatId(1), way.time.datetime(), gather=GATHER)
        assert telling
        if arrived:
            async with botapi.a_bot(api) as bot:
                await TelegramNotify(bot)(telling)
        store.recover(way.time.datetime() + MINUTE)
        await way.go()

        assert numbers(api, CHANNEL) == [1, 2]
        assert states(store, way.time) == {AlertState.SENT: 2}


async def test_messages_of_ours_that_are_touched_in_a_search_are_set_right() -> None:
    async with told(CHANNEL) as (store, api, way):
        for quote in (1, 2, 3):
            found(store, quote=quote, at=way.time.datetime())
        await way.go(MINUTE)
        lost = api.sent(CHANNEL)[1]
        with store._db.writing():  # as if nothing were known of the second, and the third were in doubt
            store._db.change(
                "UPDATE alerts SET state = 'in flight', message_id = NULL, sent_at = NULL, anchor = 1, probe_at = ?"
                " WHERE id IN (2, 3)",
                way.time.datetime() + MINUTE,
            )
            store._db.change("UPDATE alerts SET probe_at = NULL WHERE id = 2")
        before = [message.reply_markup for message in api.sent(CHANNEL)]
        await way.go()

        assert numbers(api, CHANNEL) == [1, 2, 3]
        assert [message.reply_markup for message in api.sent(CHANNEL)] == before
        assert store.telling(AlertId(2), way.time.datetime())[1] == lost.message_id  # type: ignore[index]
        assert states(store, way.time) == {AlertState.SENT: 3}


async def test_a_message_that_cannot_be_set_right_at_once_is_set_right_when_telegram_allows_it() -> None:
    async with told(CHANNEL) as (store, api, way):
        for quote in (1, 2):
            found(store, quote=quote, at=way.time.datetime())
        await way.go(MINUTE)
        with store._db.writing():  # as if nothing were known of the first, and the second were in doubt
            store._db.change(
                "UPDATE alerts SET state = 'in flight', message_id = NULL, sent_at = NULL, anchor = 0, probe_at = ?"
                " WHERE id = 2",
                way.time.datetime() + MINUTE,
            )
            store._db.change("UPDATE alerts SET state = 'dead', message_id = NULL, sent_at = NULL WHERE id = 1")
        before = [message.reply_markup for message in api.sent(CHANNEL)]
        api.faults.next("editMessageText", botapi.TooManyRequests(30))
        await way.go()

        assert [message.reply_markup for message in api.sent(CHANNEL)] == before
        assert not any(call.early for call in api.calls)


async def test_a_look_that_takes_effect_late_leaves_no_message_with_the_buttons_of_another() -> None:
    async with told(CHANNEL) as (store, api, way):
        found(store, quote=2, at=way.time.datetime())
        await way.go(MINUTE)
        api.faults.next("sendMessage", botapi.DropBefore())
        found(store, quote=2, at=way.time.datetime())
        way.time.now += 11
        await way.go(MINUTE - timedelta(seconds=2))
        api.faults.next("editMessageReplyMarkup", botapi.LateApply(20))  # of a number that is not there yet
        way.time.now += 2
        await way.go(timedelta(seconds=3))
        found(store, quote=1, at=way.time.datetime())
        await way.go()
        way.time.now += 20
        api.messages(CHANNEL)
        await way.go()

        assert sorted(map(str, numbers(api, CHANNEL))) == ["1", "2", "3"]
        for message in api.sent(CHANNEL):
            assert f"history {lead_of(message.text)}" in str(message.reply_markup)


async def test_a_surplus_copy_that_is_met_is_taken_away() -> None:
    async with told(CHANNEL) as (store, api, way):
        found(store, at=way.time.datetime())
        await way.go(MINUTE)
        [first] = api.sent(CHANNEL)
        async with botapi.a_bot(api) as bot:  # a copy that arrived long after its time
            await bot.send_message(CHANNEL, first.html, parse_mode="HTML")
        api.faults.next("sendMessage", botapi.DropBefore())
        found(store, quote=2, at=way.time.datetime())
        way.time.now += 2
        await way.go()

        assert numbers(api, CHANNEL) == [1, 2]


async def test_reposts_are_counted_in_the_message_of_the_first_at_most_once_a_minute() -> None:
    async with told(CHANNEL) as (store, api, way):
        story = a_story()
        found(store, posts=[story], at=way.time.datetime())
        await way.go(MINUTE)
        for number in range(30):
            found(store, posts=[a_post(f"RT @a{number}: {story.text}")], at=way.time.datetime())
            way.time.now += 4
            await way.go(timedelta(seconds=1))
        await way.go()

        [message] = api.sent(CHANNEL)
        assert "30 reposts" in message.text
        assert 2 <= len(api.calls_of("editMessageText")) <= 4
        audit = store.audit_alerts(way.time.datetime())
        assert (audit.messages, audit.told, audit.stale, audit.differences) == (1, 31, 0, ())


async def test_each_telling_says_who_it_is_and_none_is_told_twice_on_a_bad_day() -> None:
    async with told(CHANNEL, READER, quotes=30, limits=True) as (store, api, way):
        found(store, at=way.time.datetime())
        await way.go(MINUTE)
        for fault in (botapi.ResetAfter(), botapi.ServerErrorAfter(), botapi.DropBefore(), botapi.ServerError(502)):
            api.faults.chance(botapi.ANY, fault, 0.03)
        api.faults.chance(botapi.ANY, botapi.TooManyRequests(3), 0.01)
        for number in range(120):
            found(store, quote=number % 30 + 1, at=way.time.datetime())
            way.time.now += 5
            await way.go(timedelta(seconds=5))
        api.faults.clear()
        await way.go()

        for chat in (CHANNEL, READER):
            copies = Counter(numbers(api, chat))
            assert None not in copies
            assert set(copies.values()) == {1}
        audit = store.audit_alerts(way.time.datetime())
        assert (audit.told, audit.in_doubt, audit.differences) == (242, 0, ())
        assert audit.messages == len(api.sent())
