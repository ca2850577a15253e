"""Links as Telegram takes them: which it keeps, how it writes them, which it drops.

After TDLib (github.com/tdlib/td, td/telegram/LinkManager.cpp): a missing scheme becomes http, and a host needs a
dot unless it is an IPv6 address. So a link to `http://localhost/` vanishes from a text and refuses a whole keyboard.
"""

import re
from urllib.parse import parse_qs, urlsplit

_SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})
_WITHOUT_SCHEME = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:)|[^/:]+\.[^/:]+:[0-9]")


def person_of(url: str) -> int | None:
    """Return the user that a `tg://user?id=` link mentions."""
    if not url.lower().startswith("tg://user?"):
        return None
    ids = parse_qs(url.partition("?")[2]).get("id", [""])
    return int(ids[0]) if ids[0].isascii() and ids[0].isdigit() else None


def checked_link(url: str) -> str | None:
    """Return a link as Telegram would keep it, or None when it keeps none."""
    url = url.strip()
    if _WITHOUT_SCHEME.match(url):
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or any(space in url for space in " \n\t"):
        return None
    if parts.scheme in ("tg", "ton"):
        return url
    if "." not in host and ":" not in host:
        return None
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/").geturl()
