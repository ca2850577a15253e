"""Whose words a passage repeats: posts on X that articles and other posts embed or paste, known by their signature.

X's own embed code (publish.twitter.com/oembed) closes a post with `&mdash; Name (@handle) <a …>January 5, 2026</a>`;
what reaches a feed is its text, the date in the language of the embed.
A signature without a date counts only after the link that X puts at the end of a post with a picture or a video.
Only Latin letters, digits and `_` make a handle, 15 at most (help.x.com/en/managing-your-account/x-username-rules).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.core.model import Span

LONGEST_NAME = 80  # characters of what stands between the dash and the handle
FARTHEST = 300  # characters between a passage and the signature of the post it stands in
MOST_LINKS = 120  # characters that links before a signature are looked for in

# Linear in the text: the scan only looks for "(@handle)", which has one way to match. Everything else is looked for
# in a window of fixed length beside it, or at one place, with bounded repetitions of disjoint characters.
_HANDLE = re.compile(r"\(@([A-Za-z0-9_]{1,15})\)")
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|º)?"
_MONTH = r"(?:de[ \t])?(?P<month>[A-Za-z]{3,10})\.?"
_YEAR = r",?[ \t](?:del?[ \t])?(?P<year>\d{4})\b"
_GAP = r"[ \t\u00a0]{0,3}\n?[ \t\u00a0]{0,3}[\[,·-]?[ \t]{0,3}"  # the date may stand on a line of its own
_DATES = (
    re.compile(rf"{_GAP}{_DAY},?[ \t]{_MONTH}{_YEAR}"),  # 5 January 2026, 5 de enero de 2026
    re.compile(rf"{_GAP}{_MONTH}[ \t]{_DAY}{_YEAR}"),  # January 5, 2026; enero 5, 2026
)
_LONG_DASH = re.compile("[—–―]")
_HYPHEN = re.compile(r"(?:^|(?<=\s))--?(?=\s)")
_LINKS = re.compile(
    r"(?:(?<![\w./])(?:https?://)?(?:pic\.(?:twitter|x)\.com|t\.co)/[A-Za-z0-9]{1,20}\s{0,3}){1,4}\Z", re.IGNORECASE
)
_EMPTY_LINE = re.compile(r"\n[ \t]{0,3}\n")
_TAG_OR_LINK = re.compile(r"(?:[#@]\w|https?://|(?:pic\.(?:twitter|x)\.com|t\.co)/)\S*", re.IGNORECASE)

_MONTHS = (
    "january jan enero ene",
    "february feb febrero",
    "march mar marzo",
    "april apr abril abr",
    "may mayo",
    "june jun junio",
    "july jul julio",
    "august aug agosto ago",
    "september sept sep septiembre setiembre set",
    "october oct octubre",
    "november nov noviembre",
    "december dec diciembre dic",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondHand:
    """A post on X, as the text that repeats it signs it: `text[start:end]`, links before the dash included."""

    author: str
    handle: str  # without the @
    day: date | None  # as the signature says; None: it says none, or none there is
    start: int
    end: int


def second_hand(text: str) -> list[SecondHand]:
    """Return the signatures of posts on X in a text, in reading order. Takes time linear in its length."""
    return list(_signatures(text, 0, len(text)))


def behind(text: str, spans: Sequence[Span]) -> SecondHand | None:
    """Return the signature of the post that a passage stands in, None when the passage is the text's own.

    It is the first one that follows within `FARTHEST` characters. What stands between must be the rest of the
    passage's own line, or lines with nothing but hashtags, mentions, links and signs: a line of other words may be
    somebody else's, and to name nobody is better than to name the wrong one. An empty line ends a post too.
    """
    if not spans:
        return None
    end = max(span.end for span in spans)
    for found in _signatures(text, end, end + FARTHEST + MOST_LINKS + 2 * LONGEST_NAME):
        if found.end <= end:
            continue
        between = text[end : found.start]
        is_its_own = found.start >= min(span.start for span in spans)
        return found if is_its_own and len(between) <= FARTHEST and _is_one_post(between) else None
    return None


def _is_one_post(between: str) -> bool:
    if _EMPTY_LINE.search(between):
        return False
    _, *lines = between.split("\n")
    return not any(character.isalnum() for line in lines for character in _TAG_OR_LINK.sub("", line))


def _signatures(text: str, begin: int, end: int) -> Iterator[SecondHand]:
    """Yield the signatures whose handle stands in `text[begin:end]`."""
    reached = 0  # no signature begins within the one before it
    for handle in _HANDLE.finditer(text, begin, end):
        found = _signature(text, handle, reached)
        if found:
            reached = found.end
            yield found


def _signature(text: str, handle: re.Match[str], reached: int) -> SecondHand | None:
    earliest = max(reached, handle.start() - LONGEST_NAME)
    earliest = max(earliest, text.rfind("\n", earliest, handle.start()) + 1)
    dash = _dash(text[earliest : handle.start()])
    if dash is None:
        return None
    author = text[earliest + dash[1] : handle.start()].strip()
    if not any(character.isprintable() and not character.isspace() for character in author):
        return None
    at = earliest + dash[0]
    window = max(reached, at - MOST_LINKS)
    links = _LINKS.search(text[window:at].rstrip())
    dated = next((found for pattern in _DATES if (found := _dated(pattern, text, handle.end()))), None)
    if dated is None and links is None:
        return None
    return SecondHand(
        author=author,
        handle=handle[1],
        day=_day(dated) if dated else None,
        start=window + links.start() if links else at,
        end=dated.end() if dated else handle.end(),
    )


def _dash(before: str) -> tuple[int, int] | None:
    """Return where the dash before a name begins and ends: the last long one, else the last hyphen with space around.

    Names have hyphens more often than long dashes, and X itself writes a long one.
    """
    for pattern in (_LONG_DASH, _HYPHEN):
        *_, last = [None, *pattern.finditer(before)]
        if last:
            return last.span()
    return None


def _dated(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str] | None:
    found = pattern.match(text, at)
    return found if found and found["month"].lower() in MONTHS else None


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found["year"]), MONTHS[found["month"].lower()], int(found["day"]))
    except ValueError:  # 31 February: a signature all the same
        return None
