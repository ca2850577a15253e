"""Where alerts go, and how they come. Each of these can be about another chat: a group or channel named last."""

from datetime import UTC, datetime

from monitor.bot import chat_texts, preferring
from monitor.bot.answers import Answer
from monitor.bot.chat_words import split_duration, target_of
from monitor.bot.commands.base import Call, unquoted
from monitor.bot.desk import Desk


async def subscribe(call: Call, desk: Desk) -> str:
    """/subscribe NUMBER: be told here where a quote appears.

    Takes the number that /quotes shows, the quote's own words, or a tag; without any, you are told of every quote,
    also of those tracked later:
    /subscribe 3
    /subscribe #petro
    In a group, or a topic of one, it is the group or topic that is told. For a channel, make me an administrator
    there, and name it last:
    /subscribe 3 @my_channel
    """
    target, words = await target_of(call)
    following = await desk.subscribe(
        target.address,
        kind=target.kind,
        title=target.title,
        thread_id=target.thread_id,
        what=unquoted(words) or None,
        lang=call.lang if target.is_here else None,
        by=call.by,
    )
    return chat_texts.subscribed(following, target)


async def unsubscribe(call: Call, desk: Desk) -> str:
    """/unsubscribe NUMBER: no longer be told of a quote.

    Takes the number that /quotes shows, the quote's own words, or a tag. Without any, it ends every subscription of
    this chat (of this topic, in one). For a channel, name it last:
    /unsubscribe 3
    /unsubscribe #petro
    /unsubscribe 3 @my_channel
    """
    target, words = await target_of(call)
    following = await desk.unsubscribe(
        target.address, thread_id=target.thread_id, what=unquoted(words) or None, by=call.by
    )
    return chat_texts.unsubscribed(following, target)


async def mute(call: Call, desk: Desk) -> Answer:
    """/mute NUMBER TIME: hear nothing of a quote for a while.

    Without a number it is every quote; without a time you choose one. What is found meanwhile is recorded, and comes
    as one digest when the time is over:
    /mute 8h
    /mute 3 2d
    """
    target, words = await target_of(call)
    words, lasting = split_duration(words)
    quote = await desk.quote(unquoted(words)) if words else None
    mutes = await desk.mutes(target.address)
    if lasting is None:
        text = chat_texts.mute_one(quote) if quote else chat_texts.mute_page(mutes, call.zone)
        where = preferring.where(target)
        return Answer(text=text, buttons=chat_texts.mute_buttons(where, quote, () if quote else mutes))
    until = datetime.now(UTC) + lasting
    await desk.mute(target.address, quote.id if quote else None, until, call.by)
    return Answer(text=chat_texts.muted(quote, until, call.zone))


async def unmute(call: Call, desk: Desk) -> str:
    """/unmute NUMBER: hear of a quote again.

    Without a number it ends the mute of everything; quotes that were muted one by one stay so:
    /unmute 3
    """
    target, words = await target_of(call)
    quote = await desk.quote(unquoted(words)) if words else None
    return chat_texts.unmuted(was=await desk.unmute(target.address, quote.id if quote else None, call.by))


async def quiet(call: Call, desk: Desk) -> Answer:
    """/quiet 22:00-07:00: choose hours in which nothing is told.

    What is found meanwhile is recorded, and comes as one digest when they end. They are hours of this chat's time
    zone, which /zone sets. To have none:
    /quiet off
    """
    return await _prefer(call, desk, "quiet")


async def zone(call: Call, desk: Desk) -> Answer:
    """/zone CITY: choose the time zone that times are told in.

    Takes a city or the name of a zone:
    /zone Bogota
    /zone America/Argentina/Buenos_Aires
    """
    return await _prefer(call, desk, "zone")


async def digest(call: Call, desk: Desk) -> Answer:
    """/digest daily: get alerts together instead of one by one.

    Takes hourly, daily, weekly or off; daily and weekly ones come at 09:00 unless you name another time:
    /digest daily 18:00
    /digest off
    """
    return await _prefer(call, desk, "digest")


async def silent(call: Call, desk: Desk) -> Answer:
    """/silent on: let alerts arrive without a sound.

    /silent off brings the sound back.
    """
    return await _prefer(call, desk, "silent")


async def language(call: Call, desk: Desk) -> Answer:
    """/language es: choose the language I speak here.

    Takes en or es. Until you choose, it is the language of your Telegram, if I speak it.
    """
    return await _prefer(call, desk, "lang")


async def preferences(call: Call, desk: Desk) -> Answer:
    """/preferences: see and change how you are told.

    Shows language, time zone, quiet hours, digest, sound, subscriptions and mutes, with buttons to change them.
    For a channel, name it:
    /preferences @my_channel
    """
    target, _ = await target_of(call)
    return await preferring.overview(call, desk, target)


async def _prefer(call: Call, desk: Desk, key: str) -> Answer:
    """Change a preference to what was written; without words, show the choices."""
    target, words = await target_of(call)
    if words:
        return await preferring.set_one(call, desk, target, key, words)
    return preferring.question(key, target) if key != "silent" else await preferring.overview(call, desk, target)
