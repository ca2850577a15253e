"""Plain fakes of the ports, each with a memory."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from monitor.core.errors import SourceError
from monitor.core.model import Page, Request, Validators
from monitor.core.telling import Found, Look, Telling

P = ParamSpec("P")
T = TypeVar("T")


async def direct(method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a method of the store right here."""
    return method(*args, **kwargs)


class FakeFetch:
    """Answers what it was told to, in turn; the last answer again and again. Remembers what was asked."""

    def __init__(self, *answers: bytes | Page | SourceError | None) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []

    async def __call__(self, request: Request) -> Page | None:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, SourceError):
            raise answer
        if isinstance(answer, bytes):
            return Page(url=request.url, body=answer, validators=Validators(etag=f'"{len(self.asked)}"'))
        return answer


class FakeNotify:
    """Shows alerts to nobody and remembers them; raises what it was told to, once each."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)
        self.shown: list[Telling] = []
        self.updated: list[Telling] = []

    async def __call__(self, telling: Telling, *, plain: bool = False) -> int:
        if self.troubles:
            raise self.troubles.pop(0)
        self.shown.append(telling)
        return len(self.shown)

    async def update(self, telling: Telling, message_id: int, *, plain: bool = False) -> None:
        self.updated.append(telling)

    async def look(self, telling: Telling, message_id: int, *, again: bool) -> Look:
        return Look(found=Found.NOTHING)

    async def remove(self, telling: Telling, message_id: int) -> None:
        raise NotImplementedError

    async def bare(self, telling: Telling, message_id: int) -> None:
        raise NotImplementedError
