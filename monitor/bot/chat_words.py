"""What people write about how they want to be told: how long, from when to when, in which zone, in which chat."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import time, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from monitor.bot.commands.base import Call
from monitor.bot.roles import is_at_least
from monitor.core.errors import InputError
from monitor.core.model import ChatKind
from monitor.core.people import Digest, Role

CHAT = re.compile(r"@[A-Za-z]\w{3,31}|-\d{5,20}")  # a group's or channel's name or number
DURATION = re.compile(r"(\d{1,4})\s*([a-z]+)", re.IGNORECASE)
UNITS = {
    "m": "minutes", "min": "minutes", "minute": "minutes", "minutes": "minutes", "minuto": "minutes",
    "minutos": "minutes", "h": "hours", "hour": "hours", "hours": "hours", "hora": "hours", "horas": "hours",
    "d": "days", "day": "days", "days": "days", "día": "days", "dia": "days", "días": "days", "dias": "days",
    "w": "weeks", "week": "weeks", "weeks": "weeks", "semana": "weeks", "semanas": "weeks",
}  # fmt: skip
LONGEST_MUTE = timedelta(days=366)
HOURS = re.compile(r"(\d{1,2}(?::\d{2})?)\s*(?:-|–|to|a)\s*(\d{1,2}(?::\d{2})?)")
OFF = frozenset({"off", "none", "no", "0", "nunca"})
ON = frozenset({"on", "yes", "1", "sí", "si"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The chat, or topic of it, that a command is about."""

    address: str
    kind: ChatKind
    title: str | None
    thread_id: int | None = None
    is_here: bool = True  # the chat the command was given in


async def target_of(call: Call) -> tuple[Target, str]:
    """Return the chat a command is about, and the other words: this chat, or the group or channel named last.

    Raises InputError when it is none that the person may manage, or the bot cannot post there.
    """
    rest, _, last = call.words.strip().rpartition(" ")
    if call.kind is not ChatKind.PRIVATE or not CHAT.fullmatch(last):
        return here(call), call.words.strip()
    return await chat_named(call, last), rest.strip()


def here(call: Call) -> Target:
    """Return the chat a command was given in."""
    return Target(address=call.address, kind=call.kind, title=call.title, thread_id=call.thread_id)


async def chat_named(call: Call, name: str) -> Target:
    """Return another chat that the person manages. Raises InputError."""
    telegram = call.ask_telegram()
    place = await telegram.place(name)
    if place.kind is ChatKind.PRIVATE:
        raise InputError("{chat} is a person: name a group or channel.", chat=name)
    manages = is_at_least(call.role, Role.OWNER) or (
        call.user_id is not None and await telegram.is_admin(place.address, call.user_id)
    )
    if not manages:
        raise InputError("Only administrators of {chat} can say what it is told.", chat=name)
    if not place.bot_can_post:
        raise InputError("I cannot post in {chat}: make me an administrator there who may post messages.", chat=name)
    return Target(address=place.address, kind=place.kind, title=place.title, is_here=False)


def duration_of(words: str) -> timedelta | None:
    """Return how long words such as "8h", "2 days" say, or None when they say nothing of the kind. InputError."""
    found = DURATION.fullmatch(words.strip())
    unit = UNITS.get(found[2].lower()) if found else None
    if found is None or unit is None:
        return None
    lasting = timedelta(**{unit: int(found[1])})
    if not timedelta() < lasting <= LONGEST_MUTE:
        raise InputError("Choose a time from a minute to a year, such as 8h or 2d.")
    return lasting


def split_duration(words: str) -> tuple[str, timedelta | None]:
    """Return what is said before a time at the end of words, and the time: ("3", 8 hours) for "3 8h"."""
    parts = words.split()
    for count in (2, 1):  # "8 hours" before "8h"
        lasting = duration_of(" ".join(parts[-count:])) if len(parts) >= count else None
        if lasting is not None:
            return " ".join(parts[:-count]), lasting
    return words.strip(), None


def hours_of(words: str) -> tuple[time, time]:
    """Return the times of day that words such as "22:00-07:00" say. Raises InputError."""
    found = HOURS.fullmatch(words.strip().lower())
    if found is None:
        raise InputError("Write from when to when, for example: /quiet 22:00-07:00")
    begin, end = time_of_day(found[1]), time_of_day(found[2])
    if begin == end:
        raise InputError("Quiet hours that end when they begin would be all day: use /mute for that.")
    return begin, end


def time_of_day(words: str) -> time:
    """Return the time of day that "22:00" or "7" says. Raises InputError."""
    hour, _, minute = words.partition(":")
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise InputError("{time} is no time of day: write it as 22:00.", time=words) from None


def zone_of(words: str) -> str:
    """Return the IANA name of the zone that words mean: its name, or the city in it. Raises InputError."""
    wanted = "_".join(_without_accents(words).split()).casefold()
    names = _zones()
    if wanted in names:
        return names[wanted]
    close = get_close_matches(wanted, names, n=1, cutoff=0.75)
    if close:
        raise InputError(
            "There is no time zone {zone}. Did you mean {close}? Send /zone {close}",
            zone=words[:40],
            close=names[close[0]],
        )
    raise InputError("There is no time zone {zone}: write a name such as America/Bogota.", zone=words[:40])


def _without_accents(words: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", words) if not unicodedata.combining(letter))


@cache
def _zones() -> dict[str, str]:
    """Return the zones by name and by city, in small letters."""
    known = sorted(name for name in available_timezones() if name == "UTC" or "/" in name)
    cities = {name.rpartition("/")[2].casefold(): name for name in known if not name.startswith(("Etc/", "posix/"))}
    return cities | {name.casefold(): name for name in known}


def digest_of(words: str) -> tuple[Digest | None, time | None]:
    """Return how often, and at what time of day, words such as "daily 18:00" say; None is at once. InputError."""
    often, _, at = words.strip().lower().partition(" ")
    if often in OFF:
        return None, None
    try:
        digest = Digest(often)
    except ValueError:
        raise InputError("Write off, hourly, daily or weekly, for example: /digest daily 18:00") from None
    if at and digest is Digest.HOURLY:
        raise InputError("An hourly digest comes at the full hour: write /digest hourly")
    return digest, time_of_day(at.strip()) if at else None


def switch_of(words: str) -> bool | None:
    """Return what "on" or "off" say, or None."""
    plain = words.strip().lower()
    return True if plain in ON else False if plain in OFF else None
