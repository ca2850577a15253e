"""Looking back beside everything else: once for each quote, with a short wait, and to the end."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from monitor.core.errors import StoreError
from monitor.core.history import LookedBack, Taped
from monitor.core.model import Match, Post, PostId, Quote, QuoteId
from monitor.desk.looking_back import LookingBack
from monitor.replay import Replay
from tests.builders import NOON, a_post, a_quote
from tests.fakes.clock import NapClock
from tests.fakes.ports import direct


class Tape:
    """Posts to look back over; `fails` is raised in their stead."""

    def __init__(self, *posts: Post) -> None:
        self.posts = list(posts)
        self.fails: Exception | None = None

    def tape_start(self, **_: object) -> PostId:
        return PostId(0)

    def tape(self, *, after: PostId, limit: int) -> list[Taped]:
        if self.fails:
            raise self.fails
        numbered = enumerate(self.posts[after:], start=after + 1)
        return [Taped(post_id=PostId(number), wordings=(post,)) for number, post in numbered][:limit]

    def stored_matches(self, *_: object) -> dict:
        return {}

    def record_replayed(self, findings: Sequence, *, at: object) -> list:
        return []


class Slow:
    """Finds nothing, once it is let go on."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.asked: list[Quote] = []

    async def __call__(self, quotes: tuple[Quote, ...], posts: Sequence[Post]) -> list[list[Match]]:
        self.asked += quotes
        await self.go_on.wait()
        return [[] for _ in posts]


def looking_back(tape: Tape, find: Slow, clock: NapClock) -> LookingBack:
    def replay(quote: Quote) -> Replay:
        return Replay([quote], store=tape, call=direct, find=find, now=lambda: NOON)  # type: ignore[arg-type]

    return LookingBack(replay, patience=0, sleep=clock.sleep)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def glanced(looks: LookingBack, quote: Quote) -> LookedBack:
    """Return what a glance says once everything that can happen has."""
    await looks.glance(quote)
    await settle()
    return await looks.glance(quote)


async def test_an_answer_waits_only_a_moment_and_looking_goes_on() -> None:
    find = Slow()
    looks = looking_back(Tape(a_post()), find, NapClock())

    early = await looks.glance(a_quote())
    find.go_on.set()
    done = await glanced(looks, a_quote())

    assert not early.is_done
    assert (done.is_done, done.looked) == (True, 1)
    assert find.asked == [a_quote()]
    await looks.stop()


async def test_what_was_compared_before_the_quote_was_known_is_looked_at_once_it_is_recorded() -> None:
    find, clock, tape = Slow(), NapClock(), Tape(a_post())
    find.go_on.set()
    looks = looking_back(tape, find, clock)
    await glanced(looks, a_quote())
    tape.posts.append(a_post("recorded a second later"))

    clock.advance(60)
    await settle()

    assert (await looks.glance(a_quote())).looked == 2
    await looks.stop()


async def test_a_changed_quote_is_looked_for_anew_and_a_paused_one_is_the_same() -> None:
    find = Slow()
    find.go_on.set()
    looks = looking_back(Tape(a_post()), find, NapClock())
    await glanced(looks, a_quote())
    await glanced(looks, a_quote(paused=True))

    await glanced(looks, replace(a_quote(), exact=True))

    assert [quote.exact for quote in find.asked] == [False, True]
    await looks.stop()


async def test_a_database_in_trouble_ends_it_without_harm_and_the_next_glance_begins_again() -> None:
    find, tape = Slow(), Tape(a_post())
    find.go_on.set()
    tape.fails = StoreError("disk full")
    looks = looking_back(tape, find, NapClock())
    in_trouble = await glanced(looks, a_quote())

    tape.fails = None
    after = await glanced(looks, a_quote())

    assert (in_trouble.is_done, in_trouble.looked) == (False, 0)
    assert (after.is_done, after.looked) == (True, 1)
    await looks.stop()


async def test_an_untracked_quote_is_looked_for_no_more() -> None:
    find = Slow()
    looks = looking_back(Tape(a_post()), find, NapClock())
    looks.begin(a_quote())
    looks.begin(a_quote(id=QuoteId(2)))
    await settle()

    looks.end(QuoteId(1))
    find.go_on.set()
    await settle()

    assert [task.get_name() for task in asyncio.all_tasks() if "look back" in task.get_name()] == [
        "look back for quote 2"
    ]
    await looks.stop()
    assert not [task for task in asyncio.all_tasks() if "look back" in task.get_name() and not task.done()]
