"""The commands and buttons over a real desk and a store in memory: what is said, and what is then so."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from monitor.bot.answers import Answer
from monitor.bot.commands import BY_NAME, CHECK, Call
from monitor.bot.hearing_texts import told
from monitor.bot.presses import PRESSES
from monitor.bot.roles import Policy
from monitor.core.errors import InputError
from monitor.core.model import Appearance, Post, Source, WantedSource
from monitor.core.people import Role
from monitor.desk import StoreDesk
from monitor.matching import Calibration, Matcher, calibrate
from monitor.store import SqliteStore, open_store
from monitor.watchlist import Watchlist
from tests.bot.helpers import OWNER
from tests.builders import NOON, a_poll, a_post, a_source
from tests.fakes.ports import direct


async def calibrated(text: str) -> Calibration | None:
    return calibrate(text)


async def not_calibrated(_text: str) -> Calibration | None:
    return None


async def unasked(_request: Any) -> None:
    raise AssertionError("no source is asked here")


class RealDesk:
    """Says what people say, presses what they press, and knows the store."""

    def __init__(self, store: SqliteStore, **given: Any) -> None:
        self.store = store
        self.watchlist = Watchlist(Matcher(), store, direct)
        known = {"fetch": unasked, "parse": unasked, "calibrated": not_calibrated, "now": lambda: NOON}
        self.desk = StoreDesk(store, direct, self.watchlist, **(known | given))
        self.role = Role.OWNER

    def call(self, words: str, **given: Any) -> Call:
        known = {"user_id": OWNER, "role": self.role, "address": str(OWNER), "title": "Ann"}
        return Call(words=words, policy=Policy(owners=frozenset({OWNER})), **(known | given))

    async def say(self, text: str) -> Answer:
        """Give a command."""
        name, _, words = text.removeprefix("/").partition(" ")
        try:
            answer = await BY_NAME[name].run(self.call(words), self.desk)
        except InputError as error:
            answer = told(error)
        return answer if isinstance(answer, Answer) else Answer(text=answer)

    async def paste(self, post: Post) -> Answer:
        """Send a text that is no command."""
        answer = await CHECK(replace(self.call(post.text), post=post), self.desk)
        assert isinstance(answer, Answer)
        return answer

    async def press(self, data: str) -> Answer:
        """Press a button that holds this."""
        verb, _, words = data.partition(" ")
        try:
            return await PRESSES[verb].run(self.call(words), self.desk)
        except InputError as error:
            return Answer(toast=told(error))

    async def press_label(self, answer: Answer, label: str) -> Answer:
        """Press the button under an answer whose label has these words."""
        (data,) = [button.press for row in answer.buttons for button in row if label in button.label]
        assert data
        return await self.press(data)

    def published(self, *texts: str, source: Source | None = None, at: datetime = NOON) -> None:
        """Record posts that were published before anything of them was tracked."""
        source = source or self.store.active_sources()[0]
        posts = [a_post(text, published_at=at, author="M. Oduya") for text in texts]
        poll = a_poll(source, finished_at=at, next_poll_at=at + timedelta(minutes=10))
        self.store.record(poll, self.store.unseen(source, posts))

    def found(self, limit: int = 100) -> Sequence[Appearance]:
        return self.store.appearances(limit=limit)

    def audited(self) -> list[tuple[str, str]]:
        """Return who did what to quotes, oldest first."""
        rows = self.store._db.rows("SELECT actor, action FROM audit WHERE subject LIKE 'quote %' ORDER BY id")
        return [(row["actor"], row["action"]) for row in rows]


@contextmanager
def a_real_desk(**given: Any) -> Iterator[RealDesk]:
    """A desk over a store in memory that polls one source."""
    with open_store(":memory:", now=lambda: NOON) as store:
        source = a_source()
        store.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name)], NOON)
        yield RealDesk(store, **given)


def labels(answer: Answer) -> list[str]:
    return [button.label for row in answer.buttons for button in row]
