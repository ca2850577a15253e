"""What links to pages of known sites stand for: `https://old.reddit.com/r/python/top` is `r/python`.

A link becomes the short form that a person could have typed (`monitor/sources/presets.py`), which is checked
there like any other; nothing of a link gets into an address unchecked.
"""

import re
from collections.abc import Sequence
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_SCHEME = re.compile(r"(https?)://", re.IGNORECASE)
_BARE = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?]\S*)?")
_SUBDOMAINS = re.compile(r"^(?:www|m|mobile|old|new|np|sh|music)\.")
_FEED_PATH = re.compile(
    r"^/rss/|\.(?:rss|xml|atom|rdf|json)/?$|(?<!/r)(?<!/u)(?<!/c)(?<!/user)(?<!/tags)/(?:rss|feed|atom)/?$",
    re.IGNORECASE,
)
_SORTS = frozenset(["", "new", "hot", "top", "rising", "best", "controversial", "comments", "submitted", "overview"])
_NOT_MASTODON = frozenset(
    ["medium.com", "youtube.com", "tiktok.com", "threads.net", "threads.com", "substack.com", "flipboard.com"]
) | {"odysee.com", "rumble.com", "patreon.com", "x.com", "twitter.com", "instagram.com", "facebook.com", "t.me"}
"""Sites whose pages have the same addresses as Mastodon's (/@user, /tags/x) or Lemmy's (/c/name)."""


LONGEST_SHOWN = 200  # characters


def is_web(text: str) -> bool:
    """Return whether a text is an http(s) address that names a host."""
    return bool(_SCHEME.match(text)) and _split(text) is not None


def with_scheme(text: str) -> str | None:
    """Return an http(s) address as it is, "example.org/blog" with https://, and None for anything else."""
    if _SCHEME.match(text):
        return text if is_web(text) else None
    return f"https://{text}" if _BARE.fullmatch(text) and is_web(f"https://{text}") else None


def shown(url: str) -> str:
    """Return an address fit for messages and names: without name, password, query and fragment, and not too long."""
    parts = _split(url)
    if parts is None:
        return "an address that cannot be read"
    place = f"{_host(parts)}{parts.path}".rstrip("/")
    return place if len(place) <= LONGEST_SHOWN else f"{place[: LONGEST_SHOWN - 1]}…"


def has_login(url: str) -> bool:
    """Return whether an address carries a name or password."""
    parts = _split(url)
    return parts is not None and "@" in parts.netloc


def is_page(url: str) -> bool:
    """Return whether a link surely leads to a page for people and not to a feed, so that its feed must be looked up."""
    parts = _split(url)
    return parts is not None and _site(parts) in ("youtube.com", "youtu.be") and not _is_feed(parts)


def short_form(text: str) -> str | None:
    """Return the short form of a link, https:// left out or not; None when it is none of a known sort."""
    url = with_scheme(text)
    parts = _split(url) if url else None
    if parts is None or "@" in parts.netloc or parts.port is not None or _is_feed(parts):
        return None
    path = [unquote(segment) for segment in parts.path.split("/")[1:]]
    asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
    site = _site(parts)
    return _of_site(site, path, asked) or (None if site in _NOT_MASTODON else _of_any(_host(parts), path))


def _of_site(site: str, path: Sequence[str], asked: dict[str, str]) -> str | None:  # noqa: PLR0911, PLR0912 - a list
    words = asked.get("q", "")
    match (site, *path):
        case ("reddit.com", "r", name, *rest) if len(rest) < 3 and set(rest) <= _SORTS:
            return f"r/{name}"
        case ("reddit.com", "user" | "u", name, *rest) if len(rest) < 3 and set(rest) <= _SORTS:
            return f"u/{name}"
        case ("reddit.com", "search", *_) if words:
            return f"reddit:{words}"
        case ("bsky.app", "profile", who) | ("bsky.app", "profile", who, ""):
            return f"bluesky:{who}" if who.startswith("did:") else f"@{who}"
        case ("bsky.app", "search", *_) if words:
            return f"bluesky:{words}"
        case ("youtube.com", "channel", name, *_):
            return f"youtube:{name}"
        case ("youtube.com", "playlist", *_) if "list" in asked:
            return f"youtube:{asked['list']}"
        case ("news.google.com", "search", *_) if words:
            return f"news/{asked.get('hl', 'en')[:2]}-{asked.get('gl', 'US')}:{words}"
        case ("news.ycombinator.com", *rest) if rest in ([], [""], ["news"], ["newest"], ["newcomments"]):
            return "hn"
        case ("hn.algolia.com", *_) if words:
            return f"hn:{words}"
        case ("t.me" | "telegram.me", *rest):
            return _channel(rest)
        case ("tumblr.com", name) | ("tumblr.com", name, ""):
            return f"tumblr:{name}" if name else None
    if site.endswith(".tumblr.com"):
        return f"tumblr:{site.removesuffix('.tumblr.com')}"
    return None


def _channel(path: Sequence[str]) -> str | None:
    match path:
        case ["s", name] | ["s", name, ""] | [name] | [name, ""]:
            return f"telegram:{name}"
        case ["s", name, number] | [name, number] if number.isdecimal():
            return f"telegram:{name}"
    return None


def _of_any(host: str, path: Sequence[str]) -> str | None:
    """Return what pages of Mastodon and Lemmy stand for, which are on any host."""
    match path:
        case [user] | [user, ""] | [user, "with_replies" | "media"] if user.startswith("@") and len(user) > 1:
            return user if "@" in user[1:] else f"{user}@{host}"
        case ["tags", tag] if tag:
            return f"#{tag}@{host}"
        case ["c", name] | ["c", name, ""] if name:
            return f"!{name}" if "@" in name else f"!{name}@{host}"
    return None


def _split(url: str) -> SplitResult | None:
    """Return the parts of an http(s) address, or None when it is none or names no host."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if usable and not re.search(r"[\s\\]", url) else None


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".")


def _site(parts: SplitResult) -> str:
    return _SUBDOMAINS.sub("", _host(parts))


def _is_feed(parts: SplitResult) -> bool:
    return _FEED_PATH.search(parts.path) is not None
