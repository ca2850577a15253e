"""Messages are sent, numbered, edited and refused as in Telegram."""

import httpx
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken

from tests.fakes.botapi import FakeBotApi, ManualClock, a_bot

CHANNEL, GROUP, BASIC = -1001, -1002, -5


@pytest.fixture
async def api():
    async with FakeBotApi(clock=ManualClock(1_000.5)) as api:
        api.add_user(id=42, first_name="Ann", username="ann")
        api.add_chat(id=CHANNEL, type="channel", title="Alerts", username="alerts", bot_is_admin=True)
        api.add_chat(id=GROUP, title="Talk", members={42: "creator"})
        api.add_chat(id=BASIC, type="group", title="Few")
        yield api


@pytest.fixture
async def bot(api):
    async with a_bot(api) as bot:
        yield bot


def buttons() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Right", callback_data="a1")]])


async def test_a_message_is_kept_as_it_was_asked_for(api, bot) -> None:
    answer = await bot.send_message(
        "@Alerts",
        "hello",
        reply_markup=buttons(),
        disable_notification=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )

    (message,) = api.messages(CHANNEL)
    assert (message.message_id, message.text, message.date, message.by_bot) == (1, "hello", 1000, True)
    assert message.disable_notification
    assert message.link_preview_options == {"is_disabled": True}
    assert message.button("Right")["callback_data"] == "a1"
    assert (answer.chat.id, answer.sender_chat.id, answer.date.timestamp()) == (CHANNEL, CHANNEL, 1000)
    assert answer.reply_markup == buttons()


async def test_channels_and_supergroups_number_their_own_messages_the_others_share_a_counter(api, bot) -> None:
    api.post_by_other(chat_id=CHANNEL, text="by somebody else")

    assert (await bot.send_message(CHANNEL, "x")).message_id == 2
    assert (await bot.send_message(GROUP, "x")).message_id == 1
    assert (await bot.send_message(42, "x")).message_id == 1
    assert (await bot.send_message(BASIC, "x")).message_id == 2
    assert (await bot.send_message(42, "x")).message_id == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Message text is empty"),
        (" \n\u2800\u200b", "Text must be non-empty"),
        ("x" * 4097, "Message is too long"),
        ("😀" * 2049, "Message is too long"),
    ],
)
async def test_a_text_that_telegram_refuses_is_refused(api, bot, text, why) -> None:
    with pytest.raises(BadRequest, match=f"^{why}$"):
        await bot.send_message(42, text)

    assert api.messages(42) == []


async def test_the_longest_text_is_counted_after_the_markup(api, bot) -> None:
    await bot.send_message(42, f"<b>{'&amp;' * 4096}</b>", parse_mode="HTML")

    assert api.messages(42)[0].text == "&" * 4096


async def test_a_text_is_cleaned_as_telegram_cleans_it(api, bot) -> None:
    await bot.send_message(42, "\n a\tb\x07c\r\u202ed <b>e\u2029f</b> ", parse_mode="HTML")

    (message,) = api.messages(42)
    assert message.text == "a b cd ef"
    assert [(one.offset, one.length) for one in message.entities] == [(7, 2)]


@pytest.mark.parametrize(
    ("spoil", "chat_id", "error", "why"),
    [
        (lambda api: None, 7, BadRequest, "Chat not found"),
        (lambda api: None, "@nobody", BadRequest, "Chat not found"),
        (lambda api: None, "@ann", BadRequest, "Chat not found"),
        (lambda api: api.block(42), 42, Forbidden, "Forbidden: bot was blocked by the user"),
        (
            lambda api: api.add_user(id=43, started=False),
            43,
            Forbidden,
            "Forbidden: bot can't initiate conversation with a user",
        ),
        (lambda api: api.add_user(id=44, deleted=True), 44, Forbidden, "Forbidden: user is deactivated"),
        (lambda api: api.kick_bot(CHANNEL), CHANNEL, Forbidden, "Forbidden: bot was kicked from the channel chat"),
        (lambda api: api.kick_bot(GROUP), GROUP, Forbidden, "Forbidden: bot was kicked from the supergroup chat"),
        (lambda api: api.kick_bot(BASIC), BASIC, Forbidden, "Forbidden: bot was kicked from the group chat"),
        (
            lambda api: api.set_bot_status(GROUP, "left"),
            GROUP,
            Forbidden,
            "Forbidden: bot is not a member of the supergroup chat",
        ),
        (
            lambda api: api.set_bot_status(CHANNEL, "member"),
            CHANNEL,
            BadRequest,
            "Need administrator rights in the channel chat",
        ),
    ],
)
async def test_a_closed_chat_says_why(api, bot, spoil, chat_id, error, why) -> None:
    spoil(api)

    with pytest.raises(error) as refused:
        await bot.send_message(chat_id, "x")

    assert str(refused.value) == why


