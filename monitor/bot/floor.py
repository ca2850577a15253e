"""Who has the floor: whether somebody may say this here and now; if so it is done, and the answer returned."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from monitor.bot import hearing_texts as texts
from monitor.bot.answers import Answer
from monitor.bot.commands import BY_NAME, CHECK
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.presses import PRESSES
from monitor.bot.roles import OF_THE_CHAT, PRIVATELY, Needs, is_at_least, needed_by
from monitor.bot.throttle import Throttle
from monitor.core.errors import InputError, StoreError
from monitor.core.model import ChatKind, Post
from monitor.core.people import Role

log = structlog.get_logger()

REPLY_EVERY = 3.0  # seconds, for each chat, between answers nobody has a claim to
READER_BURST = 10  # commands that somebody who is no editor may give at once


class Floor:
    """Runs commands and presses for those who may. Texts are in the language now spoken."""

    def __init__(self, desk: Desk, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._courtesy = Throttle(REPLY_EVERY, clock=clock)
        self._readers = Throttle(REPLY_EVERY, burst=READER_BURST, clock=clock)

    def is_courteous(self, chat: object) -> bool:
        """Tell whether a chat gets an answer now that it has no claim to, and count it if so."""
        return self._courtesy.allows(chat)

    async def command(self, call: Call, name: str) -> Answer | None:
        """Return the answer to a command, or None for silence."""
        command = BY_NAME.get(name)
        if command is None:
            return self._seldom(call, texts.unknown_command(name))
        refusal = await self._refusal(call, command.needs, is_of_chat=name in OF_THE_CHAT, is_private=name in PRIVATELY)
        if refusal:
            return self._seldom(call, refusal)
        return await self._done(command.run, call, name) if self._has_room(call, command.needs) else None

    async def post(self, call: Call, post: Post | None) -> Answer | None:
        """Return the answer to a text that is no command: a post to look at. None for silence."""
        if post is None:
            return self._seldom(call, texts.not_a_command())
        if not call.may(needed_by("check")):
            return self._seldom(call, texts.not_allowed(needed_by("check"), call.user_id))
        if not self._has_room(call, needed_by("check")):
            return None
        return await self._done(CHECK, replace(call, words=post.text, post=post), "check")

    async def press(self, call: Call, verb: str) -> Answer:
        """Return what a pressed button comes to; a refusal or an error is shown over the chat."""
        press = PRESSES.get(verb)
        if press is None:
            return _toast(texts.stale_button())
        refusal = await self._refusal(call, press.needs, is_of_chat=press.is_of_chat, is_private=False)
        if refusal:
            return _toast(refusal)
        if not self._has_room(call, press.needs):
            return Answer()
        try:
            return await press.run(call, self._desk)
        except (InputError, StoreError) as error:
            _log(error, verb)
            return _toast(texts.told(error))

    async def _refusal(self, call: Call, needs: Needs, *, is_of_chat: bool, is_private: bool) -> str:
        """Return why this is not done for the person here, or nothing."""
        if not call.may(needs):
            return texts.not_allowed(needs, call.user_id)
        if call.kind is ChatKind.PRIVATE:
            return ""
        if is_private:
            return texts.only_privately(call.ask_telegram().bot_name)
        if is_of_chat and not await self._manages(call):
            return texts.only_admins()
        return ""

    async def _manages(self, call: Call) -> bool:
        if is_at_least(call.role, Role.EDITOR):
            return True
        return call.user_id is not None and await call.ask_telegram().is_admin(call.address, call.user_id)

    def _has_room(self, call: Call, needs: Needs) -> bool:
        """Tell whether something is done now: for an editor always, for others not in floods."""
        if is_at_least(call.role, Role.EDITOR):
            return True
        throttle = self._courtesy if needs is Needs.ANYBODY else self._readers
        return throttle.allows(call.address if call.kind is ChatKind.PRIVATE else (call.address, call.user_id))

    async def _done(self, run: Callable[[Call, Desk], Awaitable[Answer | str]], call: Call, name: str) -> Answer:
        try:
            answer = await run(call, self._desk)
        except (InputError, StoreError) as error:
            _log(error, name)
            answer = texts.told(error)
        return answer if isinstance(answer, Answer) else Answer(text=answer)

    def _seldom(self, call: Call, text: str) -> Answer | None:
        return Answer(text=text) if self._courtesy.allows(call.address) else None


def _log(error: Exception, what: str) -> None:
    if isinstance(error, StoreError):
        log.error("database cannot be used", command=what, error=str(error))


def _toast(text: str) -> Answer:
    return Answer(toast=text, is_alarm=True)
