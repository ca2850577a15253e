"""What a change changed, out of the notes of the audit, in words for people: pure functions of plain JSON values.

A note is what there was before, and after, as `store/audit.py` wrote it down. Lists of things (wordings, subscriptions)
are compared thing by thing, so that a new wording shows as that and not as two long lists. What only machines read, or
what says "not so" of something that was only just made, is left out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

NOTHING = "–"
UNSAID = frozenset({"id", "quote", "quote_id", "muted_at", "muted_by", "validators", "cursor", "origin", "query"})
ONE_OF = {"variants": "wording", "tags": "tag", "near": "near", "excluded": "excluded"}  # what one of a list is called
SECONDS = {"every_s": "every", "every": "every", "interval": "interval"}  # names of lengths of time, in seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that a change changed. Both values are plain JSON; None: there is nothing."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What values are called in a language; the defaults are English."""

    moment: Callable[[datetime], str]
    yes: str = "yes"
    no: str = "no"
    every: str = "every quote"
    quote: str = "quote {n}"
    topic: str = "{told} in topic {n}"
    unconfirmed: str = "{told}, not confirmed"


def differences(before: object, after: object) -> list[Difference]:
    """Return what differs between two notes, in the order in which it is written there."""
    if not isinstance(before, Mapping) and not isinstance(after, Mapping):
        return list(_of_lists("told of", before, after))
    old, new = (one if isinstance(one, Mapping) else {} for one in (before, after))
    is_whole = bool(old) != bool(new)  # made, or removed: what is not so need not be said
    found: list[Difference] = []
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in UNSAID:
            found += _of_values(name, old.get(name), new.get(name), is_whole=is_whole)
    return found


def worded(name: str, value: object, words: Words) -> str:
    """Return a value of a difference as people read it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, list):
        return "; ".join(worded(name, one, words) for one in value) or NOTHING
    if isinstance(value, dict):
        return _thing(value, words)
    if isinstance(value, bool):
        return words.yes if value else words.no
    if isinstance(value, (int, float)):
        return _length(value) if name in SECONDS.values() else f"{value:g}"
    return _moment(str(value), words)


def _thing(value: dict[str, object], words: Words) -> str:
    """Return a wording, a subscription, or whatever else has parts."""
    if "text" in value:
        return _wording(value, words)
    if "thread_id" in value:
        quote = value.get("quote_id")
        told = words.quote.format(n=quote) if quote else str(value.get("tag") or words.every)
        return words.topic.format(told=told, n=value["thread_id"]) if value["thread_id"] else told
    parts = ((key, worded(key, one, words)) for key, one in value.items())
    return ", ".join(f"{key}: {one}" for key, one in parts if one != NOTHING) or NOTHING


def _of_values(name: str, old: object, new: object, *, is_whole: bool) -> Iterator[Difference]:
    if isinstance(old, list) or isinstance(new, list):
        yield from _of_lists(ONE_OF.get(name, name), old, new)
    elif old != new and not (is_whole and not old and not new):
        yield Difference(name=SECONDS.get(name, name), before=old, after=new)


def _of_lists(name: str, old: object, new: object) -> Iterator[Difference]:
    """Yield what is in one of two lists only; of what is in both by its number, what became of it."""
    olds, news = ([*one] if isinstance(one, list) else [one] if one is not None else [] for one in (old, new))
    for one in olds:
        successor = next((other for other in news if _number(one) is not None and _number(one) == _number(other)), None)
        if successor is not None and successor != one:
            yield Difference(name=name, before=one, after=successor)
        elif successor is None and one not in news:
            yield Difference(name=name, before=one, after=None)
    known = {_number(one) for one in olds} - {None}
    for one in news:
        if one not in olds and _number(one) not in known:
            yield Difference(name=name, before=None, after=one)


def _number(value: object) -> object:
    return value.get("id") if isinstance(value, Mapping) else None


def _wording(value: dict[str, object], words: Words) -> str:
    told = f"“{value['text']}”"
    if value.get("lang"):
        told += f" ({value['lang']})"
    if value.get("threshold") is not None:
        told += f", {value['threshold']}"
    return told if value.get("confirmed", True) else words.unconfirmed.format(told=told)


def _moment(text: str, words: Words) -> str:
    """Return a text; one that is a time with its zone, as notes write times, by the reader's clock."""
    if len(text) < len("2026-01-06T12:00:00Z") or text[4:5] != "-" or text[10:11] not in ("T", " "):
        return text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return words.moment(at) if at.tzinfo else text


def _length(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"
