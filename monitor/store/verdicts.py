"""The `verdicts` table: what people say of matches. Nothing is overwritten; the newest of a match is in force."""

from datetime import datetime

from monitor.core.errors import InputError
from monitor.core.model import MatchId, Quote, QuoteId, Span, Variant, WantedVariant
from monitor.core.quotes import same_words
from monitor.core.verdicts import (
    LONGEST_NOTE,
    Judgement,
    Precision,
    ThresholdAdvice,
    Verdict,
    proposed_threshold,
)
from monitor.core.wordings import ProposedWording
from monitor.store import audit, quote_edits, quotes, stale
from monitor.store.database import Database
from monitor.store.judgements import judgement
from monitor.store.values import spans_of

NO_SUCH_MATCH = "There is no match #{number}: the history shows those there are."
IN_FORCE = """
SELECT verdicts.match_id, verdicts.verdict, matches.score, max(verdicts.id)
FROM verdicts CROSS JOIN matches ON matches.id = verdicts.match_id
WHERE matches.quote_id = ? GROUP BY verdicts.match_id ORDER BY max(verdicts.id) DESC LIMIT ?
"""
NEWEST = 5000  # matches; what was judged long ago says little about the rules of today


def give(
    db: Database, match_id: MatchId, verdict: Verdict, note: str | None, *, by: str, name: str | None, at: datetime
) -> Judgement:
    """Write down what a person says of a match, and return it. The same said twice is written once. InputError."""
    if db.value("SELECT 1 FROM matches WHERE id = ?", match_id) is None:
        raise InputError(NO_SUCH_MATCH, number=match_id)
    plain = " ".join((note or "").split()) or None
    if plain and len(plain) > LONGEST_NOTE:
        raise InputError("The note has {count} characters: write at most {most}.", count=len(plain), most=LONGEST_NOTE)
    before = next(iter(of_match(db, match_id)), None)
    after = Judgement(verdict=Verdict(verdict), note=plain, at=at, by=by, name=name)
    if before and (before.verdict, before.note, before.by) == (after.verdict, after.note, after.by):
        return before
    db.change(
        "INSERT INTO verdicts (match_id, verdict, note, given_at, given_by, given_name) VALUES (?, ?, ?, ?, ?, ?)",
        match_id, after.verdict, after.note, at, by, name,
    )  # fmt: skip
    audit.note(
        db, at=at, by=by, action="judge", subject=f"match {match_id}",
        before=before and _audited(before), after=_audited(after),
    )  # fmt: skip
    stale.mark(db, [match_id], at)
    return after


def of_match(db: Database, match_id: MatchId) -> list[Judgement]:
    """Return what was said of a match, newest first."""
    return [judgement(row) for row in db.rows("SELECT * FROM verdicts WHERE match_id = ? ORDER BY id DESC", match_id)]


def precision(db: Database, quote_id: QuoteId) -> Precision:
    """Return how many of the judged matches of a quote are right."""
    counts = dict.fromkeys(Verdict, 0)
    for row in db.rows(IN_FORCE, quote_id, NEWEST):
        counts[Verdict(row["verdict"])] += 1
    return Precision(counts=counts)


def threshold_advice(db: Database, quote_id: QuoteId) -> ThresholdAdvice:
    """Return which threshold the verdicts propose for a quote."""
    present = db.value(
        "SELECT coalesce(quotes.threshold, (SELECT matches.threshold FROM matches WHERE matches.quote_id = quotes.id"
        " ORDER BY matches.id DESC LIMIT 1)) FROM quotes WHERE quotes.id = ?",
        quote_id,
    )
    judged = [(row["score"], Verdict(row["verdict"])) for row in db.rows(IN_FORCE, quote_id, NEWEST)]
    return proposed_threshold(judged, present=present)


def propose_wording(db: Database, match_id: MatchId, *, by: str, at: datetime) -> ProposedWording:
    """Track the passage of a match as a variant of its quote that nobody confirmed yet. Raises InputError."""
    row = db.row(
        "SELECT matches.quote_id, matches.spans, coalesce(post_versions.text, posts.text) AS text"
        " FROM matches JOIN posts ON posts.id = matches.post_id LEFT JOIN post_versions"
        " ON post_versions.post_id = posts.id AND post_versions.text_digest = matches.matched_text_digest"
        " WHERE matches.id = ?",
        match_id,
    )
    if row is None:
        raise InputError(NO_SUCH_MATCH, number=match_id)
    text = _wording(row["text"], spans_of(row["spans"]))
    quote = quotes.by_id(db, QuoteId(row["quote_id"]))
    if quote is None:
        return ProposedWording(quote=None, text=text)
    known = _variant(quote, text)
    if known and not known.confirmed:
        return ProposedWording(quote=quote, text=text, variant=known)
    try:
        quote = quote_edits.add_variant(db, quote.id, WantedVariant(text=text), confirmed=False, by=by, at=at)
    except InputError as error:
        return ProposedWording(quote=quote, text=text, refused=error)
    return ProposedWording(quote=quote, text=text, variant=_variant(quote, text))


def _wording(text: str, spans: tuple[Span, ...]) -> str:
    """Return the words of a passage without what an article says in between."""
    return " ".join(" ".join(text[span.start : span.end] for span in spans).split()).strip(" \"“”„«»‘’'")


def _variant(quote: Quote, text: str) -> Variant | None:
    words = same_words(text)
    return next((variant for variant in quote.variants if same_words(variant.text) == words), None)


def _audited(judgement: Judgement) -> dict[str, str | None]:
    return {"verdict": judgement.verdict, "note": judgement.note}
