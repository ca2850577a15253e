"""Which matches a person wants to see: read from an address, checked, and written back into one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta

from monitor.core.errors import InputError
from monitor.core.model import MatchKind, Tier

VERDICTS = ("right", "wrong", "variant", "unsure", "none")
PLACES = ("post", "passage")
LONGEST_WORDS = 200
MOST_TERMS = 12
_TERM = re.compile(r'"([^"]*)"?|(\S+)')
_CURSOR = re.compile(r"[\w:.-]{1,40}~\d{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of the list of matches. None or empty: whatever it is."""

    words: str = ""  # to be found in the post, or in the passage only
    place: str = "post"
    quote: int | None = None
    source: int | None = None
    kind: MatchKind | None = None
    tier: Tier | None = None
    lang: str = ""
    verdict: str = ""
    since: date | None = None
    until: date | None = None  # with this day
    before: str = ""  # the last one of the page before: "2026-01-06T12:00:00.000Z~17"

    def address(self) -> dict[str, str]:
        """Return the fields of an address that says the same."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        names = {"words": "q", "place": "in"}
        usual = {"place": "post"}
        return {
            names.get(name, name): str(value)
            for name, value in given.items()
            if value not in (None, "") and usual.get(name) != value
        }

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for less than everything."""
        return bool(set(self.address()) - {"before"})

    def times(self) -> tuple[datetime | None, datetime | None]:
        """Return from when, and until before when, matches are wanted."""
        return (
            datetime.combine(self.since, time(), UTC) if self.since else None,
            datetime.combine(self.until + timedelta(days=1), time(), UTC)
            if self.until and self.until < date.max  # no day is after that one
            else None,
        )


def wanted(given: Mapping[str, str]) -> Wanted:
    """Read what an address asks. InputError: something in it means nothing."""
    words = " ".join(given.get("q", "").split())
    if len(words) > LONGEST_WORDS:
        raise InputError(f"Search for at most {LONGEST_WORDS} characters.")
    before = given.get("before", "")
    if before and not _CURSOR.fullmatch(before):
        raise InputError("This page does not exist: go back to the first one.")
    found = Wanted(
        words=words,
        place=_choice(given, "in", PLACES) or "post",
        quote=_number(given, "quote"),
        source=_number(given, "source"),
        kind=MatchKind(kind) if (kind := _choice(given, "kind", tuple(MatchKind))) else None,
        tier=Tier(tier) if (tier := _choice(given, "tier", tuple(Tier))) else None,
        lang=_lang(given.get("lang", "")),
        verdict=_choice(given, "verdict", VERDICTS),
        since=_day(given, "since"),
        until=_day(given, "until"),
        before=before,
    )
    if found.since and found.until and found.since > found.until:
        raise InputError("The first day is after the last one.")
    return found


def _choice(given: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = given.get(name, "").strip()
    if value and value not in choices:
        raise InputError(f"There is no such {name}: choose one of {', '.join(choices)}.")
    return value


def _number(given: Mapping[str, str], name: str) -> int | None:
    value = given.get(name, "").strip().removeprefix("#")
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise InputError(f"A {name} is named by its number, such as {name}=3.")
    return int(value)


def _lang(value: str) -> str:
    if value and not re.fullmatch(r"[A-Za-z0-9-]{1,35}", value):  # as long as BCP 47 allows in practice
        raise InputError("A language is named by its tag, such as es or pt-BR.")
    return value


def _day(given: Mapping[str, str], name: str) -> date | None:
    value = given.get(name, "").strip()
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise InputError("Write a day as year-month-day, such as 2026-01-06.") from error


def fts(words: str) -> str:
    """Return an FTS5 query for posts that have all of these words, and phrases in quotation marks as they are.

    Each becomes a string of FTS5's, so that nothing in it is syntax (sqlite.org/fts5.html#fts5_strings). InputError:
    there is no word in it.
    """
    terms = [phrase or word for phrase, word in _TERM.findall(words.replace("\x00", " "))]
    usable = [term for term in terms if any(character.isalnum() for character in term)]
    if not usable:
        raise InputError("Write a word to search for.")
    if len(usable) > MOST_TERMS:
        raise InputError(f"Search for at most {MOST_TERMS} words.")
    return " ".join('"' + term.replace('"', '""') + '"' for term in usable)
