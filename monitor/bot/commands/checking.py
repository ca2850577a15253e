"""Texts that people want looked at: typed after /try, pasted, forwarded."""

from monitor.bot import history_texts as texts
from monitor.bot.answers import Answer, Button
from monitor.bot.commands.base import Call, unquoted
from monitor.bot.desk import Desk
from monitor.bot.language import _
from monitor.bot.roles import needed_by
from monitor.core.model import Post


async def try_(call: Call, desk: Desk) -> Answer | str:
    """/try TEXT: say what a text would match, and why.

    Every tracked quote that it matches, with the words that are alike, or else what comes nearest:
    /try He said: come and get me, coward!
    Nothing is recorded.
    """
    if not call.words.strip():
        return _("Write a text after the command, for example: /try He said: come and get me, coward!")
    return await _tried(unquoted(call.words), None, call, desk)


async def check(call: Call, desk: Desk) -> Answer:
    """Say what a pasted or forwarded post would match, and offer to record it."""
    return await _tried(call.post.text if call.post else call.words, call.post, call, desk)


async def _tried(text: str, post: Post | None, call: Call, desk: Desk) -> Answer:
    found = await desk.check(text)
    is_anything_tracked = bool(found.matches or found.miss or await desk.quotes())
    buttons: tuple[Button, ...] = ()
    if post and call.may(needed_by("track")):
        buttons = (Button(label=_("Record it"), press=f"record {desk.put_by(post)}"),)
    return Answer(
        text=texts.tryout(found, is_anything_tracked=is_anything_tracked),
        markup=True,
        buttons=(buttons,) if buttons else (),
    )
