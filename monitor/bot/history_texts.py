"""What the bot says of the match history and of texts that are only tried, as Telegram HTML."""

from datetime import UTC, datetime, tzinfo
from html import escape

from monitor.bot.alert_parts import reason
from monitor.bot.display import NAME, source_name
from monitor.bot.group_texts import listed
from monitor.bot.language import _, ngettext
from monitor.bot.passage import passage
from monitor.bot.quote_texts import called, page, precision, quoted
from monitor.bot.times import day
from monitor.charts import bars
from monitor.core.history import HistoryFilter, HistoryPage, Statistics
from monitor.core.model import Appearance, Match, MatchId, Quote, Tier
from monitor.matching.nearest import Miss, Tryout, Unmet

MOST_TRIED = 3  # matches of a text that are explained
NEVER = datetime.min.replace(tzinfo=UTC)  # of what nobody saw yet; it is not shown
WORDS = 60  # UTF-16 units of a search


def history(found: HistoryPage, wanted: HistoryFilter, quote: Quote | None, *, zone: tzinfo) -> str:
    """Return a page of recorded matches, newest first, each leading to its post."""
    if not found.rows:
        return page([_title(wanted, quote)], [_nothing(wanted, quote)])
    told = zip(found.rows, listed(found.rows, zone), strict=True)
    return page([_title(wanted, quote)], [_marked(one, line) for one, line in told])


def _marked(found: Appearance, line: str) -> str:
    return f"{line} <i>({_('less sure')})</i>" if found.tier is Tier.SUGGEST else line


def _title(wanted: HistoryFilter, quote: Quote | None) -> str:
    title = called(quote) if quote else f"<b>{_('All matches')}</b>"
    narrowed = [
        _("with the words {words}").format(words=quoted(wanted.words, WORDS)) if wanted.words else "",
        _("only sure ones") if wanted.tier is Tier.ALERT else "",
    ]
    return ", ".join([title, *(part for part in narrowed if part)])


def _nothing(wanted: HistoryFilter, quote: Quote | None) -> str:
    if wanted.words or wanted.tier:
        return _("No recorded match is like that.")
    if quote:
        return _("It was not seen yet. To look back over stored posts, press Look back on its card: /quote {n}").format(
            n=quote.id
        )
    return _("Nothing is recorded yet.")


def statistics(found: Statistics, *, zone: tzinfo, is_drawn: bool) -> str:
    """Return counts of matches in words; with a line of bars when no picture (`is_drawn`) shows them."""
    facts = found.facts
    title = called(facts.quote) if facts else f"<b>{_('All quotes')}</b>"
    if not found.total:
        return page([title], [_("Not seen yet.")])
    recent = sum(one.matches for one in found.days)
    week = sum(one.matches for one in found.days[-7:])
    today = found.days[-1].matches if found.days else 0
    told = ngettext(
        "{total} match: {today} today, {week} in 7 days, {recent} in 30 days.",
        "{total} matches: {today} today, {week} in 7 days, {recent} in 30 days.",
        found.total,
    )
    counted = told.format(total=f"{found.total:,}", today=today, week=week, recent=recent)
    first = facts and facts.first_seen_at
    return page(
        [title],
        [counted, _("First seen {day}.").format(day=day(first, zone)) if first else ""],
        [_bars(found)] if not is_drawn else [],
        [precision(facts) if facts else ""],
        [
            _("Most from:"),
            *(f"· {escape(source_name(name, NAME), quote=False)}: {count:,}" for name, count in found.sources),
        ]
        if found.sources
        else [],
    )


def _bars(found: Statistics) -> str:
    first, last = found.days[0].day.isoformat(), found.days[-1].day.isoformat()
    return f"<code>{bars(found.days)}</code>\n{first} – {last}"


def tryout(found: Tryout, *, is_anything_tracked: bool) -> str:
    """Return what a text would match and why, or what comes nearest."""
    if not is_anything_tracked:
        return _("No quote is tracked yet, so nothing can match. For example: /track Come get me, coward!")
    if found.matches:
        more = len(found.matches) - MOST_TRIED
        told = ngettext("and {n} more quote", "and {n} more quotes", more).format(n=more) if more > 0 else ""
        return page(*(_matching(match) for match in found.matches[:MOST_TRIED]), [told])
    if found.miss is None:
        return _("It matches no tracked quote, and nothing in it comes near one.")
    return page([_("It matches no tracked quote.")], _nearest(found.miss))


def _matching(match: Match) -> list[str]:
    said = f"<blockquote>{_passage(match)}</blockquote>"
    return [called(match.quote), *_as_variant(match), said, _verdict(match), _why(match)]


def _verdict(match: Match) -> str:
    if match.tier is Tier.ALERT:
        return _("It would alert: {threshold} is enough.").format(threshold=f"{match.threshold:g}")
    if match.score >= match.threshold:
        return _("It would be noted, without an alert.")
    told = _("It would be noted, without an alert: that takes {threshold}.")
    return told.format(threshold=f"{match.threshold:g}")


def _as_variant(match: Match) -> list[str]:
    if match.variant is None:
        return []
    return [_("in the wording {words}").format(words=quoted(match.variant.text))]


def _nearest(miss: Miss) -> list[str]:
    match = miss.match
    if miss.unmet:
        why = " ".join(_unmet(one) for one in miss.unmet)
    else:
        why = _("Too little of it is there: an alert takes {threshold}.").format(threshold=f"{match.threshold:g}")
    nearest = _("Nearest comes {quote}").format(quote=called(match.quote))
    return [nearest, f"<blockquote>{_passage(match)}</blockquote>", why, _why(match)]


def _unmet(condition: Unmet) -> str:
    match condition:
        case Unmet.EXACT:
            return _("It asks for its exact words.")
        case Unmet.QUOTED:
            return _("It asks for quotation marks around it.")
        case Unmet.NEAR:
            return _("None of the words it asks for nearby is there.")
        case Unmet.EXCLUDED:
            return _("A word is there that it must not stand with.")


def _passage(match: Match) -> str:
    return passage(as_appearance(match))


def _why(match: Match) -> str:
    return escape(reason(as_appearance(match)), quote=False)


def as_appearance(match: Match) -> Appearance:
    """Return a match that is recorded nowhere as what an alert shows."""
    post = match.post
    return Appearance(
        match_id=MatchId(0),
        quote_id=match.quote.id,
        quote=match.quote.text,
        variant=match.variant.text if match.variant else None,
        text=post.text,
        spans=match.spans,
        part=post.part_at(match.start),
        score=match.score,
        tier=match.tier,
        kind=match.kind,
        explanation=match.explanation,
        source="",
        url=post.url,
        author=post.author,
        published_at=post.published_at,
        first_seen_at=post.published_at or NEVER,
    )
