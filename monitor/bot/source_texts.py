"""What the bot says of sources: how each is, what one would bring. Pure text, without markup."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.bot.display import NAME, WHY, line, source_name
from monitor.bot.language import _, ngettext
from monitor.bot.source_errors import in_words
from monitor.bot.times import moment
from monitor.core.coverage import SourceReport
from monitor.core.model import Reading, Source, SourceState
from monitor.sources.trying import Tried

LATEST = 5  # posts of a source that is only looked at
SHOWN = 80  # UTF-16 units of each
MOST_NAMED = 10  # sources in one notice


def source_list(reports: Sequence[SourceReport], *, now: datetime, zone: tzinfo = UTC) -> str:
    """Return sources with how each is, a line each; what is wrong comes in words."""
    return "\n".join(source_line(report, now=now, zone=zone) for report in reports) or nothing_polled()


def nothing_polled() -> str:
    return _("No source is polled yet. For example: /source add https://example.org/feed.xml")


def source_line(report: SourceReport, *, now: datetime, zone: tzinfo = UTC) -> str:
    """Return one source with how it is."""
    mark = "✓" if report.source.state is SourceState.ACTIVE and not report.source.last_error else "✗"
    facts = (fact for fact in _facts(report, now=now, zone=zone) if fact)
    return f"{mark} {called(report.source)}: {', '.join(facts)}"


def _facts(report: SourceReport, *, now: datetime, zone: tzinfo) -> list[str]:
    source = report.source
    is_failing = source.state is SourceState.ACTIVE and source.last_error
    read, due = source.last_success_at, source.next_poll_at
    return [
        ngettext("{n} post a day", "{n} posts a day", _form(report.posts_per_day)).format(
            n=f"{report.posts_per_day:.3g}"
        ),
        ngettext("{n} match a day", "{n} matches a day", _form(report.matches_per_day)).format(
            n=f"{report.matches_per_day:.3g}"
        ),
        _state(source.state),
        _("failing: {error}").format(error=line(in_words(source.last_error), WHY)) if is_failing else "",
        _("last read {time} ago").format(time=lasting(now - read)) if read else "",
        _("next {time}").format(time=moment(due, zone)) if due and source.state is SourceState.ACTIVE else "",
        _("blind for {time} of the last day").format(time=lasting(report.blind_for)) if report.blind_for else "",
        _("silent for {time}, which is unusual").format(time=lasting(report.silent_for)) if report.silent_for else "",
    ]


def _form(rate: float) -> int:
    """Return a count that takes the grammatical form of a rate: only what is shown as 1 is singular."""
    return 1 if f"{rate:.3g}" == "1" else 2


def _state(state: SourceState) -> str:
    match state:
        case SourceState.PAUSED:
            return _("paused")
        case SourceState.GONE:
            return _("gone for good")
        case SourceState.REMOVED:
            return _("removed")
        case SourceState.ACTIVE:
            return ""


def called(source: Source) -> str:
    """Return the number and name of a source."""
    return f"{source.id}. {source_name(source.name, NAME)}"


def added(source: Source, found: Tried, *, now: datetime) -> str:
    """Return what was added and what it says."""
    return _("Polling {source} from now on: {says}.").format(source=called(source), says=_says(found, now))


def looked_at(found: Tried, *, now: datetime) -> str:
    """Return what a source would bring, newest first, without anything being recorded."""
    posts = found.reading.posts[-LATEST:] if found.reading else ()
    told = _("{source}: {says}. Nothing was recorded.")
    lines = [told.format(source=source_name(found.name, NAME), says=_says(found, now))]
    return "\n".join([*lines, *(f"· {line(post.text, SHOWN) or post.url or post.guid}" for post in reversed(posts))])


def offered(found: Tried, *, now: datetime) -> str:
    """Return what a source would bring, and ask whether to poll it."""
    return f"{looked_at(found, now=now)}\n\n{_('Poll it from now on?')}"


def _says(found: Tried, now: datetime) -> str:
    return _read(found.reading, now) if found.reading else line(in_words(found.untried), WHY)


def _read(reading: Reading, now: datetime) -> str:
    dates = [post.published_at for post in reading.posts if post.published_at]
    count = len(reading.posts)
    parts = [
        ngettext("{n} post", "{n} posts", count).format(n=count),
        _("the newest {time} old").format(time=lasting(now - max(dates))) if dates else "",
        _("{n} unreadable").format(n=reading.skipped) if reading.skipped else "",
    ]
    return ", ".join(part for part in parts if part)


def lasting(age: timedelta) -> str:
    """Return a length of time in words: "3 min", "5 h", "12 days"."""
    minutes = max(0, round(age.total_seconds() / 60))
    if minutes < 120:
        return _("{n} min").format(n=minutes)
    if minutes < 48 * 60:
        return _("{n} h").format(n=round(minutes / 60))
    days = round(minutes / (24 * 60))
    return ngettext("{n} day", "{n} days", days).format(n=days)


def paused(source: Source) -> str:
    return _("Paused {source}.").format(source=called(source))


def resumed(source: Source) -> str:
    return _("Polling {source} again.").format(source=called(source))


def removed(source: Source) -> str:
    return _("Removed {source}. What was found stays recorded.").format(source=called(source))


def sure_to_remove(source: Source) -> str:
    return _("Remove {source}? What was found stays recorded.").format(source=called(source))


def failing(source: Source, error: str | None) -> str:
    """Return what owners are told of a source that does not recover."""
    return _(
        "✗ {source} cannot be read any more: {error}. It is tried again ever less often; you are told when it works."
    ).format(source=source_name(source.name, NAME), error=line(in_words(error), WHY) or _("no reason given"))


def silent(reports: Sequence[SourceReport]) -> str:
    """Return what owners are told of sources that fell silent, a line each."""
    said = _("⚠ {source} has been silent for {time}, which is unusual: it answers, and brings nothing new.")
    lines = [
        said.format(source=called(report.source), time=lasting(report.silent_for or timedelta()))
        for report in reports[:MOST_NAMED]
    ]
    more = len(reports) - len(lines)
    return "\n".join([*lines, ngettext("And {n} more.", "And {n} more.", more).format(n=more)] if more else lines)


def speaking_again(sources: Sequence[Source]) -> str:
    """Return what owners are told of sources that fell silent and speak again, a line each."""
    lines = [_("✓ {source} speaks again.").format(source=called(source)) for source in sources[:MOST_NAMED]]
    more = len(sources) - len(lines)
    return "\n".join([*lines, ngettext("And {n} more.", "And {n} more.", more).format(n=more)] if more else lines)


def working(source: Source) -> str:
    """Return what owners are told of a source that recovered."""
    return _("✓ {source} works again.").format(source=source_name(source.name, NAME))


def unreachable(since: datetime, *, zone: tzinfo = UTC) -> str:
    """Return what owners are told when no source at all answers."""
    return _("⚠ No source could be reached since {time}. Each is tried again at its usual interval.").format(
        time=moment(since, zone)
    )


def reachable(since: datetime, *, zone: tzinfo = UTC) -> str:
    """Return what owners are told when sources answer again."""
    return _("✓ Sources answer again; none could be reached since {time}.").format(time=moment(since, zone))


def examples() -> str:
    return _(
        "Write what to do and with which source, for example: /source add r/python, "
        "/source test @user@mastodon.social, /source pause 3, /source resume 3, /source remove 3"
    )
