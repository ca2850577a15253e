"""What can go wrong between a bot and Telegram, to be asked for one call at a time or by chance.

The two that matter most are those in which Telegram did what was asked and the bot does not hear of it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.botapi.errors import ApiError, bad_request, forbidden, migrated, too_many_requests
from tests.fakes.botapi.params import Params

ANY = "*"
"""Every method but getUpdates."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong with one call."""


@dataclass(frozen=True, slots=True)
class Refuse(Fault):
    """The connection is closed in good order, without an answer. Nothing was done.

    For a connection that cannot even be made, see FakeBotApi.go_down.
    """


@dataclass(frozen=True, slots=True)
class DropBefore(Fault):
    """The connection is reset (RST). Nothing was done."""


@dataclass(frozen=True, slots=True)
class ResetAfter(Fault):
    """It was done; then the connection is reset (RST) instead of an answer."""


@dataclass(frozen=True, slots=True)
class HangAfter(Fault):
    """It was done; the answer does not come until FakeBotApi.release."""


@dataclass(frozen=True, slots=True)
class LateApply(Fault):
    """The connection is reset at once; it is done `delay` seconds later, or at FakeBotApi.release."""

    delay: float | None = None


@dataclass(frozen=True, slots=True)
class ServerErrorAfter(Fault):
    """It was done; the answer is an error of the server."""

    code: int = 502


@dataclass(frozen=True, slots=True)
class Refusal(Fault):
    """The answer is an error; nothing was done."""

    def error(self) -> ApiError:
        """Return the answer."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class TooManyRequests(Refusal):
    """429: nothing more for `retry_after` seconds."""

    retry_after: int = 5

    def error(self) -> ApiError:
        return too_many_requests(self.retry_after)


@dataclass(frozen=True, slots=True)
class ServerError(Refusal):
    """500 or 502. Nothing was done, which the bot cannot know."""

    code: int = 500

    def error(self) -> ApiError:
        return server_error(self.code)


@dataclass(frozen=True, slots=True)
class Forbidden(Refusal):
    """403, once. For a person or chat that stays closed, see FakeBotApi.block and kick_bot."""

    text: str = "bot was blocked by the user"

    def error(self) -> ApiError:
        return forbidden(self.text)


@dataclass(frozen=True, slots=True)
class BadRequest(Refusal):
    """400."""

    text: str = "chat not found"

    def error(self) -> ApiError:
        return bad_request(self.text)


@dataclass(frozen=True, slots=True)
class Migrate(Refusal):
    """400 with migrate_to_chat_id, once. For a group that really moves, see FakeBotApi.migrate."""

    to: int

    def error(self) -> ApiError:
        return migrated(self.to)


def server_error(code: int) -> ApiError:
    """Return an error that is Telegram's own."""
    return ApiError(code, "Bad Gateway" if code == 502 else "Internal Server Error")


@dataclass(slots=True, kw_only=True)
class _Rule:
    fault: Fault
    method: str
    chat_id: int | str | None
    text: str | None
    left: int | None  # how often still; None without end
    probability: float = 1.0

    def fits(self, method: str, params: Params) -> bool:
        return (
            (self.method == method or (self.method == ANY and method != "getupdates"))
            and self.chat_id in (None, params.values.get("chat_id"))
            and (self.text is None or self.text in params.text("text"))
        )


class Faults:
    """The faults that are waiting for their call. Of the rules that fit a call, the one added first wins."""

    def __init__(self, seed: int = 0, *, changed: Callable[[], None] = lambda: None) -> None:
        self._random = random.Random(seed)
        self._rules: list[_Rule] = []
        self._changed = changed

    def next(
        self,
        method: str,
        fault: Fault,
        *,
        chat_id: int | str | None = None,
        text: str | None = None,
        times: int = 1,
    ) -> None:
        """Let the next `times` calls of `method` fail, to one chat and with `text` in their text if these are given."""
        self._add(_Rule(fault=fault, method=method, chat_id=chat_id, text=text, left=times))

    def always(self, method: str, fault: Fault, *, chat_id: int | str | None = None, text: str | None = None) -> None:
        """Let every such call fail, until clear()."""
        self._add(_Rule(fault=fault, method=method, chat_id=chat_id, text=text, left=None))

    def chance(
        self,
        method: str,
        fault: Fault,
        probability: float,
        *,
        chat_id: int | str | None = None,
        text: str | None = None,
    ) -> None:
        """Let such a call fail with a `probability` of 0 to 1. The same seed and calls fail the same way."""
        self._add(_Rule(fault=fault, method=method, chat_id=chat_id, text=text, left=None, probability=probability))

    def clear(self) -> None:
        """Let everything go well again."""
        self._rules.clear()
        self._changed()

    @property
    def waiting(self) -> int:
        """How many one-shot faults have not met their call yet."""
        return sum(rule.left or 0 for rule in self._rules)

    def take(self, method: str, params: Params) -> Fault | None:
        """Return what goes wrong with this call, if anything. `method` is in lower case."""
        for rule in self._rules:
            # The draw comes last, so that rules for other calls leave the sequence alone.
            if not rule.fits(method, params) or self._random.random() >= rule.probability:
                continue
            if rule.left is not None:
                rule.left -= 1
                if not rule.left:
                    self._rules.remove(rule)
            return rule.fault
        return None

    def _add(self, rule: _Rule) -> None:
        rule.method = rule.method.lower()
        self._rules.append(rule)
        self._changed()
