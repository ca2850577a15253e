"""The sentences that alerts are made of, as plain text in the language now spoken. Each fits a line.

What a stranger wrote is made fit to be shown here (`display`), and escaped where it becomes markup (`alert_texts`).
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from html import escape
from urllib.parse import urlsplit

from monitor.bot.display import NAME, line, name, source_name, utf16
from monitor.bot.language import _, ngettext
from monitor.bot.passage import changed_words
from monitor.bot.times import clock, day, moment
from monitor.core.model import Appearance, MatchKind, WordOp
from monitor.core.provenance import behind
from monitor.core.verdicts import Judgement, Verdict

CHANGES, LEFT_OUT, PART, HOST, WORDS, NOTE = 160, 120, 40, 80, 240, 160  # UTF-16 units at most
LONGEST_LINK = 1000
MOST_SHOWN_TIMES = 100  # a rate so many times the usual one is told as "more than"


def kind(found: MatchKind) -> str:
    match found:
        case MatchKind.VERBATIM:
            return _("Word for word")
        case MatchKind.VARIANT:
            return _("Variant")
        case MatchKind.PARTIAL:
            return _("Part of the quote")
        case MatchKind.DERIVED:
            return _("Made from the quote")


def reason(found: Appearance) -> str:
    """Say how alike the passage is, and what differs."""
    score = int(found.score)
    changes = line(", ".join(map(change, found.explanation.changes)), CHANGES)
    if changes:
        told = _("{kind}, {score} of 100: {changes}.").format(kind=kind(found.kind), score=score, changes=changes)
    else:
        told = _("{kind}, {score} of 100.").format(kind=kind(found.kind), score=score)
    missing = " ".join(word.quoted for word in found.explanation.words if word.op is WordOp.MISSING)
    missing = line(missing, LEFT_OUT)
    return f"{told} {_('Left out: “{words}”.').format(words=missing)}" if missing else told


def change(told: str) -> str:
    """Return a class of change, as the engine names it (`monitor.matching.explain`), in the language now spoken."""
    known = {
        "negated": _("negated"),
        "split by attribution": _("split by attribution"),
        "split": _("split"),
        "reordered": _("reordered"),
        "ellipsis": _("ellipsis"),
        "editorial brackets": _("editorial brackets"),
        "truncated": _("truncated"),
        "beginning left out": _("beginning left out"),
        "person changed": _("person changed"),
        "dropped word": _("dropped word"),
        "dropped words": _("dropped words"),
        "dropped clause": _("dropped clause"),
        "added word": _("added word"),
        "added words": _("added words"),
        "numeral": _("numeral"),
        "number": _("singular or plural"),
        "tense or form": _("tense or form"),
        "typo": _("typo"),
        "other word": _("other word"),
    }
    return known.get(told, told)


def place(found: Appearance) -> str:
    """Say which source it was, in which part of the post, and by whom."""
    where = source_name(found.source, NAME)
    part = _part(line(found.part, PART))
    author = name(found.author, NAME) if line(found.author, NAME) else ""
    if part and author:
        return _("{source}, in its {part}, by {author}").format(source=where, part=part, author=author)
    if part:
        return _("{source}, in its {part}").format(source=where, part=part)
    if author:
        return _("{source}, by {author}").format(source=where, author=author)
    return where


def _part(told: str) -> str:
    """Return the name of a part as the kinds of sources call it; nothing for what goes without saying."""
    known = {
        "": "",
        "text": "",
        "title": _("title"),
        "summary": _("summary"),
        "content": _("text below the title"),
        "article": _("article"),
        "alt": _("picture description"),
        "spoiler": _("content warning"),
        "poll": _("poll"),
        "link card": _("link card"),
        "quoted post": _("quoted post"),
        "file": _("file name"),
    }
    return known.get(told, told)


def provenance(found: Appearance) -> str:
    """Say whose post on X the passage repeats, when the text signs it as one; else nothing."""
    posted = behind(found.text, found.spans)
    if posted is None:
        return ""
    author = name(posted.author, NAME)
    if posted.day:
        told = _("Second-hand: a post on X by {author} (@{handle}), {date}")
        return told.format(author=author, handle=posted.handle, date=posted.day.isoformat())
    return _("Second-hand: a post on X by {author} (@{handle})").format(author=author, handle=posted.handle)


def times(found: Appearance, zone: tzinfo) -> str:
    """Say when it was published, as they say, and when we saw it."""
    if found.published_at is None:
        return _("No date given, first seen {time}").format(time=moment(found.first_seen_at, zone))
    theirs, ours = moment(found.published_at, zone), moment(found.first_seen_at, zone)
    if theirs == ours:
        return _("Published {time} by their own date, seen at once").format(time=theirs)
    told = _("Published {published} by their own date, first seen {seen}")
    if day(found.published_at, zone) == day(found.first_seen_at, zone):
        zone_name = ours.rpartition(" ")[2]
        if theirs.endswith(zone_name):
            ours = f"{clock(found.first_seen_at, zone, today=day(found.first_seen_at, zone))} {zone_name}"
            theirs = theirs.removesuffix(f" {zone_name}")
    return told.format(published=theirs, seen=ours)


def past(found: Appearance, zone: tzinfo) -> str:
    """Say how often the quote was seen before, and where first."""
    count = found.seen_before
    if not count:
        return _("First appearance.")
    where = source_name(found.first_appeared_in, NAME) if line(found.first_appeared_in, NAME) else ""
    if found.first_appeared_at is None:
        return ngettext("Seen {count} time before.", "Seen {count} times before.", count).format(count=count)
    first = day(found.first_appeared_at, zone)
    if not where:
        told = ngettext("Seen {count} time before, on {date}.", "Seen {count} times before, first {date}.", count)
        return told.format(count=count, date=first)
    told = ngettext(
        "Seen {count} time before, {date} in {source}.", "Seen {count} times before, first {date} in {source}.", count
    )
    return told.format(count=count, date=first, source=where)


def blanked(found: Appearance) -> str:
    """Say why a post has no words any more, when its source did not take it back."""
    return _("Taken out: whoever wrote it asked to be forgotten.") if not found.text and not found.deleted_at else ""


def deleted(found: Appearance, zone: tzinfo) -> str:
    """Say that the source took the post back; nothing when it did not."""
    if found.deleted_at is None:
        return ""
    return _("Deleted by its source: noticed {time}.").format(time=moment(found.deleted_at, zone))


def edited(found: Appearance, zone: tzinfo) -> str:
    """Say that the post was edited, and what it said before or says now; nothing when it was not."""
    if found.edited_at is None:
        return ""
    time = moment(found.edited_at, zone)
    if found.said_before is not None:
        words = changed_words(found.text, found.said_before, WORDS)
        if words:
            return _("Edited, noticed {time}. It said before: “{words}”").format(time=time, words=words)
    if found.says_now is not None:
        if all(found.text[span.start : span.end] in found.says_now for span in found.spans):
            return _("Edited, noticed {time}. The passage is still there.").format(time=time)
        words = changed_words(found.text, found.says_now, WORDS)
        if words:
            return _("Edited, noticed {time}. It says now: “{words}”").format(time=time, words=words)
    return _("Edited, noticed {time}.").format(time=time)


def verdict(given: Judgement | None) -> str:
    """Say what a person said of the match; nothing when nobody did."""
    if given is None:
        return ""
    who = name(given.name, NAME)
    note = line(given.note, NOTE)
    match given.verdict:
        case Verdict.RIGHT:
            told = _("✓ Right, says {name}").format(name=who) if who else _("✓ Right")
        case Verdict.WRONG:
            told = _("✗ Wrong, says {name}").format(name=who) if who else _("✗ Wrong")
        case Verdict.VARIANT:
            told = _("✓ A new variant, says {name}").format(name=who) if who else _("✓ A new variant")
        case Verdict.UNSURE:
            told = _("? Unsure, says {name}").format(name=who) if who else _("? Unsure")
    return f"{told}: “{note}”" if note else told


def remarkable(*, times_usual: float | None, silent_since: datetime | None, zone: tzinfo) -> str:
    """Say that a quote came back, or spreads; nothing when it does neither."""
    if silent_since is not None:
        return _("Resurfaced: the first time since {date}.").format(date=day(silent_since, zone))
    if times_usual is None:
        return ""
    if times_usual > MOST_SHOWN_TIMES:
        return _("Spreading: more than {times}× its usual rate.").format(times=MOST_SHOWN_TIMES)
    return _("Spreading: {times}× its usual rate.").format(times=round(times_usual))


def reposts(count: int) -> str:
    """Say how many more say the same."""
    return ngettext("+{count} repost", "+{count} reposts", count).format(count=count) if count else ""


def marks(found: Appearance) -> str:
    """Return what became of a post in a list of several, in a few words in brackets; nothing when nothing did."""
    told: Sequence[str] = [
        _("deleted") if found.deleted_at else "",
        _("taken out") if blanked(found) else "",
        _("edited") if found.edited_at else "",
        verdict_mark(found.judgement),
    ]
    kept = ", ".join(word for word in told if word)
    return f"({kept})" if kept else ""


def verdict_mark(given: Judgement | None) -> str:
    """Return a verdict as one sign."""
    match given and given.verdict:
        case Verdict.RIGHT | Verdict.VARIANT:
            return "✓"
        case Verdict.WRONG:
            return "✗"
        case Verdict.UNSURE:
            return "?"
        case _:
            return ""


def web_link(url: str | None) -> tuple[str, str] | None:
    """Return an address for an attribute, escaped, and its host; None when it leads anywhere but to the web."""
    if not url or not url.isprintable() or " " in url or utf16(url) > LONGEST_LINK:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return escape(url), name(host, HOST)
