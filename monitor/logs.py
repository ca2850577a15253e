"""Logging: one event about one subject a line; readable in a terminal, JSON elsewhere; secrets never.

Everything that is logged, by us or by a library, passes through one formatter on the root logger, which
takes out the bot's token wherever it stands: in a message, a field, a traceback, the repr of an object.
Silencing the libraries would not be enough, since `repr(telegram.Bot)` holds the token too.
"""

import logging
import re
import sys
from collections.abc import Iterable
from typing import Literal, TextIO

import structlog
from structlog.typing import Processor

HIDDEN = "[secret]"
TOKEN = re.compile(r"\d{5,16}:[A-Za-z0-9_-]{30,64}")  # the form of every Bot API token; bounded, so linear
CHATTY = ("httpx", "httpcore", "apscheduler", "telegram")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` without the given secrets and without anything that looks like a bot's token."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return TOKEN.sub(HIDDEN, text)


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a record, and takes the secrets out of the result."""

    def __init__(self, processors: list[Processor], secrets: tuple[str, ...]) -> None:
        super().__init__(processors=processors, foreign_pre_chain=_shared())
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return redact(super().format(record), self._secrets)


def configure(
    *,
    level: str = "INFO",
    form: Literal["auto", "console", "json"] = "auto",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send all logging to `stream` (standard error), in the wanted form, without the secrets."""
    stream = stream or sys.stderr
    console = form == "console" or (form == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter(_console(stream) if console else _json(), _useful(secrets)))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level) if level != "DEBUG" else logging.DEBUG)
    logging.getLogger("asyncio").setLevel(logging.WARNING)  # which selector it uses interests nobody
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _useful(secrets: Iterable[str]) -> tuple[str, ...]:
    """Leave out what is too short to be a secret: replacing it would garble every line."""
    return tuple(secret for secret in secrets if len(secret) >= 8)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _console(stream: TextIO) -> list[Processor]:
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        ),
    ]


def _json() -> list[Processor]:
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        # Without the values of variables: those are other people's words, and secrets that nobody listed.
        structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
