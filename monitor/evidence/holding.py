"""What an evidence pack holds and what it does not, in sentences: nobody should have to find out what is missing."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.evidence import RecheckOutcome
from monitor.core.model import SourceKind
from monitor.store.evidence import Kept
from monitor.store.proof import Plain, Proof
from monitor.store.values import time_of

LATE = timedelta(minutes=15)  # a look every few minutes: less is no delay


class Capture(StrEnum):
    """What is there of how a match came."""

    KEPT = "kept"
    BLANKED = "blanked"
    STORED = "not captured: found in stored posts"
    NOTHING = "not captured"


HEARD = frozenset({SourceKind.PASTED, SourceKind.BOT_CHANNEL})
TELEGRAM = "Messages of Telegram are here as its library reads them, pasted ones without who pasted them."
STANDS_FOR = "It was not looked at again by itself: one that says the same, or is at the same address, stands for it."

MISSING = {
    Capture.BLANKED: "What was received was blanked, because its author took it back or asked for it; its digest is"
    " here.",
    Capture.STORED: "What was received is not here: the quote was found later, by looking back over stored posts, and"
    " of these only the text had been kept.",
    Capture.NOTHING: "What was received is not here: it was not kept when the match was recorded.",
}


def captures(proof: Proof) -> dict[int, Capture]:
    """Return what is there of how each match came, by the number of the match."""
    received = {kept.entry.id: kept for kept in proof.received}
    seen: dict[object, set[object]] = {}
    for post in proof.posts:
        seen[post["id"]] = {post[name] for name in ("first_seen_at", "edited_at", "back_at")}
    for version in proof.versions:
        seen[version["post_id"]].add(version["seen_at"])
    return {
        int(str(match["id"])): _capture(match, received, arrived=match["found_at"] in seen[match["post_id"]])
        for match in proof.matches
    }


def _capture(match: Plain, received: dict[int, Kept], *, arrived: bool) -> Capture:
    if match["evidence_id"] is not None:
        kept = received.get(int(str(match["evidence_id"])))
        return Capture.BLANKED if kept is None or kept.body is None else Capture.KEPT
    return Capture.STORED if match["quiet"] == "backfill" or not arrived else Capture.NOTHING


def look_note(look: Plain, now: datetime) -> str:
    """Return what is to be said of a later look beside its outcome: that it was late, or was not done, and why."""
    due = time_of(str(look["due_at"]))
    if look["done_at"] is None:
        if due > now:
            return "not due yet"
        return f"overdue: {_meanwhile(look)}" if now - due > LATE else "due now"
    if look["outcome"] == RecheckOutcome.GONE and look["evidence_id"] is None:
        return "not asked for: its words had been blanked"
    late = time_of(str(look["done_at"])) - due
    return f"{_length(late)} late: {_meanwhile(look)}" if late > LATE else ""


def _meanwhile(look: Plain) -> str:
    others = int(str(look["others_first"]))
    if others:
        return f"{others} other {'look' if others == 1 else 'looks'} came first"
    return "nothing was looked at meanwhile (it did not run, had no network, or was told not to look)"


def looks_missing(proof: Proof) -> dict[int, str]:
    """Return why nobody looked later at a post by itself, by the number of the post."""
    looked = {look["post_id"] for look in proof.rechecks}
    stood_for = {one["post_id"]: one for one in proof.in_place}
    return {
        int(str(post["id"])): _why_not_looked(stood_for.get(post["id"]))
        for post in proof.posts
        if post["id"] not in looked
    }


def _why_not_looked(stood_for: Plain | None) -> str:
    if stood_for is None:
        return "It was not looked at again: only posts that alert are."
    if stood_for["in_place"] is None:
        return "It was not looked at again: nothing was planned when it was recorded."
    return f"{STANDS_FOR} It is post {stood_for['in_place']}: {stood_for['url'] or 'without an address'}"


def holds(proof: Proof) -> list[str]:
    """Return what a pack holds, a sentence each."""
    found = list(captures(proof).values())
    bodies = sum(kept.body is not None for kept in proof.received)
    done = sum(look["done_at"] is not None for look in proof.rechecks)
    kept = _count(bodies, "answer or message", "answers and messages")
    came = f"{found.count(Capture.KEPT)} of {_matches(len(found))} came in one of them"
    return [
        f"{_of_all(proof)}.",
        f"{kept} as received, byte for byte, with headers and times; {came}.",
        f"Every wording that was recorded of {_posts(len(proof.posts))}, and {_looks(done)} at their own pages.",
        *_chain(proof),
    ]


def lacks(proof: Proof, now: datetime) -> list[str]:
    """Return what a pack does not hold, a sentence each, with how many of its matches or posts that is about."""
    found = list(captures(proof).values())
    blanked = sum(post["redacted_at"] is not None for post in proof.posts)
    waiting = [look for look in proof.rechecks if look["done_at"] is None]
    late = [look for look in proof.rechecks if look["done_at"] and " late: " in look_note(look, now)]
    overdue = [look for look in waiting if look_note(look, now).startswith("overdue")]
    return [
        *(f"{_matches(found.count(one))}: {text}" for one, text in MISSING.items() if one in found),
        *([f"{_posts(blanked)}: Words and author were blanked."] if blanked else []),
        *(f"{_posts(number)}: {why}" for why, number in _counted(looks_missing(proof).values())),
        *([f"{_looks(len(late))} came late; each says why."] if late else []),
        *([f"{_looks(len(waiting))} not done yet, {len(overdue)} of them overdue."] if waiting else []),
        *([TELEGRAM] if any(post["source_kind"] in HEARD for post in proof.posts) else []),
    ]


def _of_all(proof: Proof) -> str:
    parts = []
    for quote in proof.quotes:
        here = sum(match["quote_id"] == quote["id"] for match in proof.matches)
        parts.append(f"{here:,} of the {_count(int(str(quote['matches'])), 'match', 'matches')} of quote {quote['id']}")
    return "; ".join(parts) or "Nothing"


def _chain(proof: Proof) -> Iterator[str]:
    if proof.marks:
        yield f"The chain of evidence from the first entry in the pack on: {_count(len(proof.marks), 'link', 'links')}."


def _counted(texts: Iterable[str]) -> list[tuple[str, int]]:
    return list(Counter(STANDS_FOR if STANDS_FOR in text else text for text in texts).items())


def _length(stretch: timedelta) -> str:
    minutes = int(stretch.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 1440} days"


def _matches(number: int) -> str:
    return _count(number, "match", "matches")


def _posts(number: int) -> str:
    return _count(number, "post", "posts")


def _looks(number: int) -> str:
    return _count(number, "later look", "later looks")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
