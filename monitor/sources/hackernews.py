"""Hacker News: its stories, comments and polls, through the search index that Algolia keeps of it.

An address is `all` (everything that is posted) or `search:WORDS`: the words as a phrase, or a search with
operators when it has quotation marks (`monitor/sources/queries.py`). A source that follows the quotes asks for
the most telling words of one of them.

The index answers newest first and shows no further pages of an answer, so everything is read by windows of
time. A drain reads from the newest item down to the floor, the time up to which all was read before, page
by page, each page ending where the next begins; then the newest time becomes the floor. Windows overlap by
a second, since nothing else tells where in it a page ended, and reach `LATE` below the floor, since an item
is indexed some time after it was posted. What is read twice is recorded once. The first read takes the
newest page.

API: hn.algolia.com/api. At most 1,000 hits of one answer, further pages included
(github.com/algolia/hn-search, issue 230). Limit: 1,000 requests an hour from one address. Queries:
algolia.com/doc/api-reference/api-parameters (`query`: 512 bytes, `advancedSyntax`, `numericFilters`).
Texts are HTML (github.com/HackerNews/API).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from monitor.core.errors import ParseError, SourceError
from monitor.core.model import Page, Reading, Request, Source
from monitor.sources import draft
from monitor.sources.jsonpage import entries_of, loaded, text_in, whole_number_in, words_of_refusal
from monitor.sources.queries import phrase, quoted, written_query
from monitor.sources.text import clean, from_either, from_markup

API = "https://hn.algolia.com/api/v1/search_by_date"
ITEM = "https://news.ycombinator.com/item?id="
TAGS = "(story,comment,poll)"
PAGE = 500  # hits asked for; half of what is allowed, because every text is sent twice, with and without marks
MOST_HITS = 1000
LATE = timedelta(minutes=30)  # how long after an item was posted it may appear in the index and still be read
LONGEST_QUERY = 512  # bytes

HOW_TO_WRITE = "write all, or search:WORDS"


def words(address: str) -> str:
    """Return the words an address asks for; none ask for everything. Raises ValueError, saying how to write one."""
    plain = " ".join(clean(address).split())
    if plain.lower() == "all":
        return ""
    form, _, typed = plain.partition(":")
    wanted = written_query(typed) if form.lower() == "search" and typed else ""
    if not wanted:
        raise ValueError(f"not a Hacker News address: {HOW_TO_WRITE}")
    if len(wanted.encode()) > LONGEST_QUERY:
        raise ValueError(f"a search has at most {LONGEST_QUERY} bytes: use fewer words")
    return wanted


def request(source: Source) -> Request:
    """Return what to ask of the index: the next window of a drain, or the newest page. Raises SourceError."""
    wanted = _words(source)
    asked = {"tags": TAGS, "hitsPerPage": str(PAGE)}
    if wanted:
        asked |= {"query": wanted, "advancedSyntax": "true", "typoTolerance": "false"}
    if (drain := _drain(source)) is not None:
        asked["numericFilters"] = drain.window
    return Request(url=f"{API}?{urlencode(asked, quote_via=quote)}", headers={"Accept": "application/json"})


def parse(source: Source, page: Page) -> Reading:
    """Read the answer to `request(source)` into posts, oldest first.

    Pure. Raises ParseError when the page as a whole is no answer of the index; a hit that cannot be read is
    skipped.
    """
    wanted = _words(source)
    drain = _drain(source)
    answer = loaded(page)
    hits = _hits(answer)
    times = [time for hit in hits if (time := _time(hit)) is not None]
    if hits and not times:
        raise ParseError("hits, but none says when it was posted")
    posts, skipped = draft.posts(hits, _draft, address=page.url)
    full = len(hits) >= _page_size(answer)
    following = drain.after(times, full=full) if drain else _begun(wanted, times)
    return Reading(
        posts=posts,
        skipped=skipped,
        cursor=json.dumps(asdict(following), separators=(",", ":")),
        more=following.upper is not None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """How far a query was read. Times are seconds since 1970, as the index counts them."""

    floor: int  # all up to here was read
    top: int | None = None  # the newest time of the drain that is under way
    upper: int | None = None  # where its next page begins; None: no drain is under way

    @property
    def lower(self) -> int:
        """Where a drain ends."""
        return max(0, self.floor - int(LATE.total_seconds()))

    @property
    def window(self) -> str:
        """The times to ask for, as the index wants them."""
        lower = f"created_at_i>={self.lower}"
        return lower if self.upper is None else f"{lower},created_at_i<={self.upper}"

    def after(self, times: Sequence[int], *, full: bool) -> "Drain":
        """Return how far the query was read after a page of items of these times.

        Where one second fills a whole page, the drain goes on below it: no question brings the rest of it.
        """
        if self.upper is not None and times and min(times) > self.upper:
            raise ParseError("the index shows items from outside of the time that was asked for")
        top = max([self.floor, *times, *([] if self.top is None else [self.top])])
        if not full or not times:
            return Drain(floor=top)
        lowest = min(times)
        upper = lowest if self.upper is None or lowest < self.upper else self.upper - 1
        return Drain(floor=self.floor, top=top, upper=upper) if upper >= self.lower else Drain(floor=top)


def _words(source: Source) -> str:
    """Return what a source asks for this time."""
    if source.follow:
        quote_text = clean(source.query or "")
        if not (wanted := quoted(phrase(quote_text) if quote_text else "")):
            raise SourceError("there is no quote to search for")
        return wanted
    try:
        return words(source.address)
    except ValueError as error:
        raise SourceError(str(error)) from error


def _drain(source: Source) -> Drain | None:
    """Return how far a source was read; None was never read. A cursor none of ours means: up to the last look."""
    try:
        kept = json.loads(source.cursor or "null")
    except (ValueError, RecursionError):
        kept = None
    match kept:
        case {"floor": int(floor), "top": int(top), "upper": int(upper)}:
            return Drain(floor=floor, top=top, upper=upper)
        case {"floor": int(floor)}:
            return Drain(floor=floor)
    last = source.last_success_at
    return None if last is None else Drain(floor=int(last.timestamp()))


def _begun(wanted: str, times: Sequence[int]) -> Drain:
    """Return how far a source was read by its first page. What is found where nothing was is new, of any age."""
    if not times and not wanted:
        raise ParseError("the index shows nothing at all")
    return Drain(floor=max(times, default=0))


def _hits(answer: object) -> list[object]:
    if not isinstance(answer, dict) or "hits" not in answer:
        said = words_of_refusal(answer)
        raise ParseError(f"the server refuses: {said}" if said else "JSON, but not an answer of the search index")
    return entries_of(answer["hits"], of="hits", most=MOST_HITS)


def _page_size(answer: object) -> int:
    """Return how many hits a full page has by the index's own word, which may be fewer than were asked for."""
    said = whole_number_in(answer, "hitsPerPage") if isinstance(answer, dict) else None
    return min(said, PAGE) if said and said > 0 else PAGE


def _time(hit: object) -> int | None:
    """Return when an item was posted, in seconds since 1970."""
    time = whole_number_in(hit, "created_at_i") if isinstance(hit, dict) else None
    return time if time is not None and 0 <= time < 2**34 else None


def _draft(hit: object) -> draft.Draft:
    """Return what a hit says. A comment names its story's title too: that is not what the comment says."""
    time, number = _time(hit), text_in(hit, "objectID") if isinstance(hit, dict) else ""
    if not isinstance(hit, dict) or time is None or not (number.isascii() and number.isdigit() and len(number) < 20):
        raise ValueError("a hit is an object with its item's number and time")
    return draft.Draft(
        id=f"hn:{number}",
        link=ITEM + number,
        author=text_in(hit, "author"),
        published_at=datetime.fromtimestamp(time, UTC),
        stretches=tuple(_stretches(hit)),
    )


def _stretches(hit: Mapping[str, object]) -> list[draft.Stretch]:
    return [
        ("title", from_either(text_in(hit, "title")).text),
        ("text", from_markup(text_in(hit, "story_text")).text),
        ("text", from_markup(text_in(hit, "comment_text")).text),
    ]
