"""What the bot says of quotes, as Telegram HTML: the card of one, what tracking it means, what looking back found."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from html import escape

from monitor.bot.alert_parts import web_link
from monitor.bot.display import NAME, QUOTE, line, name, shortened
from monitor.bot.language import _, ngettext
from monitor.bot.times import day, moment
from monitor.core.history import Glance, QuoteFacts
from monitor.core.model import Appearance, Match, Quote, Variant
from monitor.core.verdicts import Reason
from monitor.matching import Calibration, Condition
from monitor.replay import Preview

VARIANT = 160  # UTF-16 units of another wording on a card
TERMS = 400  # of all names or words that are asked for
PASSAGE = 200  # of a passage in a list
MOST_VARIANTS = 5  # on a card; all are on their own pages


def quoted(text: str, limit: int = QUOTE) -> str:
    """Return a text in quotation marks, as HTML."""
    return f"“{escape(line(text, limit), quote=False)}”"


def titled(text: str | None) -> str:
    """Return a name, as HTML."""
    return escape(name(text, NAME), quote=False)


def called(quote: Quote) -> str:
    """Return a quote with its number, as HTML."""
    return f"<b>#{quote.id} {quoted(quote.text)}</b>"


def card(facts: QuoteFacts, *, zone: tzinfo) -> str:
    """Return all that is known of a quote: what is asked for, its other wordings, how often it was seen."""
    quote = facts.quote
    paused = _("Paused: it is not looked for.") if quote.paused else ""
    since = _("Tracked since {day}.").format(day=day(facts.added_at, zone))
    return page(
        [called(quote), _described(quote), paused],
        asked(quote),
        [seen(facts, zone=zone), precision(facts), since],
    )


def asked(quote: Quote) -> list[str]:
    """Return what is looked for beside the words of a quote, a line each."""
    return [*conditions(quote), _threshold(quote), *_wordings(quote.variants)]


def _described(quote: Quote) -> str:
    """Return speaker, language and tags in one line."""
    known = [titled(quote.speaker) if quote.speaker else "", quote.lang or ""]
    return " · ".join(part for part in (*known, " ".join(f"#{tag}" for tag in quote.tags)) if part)


def conditions(quote: Quote) -> list[str]:
    """Return in words what is asked for beside the words of a quote."""
    return [
        said
        for said in (
            _("Only its exact words.") if quote.exact else "",
            _("Only in quotation marks.") if quote.quoted_only else "",
            _("Only where one of these is said too: {terms}.").format(terms=_terms(quote.near)) if quote.near else "",
            _("Never where one of these is said: {terms}.").format(terms=_terms(quote.excluded))
            if quote.excluded
            else "",
        )
        if said
    ]


def _terms(terms: Iterable[str]) -> str:
    return escape(line(", ".join(name(term, NAME) for term in terms), TERMS), quote=False)


def _threshold(quote: Quote) -> str:
    if quote.threshold is None:
        return ""
    return _("Alerts from a score of {score} on.").format(score=f"{quote.threshold:g}")


def _wordings(variants: Sequence[Variant]) -> list[str]:
    confirmed = [variant for variant in variants if variant.confirmed]
    proposed = len(variants) - len(confirmed)
    lines = [_("Also as: {wording}").format(wording=wording(variant)) for variant in confirmed[:MOST_VARIANTS]]
    more = len(confirmed) - MOST_VARIANTS
    if more > 0:
        lines.append(ngettext("and {n} more wording", "and {n} more wordings", more).format(n=more))
    if proposed:
        told = ngettext("{n} proposed wording waits for a yes.", "{n} proposed wordings wait for a yes.", proposed)
        lines.append(told.format(n=proposed))
    return lines


def wording(variant: Variant) -> str:
    """Return another wording with its language."""
    return quoted(variant.text, VARIANT) + (f" ({variant.lang})" if variant.lang else "")


def seen(facts: QuoteFacts, *, zone: tzinfo) -> str:
    """Return how often a quote was seen, and when last."""
    if not facts.matches or facts.last_seen_at is None:
        return _("Not seen yet.")
    told = ngettext(
        "Seen {n} time, last {time} in {source}.", "Seen {n} times, last {time} in {source}.", facts.matches
    )
    return told.format(n=facts.matches, time=moment(facts.last_seen_at, zone), source=titled(facts.last_seen_in))


def precision(facts: QuoteFacts) -> str:
    """Return how many of the judged matches are right, and which threshold follows from that."""
    judged = facts.precision.judged
    if not judged:
        return ""
    told = ngettext("{right} of {n} judged match is right.", "{right} of {n} judged matches are right.", judged)
    said = told.format(right=facts.precision.right, n=judged)
    advice = facts.advice
    if advice is None or advice.reason is not Reason.BETTER or advice.threshold is None:
        return said
    better = _("A threshold of {score} would suit these verdicts.").format(score=f"{advice.threshold:g}")
    return f"{said} {better}"


def tracking(quote: Quote, *, advice: str, looked: str) -> str:
    """Return the answer to a quote that is tracked from now on."""
    told = _("Tracking {quote}").format(quote=called(quote))
    return page([told, _described(quote), *asked(quote)], [advice], [looked])


def advice(found: Calibration | None) -> str:
    """Return how often the words of a quote would have fired, and what to ask for if that is too often."""
    if found is None:
        return ""
    told = _("In everyday posts it alerts {times} in 100,000.").format(times=rate(found.alerts))
    return f"{told} {recommended(found.condition)}".strip()


def rate(alerts: float) -> str:
    """Return a number of times in words."""
    if alerts < 0.1:
        return _("less than 0.1 times")
    count = f"{alerts:.1f}" if alerts < 10 else f"{alerts:.0f}"
    return _("about {n} times").format(n=count)


def recommended(condition: Condition) -> str:
    """Return in words what to ask for beside the words of a quote."""
    match condition:
        case Condition.NONE:
            return _("Its words are telling enough by themselves.")
        case Condition.EXACT:
            return _("Better ask for its exact words.")
        case Condition.QUOTED:
            return _("Better ask for quotation marks around it, or for the speaker's name near it.")
        case Condition.LONGER:
            return _("So much of it is said every day: better track more of the quote.")


def looked_back(glance: Glance) -> str:
    """Return what looking back over stored posts found."""
    looked = glance.looked
    posts = ngettext("{n} stored post", "{n} stored posts", looked.looked).format(n=f"{looked.looked:,}")
    if not looked.is_done:
        told = _("Still looking back: {posts} so far, {found} matches. Nobody is alerted of these.")
    elif not looked.looked:
        return _("There are no stored posts to look back over yet.")
    elif not looked.found:
        told = _("Looked back over {posts}: it was not there.")
    else:
        told = ngettext(
            "Looked back over {posts}: {found} match, recorded without an alert.",
            "Looked back over {posts}: {found} matches, recorded without alerts.",
            looked.found,
        )
    lines = [told.format(posts=posts, found=looked.found), _compared(glance), *map(_appeared, glance.newest)]
    return "\n".join(part for part in lines if part)


def _compared(glance: Glance) -> str:
    """Return what recorded matches would be by now."""
    changed, gone = glance.looked.changed, glance.looked.gone
    parts = [
        ngettext("{n} recorded match would be scored anew", "{n} recorded matches would be scored anew", changed)
        .format(n=changed) if changed else "",
        ngettext("{n} would no longer be found", "{n} would no longer be found", gone).format(n=gone) if gone else "",
    ]  # fmt: skip
    told = ", ".join(part for part in parts if part)
    return _("{counts}: they stay as they are.").format(counts=told) if told else ""


def _appeared(found: Appearance) -> str:
    return f"· {linked(found)} {titled(found.source)}"


def passage_of(found: Appearance) -> str:
    """Return the passage of a match as it was written."""
    return found.text[found.spans[0].start : found.spans[-1].end] if found.spans else found.text


def linked(found: Appearance) -> str:
    """Return a passage that leads to its post, where that has an address."""
    return link(passage_of(found), found.url)


def link(text: str, url: str | None) -> str:
    """Return a short text as a link, where there is somewhere to lead to."""
    shown = quoted(text, PASSAGE)
    address = web_link(url)
    return f'<a href="{address[0]}">{shown}</a>' if address else shown


def preview(found: Preview) -> str:
    """Return how often a quote would have fired, with examples."""
    quote = found.wanted
    everyday = _("In everyday posts, asked for like this, it alerts {times} in 100,000.").format(
        times=rate(found.background)
    )
    advised = found.calibration and not _is_conditioned(found)
    return page(
        [f"<b>{quoted(quote.text)}</b>"],
        [_stored(found)],
        [f"· {link(match.passage, match.post.url)}, {_scored(match)}" for match in found.examples],
        [everyday, recommended(found.calibration.condition) if found.calibration and advised else ""],
        [_("Nothing is tracked or recorded by this.")],
    )


def _stored(found: Preview) -> str:
    if not found.looked:
        return _("There are no stored posts to try it on yet.")
    posts = ngettext("{n} stored post", "{n} stored posts", found.looked).format(n=f"{found.looked:,}")
    alerts = ngettext("{n} alert", "{n} alerts", found.sure).format(n=found.sure)
    if not found.suggested:
        return _("In {posts}: {alerts}.").format(posts=posts, alerts=alerts)
    noted = ngettext("{n} less sure match", "{n} less sure matches", found.suggested).format(n=found.suggested)
    return _("In {posts}: {alerts}, and {noted} without one.").format(posts=posts, alerts=alerts, noted=noted)


def _is_conditioned(found: Preview) -> bool:
    wanted = found.wanted
    return bool(wanted.exact or wanted.quoted_only or wanted.near)


def _scored(match: Match) -> str:
    return f"{match.score:.0f}"


def quote_list(quotes: Sequence[Quote]) -> str:
    """Return a page of tracked quotes, each with the number that commands take."""
    return "\n".join(_listed(quote) for quote in quotes) or no_quotes()


def no_quotes() -> str:
    return _("No quote is tracked yet. For example: /track Come get me, coward!")


def _listed(quote: Quote) -> str:
    parts = [_described(quote)]
    if quote.variants:
        count = len(quote.variants)
        parts.append(ngettext("{n} other wording", "{n} other wordings", count).format(n=count))
    if quote.paused:
        parts.append(_("paused"))
    behind = ", ".join(part for part in parts if part)
    return f"{quote.id}. {quoted(quote.text, VARIANT)}" + (f" ({behind})" if behind else "")


def variants_page(quote: Quote, shown: Sequence[Variant]) -> str:
    """Return the other wordings of a quote with their numbers."""
    if not quote.variants:
        told = _("It is tracked in these words only. To add others: /variant {number} add ¡Ven por mí, cobarde!")
        return f"{called(quote)}\n{told.format(number=quote.id)}"
    lines = [_numbered(variant) for variant in shown]
    return "\n".join([called(quote), *lines])


def _numbered(variant: Variant) -> str:
    waits = "" if variant.confirmed else " — " + _("proposed: it alerts once you confirm it")
    return f"{variant.id}. {wording(variant)}{waits}"


def untracked(quote: Quote) -> str:
    return _("No longer tracking {quote}. What was found stays recorded.").format(quote=called(quote))


def page(*parts: Iterable[str]) -> str:
    """Return parts of lines with an empty line between them; what is empty is left out."""
    told = ("\n".join(text for text in part if text) for part in parts)
    return "\n\n".join(text for text in told if text)


def cut(text: str) -> str:
    """Return plain text short enough for a button."""
    return shortened(text, 30)
