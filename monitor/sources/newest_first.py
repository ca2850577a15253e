"""Reading a source that shows its newest posts first and older ones page by page, without a gap.

A walk goes from the newest post down to what was read before, its floor, and may take several pages, polls
and restarts: how far it came is the source's cursor. The floor rises only when the walk has come down to it;
a walk that is cut short continues where it was. What is compared are marks: whole numbers that grow
with time, such as a post's number or seconds since 1970. The first read takes one page and sets the floor.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.sources.jsonpage import text_in, whole_number_in

MOST_PAGES = 100  # of one walk: a source whose older pages never end is not followed for ever
LONGEST_ONWARD = 1_000  # characters of a source's own page cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far a source was read. With `onward`, a walk is under way."""

    floor: int | None = None  # all posts up to this mark were read; None: never read
    top: int | None = None  # the newest post seen on the walk under way
    onward: str | None = None  # where its next page is, in the source's words
    pages: int = 0  # read on the walk under way


def stepped(walk: Walk, marks: Sequence[int], *, onward: str | None, overlap: int = 0) -> Walk:
    """Return the walk after a page that has posts with these marks and is followed by `onward` (None: by nothing).

    Pages are read until one reaches `overlap` below the floor, for sources that put late posts among older ones.
    """
    tops = [mark for mark in (walk.top, max(marks, default=None)) if mark is not None]
    if walk.floor is None:
        return Walk(floor=max(tops, default=None))
    top = max(tops, default=walk.floor)
    reached = not marks or min(marks) <= walk.floor - overlap
    stays = onward is None or len(onward) > LONGEST_ONWARD or onward == walk.onward
    if reached or stays or walk.pages + 1 >= MOST_PAGES:
        return Walk(floor=max(walk.floor, top))
    return Walk(floor=walk.floor, top=top, onward=onward, pages=walk.pages + 1)


def cursor_of(walk: Walk) -> str | None:
    """Return a walk as a source's cursor, or None when there is nothing to remember."""
    if walk.floor is None:
        return None
    known: dict[str, object] = {"floor": walk.floor}
    if walk.onward is not None:
        known |= {"top": walk.top, "onward": walk.onward, "pages": walk.pages}
    return json.dumps(known, separators=(",", ":"))


def walk_at(cursor: str | None) -> Walk:
    """Return the walk that a cursor tells of. One that cannot be read tells of none."""
    try:
        known = json.loads(cursor or "{}")
    except (ValueError, RecursionError):
        return Walk()
    if not isinstance(known, dict):
        return Walk()
    floor, top, pages = (whole_number_in(known, name) for name in ("floor", "top", "pages"))
    onward = text_in(known, "onward")
    if floor is None or top is None or pages is None or not onward:
        return Walk(floor=floor)
    return Walk(floor=floor, top=top, onward=onward, pages=pages)
