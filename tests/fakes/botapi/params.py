"""The parameters of one call, however they were sent: query string, form, multipart or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.botapi.errors import ApiError, bad_request

_OBJECTS = frozenset({
    "allowed_updates", "caption_entities", "commands", "entities", "link_preview_options", "reply_markup",
    "reply_parameters", "scope",
})  # fmt: skip
_NUMBERS = frozenset({
    "chat_id", "from_chat_id", "limit", "message_id", "message_thread_id", "offset", "timeout", "user_id",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeFile:
    """A file that a bot sent."""

    name: str
    content: bytes
    mime_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Params:
    """What a method was called with."""

    values: Mapping[str, Any]

    def text(self, name: str, default: str = "") -> str:
        """Return a parameter as text."""
        value = self.values.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int = 0) -> int:
        """Return a parameter as a whole number; like the Bot API, what is none counts as `default`."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """Return a yes-or-no parameter."""
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes")

    def given(self, name: str) -> Any:
        """Return an object parameter, or None when it was not sent. Raises ApiError when it is no JSON."""
        value = self.values.get(name)
        if isinstance(value, str):
            raise _not_json(name)
        return value

    def file(self, name: str) -> FakeFile | str | None:
        """Return an uploaded file, or the id or address that was sent in its place."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.values.get(value.removeprefix("attach://"))
        return value


async def read_params(request: web.Request) -> Params:
    """Return the parameters of an HTTP request; a body wins over the query string. Raises ApiError."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        values |= _object(await request.text())
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            values[name] = value if isinstance(value, str) else _file(name, value)
    return Params({name: _decoded(name, value) for name, value in values.items()})


def _object(body: str) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise bad_request("can't parse JSON object")
    return given


def _file(name: str, field: web.FileField | bytearray | bytes) -> FakeFile:
    if isinstance(field, bytearray | bytes):  # a part with a content type but no file name
        return FakeFile(name=name, content=bytes(field))
    return FakeFile(name=field.filename, content=field.file.read(), mime_type=field.content_type)


def _decoded(name: str, value: Any) -> Any:
    if name in _NUMBERS and isinstance(value, str):
        return int(value) if value.lstrip("-").isdecimal() and value.isascii() else value
    if name not in _OBJECTS or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _not_json(name: str) -> ApiError:
    if name == "reply_markup":
        return bad_request("can't parse reply keyboard markup JSON object")
    return bad_request(f"can't parse {name} JSON object")
