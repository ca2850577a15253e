"""Says an answer in a chat: text in as many messages as it needs, buttons under the last, a file with its caption.

After a press an answer takes the place of the message that the button was under
(core.telegram.org/bots/api#editmessagetext).
"""

from html import unescape
from re import sub

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

from monitor.bot.answers import Answer, Rows
from monitor.bot.display import LIMIT, pages, shortened, utf16

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
LONGEST_CAPTION = 1024  # UTF-16 units: core.telegram.org/bots/api#sendphoto
LONGEST_TOAST = 200  # characters: core.telegram.org/bots/api#answercallbackquery
UNCHANGED = "message is not modified"
NOT_MARKUP = "can't parse entities"
TAG = r"</?[a-z-]+(?: [^<>]*)?>"


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Return buttons as Telegram takes them, or None when there are none."""
    found = [
        [InlineKeyboardButton(button.label, url=button.url, callback_data=button.press) for button in row]
        for row in rows
        if row
    ]
    return InlineKeyboardMarkup(found) if found else None


async def say(bot: Bot, chat_id: int | str, answer: Answer | str, *, thread_id: int | None = None) -> None:
    """Say an answer in a chat, or in a topic of it. Raises TelegramError."""
    if isinstance(answer, str):
        answer = Answer(text=answer)
    caption = answer.text if answer.attachment and utf16(answer.text) <= LONGEST_CAPTION else ""
    if answer.text and not caption:
        await _say_text(bot, chat_id, answer, thread_id=thread_id)
    if answer.attachment:
        await _say_file(bot, chat_id, answer, caption, thread_id=thread_id)


async def take_place(bot: Bot, message: Message, answer: Answer) -> None:
    """Put an answer where a message of the bot stands; what does not fit there is said below. Raises TelegramError.

    Without a text only the buttons change, if the answer has any.
    """
    if answer.attachment or utf16(answer.text) > LIMIT or (answer.text and not message.text):
        await say(bot, message.chat_id, answer, thread_id=topic_of(message))
        return
    try:
        if answer.text:
            await _edit_text(bot, message, answer)
        elif answer.buttons:
            await bot.edit_message_reply_markup(
                message.chat_id, message.message_id, reply_markup=keyboard(answer.buttons)
            )
    except BadRequest as error:
        if UNCHANGED not in str(error).lower():
            raise


def topic_of(message: Message) -> int | None:
    """Return the forum topic a message stands in."""
    return message.message_thread_id if message.is_topic_message else None


def toast(answer: Answer) -> str:
    """Return what is shown over the chat for a moment."""
    return shortened(answer.toast, LONGEST_TOAST)


def without_markup(text: str) -> str:
    """Return Telegram HTML as plain text."""
    return unescape(sub(TAG, "", text))


async def _say_text(bot: Bot, chat_id: int | str, answer: Answer, *, thread_id: int | None) -> None:
    said = [answer.text] if answer.markup else pages(answer.text, LIMIT)
    buttons = keyboard(() if answer.attachment else answer.buttons)
    for number, page in enumerate(said, start=1):
        under = buttons if number == len(said) else None
        try:
            await _send_text(bot, chat_id, page, markup=answer.markup, thread_id=thread_id, buttons=under)
        except BadRequest as error:
            if not answer.markup or NOT_MARKUP not in str(error).lower():
                raise
            await _send_text(bot, chat_id, without_markup(page), markup=False, thread_id=thread_id, buttons=under)


async def _send_text(
    bot: Bot,
    chat_id: int | str,
    text: str,
    *,
    markup: bool,
    thread_id: int | None,
    buttons: InlineKeyboardMarkup | None,
) -> None:
    await bot.send_message(
        chat_id,
        text,
        parse_mode=ParseMode.HTML if markup else None,
        message_thread_id=thread_id,
        link_preview_options=NO_PREVIEW,
        reply_markup=buttons,
    )


async def _edit_text(bot: Bot, message: Message, answer: Answer) -> None:
    await bot.edit_message_text(
        answer.text,
        message.chat_id,
        message.message_id,
        parse_mode=ParseMode.HTML if answer.markup else None,
        link_preview_options=NO_PREVIEW,
        reply_markup=keyboard(answer.buttons),
    )


async def _say_file(bot: Bot, chat_id: int | str, answer: Answer, caption: str, *, thread_id: int | None) -> None:
    file = answer.attachment
    assert file is not None
    send = bot.send_photo if file.is_picture else bot.send_document
    await send(
        chat_id,
        file.content,
        caption=caption or None,
        parse_mode=ParseMode.HTML if answer.markup and caption else None,
        filename=file.name,
        message_thread_id=thread_id,
        reply_markup=keyboard(answer.buttons),
    )
