"""How people write a quote and what is asked of it, in a message.

    Come get me, coward! — Gustavo Petro #petro lang:es near:Petro,Colombia not:parody threshold:80 exact:on
    ¡Ven por mí, cobarde!

The first line is the quote, each further line another wording; a quote of several lines stands in quotation marks.
What follows the words is optional and may come in any order.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from monitor.bot.commands.base import QUOTE_MARKS, unquoted
from monitor.core.errors import InputError
from monitor.core.model import WantedQuote, WantedVariant
from monitor.core.quotes import LONGEST_NAME, QuoteChanges

ON = frozenset({"on", "yes", "true", "1", "sí", "si"})
OFF = frozenset({"off", "no", "none", "false", "0", "-", "default", "any"})
KEYS = ("lang", "language", "exact", "quoted", "near", "not", "threshold", "speaker", "tags")
SWITCHES = frozenset({"exact", "quoted"})  # on, when nothing else is said
# A word at the end that is no part of the quote: #tag or key:value, the value quoted when it holds spaces.
LAST = re.compile(
    rf'(?:^|\s)(?:#(?P<tag>[\w-]+)|(?P<key>{"|".join(KEYS)}):(?P<value>(?:"[^"]*"|“[^”]*”|[^\s,"“]|,)+))\s*$',
    re.IGNORECASE,
)
SPOKEN_BY = re.compile(r"^(?P<words>.*\S)\s+(?:—|–|―|--)\s+(?P<speaker>\S.*)$", re.DOTALL)
MOST_SPEAKER_WORDS = 6
VALUE = re.compile(r'"([^"]*)"|“([^”]*)”|([^,"“]+)')


def wanted_quote(words: str) -> WantedQuote:
    """Return the quote that somebody writes. Raises InputError for a value that cannot be understood."""
    first, *others = _lines(words)
    text, changes = _split(first)
    wanted = WantedQuote(text=text, **changes)
    variants = [_split(other) for other in others]
    return replace(
        wanted, variants=tuple(WantedVariant(text=wording, lang=asked.get("lang")) for wording, asked in variants)
    )


def changes_of(words: str) -> QuoteChanges:
    """Return what somebody wants changed: "threshold 80", "near Petro, Colombia", "exact on". Raises InputError."""
    key, _space, value = words.strip().partition(" ")
    if ":" in key:
        key, _colon, rest = key.partition(":")
        value = f"{rest} {value}"
    if not value.strip() and key.casefold() in CHANGES and key.casefold() not in SWITCHES:
        raise InputError("Write what {key} shall be, or {key} none to ask for nothing.", key=key)
    return _change(key.casefold(), value.strip())


def _lines(words: str) -> list[str]:
    """Return the lines of a message, a quote in quotation marks being one line whatever it holds."""
    whole = words.strip()
    for marks in QUOTE_MARKS:
        end = whole.find(marks[1], 1)
        if whole[:1] == marks[0] and "\n" in whole[:end]:
            line, _break, rest = whole[end:].partition("\n")
            return [" ".join(whole[:end].split()) + line, *_filled(rest)]
    return _filled(whole) or [""]


def _filled(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _split(line: str) -> tuple[str, QuoteChanges]:
    """Return the words of a quote, without marks around them, and what stands behind them."""
    asked: QuoteChanges = {}
    tags: list[str] = []
    rest = _without_wishes(line, asked, tags)
    spoken = None if _is_in_marks(rest) else SPOKEN_BY.match(rest)
    if spoken and _is_name(spoken["speaker"], after=spoken["words"]):
        asked["speaker"] = spoken["speaker"].strip()
        rest = _without_wishes(spoken["words"], asked, tags)
    if tags:
        asked["tags"] = (*reversed(tags), *asked.get("tags", ()))
    return unquoted(rest), asked


def _without_wishes(line: str, asked: QuoteChanges, tags: list[str]) -> str:
    while found := LAST.search(line):
        if found["tag"]:
            tags.append(found["tag"])
        else:
            asked.update(_change(found["key"].casefold(), found["value"]))
        line = line[: found.start()]
    return line.strip()


def _is_in_marks(words: str) -> bool:
    """Tell whether one pair of quotation marks stands around all of the words."""
    return any(words[:1] == marks[0] and words.find(marks[1], 1) == len(words) - 1 for marks in QUOTE_MARKS)


def _is_name(words: str, *, after: str) -> bool:
    """Tell whether what follows a dash is who said it: always behind closed quotation marks, else if it looks so."""
    if any(after.startswith(marks[0]) and after.endswith(marks[1]) for marks in QUOTE_MARKS):
        return True
    return (
        len(words) <= LONGEST_NAME
        and len(words.split()) <= MOST_SPEAKER_WORDS
        and (words[:1].isupper() or words[:1] == "@" or not words[:1].isascii())
        and words[-1:] not in "!?…,;:"
    )


def _change(key: str, value: str) -> QuoteChanges:
    change = CHANGES.get(key)
    if change is None:
        raise InputError(
            "“{key}” cannot be changed: write threshold, exact, quoted, near, not, speaker, lang or tags.", key=key[:40]
        )
    return change(value)


def _threshold(value: str) -> QuoteChanges:
    return {"threshold": None if value.casefold() in OFF else _number(value)}


def _exact(value: str) -> QuoteChanges:
    return {"exact": _is_on("exact", value)}


def _quoted(value: str) -> QuoteChanges:
    return {"quoted_only": _is_on("quoted", value)}


def _near(value: str) -> QuoteChanges:
    return {"near": tuple(_terms(value))}


def _excluded(value: str) -> QuoteChanges:
    return {"excluded": tuple(_terms(value))}


def _speaker(value: str) -> QuoteChanges:
    return {"speaker": None if value.casefold() in OFF else unquoted(value)}


def _language(value: str) -> QuoteChanges:
    return {"lang": None if value.casefold() in OFF else unquoted(value)}


def _tags(value: str) -> QuoteChanges:
    return {"tags": () if value.casefold() in OFF else tuple(value.replace(",", " ").split())}


def _number(value: str) -> float:
    try:
        return float(value.rstrip("%").replace(",", "."))
    except ValueError as error:
        raise InputError("“{value}” is no number: write threshold 80, for example.", value=value[:40]) from error


def _is_on(key: str, value: str) -> bool:
    plain = value.casefold()
    if plain in ON or not plain:
        return True
    if plain in OFF:
        return False
    raise InputError("Write {key} on or {key} off.", key=key)


def _terms(value: str) -> Iterator[str]:
    """Yield terms between commas; those in quotation marks may hold commas themselves."""
    if value.casefold() in OFF:
        return
    for found in VALUE.finditer(value):
        term = next(group for group in found.groups() if group is not None).strip()
        if term:
            yield term


CHANGES: dict[str, Callable[[str], QuoteChanges]] = {
    "threshold": _threshold,
    "exact": _exact,
    "quoted": _quoted,
    "near": _near,
    "not": _excluded,
    "speaker": _speaker,
    "lang": _language,
    "language": _language,
    "tags": _tags,
}
