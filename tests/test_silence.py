"""Which sources fell silent: each is told once, and once more when it speaks again."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.bot import source_texts
from monitor.core.coverage import SourceReport
from monitor.core.model import SourceId, SourceState
from monitor.silence import Silences
from tests.builders import NOON, a_source

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Town:
    """Sources by number, with how long each has been silent; None: it speaks."""

    def __init__(self, **silent_for: timedelta | None) -> None:
        self.now = silent_for
        self.then: dict[str, timedelta | None] = {}
        self.blind: set[str] = set()

    async def reports(self, at: datetime) -> list[SourceReport]:
        return [
            SourceReport(
                source=a_source(id=SourceId(int(name[1:])), name=name),
                posts_per_day=1,
                matches_per_day=0,
                silent_for=None if name in self.blind else silent_for,
                blind_since=at - HOUR if name in self.blind else None,
            )
            for name, silent_for in (self.now if at >= NOON else self.then).items()
        ]


def names(found: object) -> list[str]:
    return [getattr(one, "name", None) or one.source.name for one in found]  # type: ignore[attr-defined]


async def test_a_source_that_falls_silent_is_told_once_and_once_that_it_speaks() -> None:
    town = Town(s1=None, s2=None)
    silences = Silences(town.reports, ran_until=None)
    assert not (await silences.look(NOON)).fell_silent

    town.now["s1"] = DAY
    first, second = await silences.look(NOON + HOUR), await silences.look(NOON + 2 * HOUR)
    town.now["s1"] = None
    third = await silences.look(NOON + 3 * HOUR)

    assert (names(first.fell_silent), names(second.fell_silent)) == (["s1"], [])
    assert (names(second.speak_again), names(third.speak_again)) == ([], ["s1"])


async def test_what_was_silent_before_a_restart_is_not_told_again() -> None:
    town = Town(s1=DAY, s2=DAY, s3=None)
    town.then = {"s1": DAY - HOUR, "s2": None, "s3": DAY}
    silences = Silences(town.reports, ran_until=NOON - HOUR)

    turn = await silences.look(NOON)

    assert (names(turn.fell_silent), names(turn.speak_again)) == (["s2"], ["s3"])


async def test_a_silent_source_that_cannot_be_read_does_not_speak_again() -> None:
    town = Town(s1=DAY)
    silences = Silences(town.reports, ran_until=None)
    await silences.look(NOON)

    town.blind = {"s1"}
    failing = await silences.look(NOON + HOUR)
    town.blind = set()
    silent_still = await silences.look(NOON + 2 * HOUR)

    assert failing.speak_again == ()
    assert silent_still.fell_silent == ()


async def test_a_paused_source_is_not_called_silent() -> None:
    town = Town(s1=DAY)

    async def paused(at: datetime) -> list[SourceReport]:
        reports = await town.reports(at)
        return [replace(one, source=replace(one.source, state=SourceState.PAUSED)) for one in reports]

    assert (await Silences(paused, ran_until=None).look(NOON)).fell_silent == ()


async def test_the_notice_names_ten_sources_at_most() -> None:
    town = Town(**{f"s{number}": DAY * 3 for number in range(1, 14)})

    told = source_texts.silent(await town.reports(NOON)).splitlines()

    assert told[0] == "⚠ 1. s1 has been silent for 3 days, which is unusual: it answers, and brings nothing new."
    assert (len(told), told[-1]) == (11, "And 3 more.")