async def test_a_person_who_unblocks_or_writes_can_be_answered_again(api, bot) -> None:
    api.block(42)
    api.unblock(42)
    assert await bot.send_message(42, "welcome back")

    api.block(42)
    api.say(chat_id=42, user_id=42, text="/start")
    assert await bot.send_message(42, "welcome back")


async def test_a_group_that_moved_says_where(api, bot) -> None:
    api.migrate(BASIC, to=-1009)

    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(BASIC, "x")

    assert moved.value.new_chat_id == -1009
    assert (await bot.send_message(-1009, "x")).chat.type == "supergroup"
    old, new = await bot.get_updates()
    assert (old.message.chat.id, old.message.migrate_to_chat_id) == (BASIC, -1009)
    assert (new.message.chat.id, new.message.migrate_from_chat_id) == (-1009, BASIC)


@pytest.mark.parametrize(
    ("button", "why"),
    [
        (InlineKeyboardButton("x", callback_data="é" * 33), "Button_data_invalid"),
        (InlineKeyboardButton("x"), "Can't parse inline keyboard button: text buttons are unallowed"),
        (InlineKeyboardButton(" ", callback_data="x"), "Button_text_invalid"),
        (
            InlineKeyboardButton("x", url="http://localhost/"),
            "Inline keyboard button url 'http://localhost/' is invalid: wrong http url",
        ),
    ],
)
async def test_a_bad_button_refuses_the_message(api, bot, button, why) -> None:
    with pytest.raises(BadRequest, match=f"^{why}"):
        await bot.send_message(42, "x", reply_markup=InlineKeyboardMarkup([[button]]))


async def test_a_reply_needs_its_message_unless_told_otherwise(api, bot) -> None:
    first = await bot.send_message(42, "first")
    answer = await bot.send_message(42, "second", reply_to_message_id=first.message_id)
    assert answer.reply_to_message.text == "first"

    with pytest.raises(BadRequest, match=r"^Message to be replied not found$"):
        await bot.send_message(42, "third", reply_to_message_id=99)
    assert await bot.send_message(42, "third", reply_to_message_id=99, allow_sending_without_reply=True)


async def test_a_topic_must_exist(api, bot) -> None:
    thread = api.add_topic(GROUP, "Quotes")
    await bot.send_message(GROUP, "x", message_thread_id=thread)
    assert api.sent(GROUP)[0].thread_id == thread

    with pytest.raises(BadRequest, match=r"^Message thread not found$"):
        await bot.send_message(GROUP, "x", message_thread_id=99)


async def test_a_forward_says_where_it_is_from(api, bot) -> None:
    sent = await bot.send_message(CHANNEL, "<b>x</b>", parse_mode="HTML", reply_markup=buttons())
    copy = await sent.forward(42)

    assert (copy.text, copy.entities[0].type, copy.reply_markup) == ("x", "bold", None)
    assert (copy.forward_origin.chat.id, copy.forward_origin.message_id) == (CHANNEL, sent.message_id)
    with pytest.raises(BadRequest, match=r"^Message to forward not found$"):
        await bot.forward_message(42, CHANNEL, 99)


async def test_a_file_arrives_with_its_caption(api, bot) -> None:
    answer = await bot.send_document(42, b"a,b\n1,2\n", filename="m.csv", caption="<b>All</b>", parse_mode="HTML")
    await bot.send_photo(42, b"\x89PNG")

    document, photo = api.sent(42)
    assert (document.file.name, document.file.content, document.text) == ("m.csv", b"a,b\n1,2\n", "All")
    assert (answer.document.file_name, answer.document.file_size, answer.caption) == ("m.csv", 8, "All")
    assert (photo.file_kind, photo.file.content) == ("photo", b"\x89PNG")
    with pytest.raises(BadRequest, match=r"^Message caption is too long$"):
        await bot.send_document(42, b"x", caption="x" * 1025)


