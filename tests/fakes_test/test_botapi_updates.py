"""Updates reach a bot once each, in order, however it polls."""

import asyncio

import pytest
from telegram import Update
from telegram.error import Conflict
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from tests.fakes.botapi import FakeBotApi, ServerError, a_bot, application_builder

CHANNEL, GROUP = -1001, -1002


async def test_a_poll_gives_what_came_and_confirms_what_it_skips() -> None:
    async with FakeBotApi() as api, a_bot(api) as bot:
        api.add_user(id=42)
        ids = [api.say(chat_id=42, user_id=42, text=str(number)) for number in range(5)]

        assert [one.update_id for one in await bot.get_updates(limit=2)] == ids[:2]
        assert [one.update_id for one in await bot.get_updates(limit=2)] == ids[:2]
        assert [one.update_id for one in await bot.get_updates(offset=ids[1] + 1)] == ids[2:]
        assert [one.update_id for one in await bot.get_updates(offset=-1)] == ids[4:]
        assert await bot.get_updates(offset=ids[4] + 1) == ()


async def test_a_long_poll_waits_for_the_next_update() -> None:
    async with FakeBotApi() as api, a_bot(api) as bot:
        api.add_user(id=42)
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await api.wait_for(lambda: api.updates.is_polled)
        api.say(chat_id=42, user_id=42, text="/start now")

        (update,) = await poll
        assert update.message.text == "/start now"
        assert [(one.type, one.offset, one.length) for one in update.message.entities] == [("bot_command", 0, 6)]


async def test_of_two_long_polls_the_older_is_ended_with_a_conflict() -> None:
    async with FakeBotApi() as api, a_bot(api) as first, a_bot(api) as second:
        api.add_user(id=42)
        older = asyncio.create_task(first.get_updates(timeout=30))
        await api.wait_for(lambda: api.updates.is_polled)
        newer = asyncio.create_task(second.get_updates(timeout=30))

        with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one bot"):
            await older
        api.say(chat_id=42, user_id=42, text="hello")
        assert [update.message.text for update in await newer] == ["hello"]


async def test_a_poller_that_goes_away_is_forgotten() -> None:
    async with FakeBotApi() as api, a_bot(api) as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await api.wait_for(lambda: api.updates.is_polled)
        poll.cancel()

        await api.wait_for(lambda: not api.updates.is_polled)


async def test_a_webhook_and_a_poll_exclude_each_other() -> None:
    async with FakeBotApi() as api, a_bot(api) as bot:
        await bot.set_webhook("https://bot.example/hook")

        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
        assert (await bot.get_webhook_info()).url == "https://bot.example/hook"
        await bot.delete_webhook(drop_pending_updates=True)
        assert await bot.get_updates() == ()


async def test_only_the_kinds_a_bot_asked_for_are_queued() -> None:
    async with FakeBotApi() as api, a_bot(api) as bot:
        api.add_user(id=42)
        await bot.get_updates(allowed_updates=["my_chat_member"])
        api.say(chat_id=42, user_id=42, text="unheard")
        api.block(42)

        (update,) = await bot.get_updates()
        assert update.my_chat_member.new_chat_member.status == "kicked"
        assert update.my_chat_member.old_chat_member.status == "member"


async def test_an_application_sees_each_update_once_whatever_the_network_does() -> None:
    async with FakeBotApi(seed=7) as api:
        api.add_user(id=42)
        app = application_builder(api).build()
        seen = []

        async def note(update: Update, context) -> None:
            seen.append(update.message.text)
            await update.message.reply_text(f"seen {update.message.text}")

        app.add_handler(MessageHandler(filters.TEXT, note))
        async with app:
            await app.start()
            await app.updater.start_polling(poll_interval=0, timeout=30)
            for number in range(20):
                api.say(chat_id=42, user_id=42, text=str(number))
                if number == 10:
                    api.faults.next("getUpdates", ServerError(502))
            await api.wait_for(lambda: len(api.sent(42)) == 20)
            await app.updater.stop()
            await app.stop()

        assert seen == [str(number) for number in range(20)]
        assert api.updates.pending == []


async def test_a_conversation_of_command_answer_and_button_is_had() -> None:
    async with FakeBotApi() as api:
        api.add_user(id=42, first_name="Ann", language_code="en")
        app = application_builder(api).build()

        async def track(update: Update, context) -> None:
            markup = {"inline_keyboard": [[{"text": "Undo", "callback_data": "undo:1"}]]}
            await update.message.reply_text(f"Tracking {' '.join(context.args)}", reply_markup=markup)

        async def undo(update: Update, context) -> None:
            await update.callback_query.answer("Done")
            await update.callback_query.edit_message_text(f"Undone by {update.effective_user.first_name}")

        app.add_handler(CommandHandler("track", track))
        app.add_handler(CallbackQueryHandler(undo, pattern="^undo:"))
        async with app:
            await app.start()
            await app.updater.start_polling(timeout=30)
            api.say(chat_id=42, user_id=42, text="/track Come get me, coward!")
            await api.wait_for(lambda: api.sent(42))
            api.press(api.sent(42)[0], "Undo")
            await api.wait_for(lambda: api.sent(42)[0].edited)
            await app.updater.stop()
            await app.stop()

        assert [message.text for message in api.messages(42)] == [
            "/track Come get me, coward!",
            "Undone by Ann",
        ]
        assert [answer.text for answer in api.callback_answers] == ["Done"]


async def test_the_other_kinds_of_update_arrive_in_their_shapes() -> None:
    async with FakeBotApi() as api, a_bot(api) as bot:
        api.add_user(id=42)
        api.add_chat(id=CHANNEL, type="channel", title="News", bot_is_admin=True)
        api.add_chat(id=GROUP, title="Talk", members={42: "member"})
        thread = api.add_topic(GROUP, "Quotes")
        api.say(chat_id=GROUP, user_id=42, text="in a topic", thread_id=thread)
        api.say(chat_id=GROUP, user_id=42, text="anonymous", as_chat=GROUP)
        api.say(chat_id=GROUP, user_id=42, text="forwarded", forwarded_from=42)
        api.post_by_other(chat_id=CHANNEL, text="a post")
        api.say(chat_id=42, user_id=42, text="befor")
        api.edit(chat_id=42, message_id=1, text="before")
        api.kick_bot(GROUP, by=42)

        topic, anonymous, forwarded, post, _, edited, kicked = await bot.get_updates()
        assert (topic.message.message_thread_id, topic.message.is_topic_message) == (thread, True)
        assert (anonymous.message.sender_chat.id, anonymous.effective_user.id) == (GROUP, 1087968824)
        assert forwarded.message.forward_origin.sender_user.id == 42
        assert (post.channel_post.text, post.effective_user) == ("a post", None)
        assert edited.edited_message.text == "before"
        assert kicked.my_chat_member.new_chat_member.status == "kicked"


async def test_what_a_kicked_bot_cannot_see_is_no_update() -> None:
    async with FakeBotApi() as api, a_bot(api) as bot:
        api.add_chat(id=CHANNEL, type="channel", bot_is_admin=True)
        api.kick_bot(CHANNEL)
        api.post_by_other(chat_id=CHANNEL, text="unseen")

        assert [update.my_chat_member is not None for update in await bot.get_updates()] == [True]
