"""GDELT: a search in the text of the world's news, of the last three months.

An address is `search:WORDS`; a following search asks for the tracked quotes in turn. GDELT searches the body of
an article and answers with its title, address and time: **a post here is a title**. The words that GDELT
found are in an article that the monitor does not see, so a quote is found only where it stands in the title.

Facts (blog.gdeltproject.org/gdelt-doc-2-0-api-debuts; github.com/alex9smith/gdelt-doc-api): at most 250
articles an answer, newest first with `sort=datedesc`; `startdatetime` and `enddatetime` are YYYYMMDDHHMMSS in
UTC; `seendate` is when GDELT saw the article, not when it was published. Errors come as a sentence with
status 200, among them "Please limit requests to one every 5 seconds", and under load it comes to those who
ask rarely as well; JSON may hold escapes that JSON does not have; a phrase of one short word is refused.

Because of that limit one answer is read a poll, and never a second at once: what a poll leaves is read by the
next one, older articles first to be caught up with.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from monitor.core.errors import FetchError, ParseError
from monitor.core.model import Page, Reading, Request, Source
from monitor.sources.dates import moment
from monitor.sources.draft import Draft, posts
from monitor.sources.encoding import decoded
from monitor.sources.jsonpage import entries_of, text_in
from monitor.sources.newest_first import cursor_of, stepped, walk_at
from monitor.sources.queries import phrase, quoted, written_query
from monitor.sources.text import from_either, from_markup, one_line

API = "https://api.gdeltproject.org/api/v2/doc/doc"
SEARCH_PREFIX = "search:"
MOST_ARTICLES = 250
FIRST_LOOK = "1d"  # of a search that was never made
LATE = timedelta(hours=2)  # articles come into the index this much later than the time they carry
LONGEST_SENTENCE = 200  # characters of GDELT's own words in an error

_ESCAPE = re.compile(r"""\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|)""")
_COMPACT = re.compile(r"(\d{8})T?(\d{6})Z?")
_LANGS = {
    "arabic": "ar", "bengali": "bn", "bulgarian": "bg", "catalan": "ca", "chinese": "zh", "croatian": "hr",
    "czech": "cs", "danish": "da", "dutch": "nl", "english": "en", "estonian": "et", "finnish": "fi",
    "french": "fr", "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi", "hungarian": "hu",
    "indonesian": "id", "italian": "it", "japanese": "ja", "korean": "ko", "latvian": "lv", "lithuanian": "lt",
    "norwegian": "no", "persian": "fa", "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru",
    "serbian": "sr", "slovak": "sk", "slovenian": "sl", "spanish": "es", "swedish": "sv", "thai": "th",
    "turkish": "tr", "ukrainian": "uk", "urdu": "ur", "vietnamese": "vi",
}  # fmt: skip


def request(source: Source) -> Request:
    """Return what to ask: what is new since the last look, or what it left.

    Raises FetchError for an address that is no search.
    """
    walk = walk_at(source.cursor)
    asked = {"query": _query(source), "mode": "artlist", "format": "json", "maxrecords": str(MOST_ARTICLES)}
    asked["sort"] = "datedesc"
    if walk.floor is None:
        asked["timespan"] = FIRST_LOOK
    else:
        asked["startdatetime"] = _compact(walk.floor - LATE // timedelta(seconds=1))
    if walk.onward is not None and walk.onward.isdecimal():
        asked["enddatetime"] = _compact(int(walk.onward))
    return Request(url=f"{API}?{urlencode(asked)}")


def parse(source: Source, page: Page) -> Reading:
    """Read a list of articles into posts of one title each, oldest first.

    Raises ParseError with GDELT's own sentence when it answers with one.
    """
    articles = entries_of(_articles(page), of="articles", most=MOST_ARTICLES * 4)
    found, unread = posts(articles, _draft, address=API)
    if articles and not found:
        raise ParseError("a list of articles of which none can be read: its format has changed")
    marks = [int(post.published_at.timestamp()) for post in found if post.published_at]
    is_full = len(articles) >= MOST_ARTICLES
    onward = str(min(marks)) if marks and is_full else None
    walk = stepped(walk_at(source.cursor), marks, onward=onward, overlap=LATE // timedelta(seconds=1))
    return Reading(posts=found, skipped=unread, cursor=cursor_of(walk))


def _articles(page: Page) -> object:
    """Return the list of articles of an answer; nothing found is answered with an empty object."""
    text = decoded(page.body, page.content_type).strip()
    if not text:
        raise ParseError("GDELT answered nothing: it does so under load")
    if not text.startswith("{"):
        raise ParseError(f"GDELT says: {_sentence(text)}")
    try:
        answer = json.loads(_ESCAPE.sub(_legal_escape, text), strict=False)  # a title may hold a bare line break
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not JSON: {one_line(str(error), 100)}") from error
    if answer and "articles" not in answer:
        raise ParseError("JSON, but not a list of articles")
    return answer.get("articles", [])


def _legal_escape(escape: re.Match[str]) -> str:
    """Return an escape that JSON has; a backslash before anything else is a backslash."""
    return escape[0] if escape[1] else r"\\"


def _sentence(text: str) -> str:
    plain = from_markup(text).text if text.startswith("<") else text
    return one_line(plain, LONGEST_SENTENCE) or "a web page without words"


def _draft(article: object) -> Draft:
    if not isinstance(article, dict):
        raise TypeError("an article is an object")
    title = from_either(text_in(article, "title")).text
    if not title or not text_in(article, "url"):
        raise ValueError("an article has a title and an address")
    return Draft(
        id=text_in(article, "url"),
        link=text_in(article, "url"),
        author=text_in(article, "domain"),
        published_at=_seen(text_in(article, "seendate")),
        lang=_LANGS.get(text_in(article, "language").strip().lower(), ""),
        stretches=(("title", title),),
    )


def _seen(date: str) -> datetime | None:
    """Return a time as GDELT writes it, 20260601T120000Z."""
    found = _COMPACT.fullmatch(date.strip())
    return moment(f"{found[1]}T{found[2]}Z") if found else None


def _query(source: Source) -> str:
    """Return what to search for. Raises FetchError when there is nothing."""
    address = source.address.strip()
    if source.follow:
        asked = quoted(phrase(source.query or ""))
    elif address.lower().startswith(SEARCH_PREFIX):
        asked = written_query(address[len(SEARCH_PREFIX) :])
    else:
        raise FetchError("not a search of GDELT: the address should look like search:come get me")
    if not asked:
        raise FetchError("there are no words to search for: the address should look like search:come get me")
    return asked if " " in asked else asked.strip('"')  # one word in quotation marks is refused as too short


def _compact(seconds: int) -> str:
    return datetime.fromtimestamp(max(seconds, 0), UTC).strftime("%Y%m%d%H%M%S")
