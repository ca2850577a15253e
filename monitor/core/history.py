"""Values of the match history: what is asked of it, what a quote came to, and what looking back found."""

from dataclasses import dataclass, field
from datetime import date, datetime

from monitor.core.model import Appearance, Match, MatchId, MatchKind, Post, PostId, Quote, QuoteId, Span, Tier
from monitor.core.verdicts import Precision, ThresholdAdvice


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """Which recorded matches are asked for; what is empty asks for nothing."""

    quote_id: QuoteId | None = None
    words: str = ""  # all of them stand in the post, in any order; a last one may be cut short
    tier: Tier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """How many matches one day (UTC) brought."""

    day: date
    matches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteFacts:
    """What tracking a quote has come to."""

    quote: Quote
    added_at: datetime
    added_by: str
    matches: int = 0
    sure: int = 0  # of them, those in the alert tier
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    last_seen_in: str | None = None  # the name of a source
    precision: Precision = field(default_factory=Precision)  # of the matches that people judged
    advice: ThresholdAdvice | None = None  # what their verdicts say about its threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Counts of matches, of one quote or of all (`facts` is None)."""

    facts: QuoteFacts | None
    total: int
    days: tuple[DayCount, ...]  # oldest first, without gaps, the last is today
    sources: tuple[tuple[str, int], ...]  # names with their matches, most first


@dataclass(frozen=True, slots=True, kw_only=True)
class Taped:
    """A stored post, to be matched again: every wording it had, the newest first."""

    post_id: PostId
    wordings: tuple[Post, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMatch:
    """What matching said of a stored post when it was recorded."""

    match_id: MatchId
    post_id: PostId
    quote_id: QuoteId
    text_digest: str  # of the wording it was found in
    spans: tuple[Span, ...]
    score: float
    tier: Tier
    kind: MatchKind
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What matching a stored post again says that is not recorded, or no longer says that is."""

    post_id: PostId
    quote_id: QuoteId
    found: Match | None  # None: it no longer matches
    stored: StoredMatch | None  # None: it is new


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedBack:
    """How far looking back has come, and what it found."""

    quote_id: QuoteId | None = None  # None: all quotes
    looked: int = 0  # posts
    new: tuple[MatchId, ...] = ()  # recorded now: the newest few, oldest first
    found: int = 0  # matches that are not recorded, or were not before
    sure: int = 0  # of these, those in the alert tier
    changed: int = 0  # recorded matches that would now be scored, marked or sorted in another way; left as they are
    gone: int = 0  # recorded matches that would not be found now; left as they are
    is_done: bool = False
    is_partial: bool = False  # older posts were left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """How far looking back for a quote has come, and the newest of what it found."""

    looked: LookedBack
    newest: tuple[Appearance, ...] = ()  # newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Some recorded matches, newest first, and whether there are others beside them."""

    rows: tuple[Appearance, ...]
    has_newer: bool = False
    has_older: bool = False
