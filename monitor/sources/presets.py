"""What people type into a source: short forms such as `r/python` or `@user@host`, links, and feed addresses.

All of it is checked here, and only checked words, escaped, get into an address: nothing typed can add a query
parameter, another host or another path. Nothing is asked of anybody; which page a feed is linked from is
found out in `monitor/sources/discover.py`. The forms are listed in docs/sources/presets.md.

Facts: Reddit serves `/r/a+b/new.rss` and `/search.rss` (www.reddit.com/wiki/rss); YouTube
`/feeds/videos.xml?channel_id=|playlist_id=`; Lemmy `/feeds/c/NAME.xml?sort=New`
(join-lemmy.org/docs/contributors/04-api.html); Tumblr `BLOG.tumblr.com/rss`; a Bluesky handle is a domain name
(atproto.com/specs/handle), a DID `did:plc:` or `did:web:` (atproto.com/specs/did).
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote_plus

from monitor.core.model import Keep, SourceKind, WantedSource
from monitor.sources import links
from monitor.sources.feed import QUERY
from monitor.sources.googlenews import search_url, template_url
from monitor.sources.text import clean

LONGEST = 2_000  # characters of what is typed
LONGEST_WORDS = 300  # of a search: as long as a quote may be
NEWS_EVERY = timedelta(minutes=15)  # each search by itself; unofficial, so asked rarely
GDELT_EVERY = timedelta(minutes=15)
FOLLOWING = "tracked quotes"

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_AMBIGUOUS = frozenset("ßς\u200c\u200d")  # the two standards of international host names lead to different hosts
_QUOTATION = str.maketrans("“”„‟«»＂", '"' * 7)

Wanted = WantedSource | None


def recognized(text: str) -> Wanted:
    """Return the source that a person means, or None when it is nothing known or a page whose feed must be found.

    A web address that no preset knows is a feed, as it is. Its name is its address until its first poll says
    what it is called.
    """
    typed = _typed(text)
    if typed is None:
        return None
    form = links.short_form(typed) or typed
    for pattern, wanted in _FORMS:
        found = pattern.fullmatch(form)
        if found:
            return wanted(found)
    return feed(typed) if links.is_web(typed) and not links.is_page(typed) else None


def page_of(text: str) -> str | None:
    """Return the web page on which to look for the feed of what a person typed, or None when it is no page."""
    typed = _typed(text) or ""
    handle = re.fullmatch(r"(?:youtube|yt): ?(@[\w.·-]{3,60})", typed, re.IGNORECASE)
    return f"https://www.youtube.com/{handle[1]}" if handle else links.with_scheme(typed)


def of_kind(kind: SourceKind, address: str) -> Wanted:
    """Return the source of a kind at an address as `WantedSource.address` has it, or None when it is not of that form.

    For who names the kind: the settings, a list of sources from elsewhere. A feed's address is taken as it is.
    """
    if kind is SourceKind.FEED:
        return feed(address)
    plain = address.strip()
    spoken = _SPOKEN.get(kind, "") + plain.removeprefix("search:")
    is_own_form = plain.startswith("search:") or plain == "all" or kind in _NAMED_BY_KIND
    found = recognized(spoken if is_own_form else plain)
    return found if found and found.kind is kind else None


def feed(address: str) -> Wanted:
    """Return the feed at a web address, or None when it is none."""
    url = _typed(address)
    if url is None or not links.is_web(url):
        return None
    name = links.shown(url) if links.has_login(url) else url  # names are shown to everybody
    return WantedSource(kind=SourceKind.FEED, address=url, name=name)


def can_follow(source: WantedSource) -> bool:
    """Return whether a source can ask for the tracked quotes in turn: a search, or a feed with `QUERY` in it."""
    return QUERY in source.address if source.kind is SourceKind.FEED else source.address.startswith("search:")


def _typed(text: str) -> str | None:
    """Return what was typed on one line, or None when it is nothing, too long, or holds control characters."""
    plain = " ".join(text.strip("\ufeff\u200b\u2060 \t\r\n").split())
    plain = re.sub(r"^feed:(?://)?(?=https?://)", "", plain, flags=re.IGNORECASE)
    plain = re.sub(r"^feed://", "https://", plain, flags=re.IGNORECASE)
    return plain if plain and len(plain) <= LONGEST and clean(plain) == plain else None


def _words(text: str) -> str | None:
    """Return the words of a search, or None when there are none."""
    plain = text.translate(_QUOTATION)
    if plain.count('"') % 2:
        plain = plain.replace('"', " ")
    plain = " ".join(plain.split())
    return plain if len(plain) <= LONGEST_WORDS and any(letter.isalnum() for letter in plain) else None


def _host(text: str) -> str | None:
    """Return a host name in ASCII, or None when it is none. A bare number or a single label is none."""
    if _AMBIGUOUS & set(text):
        return None
    try:
        host = text.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return host if len(host) <= 253 and _HOST.fullmatch(host) else None


def _subreddits(found: re.Match[str]) -> Wanted:
    names = found[1]
    return WantedSource(
        kind=SourceKind.FEED, address=f"https://www.reddit.com/r/{names}/new.rss?limit=100", name=f"r/{names}"
    )


def _redditor(found: re.Match[str]) -> Wanted:
    return WantedSource(
        kind=SourceKind.FEED, address=f"https://www.reddit.com/user/{found[1]}/.rss", name=f"u/{found[1]}"
    )


def _reddit_search(found: re.Match[str]) -> Wanted:
    address = "https://www.reddit.com/search.rss?q={}&sort=new"
    if found[1] == "*":
        return WantedSource(
            kind=SourceKind.FEED, address=address.format(QUERY), name=f"Reddit: {FOLLOWING}", follow=True
        )
    words = _words(found[1])
    if words is None:
        return None
    return WantedSource(kind=SourceKind.FEED, address=address.format(quote_plus(words)), name=_named("Reddit", words))


def _news(found: re.Match[str]) -> Wanted:
    edition, typed = found[1] or "", found[2]
    title = f"Google News {edition}" if edition else "Google News"
    if typed == "*":
        url = template_url(QUERY, edition)
        if url is None:
            return None
        return WantedSource(kind=SourceKind.FEED, address=url, name=f"{title}: {FOLLOWING}", follow=True)
    words = _words(typed)
    url = search_url(words, edition) if words else None
    if words is None or url is None:
        return None
    return WantedSource(kind=SourceKind.FEED, address=url, name=_named(title, words), every=NEWS_EVERY)


def _searching(kind: SourceKind, title: str, every: timedelta | None = None) -> Callable[[re.Match[str]], Wanted]:
    """Return what makes a search of a kind of its own from the words of a form."""

    def wanted(found: re.Match[str]) -> Wanted:
        if found[1] == "*":
            return WantedSource(kind=kind, address="search:*", name=f"{title}: {FOLLOWING}", follow=True)
        words = _words(found[1])
        if words is None:
            return None
        return WantedSource(kind=kind, address=f"search:{words}", name=_named(title, words), every=every)

    return wanted


def _hacker_news(_: re.Match[str]) -> Wanted:
    return WantedSource(kind=SourceKind.HACKERNEWS, address="all", name="Hacker News")


def _fediverse(found: re.Match[str]) -> Wanted:
    """Return an account (@), a hashtag (#) or a timeline (no sign) of a Mastodon instance."""
    place, host = found[1], _host(found[2])
    if host is None:
        return None
    name = f"{host}, {place.lower()} posts" if place[0] not in "@#" else f"{place}@{host}"
    return WantedSource(kind=SourceKind.MASTODON, address=f"{place.lower()}@{host}", name=name)


def _fediverse_stream(found: re.Match[str]) -> Wanted:
    """Return a hashtag or a timeline of a Mastodon instance, listened to as it is written."""
    polled = _fediverse(found)
    if polled is None:
        return None
    return replace(polled, kind=SourceKind.MASTODON_STREAM, name=f"{polled.name}, stream", keep=Keep.MATCHED)


def _bluesky_handle(found: re.Match[str]) -> Wanted:
    handle = _host(found[1])
    return WantedSource(kind=SourceKind.BLUESKY, address=f"@{handle}", name=f"@{handle}") if handle else None


def _bluesky_did(found: re.Match[str]) -> Wanted:
    did = found[1].lower()
    return WantedSource(kind=SourceKind.BLUESKY, address=did, name=f"Bluesky {did}")


def _jetstream(_: re.Match[str]) -> Wanted:
    return WantedSource(kind=SourceKind.JETSTREAM, address="jetstream", name="Bluesky, all posts", keep=Keep.MATCHED)


def _stream(found: re.Match[str]) -> Wanted:
    """Return an instance of Jetstream with the parameters of somebody's own."""
    name = links.shown(re.sub("^ws", "http", found[1], flags=re.IGNORECASE))
    return WantedSource(kind=SourceKind.JETSTREAM, address=found[1], name=f"Bluesky, {name}", keep=Keep.MATCHED)


def _bot_channel(found: re.Match[str]) -> Wanted:
    return WantedSource(kind=SourceKind.BOT_CHANNEL, address=found[1].lower(), name=f"Telegram {found[1]}")


def _channel(found: re.Match[str]) -> Wanted:
    name = found[1]
    if name.lower() in _NOT_CHANNELS:
        return None
    return WantedSource(kind=SourceKind.TELEGRAM_CHANNEL, address=f"@{name.lower()}", name=f"t.me/{name}")


def _youtube(found: re.Match[str]) -> Wanted:
    key = "channel_id" if found[1].startswith("UC") else "playlist_id"
    address = f"https://www.youtube.com/feeds/videos.xml?{key}={found[1]}"
    return WantedSource(kind=SourceKind.FEED, address=address, name=address)  # the feed says the channel's name


def _community(found: re.Match[str]) -> Wanted:
    name, host = found[1].lower(), _host(found[2])
    if host is None:
        return None
    address = f"https://{host}/feeds/c/{name}.xml?sort=New"
    return WantedSource(kind=SourceKind.FEED, address=address, name=f"!{name}@{host}")


def _tumblr(found: re.Match[str]) -> Wanted:
    blog = found[1].lower()
    return WantedSource(kind=SourceKind.FEED, address=f"https://{blog}.tumblr.com/rss", name=f"Tumblr: {blog}")


def _named(place: str, words: str) -> str:
    return " ".join(f"{place}: {words}".replace('"', " ").split())


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.ASCII)  # ASCII: else K, the sign of kelvin, would be a k


