import asyncio
from datetime import timedelta

import pytest

from monitor.core.errors import RateLimited
from monitor.fetch import hosts as hosts_module
from monitor.fetch.hosts import Hosts, said

MINUTE = timedelta(minutes=1)


class Clock:
    """A clock that moves when somebody sleeps by it, and when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def some_hosts(clock: Clock, *, spacing: float = 1, per_host: int = 2, total: int = 16) -> Hosts:
    return Hosts(spacing=timedelta(seconds=spacing), per_host=per_host, total=total, clock=clock, sleep=clock.sleep)


async def test_requests_to_one_host_start_a_pause_apart_in_the_order_of_asking() -> None:
    clock = Clock()
    hosts = some_hosts(clock, spacing=2)
    starts = []

    async def ask(number: int) -> None:
        async with hosts.turn("example.org"):
            starts.append((number, clock.now))

    await asyncio.gather(*(ask(number) for number in range(4)))

    assert starts == [(0, 1000), (1, 1002), (2, 1004), (3, 1006)]


async def test_another_host_does_not_wait() -> None:
    clock = Clock()
    hosts = some_hosts(clock, spacing=2)
    for name in ("one.example", "two.example", "three.example"):
        async with hosts.turn(name):
            assert clock.now == 1000


@pytest.mark.parametrize(
    ("limits", "names", "most"),
    [
        ({"per_host": 2}, ["one.example"] * 10, 2),
        ({"total": 3}, [f"{number}.example" for number in range(10)], 3),
    ],
)
async def test_so_many_requests_are_under_way_and_no_more(limits: dict[str, int], names: list[str], most: int) -> None:
    hosts = some_hosts(Clock(), spacing=0, **limits)
    now, peak = 0, 0

    async def ask(name: str) -> None:
        nonlocal now, peak
        async with hosts.turn(name):
            now += 1
            peak = max(peak, now)
            for _ in range(5):
                await asyncio.sleep(0)
            now -= 1

    await asyncio.gather(*map(ask, names))

    assert peak == most


async def test_a_host_that_is_waited_for_takes_no_place_from_others() -> None:
    clock = Clock()
    never = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await never.wait()

    hosts = Hosts(spacing=MINUTE, per_host=2, total=1, clock=clock, sleep=sleep)
    async with hosts.turn("slow.example"):
        pass
    waiting = asyncio.create_task(hosts.turn("slow.example").__aenter__())
    await asyncio.sleep(0)

    async with hosts.turn("other.example"):
        waiting.cancel()


async def test_a_held_host_is_left_alone_until_its_time_and_says_how_long() -> None:
    clock = Clock()
    hosts = some_hosts(clock)
    hosts.hold("example.org", MINUTE)

    clock.now += 59
    with pytest.raises(RateLimited, match=r"example\.org asks to be left alone for another 1 s") as caught:
        await hosts.turn("example.org").__aenter__()
    assert caught.value.wait == timedelta(seconds=1)
    async with hosts.turn("other.example"):
        pass
    clock.now += 1
    async with hosts.turn("example.org"):
        pass


async def test_those_who_wait_for_a_turn_are_sent_home_when_the_host_asks_for_silence() -> None:
    hosts = some_hosts(Clock(), per_host=1)

    async def ask() -> None:
        async with hosts.turn("example.org"):
            hosts.hold("example.org", MINUTE)
            await asyncio.sleep(0)

    outcomes = await asyncio.gather(*(ask() for _ in range(5)), return_exceptions=True)

    assert outcomes[0] is None
    assert [type(outcome) for outcome in outcomes[1:]] == [RateLimited] * 4


async def test_one_who_waits_out_the_pause_goes_home_when_silence_is_asked_for_meanwhile() -> None:
    clock = Clock()

    async def sleep(seconds: float) -> None:
        hosts.hold("example.org", MINUTE)  # the answer to the request before
        await clock.sleep(seconds)

    hosts = Hosts(spacing=timedelta(seconds=1), per_host=2, total=16, clock=clock, sleep=sleep)
    async with hosts.turn("example.org"):
        with pytest.raises(RateLimited):
            await hosts.turn("example.org").__aenter__()


async def test_a_shorter_wish_does_not_end_a_longer_silence_and_none_is_longer_than_a_day() -> None:
    hosts = some_hosts(Clock())
    hosts.hold("example.org", timedelta(days=1000))
    hosts.hold("example.org", MINUTE)

    with pytest.raises(RateLimited) as caught:
        await hosts.turn("example.org").__aenter__()
    assert caught.value.wait == timedelta(days=1)


async def test_a_turn_that_fails_or_is_cancelled_gives_its_place_back() -> None:
    clock = Clock()
    hosts = some_hosts(clock, spacing=0, per_host=1, total=1)
    with pytest.raises(KeyError):
        async with hosts.turn("example.org"):
            raise KeyError
    entered = asyncio.Event()

    async def stay() -> None:
        async with hosts.turn("example.org"):
            entered.set()
            await asyncio.Event().wait()

    staying = asyncio.create_task(stay())
    await entered.wait()
    waiting = asyncio.create_task(stay())
    await asyncio.sleep(0)
    waiting.cancel()
    staying.cancel()
    await asyncio.gather(staying, waiting, return_exceptions=True)

    async with asyncio.timeout(5), hosts.turn("example.org"):
        pass


async def test_hosts_that_are_over_are_forgotten_but_not_one_in_use_nor_one_that_asked_for_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hosts_module, "MOST_HOSTS", 50)
    clock = Clock()
    hosts = some_hosts(clock)
    hosts.hold("silent.example", timedelta(hours=20))
    async with hosts.turn("used.example"):
        for number in range(1000):
            clock.now += 2
            async with hosts.turn(f"{number}.example"):
                pass

        assert len(hosts._hosts) <= 50
        assert "used.example" in hosts._hosts
        with pytest.raises(RateLimited):
            await hosts.turn("silent.example").__aenter__()


async def test_what_is_remembered_is_bounded_even_when_every_host_asks_for_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hosts_module, "MOST_HOSTS", 50)
    hosts = some_hosts(Clock())
    for number in range(1000):
        hosts.hold(f"{number}.example", timedelta(seconds=number + 1))

    assert len(hosts._hosts) <= 50
    with pytest.raises(RateLimited):
        await hosts.turn("999.example").__aenter__()


@pytest.mark.parametrize(("seconds", "words"), [(0.5, "0.5 s"), (45, "45 s"), (720, "12 min"), (86400, "24.0 h")])
def test_a_wait_is_said_in_words(seconds: float, words: str) -> None:
    assert said(timedelta(seconds=seconds)) == words


async def test_a_host_that_is_known_to_want_a_longer_pause_gets_it_and_shares_it_with_its_subdomains() -> None:
    clock = Clock()
    hosts = some_hosts(clock, spacing=1)
    starts = []

    async def ask(name: str) -> None:
        async with hosts.turn(name):
            starts.append((name, clock.now))

    for name in ("www.reddit.com", "www.reddit.com", "notreddit.com", "notreddit.com"):
        await ask(name)

    assert starts[1][1] - starts[0][1] == 61
    assert starts[3][1] - starts[2][1] == 1
    assert hosts_module.known_spacing("old.Reddit.com") == timedelta(seconds=61)
    assert hosts_module.known_spacing("example.org") == timedelta()
