"""Posts of the AT Protocol: what a record of `app.bsky.feed.post` says, whoever handed it over.

A record is what its author wrote; a view is the record with what a server adds: the handle, the quoted
post, when it was indexed. Text is plain: links in it are marked by byte offsets (`facets`), never by
markup. Embeds are read by their fields and not by their `$type`, so that a record, its view and an embed
that is younger than this module are read alike. A record names a quoted post and does not hold its words:
only a view does.

The address of a post has its author's DID and not the handle: handles change, and the same post has the
same address whichever source brought it.

Lexicons: github.com/bluesky-social/atproto, lexicons/app/bsky/feed/post.json, lexicons/app/bsky/embed,
lexicons/com/atproto/label/defs.json (`!no-unauthenticated`: not to be shown to people who are not signed in).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from monitor.core.model import Post
from monitor.sources.dates import moment
from monitor.sources.draft import Draft, Stretch, posts
from monitor.sources.jsonpage import object_in, objects_in, text_in
from monitor.sources.text import from_text

COLLECTION = "app.bsky.feed.post"
HOME = "https://bsky.app"
NO_HANDLE = "handle.invalid"  # what a server shows when a handle does not lead back to its account
WITHHELD = frozenset(["!no-unauthenticated", "!hide", "!takedown"])
MOST_MEDIA = 20  # texts of pictures of one post
DEEPEST = 3  # embeds in embeds: a quoted post beside a picture, with a picture of its own

_DID = re.compile(r"did:[a-z]{2,20}:[A-Za-z0-9._:%-]{1,200}")
_RKEY = re.compile(r"[A-Za-z0-9._:~-]{1,300}")
_HANDLE = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,10}")
_URI = re.compile(rf"at://({_DID.pattern})/{re.escape(COLLECTION)}/({_RKEY.pattern})")

Fields = Mapping[str, object]


def post_of_record(record: Fields, *, did: str, rkey: str, handle: str | None) -> Post | None:
    """Return the post of a bare record, such as a stream brings, or None when it has no words or is not to be shown.

    `did` is the repository it came from, `rkey` its key there. Never raises, whatever the record holds.
    """
    if not isinstance(record, dict) or not _URI.fullmatch(uri(did, rkey)) or is_withheld(record):
        return None
    return _post(record, did=did, rkey=rkey, handle=handle, embed=object_in(record, "embed"), indexed_at=None)


def post_of_view(view: Fields) -> Post | None:
    """Return the post of a `postView`, or None when it has no words.

    Raises ValueError when it is not the view of a post.
    """
    named = _URI.fullmatch(text_in(view, "uri"))
    record, author = object_in(view, "record"), object_in(view, "author")
    if named is None or not record:
        raise ValueError("not the view of a post")
    return _post(
        record,
        did=named[1],
        rkey=named[2],
        handle=text_in(author, "handle"),
        embed=object_in(view, "embed") or object_in(record, "embed"),
        indexed_at=moment(text_in(view, "indexedAt")),
    )


def sorted_at(view: Fields) -> datetime | None:
    """Return the time by which servers sort a post: what its author says, and when it was indexed if that is earlier.

    An author may say anything, and a post may be indexed days after it was written (docs.bsky.app,
    `sortAt` of app.bsky.feed.searchPosts).
    """
    return _earlier(moment(text_in(object_in(view, "record"), "createdAt")), moment(text_in(view, "indexedAt")))


def is_withheld(holder: Fields) -> bool:
    """Whether a record, or a view with its author, carries a label that keeps it from being shown to everybody."""
    return any(
        label.get("val") in WITHHELD and label.get("neg") is not True
        for one in (holder, object_in(holder, "author"), object_in(holder, "record"))
        for label in _labels(one)
    )


def is_did(name: str) -> bool:
    """Whether a name is a DID, such as did:plc:z72i7hdynmk6r22z27h6tvur."""
    return _DID.fullmatch(name) is not None


def is_handle(name: str) -> bool:
    """Whether a name is a handle, which is a domain name."""
    return _HANDLE.fullmatch(name) is not None and len(name) <= 253


def uri(did: str, rkey: str) -> str:
    """Return the address of a post's record, which is its guid."""
    return f"at://{did}/{COLLECTION}/{rkey}"


def _post(
    record: Fields, *, did: str, rkey: str, handle: str | None, embed: Fields, indexed_at: datetime | None
) -> Post | None:
    draft = Draft(
        id=uri(did, rkey),
        link=f"{HOME}/profile/{did}/post/{rkey}",
        author=handle if handle and handle != NO_HANDLE and is_handle(handle) else did,
        published_at=_earlier(moment(text_in(record, "createdAt")), indexed_at),
        lang=_lang(record),
        stretches=(*_written(record), *_embedded(embed, DEEPEST)),
    )
    found, _ = posts([draft], lambda same: same, address=HOME)
    return found[0] if found and found[0].text else None


def _written(record: Fields) -> Iterator[Stretch]:
    yield "text", from_text(text_in(record, "text")).text


def _embedded(embed: Fields, levels: int) -> Iterator[Stretch]:
    """Yield the words of what a post shows below its text: a link's card, texts of pictures, a quoted post."""
    if levels <= 0 or not embed:
        return
    card = object_in(embed, "external")
    yield "link card", from_text(text_in(card, "title")).text
    yield "link card", from_text(text_in(card, "description")).text
    pictures = [*objects_in(embed, "images"), *objects_in(embed, "media"), *objects_in(embed, "items")]
    for one in [embed, *pictures[:MOST_MEDIA]]:  # a video's text stands in the embed itself
        yield "alt", from_text(text_in(one, "alt")).text
    yield from _embedded(object_in(embed, "media"), levels - 1)
    yield from _quoted(object_in(embed, "record"), levels - 1)


def _quoted(view: Fields, levels: int) -> Iterator[Stretch]:
    """Yield the words of a quoted post, when the server shows them."""
    view = view if "value" in view else object_in(view, "record")  # beside a picture it stands one level deeper
    value = object_in(view, "value")
    if not value or is_withheld(view) or is_withheld(value):
        return
    embeds = objects_in(view, "embeds")[:MOST_MEDIA] or [object_in(value, "embed")]
    for _, words in (*_written(value), *(stretch for one in embeds for stretch in _embedded(one, levels))):
        yield "quoted post", words


def _labels(holder: Fields) -> list[Fields]:
    """Return the labels of a view (a list) or of a record (an object with `values`)."""
    return objects_in(holder, "labels") + objects_in(object_in(holder, "labels"), "values")


def _lang(record: Fields) -> str:
    langs = record.get("langs")
    return langs[0] if isinstance(langs, list) and langs and isinstance(langs[0], str) else ""


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other
