"""The door of a private monitor: strangers are answered seldom, and its owners are asked about each of them once.

Telegram ids cost nothing, so besides the pace for each chat there is one for all strangers together, and another for
what owners are asked.
"""

import time
from collections.abc import Awaitable, Callable

from monitor.bot.answers import Answer, Button
from monitor.bot.display import NAME, name
from monitor.bot.language import _
from monitor.bot.throttle import Throttle

STRANGERS_EVERY, STRANGERS_BURST = 0.5, 20  # seconds between answers to strangers, all together
ASKED_EVERY = 24 * 3600.0  # seconds between questions to the owners about one stranger
OWNERS_EVERY, OWNERS_BURST = 600.0, 5  # seconds between questions to the owners about any

TellOwners = Callable[[Callable[[], Answer]], Awaitable[object]]
"""Tells every owner an answer, made in the owner's language."""


class Door:
    """Where strangers knock."""

    def __init__(self, tell_owners: TellOwners | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell_owners = tell_owners
        self._answers = Throttle(STRANGERS_EVERY, burst=STRANGERS_BURST, clock=clock)
        self._asked = Throttle(ASKED_EVERY, clock=clock)
        self._questions = Throttle(OWNERS_EVERY, burst=OWNERS_BURST, clock=clock)

    def answers(self) -> bool:
        """Tell whether one more stranger is answered now, and count it if so."""
        return self._answers.allows("all")

    async def ask(self, user_id: int, called: str | None, lang: str | None) -> bool:
        """Ask the owners about a stranger, unless they were asked lately; return whether they were."""
        if self._tell_owners is None or not self._asked.allows(user_id) or not self._questions.allows("all"):
            return False
        await self._tell_owners(lambda: question(user_id, called, lang))
        return True


def question(user_id: int, called: str | None, lang: str | None) -> Answer:
    """Return what an owner is asked about a stranger; who is let in is told so in their language."""
    spoken = (lang or "")[:8].replace(" ", "") or "-"
    return Answer(
        text=_("{name} ({id}) wants in.").format(name=name(called or "?", NAME), id=user_id),
        buttons=(
            (
                Button(label=_("Subscriber"), press=f"admit {user_id} subscriber {spoken}"),
                Button(label=_("Reviewer"), press=f"admit {user_id} reviewer {spoken}"),
                Button(label=_("Editor"), press=f"admit {user_id} editor {spoken}"),
            ),
            (Button(label=_("Ban"), press=f"ban {user_id}"), Button(label=_("Not now"), press=f"ignore {user_id}")),
        ),
    )
