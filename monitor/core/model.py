"""The values the whole program speaks of: what is polled, said, looked for, found and told.

All are frozen and keyword-only. Times are aware and UTC. Offsets count characters (code points) of the
text as it was given, never of a normalized form. What is decided from these values is in the modules
beside this one; where they are kept is the store's business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from monitor.core.explanation import Explanation as Explanation  # noqa: PLC0414  # given on, as the next three
from monitor.core.explanation import Span as Span  # noqa: PLC0414
from monitor.core.explanation import WordChange as WordChange  # noqa: PLC0414
from monitor.core.explanation import WordOp as WordOp  # noqa: PLC0414
from monitor.core.verdicts import Judgement

SourceId = NewType("SourceId", int)
PostId = NewType("PostId", int)
QuoteId = NewType("QuoteId", int)
VariantId = NewType("VariantId", int)
MatchId = NewType("MatchId", int)
AlertId = NewType("AlertId", int)
ChatId = NewType("ChatId", int)
"""Our own number of a chat; what Telegram calls it is `Chat.address`."""


class SourceKind(StrEnum):
    """What sort of public place a source is; each has one module in `monitor/sources`."""

    FEED = "feed"  # RSS, Atom, JSON Feed
    MASTODON = "mastodon"  # a hashtag, an account or a public timeline of one instance
    BLUESKY = "bluesky"  # an account's posts, or a search
    HACKERNEWS = "hackernews"  # stories and comments, all or those found by words
    TELEGRAM_CHANNEL = "telegram_channel"  # the public preview pages of a channel
    GDELT = "gdelt"  # a search in the text of the world's news
    JETSTREAM = "jetstream"  # all of Bluesky, as a stream
    MASTODON_STREAM = "mastodon_stream"  # a public timeline or hashtag of one instance, as a stream
    BOT_CHANNEL = "bot_channel"  # a Telegram channel that the bot is in, heard as it is written
    PASTED = "pasted"  # what people paste or forward to the bot; one for each monitor


PASTED_NAME = "Pasted in chat"
"""What the source of pasted posts is called where it is recorded."""


class SourceState(StrEnum):
    """Whether a source is polled."""

    ACTIVE = "active"
    PAUSED = "paused"  # by a person, or because the settings no longer list it
    GONE = "gone"  # the source itself said so (HTTP 410); polled again only when a person resumes it
    REMOVED = "removed"  # by a person; shown nowhere, its posts stay, and adding it again revives it


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a source gave us to ask "anything new since?" with: its ETag and Last-Modified, word for word."""

    etag: str | None = None
    last_modified: str | None = None


class Keep(StrEnum):
    """Which posts of a source are recorded."""

    ALL = "all"
    MATCHED = "matched"  # only those in which a quote was found: a stream brings millions a day


class WhenDeleted(StrEnum):
    """What a deletion at the source does to a recorded post. It is marked deleted either way."""

    REDACT = "redact"  # its text and author are blanked; that it was there, and every count, stays
    KEEP = "keep"  # it stays as evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A public place we poll, with what the last poll left behind."""

    id: SourceId
    kind: SourceKind
    address: str  # as a person wrote it; for a feed, its URL
    name: str
    state: SourceState = SourceState.ACTIVE
    every: timedelta | None = None  # the interval a person fixed; None adapts to the source's rhythm
    moved_to: str | None = None  # where a permanent redirect (301, 308) told us to ask from now on
    validators: Validators = field(default_factory=Validators)
    cursor: str | None = None  # how far it was read, in the kind's own words; None: never
    follow: bool = False  # a search that asks for the tracked quotes, in turn
    query: str | None = None  # what a following search asks for this time; set by the flow, never stored
    keep: Keep = Keep.ALL
    when_deleted: WhenDeleted | None = None  # None: as its service's terms ask (`core/keeping.py`)
    interval: timedelta | None = None  # the current adaptive interval; None before the first poll
    failures: int = 0  # in a row
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None  # None: never read yet, so the next good poll is the baseline
    next_poll_at: datetime | None = None
    last_error: str | None = None

    @property
    def url(self) -> str:
        """Where to ask: the address, or where it permanently moved to."""
        return self.moved_to or self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A named stretch of a post's text, such as its title: `post.text[start:end]`."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Something published once by a source. Its text is all of its parts, one after another."""

    guid: str  # the source's own id for it, unique within the source
    text: str
    parts: tuple[Part, ...] = ()
    url: str | None = None
    author: str | None = None
    published_at: datetime | None = None  # theirs: evidence, never what drives an alert
    lang: str | None = None
    raw: bytes = field(default=b"", repr=False, compare=False)  # of one that came by itself: the message it came in

    def part_at(self, offset: int) -> str | None:
        """Return the name of the part that holds the character at `offset`, or None."""
        return next((part.name for part in self.parts if part.start <= offset < part.end), None)


PART_SEPARATOR = "\n\n"


