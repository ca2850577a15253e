"""Which of the kept pages show a person: what they asked to be forgotten may stand on pages kept for others' posts.

A page shows somebody when a reader would see the name, or when it holds the address of one of their posts. A name that
is a common word is seen on pages that mean somebody else, so it is a person who decides what follows.
"""

import json
from collections.abc import Collection, Iterator
from html import unescape

from monitor.core.evidence import EvidenceId
from monitor.core.identity import canonical_link
from monitor.evidence.shown import holds, text_of
from monitor.sources.encoding import decoded
from monitor.store import SqliteStore
from monitor.store.evidence import Kept

MARKUP = str.maketrans(dict.fromkeys("<>=\"'", " "))
AT_ONCE = 20  # pages; each may have megabytes


def pages_showing(store: SqliteStore, *, author: str | None, urls: Collection[str]) -> Iterator[EvidenceId]:
    """Yield the entries of the chain of evidence that show this author, or hold one of these addresses. StoreError."""
    links = {link.encode() for url in urls if (link := canonical_link(url))}
    last = EvidenceId(0)
    while kept := store.kept_bodies(after=last, limit=AT_ONCE):
        for one in kept:
            last = EvidenceId(one.entry.id)
            if _shows(one, author, links):
                yield last


def _shows(kept: Kept, author: str | None, links: Collection[bytes]) -> bool:
    body = kept.body or b""
    if any(_holds_link(body, link) for link in links):
        return True
    if author is None:
        return False
    content_type = json.loads(kept.entry.headers).get("content-type", "")
    # As a reader sees it, where a name may be cut by markup; and as it stands there, attributes and feed fields too.
    return holds(text_of(body, content_type), author) or holds(_unescaped(body, content_type), author)


def _unescaped(body: bytes, content_type: str) -> str:
    """Return what stands in a body, escapes resolved, signs of markup as spaces; a feed escapes its markup twice."""
    return unescape(unescape(decoded(body, content_type))).translate(MARKUP)


def _holds_link(body: bytes, link: bytes) -> bool:
    """Tell whether an address stands in a body, as it is or as JSON and markup write it, and goes no further."""
    written = (link, link.replace(b"/", rb"\/"), link.replace(b"&", b"&amp;"))
    return any(_ends_there(body, one) for one in written)


def _ends_there(body: bytes, link: bytes) -> bool:
    place = body.find(link)
    while place >= 0:
        after = body[place + len(link) : place + len(link) + 1]
        if not after.isalnum():  # else it is the beginning of another address: /1 of /17
            return True
        place = body.find(link, place + 1)
    return False
