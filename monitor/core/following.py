"""Which wording a following search asks for next, and how far each one was read. Plain functions.

A search that follows the tracked quotes asks for one wording a poll, since its server allows few requests:
first those it never asked for, then the one it asked for longest ago. So with n wordings each has its turn
at least once in n polls, and a new quote does not wait for a round.

All it remembers is in the source's cursor: `{"inner": {...}}`, a JSON object from wordings to how far each was
read, in the order they were asked, longest ago first. A wording is "3" (the text of quote 3) or "3.7" (its
variant 7); what was read of it is the kind's own cursor, 1 (read, and the kind keeps none) or 0 (asked for, never
answered). Wordings no longer tracked are left out, so it does not grow. A cursor that is not ours, such as one from
before the source followed, starts afresh.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.core.model import Quote, Source, Validators

NEVER_READ = 0
READ = 1

Inner = dict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One poll of a following search."""

    source: Source  # what to poll: its query is the wording, its cursor how far this wording was read
    asked: str  # the wording's name in the cursor
    others: Mapping[str, str | int]  # how far the others were read, asked longest ago first
    read: str | int  # how far this one was


def next_query(quotes: Sequence[Quote], cursor: str | None) -> tuple[str, str] | None:
    """Return the words to ask for next and the cursor after that, or None when nothing is tracked."""
    wordings = dict(_wordings(quotes))
    asked = _next(wordings, unwrap(cursor))
    if asked is None:
        return None
    others, read = _apart(wordings, unwrap(cursor), asked)
    return wordings[asked], wrap({**others, asked: read})


def turn(source: Source, quotes: Sequence[Quote]) -> Turn | None:
    """Return what to ask a following `source` for now, or None when nothing is tracked.

    The source in it is as if it had only this wording: a wording that was never answered was never read, so what
    it brings is a baseline; and the validators of another wording's page say nothing about this one's.
    """
    wordings = dict(_wordings(quotes))
    asked = _next(wordings, unwrap(source.cursor))
    if asked is None:
        return None
    others, read = _apart(wordings, unwrap(source.cursor), asked)
    return Turn(
        source=replace(
            source,
            query=wordings[asked],
            cursor=read if isinstance(read, str) else None,
            validators=Validators(),
            last_success_at=None if read == NEVER_READ else source.last_success_at,
        ),
        asked=asked,
        others=others,
        read=read,
    )


def onward(begun: Turn, inner_cursor: str | None) -> Turn:
    """Return the same turn for the wording's next page, read as far as `inner_cursor` (None: as far as before)."""
    if inner_cursor is None:
        return begun
    return replace(begun, source=replace(begun.source, cursor=inner_cursor), read=inner_cursor)


def after(done: Turn, inner_cursor: str | None) -> str:
    """Return the source's cursor after a page that worked; `inner_cursor` is the kind's, None leaves it as it was."""
    before = READ if done.read == NEVER_READ else done.read
    return wrap({**done.others, done.asked: before if inner_cursor is None else inner_cursor})


def after_failure(done: Turn) -> str:
    """Return the source's cursor after a poll that failed: another wording is next, this one stays unread as it was."""
    return wrap({**done.others, done.asked: done.read})


def wrap(inner: Mapping[str, str | int]) -> str:
    """Return the cursor that holds how far each wording was read."""
    return json.dumps({"inner": inner}, ensure_ascii=False, separators=(",", ":"))


def unwrap(cursor: str | None) -> Inner:
    """Return how far each wording was read, asked longest ago first; nothing from a cursor that is not ours."""
    try:
        read = json.loads(cursor or "")
    except (ValueError, RecursionError):
        return {}
    inner = read.get("inner") if isinstance(read, dict) else None
    if not isinstance(inner, dict):
        return {}
    return {name: far for name, far in inner.items() if isinstance(far, str) or far in (NEVER_READ, READ)}


def _wordings(quotes: Sequence[Quote]) -> Iterator[tuple[str, str]]:
    """Yield the name and words of each wording that may alert: texts and confirmed variants."""
    for quote in quotes:
        yield str(quote.id), quote.text
        yield from ((f"{quote.id}.{variant.id}", variant.text) for variant in quote.variants if variant.confirmed)


def _next(wordings: Mapping[str, str], inner: Mapping[str, str | int]) -> str | None:
    new = (name for name in wordings if name not in inner)
    known = (name for name in inner if name in wordings)
    return next(new, None) or next(known, None)


def _apart(wordings: Mapping[str, str], inner: Inner, asked: str) -> tuple[Inner, str | int]:
    """Return how far the other tracked wordings were read, and how far this one was."""
    others = {name: far for name, far in inner.items() if name in wordings and name != asked}
    return others, inner.get(asked, NEVER_READ)
