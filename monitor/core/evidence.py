"""Evidence: what was really received, chained so that no byte of it changes unseen; and what a later look says.

Each entry has a mark, SHA-256 over all that it says, and a chain value, SHA-256 over the chain value before it and its
mark. So whoever knows one chain value knows that nothing before it was changed, put in or taken out, and the marks
alone prove that an entry stands in the chain, without showing the others. A body that was blanked because its author
asked for it leaves its digest behind, and the chain still holds.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from monitor.core.model import PostId, SourceId

EvidenceId = NewType("EvidenceId", int)

FIRST = ""  # the chain value before the first entry
RECHECKED_AFTER = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))
MOST_HEADERS = 64
LONGEST_HEADER = 2_000  # characters
NOT_KEPT = frozenset({"set-cookie", "set-cookie2"})  # they name our session with the source, and nothing else


class EvidenceKind(StrEnum):
    """What an entry holds."""

    PAGE = "page"  # an answer to a poll
    MESSAGE = "message"  # of a stream
    RECHECK = "recheck"  # the post's own page, looked at again


class RecheckOutcome(StrEnum):
    """What a later look at a post's own page says."""

    SAME = "same"
    EDITED = "edited"  # the page shows the post without the passage
    GONE = "gone"  # HTTP 404 or 410
    UNCLEAR = "unclear"  # the page shows nothing of the post, as one that needs scripts or a login
    UNREACHABLE = "unreachable"
    NO_ADDRESS = "no address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Something that was received, on its way to be kept."""

    kind: EvidenceKind
    source_id: SourceId
    post_id: PostId | None = None  # None: a page of many
    url: str | None = None
    fetched_at: datetime
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    is_blank: bool = False  # only its digest is kept: it shows somebody who asked to be forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the chain, in the very texts and numbers that its mark is made of."""

    id: int
    kind: str
    source_id: int
    post_id: int | None
    url: str | None
    fetched_at: str
    status: int | None
    headers: str  # JSON
    digest: str  # SHA-256 of the body as received, hexadecimal
    previous: str
    chain: str

    @property
    def mark(self) -> str:
        """SHA-256 over all that the entry says, hexadecimal."""
        said = [
            self.id,
            self.kind,
            self.source_id,
            self.post_id,
            self.url,
            self.fetched_at,
            self.status,
            self.headers,
            self.digest,
        ]
        return sha256(json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode("ascii"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What looking through a chain of entries came to."""

    entries: int
    removed: int  # bodies that were blanked on purpose; their digests are still in the chain
    head: str  # the last chain value
    problems: tuple[str, ...]  # one line each; empty: it holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """A later look that is due at a post in which a quote was found."""

    post_id: PostId
    source_id: SourceId
    guid: str
    url: str | None
    text: str
    passages: Sequence[str]  # of its matches, at least one
    was_seen: bool  # an earlier look found the passage on the page
    is_first: bool = True  # the look an hour after, which goes before later ones


def sha256(data: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def chained(previous: str, mark: str) -> str:
    """Return the chain value after an entry: SHA-256 over the value before it and its mark."""
    return sha256(f"{previous}{mark}".encode("ascii"))


def link_problems(entries: Iterable[Entry]) -> Iterable[str]:
    """Yield what is wrong within entries, each by itself: its chain value does not follow from what it says."""
    for entry in entries:
        if chained(entry.previous, entry.mark) != entry.chain:
            yield f"entry {entry.id} was changed: its chain value does not follow from what it says"


def without_userinfo(url: str) -> str:
    """Return an address without the name and password it may hold: a pack is given to others."""
    scheme, slashes, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}" if slashes else url


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers worth keeping, names in lower case, bounded in number and length."""
    named = ((name.lower(), value[:LONGEST_HEADER]) for name, value in headers.items())
    kept = [(name, value) for name, value in named if name not in NOT_KEPT and len(name) <= LONGEST_HEADER]
    return dict(kept[:MOST_HEADERS])
