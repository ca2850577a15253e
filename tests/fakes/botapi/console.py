"""The fake as a program: a terminal in place of the Telegram app, to try a bot by hand."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Callable, Sequence

from tests.fakes.botapi.chats import FakeMessage
from tests.fakes.botapi.server import FakeBotApi

PERSON = 42
CHANNEL = -1001

_HELP = "Type to write to the bot; !LABEL presses a button."


class Console:
    """One person and one channel, shown through `show`, one line a message."""

    def __init__(self, api: FakeBotApi, show: Callable[[str], None] = print) -> None:
        self._api = api
        self._show = show
        api.add_user(id=PERSON, first_name="You", language_code="en")
        api.add_chat(id=CHANNEL, type="channel", title="Alerts", username="alerts", bot_is_admin=True)
        api.world.watch = self._saw

    def greet(self) -> None:
        """Say where the bot finds the server, and whom it can write to."""
        self._show(f"Bot API at {self._api.url} for the token {self._api.token}")
        self._show(f"You are user {PERSON}; the channel is @alerts, {CHANNEL}. {_HELP}")

    def read(self, line: str) -> None:
        """Do what a typed line says."""
        line = line.strip()
        if line.startswith("!"):
            self._press(line[1:].strip())
        elif line:
            self._api.say(chat_id=PERSON, user_id=PERSON, text=line)

    def _press(self, label: str) -> None:
        for message in sorted(self._api.sent(), key=lambda message: (message.date, message.message_id), reverse=True):
            with contextlib.suppress(LookupError):
                self._api.press(message, label, user_id=PERSON)
                return
        self._show(f"no message has a button {label!r}")

    def _saw(self, message: FakeMessage) -> None:
        if not message.by_bot:
            return
        chat = self._api.world.chat(message.chat_id)
        place = "you" if chat.id == PERSON else chat.title
        change = " (edited)" if message.edited is not None else ""
        told = " ".join(filter(None, (message.text, _attachment(message))))
        self._show(f"[{place} #{message.message_id}{change}] {told}")
        for row in (message.reply_markup or {}).get("inline_keyboard", []):
            self._show("    " + " ".join(f"[{button['text']}]" for button in row))


def _attachment(message: FakeMessage) -> str:
    return f"<{message.file_kind} {message.file.name}, {len(message.file.content)} bytes>" if message.file else ""


async def serve(port: int, token: str, *, limits: bool) -> None:
    """Run until interrupted."""
    async with FakeBotApi(token, port=port, limits=limits) as api:
        console = Console(api, lambda line: print(line, flush=True))
        console.greet()
        lines = asyncio.StreamReader()
        try:
            protocol = asyncio.StreamReaderProtocol(lines)
            await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        except (OSError, ValueError):
            lines.feed_eof()  # nobody is typing
        while line := await lines.readline():
            console.read(line.decode(errors="replace"))
        await asyncio.Event().wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.botapi", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="port on 127.0.0.1 (default: 8081)")
    parser.add_argument("--token", default="123456:TEST", help="token of the bot (default: 123456:TEST)")
    parser.add_argument("--limits", action="store_true", help="keep Telegram's flood limits")
    options = parser.parse_args(arguments)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.port, options.token, limits=options.limits))