def join_parts(stretches: Iterable[tuple[str, str]]) -> tuple[str, tuple[Part, ...]]:
    """Join named stretches of text into one text, leaving out empty ones; return it and where each one is."""
    texts: list[str] = []
    parts: list[Part] = []
    position = 0
    for name, text in stretches:
        if not text:
            continue
        start = position + (len(PART_SEPARATOR) if texts else 0)
        texts.append(text)
        parts.append(Part(name=name, start=start, end=start + len(text)))
        position = start + len(text)
    return PART_SEPARATOR.join(texts), tuple(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Another wording of a quote: a translation, the original language, a truncation, a usual misquote."""

    id: VariantId
    text: str
    lang: str | None = None
    origin: str = "person"  # who brought it: person, config
    confirmed: bool = True  # an unconfirmed variant may suggest, never alert
    threshold: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A tracked phrase and its family of other wordings."""

    id: QuoteId
    text: str
    variants: tuple[Variant, ...] = ()
    speaker: str | None = None
    lang: str | None = None
    threshold: float | None = None  # 0-100; None: the engine's own
    exact: bool = False  # only all of its words, in order, with nothing between
    quoted_only: bool = False  # only in quotation marks
    near: tuple[str, ...] = ()  # at least one of these terms must be in the post too: a name, a place
    excluded: tuple[str, ...] = ()  # none of these terms may be in the post
    tags: tuple[str, ...] = ()  # what people sort it under, without "#"
    paused: bool = False  # tracked, but not looked for until a person resumes it


class Tier(StrEnum):
    """How sure a match is."""

    ALERT = "alert"  # sure enough to interrupt somebody
    SUGGEST = "suggest"  # recorded and shown in review, never pushed


class MatchKind(StrEnum):
    """How a passage is like the quote."""

    VERBATIM = "verbatim"  # the same words
    VARIANT = "variant"  # the same quote in other words
    PARTIAL = "partial"  # a truncated form of it
    DERIVED = "derived"  # made from it: a translation not confirmed, a parody, its opposite


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A passage of a post that reads like a quote. One for each (quote, post): its most alike wording."""

    quote: Quote
    variant: Variant | None  # the wording that matched; None: the quote's own text
    post: Post
    spans: tuple[Span, ...]  # at least one, in reading order, not overlapping
    score: float  # 0-100
    threshold: float  # what the score was held against
    tier: Tier
    kind: MatchKind
    explanation: Explanation
    engine: str  # name and version of the rules that found it

    @property
    def start(self) -> int:
        return self.spans[0].start

    @property
    def end(self) -> int:
        return self.spans[-1].end

    @property
    def passage(self) -> str:
        """The stretch of the post that reads like the quote, as it was written."""
        return self.post.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ask of a source over HTTP."""

    url: str
    auth: str | None = None  # the name of the account in the settings whose session signs it, such as "bluesky"
    validators: Validators = field(default_factory=Validators)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a source answered (HTTP 200)."""

    url: str  # after redirects
    body: bytes
    content_type: str = ""  # the header as sent, parameters included
    validators: Validators = field(default_factory=Validators)
    moved_to: str | None = None  # set when every redirect on the way was permanent
    max_age: timedelta | None = None  # how long the server says the answer stays fresh
    status: int | None = None  # None: it is not known
    headers: Mapping[str, str] = field(default_factory=dict)  # those worth keeping, names in lower case


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a page says: its posts, oldest first, and the source's wishes."""

    posts: tuple[Post, ...] = ()
    title: str | None = None
    ttl: timedelta | None = None  # the source asks not to be polled more often than this
    skipped: int = 0  # entries that could not be read; the others are here
    cursor: str | None = None  # how far the source was read now; None leaves it as it was
    more: bool = False  # ask again at once with this cursor: there is more, or this was only a step on the way
    deleted: tuple[str, ...] = ()  # guids of posts that the source says were taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing a stream says: that a post appeared, was changed or was taken back."""

    time_us: (
        int  # by the stream's own clock, in microseconds since 1970, not quite in order; 0: it cannot be read on from
    )
    post: Post | None = None
    is_edit: bool = False  # `post` is a newer version of one that appeared before
    deleted: str | None = None  # guid of a post that was taken back
    raw: bytes = field(default=b"", repr=False)  # the message as it came; empty: it is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A post that a poll brought and that is not yet recorded, or not in this wording."""

    post: Post
    edits: PostId | None = None  # the recorded post this is a newer version of; None: a new post
    article: Page | None = field(default=None, repr=False)  # what its article was read from, when it was fetched


class Quiet(StrEnum):
    """Why a recorded match alerts nobody."""

    SUGGESTED = "suggested"  # its tier is not sure enough
    BASELINE = "baseline"  # it was already old when its source was first polled
    BACKFILL = "backfill"  # found by looking back over stored posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A match on its way to be recorded, and whether it may alert (`quiet` is None)."""

    match: Match
    quiet: Quiet | None = None


class PollOutcome(StrEnum):
    """How one look at a source ended."""

    OK = "ok"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One look at one source: how it went, what it brought, when to look again. A row of its own in the store."""

    source: Source
    started_at: datetime
    finished_at: datetime
    outcome: PollOutcome
    next_poll_at: datetime
    interval: timedelta | None = None  # the adaptive interval from now on; None leaves it as it was
    page: Page | None = None  # only when OK: its validators and move are kept, all of it as evidence if it matched
    shown: tuple[Post, ...] = field(default=(), repr=False)  # all posts on the page, new or not
    messages: Mapping[str, bytes] = field(default_factory=dict)  # by guid: what posts came in that were not on a page
    cursor: str | None = None  # None leaves it as it was
    more: bool = False  # another page is asked for at once; while nothing was seen, the source is not read yet
    deleted: tuple[str, ...] = ()
    title: str | None = None
    seen: int = 0  # entries on the page
    skipped: int = 0  # of which could not be read
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What recording a poll really added: repeats are not counted."""

    posts: int = 0
    edits: int = 0
    matches: int = 0
    alerts: int = 0

    def __add__(self, other: "Recorded") -> "Recorded":
        return Recorded(
            posts=self.posts + other.posts,
            edits=self.edits + other.edits,
            matches=self.matches + other.matches,
            alerts=self.alerts + other.alerts,
        )


class ChatKind(StrEnum):
    """What sort of Telegram chat an alert goes to; limits differ (20 messages a minute in groups and channels)."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A Telegram chat that alerts go to."""

    id: ChatId
    address: str  # what the Bot API is given as chat_id: "-1001234567890" or "@name"
    kind: ChatKind
    title: str | None = None
    unreachable: str | None = None  # why it no longer accepts messages; None: it does
    hold_until: datetime | None = None  # Telegram asked for silence until then


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """One recorded match with all that an alert or a review shows of it."""

    match_id: MatchId
    quote_id: QuoteId
    quote: str
    variant: str | None
    text: str  # of the whole post
    spans: tuple[Span, ...]
    part: str | None  # the part of the post the passage stands in
    score: float
    tier: Tier
    kind: MatchKind
    explanation: Explanation
    source: str  # its name
    url: str | None
    author: str | None
    published_at: datetime | None
    first_seen_at: datetime
    seen_before: int = 0  # earlier appearances of the same quote
    first_appeared_at: datetime | None = None  # of the earliest of them
    first_appeared_in: str | None = None
    judgement: Judgement | None = None  # the newest verdict
    repeats: MatchId | None = None  # the earlier match whose post says the same
    reposts: int = 0  # later matches whose posts say the same
    edited_at: datetime | None = None  # when the post was first seen in its present words; None: they are its first
    deleted_at: datetime | None = None  # when the source was seen to have taken it back
    said_before: str | None = None  # the words before an edit, when the quote was found in those after it
    says_now: str | None = None  # the words after an edit, when the quote was found in those before it


class AlertState(StrEnum):
    """Where an alert is on its way. The row exists before anything is sent."""

    PENDING = "pending"
    IN_FLIGHT = "in flight"  # handed to Telegram, answer not yet known
    SENT = "sent"
    DIGESTED = "digested"  # told in the message of another alert
    HELD = "held"  # muted, in quiet hours, or waiting for a digest
    DEAD = "dead"  # given up, with the reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something to tell one chat: a row of the outbox with what it is about."""

    id: AlertId
    chat: Chat
    thread_id: int | None  # a forum topic of the chat
    appearance: Appearance
    state: AlertState
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSource:
    """A source as the settings list it."""

    kind: SourceKind
    address: str
    name: str
    every: timedelta | None = None
    follow: bool = False
    keep: Keep = Keep.ALL
    keep_days: float | None = None  # how long posts without a match are kept; None: as the settings say
    keep_mb: float | None = None  # how much of their text; None: as the settings say
    when_deleted: WhenDeleted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedVariant:
    """A variant as a person writes it."""

    text: str
    lang: str | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedQuote:
    """A quote as a person writes it: in the settings, in a command."""

    text: str
    variants: tuple[WantedVariant, ...] = ()
    speaker: str | None = None
    lang: str | None = None
    threshold: float | None = None
    exact: bool = False
    quoted_only: bool = False
    near: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A chat, or a forum topic of it, that is told of one quote, of those with a tag, or of all (neither is set)."""

    chat: Chat
    thread_id: int | None = None
    quote_id: QuoteId | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The monitor at a glance."""

    quotes: int
    sources: int  # active
    failing: tuple[Source, ...]  # active, and the last poll failed
    gone: tuple[Source, ...]
    posts: int
    matches: int
    alerts: Mapping[AlertState, int]
    last_poll_at: datetime | None
    last_match_at: datetime | None
