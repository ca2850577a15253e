"""Telegram channels: the posts of a public channel, from the preview page that t.me shows without a login.

An address is `@channel`, or a link to it. The page holds the newest posts, oldest of them first, and older
ones are behind `?before=NUMBER`; posts are numbered upwards with gaps (deleted ones, pictures of one album).
Not everything is there: channels may switch their preview off, Telegram hides some, and a post whose
sort the page cannot show has no words on it.

The page is made for people and may change without notice. Facts: github.com/DIYgod/RSSHub,
lib/routes/telegram/channel.ts; github.com/JustAnotherArchivist/snscrape, snscrape/modules/telegram.py. A
channel without preview redirects to t.me/CHANNEL; service messages carry `service_message`; the quoted
beginning of the post that is answered has the class of a text and stands in `tgme_widget_message_reply`;
hyperlinks are escaped twice since April 2024.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.core.errors import FetchError, ParseError
from monitor.core.model import Page, Reading, Request, Source
from monitor.sources.dates import moment
from monitor.sources.draft import LONGEST_NAME, Draft, Stretch, posts
from monitor.sources.encoding import decoded
from monitor.sources.newest_first import cursor_of, stepped, walk_at
from monitor.sources.text import from_markup, is_bomb, one_line

SITE = "https://t.me"
MOST_MESSAGES = 500  # of a page; about twenty are shown

_ADDRESS = re.compile(
    r"(?:@|(?:https?://)?(?:t|telegram)\.me/(?:s/)?)?([A-Za-z]\w{3,31})(?:/\d*)?/?(?:\?\S*)?", re.ASCII | re.IGNORECASE
)
_NUMBERED = re.compile(r"([A-Za-z]\w{1,63})/([0-9]{1,15})", re.ASCII)
_LINK_TEXT = re.compile(r"(<a\b[^<>]*\bonclick=[^<>]*>https?://)([^<>]*)(</a>)", re.IGNORECASE)
_PARTS = (
    ("text", ".tgme_widget_message_text"),
    ("poll", ".tgme_widget_message_poll_question"),
    ("poll", ".tgme_widget_message_poll_option_text"),
    ("file", ".tgme_widget_message_document_title"),
    ("link card", ".link_preview_title"),
    ("link card", ".link_preview_description"),
)
_SEVERAL = frozenset([".tgme_widget_message_poll_option_text", ".tgme_widget_message_document_title"])


def request(source: Source) -> Request:
    """Return what to ask: the newest page, or the next older one of the walk under way.

    Raises FetchError for an address that is no channel.
    """
    onward = walk_at(source.cursor).onward
    before = f"?before={onward}" if onward is not None and onward.isdecimal() else ""
    return Request(url=f"{SITE}/s/{_channel(source)}{before}", headers={"Accept": "text/html"})


def parse(source: Source, page: Page) -> Reading:
    """Read a preview page into posts, oldest first. Raises ParseError when it is none, saying what it is."""
    markup = decoded(page.body, page.content_type)
    if is_bomb(markup):
        raise ParseError("a page that nests deeper than any preview page of Telegram")
    tree = LexborHTMLParser(markup)
    _check(tree, page, channel=_channel(source))
    messages = [_Message.read(node) for node in tree.css(".tgme_widget_message[data-post]")[:MOST_MESSAGES]]
    numbers = [message.number for message in messages if message.number is not None]
    if messages and not numbers:
        raise ParseError("a page of Telegram on which no post has a number: its format has changed")
    said = [message for message in messages if message.stretches]
    found, _ = posts(said, lambda message: message.draft(), address=SITE)
    walk = walk_at(source.cursor)
    onward = str(min(numbers)) if numbers and min(numbers) > 1 else None
    walk = stepped(walk, numbers, onward=onward, overlap=-1)  # numbers have no gaps in time: the next one is enough
    return Reading(
        posts=found,
        title=_words(tree.css_first(".tgme_channel_info_header_title")) or None,
        skipped=len(messages) - len(numbers),
        cursor=cursor_of(walk),
        more=walk.onward is not None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    """One message of a page. Without number it could not be read; without stretches it has nothing to compare."""

    channel: str = ""
    number: int | None = None
    author: str = ""
    date: str = ""
    stretches: tuple[Stretch, ...] = ()

    @classmethod
    def read(cls, node: LexborNode) -> "_Message":
        named = _NUMBERED.fullmatch((node.attributes.get("data-post") or "").strip())
        if named is None:
            return cls()
        if "service_message" in (node.attributes.get("class") or "").split():
            return cls(channel=named[1], number=int(named[2]))
        for answered in node.css(".tgme_widget_message_reply"):
            answered.decompose()
        time = node.css_first("time[datetime]")
        return cls(
            channel=named[1],
            number=int(named[2]),
            author=_author(node),
            date=(time.attributes.get("datetime") or "") if time else "",
            stretches=tuple(_stretches(node)),
        )

    def draft(self) -> Draft:
        name = f"{self.channel}/{self.number}"
        return Draft(
            id=name,
            link=f"{SITE}/{name}",
            author=self.author,
            published_at=moment(self.date),
            stretches=self.stretches,
        )


def _stretches(node: LexborNode) -> list[Stretch]:
    found: list[Stretch] = []
    for name, selector in _PARTS:
        nodes = node.css(selector)
        wanted = nodes if selector in _SEVERAL else nodes[:1]
        found += [(name, _plain(one)) for one in wanted]
    return [(name, words) for name, words in found if words]


def _plain(node: LexborNode) -> str:
    return from_markup(_LINK_TEXT.sub(_unescaped_once, node.html or "")).text


def _unescaped_once(link: re.Match[str]) -> str:
    """Return a link whose words are its address, as it was written."""
    return link[1] + link[2].replace("&amp;amp;", "&amp;") + link[3]


def _author(node: LexborNode) -> str:
    """Return who signs a message, or the channel's name; of a forwarded one also where it is from."""
    name = _words(node.css_first(".tgme_widget_message_from_author")) or _words(
        node.css_first(".tgme_widget_message_owner_name")
    )
    origin = _words(node.css_first(".tgme_widget_message_forwarded_from_name"))
    return f"{name}, forwarded from {origin}".removeprefix(", ") if origin else name


def _words(node: LexborNode | None) -> str:
    return one_line(node.text(), LONGEST_NAME) if node is not None else ""


def _check(tree: LexborHTMLParser, page: Page, *, channel: str) -> None:
    """Raise ParseError when a page is not the preview of a channel."""
    if tree.css_first(".tgme_widget_message_wrap, .tgme_channel_history, .tme_no_messages_found") is not None:
        return
    if not urlsplit(page.url).path.startswith("/s/"):
        raise ParseError(f"@{channel} has no public preview: Telegram shows its posts to members only, or hides them")
    raise ParseError("not the preview page of a Telegram channel")


def _channel(source: Source) -> str:
    found = _ADDRESS.fullmatch(source.address.strip())
    if found is None:
        raise FetchError("not a channel of Telegram: the address should look like @channel")
    return found[1]
