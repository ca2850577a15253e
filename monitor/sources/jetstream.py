"""Jetstream: every public post of Bluesky, as it is written. A stream: read without end, never polled.

An address is `jetstream`, or the `wss://` address of an instance with the parameters of one's own; what this
module decides (collections, cursor, plain messages) is set over them. No account is needed.

Facts, all of the "v1" wire, which its authors froze (github.com/bluesky-social/jetstream, README.md and
docs/README.md): messages are JSON objects, one an event. Events about accounts and identities come whatever
is asked for. `cursor` is a time in microseconds (1e15 and more; smaller numbers count events of one
instance); times may be taken from one instance to another. Events are kept for 36 hours; an older cursor
starts silently at the oldest one. `time_us` is not quite in order, and a resumed stream repeats events, so
reading goes on from a little earlier and a post is known by its author and key. `compress` needs a
dictionary and is not asked for. A message above `maxMessageSizeBytes` is left out by the server.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from monitor.core.errors import ParseError
from monitor.core.model import Event, Request, Source
from monitor.sources.atproto import COLLECTION, is_did, post_of_record, uri

INSTANCE = "wss://jetstream2.us-east.bsky.network/subscribe"
SHORT = "jetstream"
REWIND = timedelta(seconds=5)  # how much earlier than the newest event seen a resumed stream starts
MOST_MESSAGE_BYTES = 1_000_000  # below what is read of one message, so that no message ends the stream
LONGEST_KEY = 512  # of a record (atproto.com/specs/record-key)

REPEATS = True
FALLS_SILENT = False

_OURS = frozenset(["wantedCollections", "cursor", "compress", "requireHello", "maxMessageSizeBytes"])


def request(source: Source) -> Request:
    """Return where to connect."""
    return Request(url=url(source))


def reader(source: Source) -> Callable[[str | bytes], Event | None]:
    """Return what reads a message, which is the same for every source."""
    del source
    return parse_event


def url(source: Source) -> str:
    """Return where to connect: after a first time, a little before the newest event that was seen."""
    parts = urlsplit(INSTANCE if source.address.strip().lower() == SHORT else source.url.strip())
    given = [(name, value) for name, value in parse_qsl(parts.query) if name not in _OURS]
    ours = [("wantedCollections", COLLECTION), ("maxMessageSizeBytes", str(MOST_MESSAGE_BYTES))]
    if source.cursor is not None and source.cursor.isdecimal():
        ours.append(("cursor", str(max(0, int(source.cursor) - REWIND // timedelta(microseconds=1)))))
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/subscribe", urlencode(given + ours), ""))


def parse_event(message: str | bytes) -> Event | None:
    """Read one message, or return None for an event that is not about a post.

    A post without words has no `post`; its time still counts. Pure. Raises ParseError, and nothing else, for
    what is no event of this wire.
    """
    try:
        event = json.loads(message)
    except (ValueError, RecursionError):
        raise ParseError("a message that is not JSON") from None
    try:
        return _event(event)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise ParseError("a message that is not an event of Jetstream") from None


def _event(event: Any) -> Event | None:
    """Raises LookupError, TypeError, ValueError or AttributeError when it is not of the documented shape."""
    time_us = event["time_us"]
    if type(time_us) is not int or time_us <= 0:
        raise ValueError(time_us)
    if event["kind"] != "commit":
        return None
    commit = event["commit"]
    if commit["collection"] != COLLECTION:
        return None
    did, rkey = event["did"], commit["rkey"]
    match commit["operation"]:
        case "create":
            return Event(time_us=time_us, post=post_of_record(commit["record"], did=did, rkey=rkey, handle=None))
        case "update":
            post = post_of_record(commit["record"], did=did, rkey=rkey, handle=None)
            return Event(time_us=time_us, post=post, is_edit=True)
        case "delete" if is_did(did) and len(rkey) <= LONGEST_KEY:
            return Event(time_us=time_us, deleted=uri(did, rkey))
        case other:
            raise ValueError(other)