async def test_a_bot_can_look_at_its_chats(api, bot) -> None:
    assert (await bot.get_me()).username == "test_bot"
    assert (await bot.get_chat("@alerts")).title == "Alerts"
    assert (await bot.get_chat(42)).first_name == "Ann"
    assert (await bot.get_chat_member(GROUP, 42)).status == "creator"
    assert (await bot.get_chat_member(CHANNEL, bot.id)).can_post_messages
    assert (await bot.get_chat_member(CHANNEL, 42)).status == "left"
    assert [one.user.id for one in await bot.get_chat_administrators(GROUP)] == [42]
    assert await bot.send_chat_action(42, "typing")


async def test_a_wrong_token_or_method_is_told_apart(api) -> None:
    with pytest.raises(InvalidToken):
        async with a_bot(api, token="123456:WRONG"):
            pass
    async with httpx.AsyncClient(base_url=api.url) as client:
        wrong, malformed = await client.get("/bot1:x/getMe"), await client.get("/botx/getMe")
        unknown = await client.post(f"/bot{api.token}/sendMoney", json={"chat_id": 42})

    assert (wrong.status_code, wrong.json()["description"]) == (401, "Unauthorized")
    assert malformed.status_code == 404
    assert unknown.json() == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}


async def test_methods_take_any_case_and_any_encoding(api) -> None:
    async with httpx.AsyncClient(base_url=f"{api.url}/bot{api.token}") as client:
        await client.get("/SENDMESSAGE", params={"chat_id": "42", "text": "query"})
        await client.post("/sendMessage", json={"chat_id": 42, "text": "json"})
        await client.post("/sendmessage", data={"chat_id": "@alerts", "text": "form"})
        broken = await client.post("/sendMessage", data={"chat_id": "42", "text": "x", "reply_markup": "{"})

    assert [message.text for message in api.sent()] == ["query", "json", "form"]
    assert broken.json()["description"] == "Bad Request: can't parse reply keyboard markup JSON object"


async def test_a_pressed_button_must_exist_and_is_answered_once(api, bot) -> None:
    markup = InlineKeyboardMarkup(
        [[InlineKeyboardButton("Read", url="https://example.com/")], *buttons().inline_keyboard]
    )
    await bot.send_message(42, "x", reply_markup=markup)
    (message,) = api.sent(42)
    with pytest.raises(LookupError, match="only \\['Read', 'Right'\\]"):
        api.press(message, "Wrong")
    with pytest.raises(ValueError, match="tells the bot nothing"):
        api.press(message, "Read")
    api.press(message, "Right")

    (update,) = await bot.get_updates()
    assert update.callback_query.data == "a1"
    await update.callback_query.answer("ok", show_alert=True)
    with pytest.raises(BadRequest, match=r"^Query is too old and response timeout expired or query id is invalid$"):
        await update.callback_query.answer("again")
    assert [(one.text, one.show_alert) for one in api.callback_answers] == [("ok", True)]


async def test_a_body_that_is_no_json_is_refused(api) -> None:
    async with httpx.AsyncClient(base_url=f"{api.url}/bot{api.token}") as client:
        for body in ("{", "[1]"):
            answer = await client.post("/getMe", content=body, headers={"Content-Type": "application/json"})

            assert answer.status_code == 400


async def test_a_transcript_shows_what_stands_in_the_chats() -> None:
    async with FakeBotApi() as api, a_bot(api) as bot:
        api.add_user(id=42)
        api.add_chat(id=-1001, type="channel", bot_is_admin=True)
        api.say(chat_id=42, user_id=42, text="/start")
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Right", callback_data="right 1")]])
        sent = await bot.send_message(42, "Hello\nAnn", reply_markup=markup)
        await bot.edit_message_text("Hello\nagain", 42, sent.message_id, reply_markup=markup)
        api.post_by_other(chat_id=-1001, text="Good morning")

        assert api.transcript(42) == "42 #1 42: /start\n42 #2 bot (edited): Hello / again [Right]"
        assert api.transcript().splitlines()[-1] == "-1001 #1 channel: Good morning"
