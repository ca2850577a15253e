"""Buttons about how a chat is told. The chat is "here", or another one's address, which the presser must manage."""

from datetime import UTC, datetime, timedelta

from monitor.bot import chat_texts, preferring
from monitor.bot.answers import Answer
from monitor.bot.chat_words import Target, chat_named, here
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.presses.base import Press
from monitor.bot.roles import Needs
from monitor.core.model import QuoteId


async def _page(call: Call, desk: Desk) -> Answer:
    where, _, key = call.words.partition(" ")
    target = await _target(call, where)
    return (
        preferring.question(key, target) if key in chat_texts.CHOICES else await preferring.overview(call, desk, target)
    )


async def _set(call: Call, desk: Desk) -> Answer:
    where, key, value = call.words.split(" ", 2)
    return await preferring.set_one(call, desk, await _target(call, where), key, value)


async def _mute_for(call: Call, desk: Desk) -> Answer:
    where, what, minutes = call.words.split(" ")
    target = await _target(call, where)
    until = datetime.now(UTC) + timedelta(minutes=int(minutes)) if minutes != "0" else None
    quote = await desk.mute(target.address, _quote_id(what), until, call.by)
    return Answer(text=chat_texts.muted(quote, until, call.zone))


async def _unmute(call: Call, desk: Desk) -> Answer:
    where, what = call.words.split(" ")
    target = await _target(call, where)
    return Answer(text=chat_texts.unmuted(was=await desk.unmute(target.address, _quote_id(what), call.by)))


async def _target(call: Call, where: str) -> Target:
    return here(call) if where == "here" else await chat_named(call, where)


def _quote_id(what: str) -> QuoteId | None:
    return None if what == "all" else QuoteId(int(what))


PRESSES = {
    "pref": Press(run=_page, needs=Needs.READER, is_of_chat=True),
    "set": Press(run=_set, needs=Needs.READER, is_of_chat=True),
    "mute_for": Press(run=_mute_for, needs=Needs.READER, is_of_chat=True),
    "unmute": Press(run=_unmute, needs=Needs.READER, is_of_chat=True),
}