_ASCII_NAME = "[A-Za-z0-9_]"
_NOT_CHANNELS = frozenset(
    ["joinchat", "share", "proxy", "socks", "login", "addstickers", "addemoji", "addlist", "addtheme", "setlanguage"]
) | {"confirmphone", "contact", "invoice", "boost", "giftcode"}
_NAMED_BY_KIND = (SourceKind.TELEGRAM_CHANNEL, SourceKind.BOT_CHANNEL, SourceKind.MASTODON_STREAM)  # address of two
_SPOKEN = {
    SourceKind.HACKERNEWS: "hn:",
    SourceKind.BLUESKY: "bluesky:",
    SourceKind.GDELT: "gdelt:",
    SourceKind.MASTODON_STREAM: "stream:",
    SourceKind.TELEGRAM_CHANNEL: "telegram:",
    SourceKind.BOT_CHANNEL: "bot:",
}

# The first that fits decides, also when it then says no: `@a@b` never falls through to another meaning.
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Wanted]], ...] = (
    (_form(rf"/?r/({_ASCII_NAME}{{2,23}}(?:\+{_ASCII_NAME}{{2,23}}){{0,49}})/?"), _subreddits),
    (_form(r"/?(?:u|user)/([A-Za-z0-9_-]{3,20})/?"), _redditor),
    (_form(r"reddit: ?(.+)"), _reddit_search),
    (_form(r"news(?:/([\w-]{2,10}))?: ?(.+)"), _news),
    (_form(r"(?:hn|hackernews|hacker news)(?:: ?all)?"), _hacker_news),
    (_form(r"(?:hn|hackernews|hacker news): ?(.+)"), _searching(SourceKind.HACKERNEWS, "Hacker News")),
    (_form(r"gdelt: ?(.+)"), _searching(SourceKind.GDELT, "GDELT", GDELT_EVERY)),
    (_form(r"jetstream"), _jetstream),
    (_form(r"(wss?://[a-z0-9.-]+(?::\d{1,5})?(?:[/?]\S*)?)"), _stream),
    (_form(r"(?:(?:bluesky|bsky): ?)?(did:plc:[a-z2-7]{24})"), _bluesky_did),
    (_form(rf"(?:(?:bluesky|bsky): ?)?(did:web:(?:{_LABEL}\.)+{_LABEL})"), _bluesky_did),
    (_form(r"(?:(?:bluesky|bsky): ?)?@([^\s@/:?#]+\.[^\s@/:?#]+)"), _bluesky_handle),
    (_form(r"(?:bluesky|bsky): ?(.+)"), _searching(SourceKind.BLUESKY, "Bluesky")),
    (_form(rf"(@{_ASCII_NAME}(?:[A-Za-z0-9_.-]{{0,62}}{_ASCII_NAME})?)@([^\s@/:?#]+)"), _fediverse),
    (re.compile(r"(#[\w·]{1,100})@([^\s@/:?#]+)"), _fediverse),
    (_form(r"(public|local)@([^\s@/:?#]+)"), _fediverse),
    (re.compile(r"[Ss][Tt][Rr][Ee][Aa][Mm]: ?(#[\w·]{1,100})@([^\s@/:?#]+)"), _fediverse_stream),
    (_form(r"stream: ?(public|local)@([^\s@/:?#]+)"), _fediverse_stream),
    (_form(r"!([A-Za-z0-9_]{2,60})@([^\s@/:?#]+)"), _community),
    (_form(r"(?:telegram|tg): ?@?([A-Za-z][A-Za-z0-9_]{3,31})"), _channel),
    (_form(r"bot: ?(-100\d{5,16}|@[A-Za-z][A-Za-z0-9_]{3,31})"), _bot_channel),
    (_form(r"(?:youtube|yt): ?(?-i:(UC[A-Za-z0-9_-]{22}|(?:PL|UU|FL|OLAK)[A-Za-z0-9_-]{10,60}))"), _youtube),
    (_form(r"tumblr: ?([a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?)"), _tumblr),
)
