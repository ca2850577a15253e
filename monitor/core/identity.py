"""Which posts are the same post, although feeds give them no id, one id for all, or a new id at every poll.

A post is known by its guid, and else by its fingerprint (canonical link and text). Seen in the wild:
missing guids, one guid for every entry, a guid that changes at every poll, links whose tracking
parameters change (maubot/rss#35, brief-rss#428, RSStT#200).

Only what a source says itself counts. The article that was fetched for a post (the part `ARTICLE`) does not: the
source shows the post without it at the next poll, and that is no edit.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from monitor.core.model import Arrival, Post, PostId

ARTICLE = "article"  # the part of a post that its source did not say
TRACKING = ("utm_", "at_", "mc_", "pk_", "hsa_")
TRACKING_WORDS = frozenset(
    [
        "fbclid",
        "gclid",
        "dclid",
        "msclkid",
        "igshid",
        "yclid",
        "twclid",
        "ref_src",
        "cmpid",
        "ocid",
        "smid",
        "guccounter",
        "guce_referrer",
    ]
)


def canonical_link(link: str | None) -> str:
    """Return a link without what does not name the page: scheme, `www.`, tracking parameters, fragment, final slash."""
    if not link:
        return ""
    try:
        parts = urlsplit(link.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
        kept = [
            (name, value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if not name.lower().startswith(TRACKING) and name.lower() not in TRACKING_WORDS
        ]
        return urlunsplit(("", host + port, parts.path.rstrip("/"), urlencode(sorted(kept)), "")).lstrip("/")
    except ValueError:  # a link that is not one names itself
        return link.strip()


def same_name(author: str) -> str:
    """Return what is equal for names of one author: letter case, spaces, and how an accent is written make no other."""
    return " ".join(unicodedata.normalize("NFKC", author).casefold().split())


def digest(*texts: str) -> str:
    """Return a short stable name for some texts (128 bits, hexadecimal)."""
    joined = "\x00".join(texts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()


def text_digest(post: Post) -> str:
    """Return what changes when, and only when, the words of a post do (white space aside)."""
    return digest(" ".join(_own_text(post).split()))


def fingerprint(post: Post) -> str:
    """Return what names a post when its guid cannot be trusted: where it is and what it says.

    One that says neither is known by nothing but its guid.
    """
    where, words = canonical_link(post.url), " ".join(_own_text(post).split())
    return digest(where, words) if where or words else digest("", "", post.guid)


def _own_text(post: Post) -> str:
    """Return what the source of a post said, without an article that was added to it."""
    kept: list[str] = []
    position = 0
    for part in post.parts:
        if part.name == ARTICLE:
            kept.append(post.text[position : part.start])
            position = part.end
    return "".join([*kept, post.text[position:]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is recorded of one post."""

    id: PostId
    link: str  # canonical
    text_digest: str


def arrivals(
    posts: Iterable[Post], *, by_guid: Mapping[str, Known], fingerprints: frozenset[str] | set[str]
) -> list[Arrival]:
    """Return what of the `posts` of one page is new or reworded, given what is recorded of their source.

    `by_guid` holds the recorded posts of these guids (after `distinct_guids`), `fingerprints` the recorded ones.
    """
    found: list[Arrival] = []
    told = set(fingerprints)
    for post in distinct_guids(posts):
        mark = fingerprint(post)
        known = by_guid.get(post.guid)
        if mark in told or (known and known.text_digest == text_digest(post)):
            continue  # the same words under a new guid, or the same guid and words under a new link
        told.add(mark)
        if known is None:
            found.append(Arrival(post=post))
        elif known.link == canonical_link(post.url):
            found.append(Arrival(post=post, edits=known.id))
        else:  # one guid for another place and other words: another post
            found.append(Arrival(post=replace(post, guid=f"{post.guid}#{mark}")))
    return found


def distinct_guids(posts: Iterable[Post]) -> list[Post]:
    """Return posts with guids that tell them apart: one that several different posts of a page share is extended."""
    posts = list(posts)
    wordings: dict[str, set[str]] = {}
    for post in posts:
        wordings.setdefault(post.guid, set()).add(fingerprint(post))
    return [
        replace(post, guid=f"{post.guid}#{fingerprint(post)}") if len(wordings[post.guid]) > 1 else post
        for post in posts
    ]
