"""A Bot API server for tests: real HTTP on the loopback interface, one bot, a memory, and faults on request.

What it imitates, and what it does not, is told in docs/fake-bot-api.md.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.fakes.botapi import faults as wrong
from tests.fakes.botapi.chats import FakeMessage, User, World
from tests.fakes.botapi.clock import Clock, seconds_of
from tests.fakes.botapi.commands import CommandMenu
from tests.fakes.botapi.connections import hang_up, reset, respond
from tests.fakes.botapi.errors import ApiError
from tests.fakes.botapi.faults import Fault, Faults
from tests.fakes.botapi.limits import COUNTED, Limits
from tests.fakes.botapi.looking import CallbackAnswer, Callbacks, Profile
from tests.fakes.botapi.methods import Method, methods
from tests.fakes.botapi.params import Params, read_params
from tests.fakes.botapi.people import People
from tests.fakes.botapi.updates import Updates

LARGEST_BODY = 60 * 1024 * 1024
_LOOP_TURNS = 25  # after each event, for the bot to read its answer before a condition is given up until the next


@dataclass(slots=True, kw_only=True)
class Call:
    """One call of a method, as it came in and as it went out."""

    method: str  # as it was written in the address
    parameters: dict[str, Any]
    at: float  # seconds since 1970, by the clock of the fake
    answer: dict[str, Any] | None = None  # None: no answer yet, or none at all
    fault: Fault | None = None
    early: bool = False  # came before a retry_after of its chat had passed


@dataclass(slots=True)
class _Late:
    due: float | None
    apply: Callable[[], Any]
    timer: asyncio.TimerHandle | None = field(default=None)


class FakeBotApi(People):
    """The server. Use it as `async with FakeBotApi() as api`, and give the bot `f"{api.url}/bot"` as its base address.

    `clock` (see clock.py) gives the dates of messages and drives the flood limits and late effects; a long poll waits
    in real time. `limits`: True for the documented flood limits, or your own Limits.
    """

    def __init__(
        self,
        token: str = "123456:TEST",
        *,
        seed: int = 0,
        clock: Clock | None = None,
        limits: bool | Limits = False,
        port: int = 0,
        username: str = "test_bot",
    ) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.faults = Faults(seed, changed=self.poke)
        self.updates = Updates()
        self.callbacks = Callbacks()
        self.menu = CommandMenu()
        self.profile = Profile()
        bot = User(id=int(token.partition(":")[0]), first_name="Test bot", username=username, is_bot=True)
        self.world = World(bot)
        super().__init__(self.world, self.updates, self.callbacks, seconds_of(clock))
        self._manual_clock = clock is not None
        self._limits = Limits() if limits is True else limits or None
        self._quiet_until: dict[int, float] = {}
        self._late: list[_Late] = []
        self._port = port
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._changed = asyncio.Event()
        self._released = asyncio.Event()
        self._transports: set[asyncio.Transport] = set()
        self._methods: dict[str, Method] = methods(self.menu, self.callbacks, self.profile, self.updates)

    @property
    def url(self) -> str:
        """The address of the server, without the token."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def callback_answers(self) -> list[CallbackAnswer]:
        """What people saw after pressing buttons, oldest first."""
        return self.callbacks.answers

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        # A client that gives up a long poll must not stay its poller.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None)
        await self._runner.setup()
        await self.come_back()
        return self

    async def __aexit__(self, *reason: object) -> None:
        self._forget_late()
        await self.go_down()
        if self._runner:
            await self._runner.cleanup()

    async def go_down(self) -> None:
        """Stop listening and cut every connection: from now on a connection is refused."""
        if self._site:
            await self._site.stop()
            self._site = None
        for transport in self._transports.copy():
            reset(transport)
        await asyncio.sleep(0)  # an aborted connection is closed on the next turn of the loop
        self.poke()

    async def come_back(self) -> None:
        """Listen again, on the same port."""
        if self._runner is None or self._site is not None:
            return
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await self._site.start()
        self._port = self._runner.addresses[0][1]
        self.poke()

    def messages(self, chat_id: int | str) -> list[FakeMessage]:
        """Return all messages now in a chat, whoever wrote them, oldest first. Deleted ones are gone."""
        self._land_what_is_due()
        return sorted(self.world.chat(chat_id).messages.values(), key=lambda message: message.message_id)

    def sent(self, chat_id: int | str | None = None) -> list[FakeMessage]:
        """Return the bot's own messages, in one chat or in all, oldest first in each."""
        chats = self.world.chats if chat_id is None else [chat_id]
        return [message for chat in chats for message in self.messages(chat) if message.by_bot]

    def calls_of(self, method: str) -> list[Call]:
        """Return the calls of one method."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def release(self) -> None:
        """Let hanging answers go out, and late effects happen."""
        self._released.set()
        self._released = asyncio.Event()
        for late in self._late.copy():
            self._land(late)

    def poke(self) -> None:
        """Have the conditions of wait_for looked at again: something changed that is no call."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_for(self, condition: Callable[[], Any], *, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """Return once `condition()` is true. It is looked at after every call; see poke() for other occasions.

        Raises TimeoutError after `timeout` real seconds, naming the last calls.
        """
        try:
            async with asyncio.timeout(timeout):
                while True:
                    changed = self._changed
                    if await self._soon(condition):
                        return
                    await changed.wait()
        except TimeoutError:
            if condition():
                return
            last = [f"{call.method} {call.parameters} -> {call.answer}" for call in self.calls[-5:]]
            raise TimeoutError("\n".join([f"not true after {timeout} s; the last calls were:", *last])) from None

    async def _soon(self, condition: Callable[[], Any]) -> bool:
        self._land_what_is_due()
        for _ in range(_LOOP_TURNS):
            if condition():
                return True
            await asyncio.sleep(0)
        return bool(condition())

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        transport = request.transport
        if transport is None:
            return web.Response()
        self._transports.add(transport)
        try:
            return await self._answer(request)
        finally:
            self._transports = {one for one in self._transports if not one.is_closing()}
            self.poke()

    async def _answer(self, request: web.Request) -> web.Response:
        name, token = request.match_info["method"], request.match_info["token"]
        if token != self.token:
            well_formed = token.partition(":")[0].isdigit() and token.partition(":")[2]
            return respond(ApiError(401, "Unauthorized") if well_formed else ApiError(404, "Not Found"))
        self._land_what_is_due()
        try:
            params = await read_params(request)
        except ApiError as error:
            return respond(error)
        call = Call(method=name, parameters=dict(params.values), at=self._now())
        self.calls.append(call)
        self.poke()
        call.fault = self.faults.take(name.lower(), params)
        call.early = self._is_early(name.lower(), params)
        return await self._carry_out(request, call, params)

    async def _carry_out(self, request: web.Request, call: Call, params: Params) -> web.Response:
        match call.fault:
            case wrong.Refusal() as fault:
                return self._reply(call, fault.error(), params)
            case wrong.Refuse():
                return hang_up(request.transport)
            case wrong.DropBefore():
                return reset(request.transport)
            case wrong.LateApply(delay=delay):
                self._do_later(call, params, delay)
                return reset(request.transport)
        released = self._released
        outcome = await self._outcome(call, params)
        match call.fault:
            case wrong.ServerErrorAfter(code=code):
                outcome = wrong.server_error(code)
            case wrong.ResetAfter():
                return reset(request.transport)
            case wrong.HangAfter():
                self.poke()
                await released.wait()
        return self._reply(call, outcome, params)

    async def _outcome(self, call: Call, params: Params) -> Any:
        """Do what a call asks for; return the result, or the ApiError."""
        name = call.method.lower()
        try:
            if name == "getupdates":
                return await self.updates.get(params)
            return self._apply(name, params)
        except ApiError as error:
            return error

    def _apply(self, name: str, params: Params) -> Any:
        if name not in self._methods:
            raise ApiError(404, "Not Found: method not found")
        if self._limits and name in COUNTED and (chat := self.world.find(params.values.get("chat_id", ""))):
            refusal = self._limits.admit(chat.id, self._now())
            if refusal:
                raise refusal
        return self._methods[name](self.world, params, self._now())

    def _reply(self, call: Call, outcome: Any, params: Params) -> web.Response:
        body = outcome.as_json() if isinstance(outcome, ApiError) else {"ok": True, "result": outcome}
        call.answer = body
        wait = body.get("parameters", {}).get("retry_after")
        chat = self.world.find(params.values.get("chat_id", ""))
        if wait and chat:
            self._quiet_until[chat.id] = self._now() + wait
        return respond(outcome)

    def _is_early(self, name: str, params: Params) -> bool:
        chat = self.world.find(params.values.get("chat_id", ""))
        return chat is not None and name in COUNTED and self._now() < self._quiet_until.get(chat.id, 0.0)

    def _do_later(self, call: Call, params: Params, delay: float | None) -> None:
        due = None if delay is None else self._now() + delay
        late = _Late(due, lambda: self._apply_quietly(call, params))
        if delay is not None and not self._manual_clock:
            late.timer = asyncio.get_running_loop().call_later(delay, self._land, late)
        self._late.append(late)

    def _apply_quietly(self, call: Call, params: Params) -> None:
        try:
            self._apply(call.method.lower(), params)
        except ApiError:
            return  # refused late: nobody is there to be told

    def _land_what_is_due(self) -> None:
        for late in self._late.copy():
            if late.due is not None and late.due <= self._now():
                self._land(late)

    def _land(self, late: _Late) -> None:
        if late in self._late:
            self._late.remove(late)
            if late.timer:
                late.timer.cancel()
            late.apply()
            self.poke()

    def _forget_late(self) -> None:
        for late in self._late:
            if late.timer:
                late.timer.cancel()
        self._late.clear()
