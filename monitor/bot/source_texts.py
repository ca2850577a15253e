"""What the bot says of sources: how each is, what one would bring. Pure text."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.bot.display import NAME, WHY, line, name
from monitor.bot.times import moment
from monitor.core.coverage import SourceReport
from monitor.core.model import Source, SourceState
from monitor.sources.trying import Tried, ago, said

NOTHING_POLLED = "No source is polled yet. For example: /source add https://example.org/feed.xml"
STATES = {
    SourceState.PAUSED: "paused",
    SourceState.GONE: "gone for good",
    SourceState.REMOVED: "removed",
}
LATEST = 5  # posts of a source that is only looked at
SHOWN = 80  # UTF-16 units of each


def source_list(reports: Sequence[SourceReport], *, now: datetime, zone: tzinfo = UTC) -> str:
    """Return every source with how it is; what is wrong comes in words."""
    return "\n".join(_listed(report, now=now, zone=zone) for report in reports) or NOTHING_POLLED


def _listed(report: SourceReport, *, now: datetime, zone: tzinfo) -> str:
    source = report.source
    facts = [f"{report.posts_per_day:.3g} posts and {report.matches_per_day:.3g} matches a day"]
    if source.state in STATES:
        facts.append(STATES[source.state])
    elif source.last_error:
        facts.append(f"failing: {line(source.last_error, WHY)}")
    if source.last_success_at:
        facts.append(f"last read {ago(now - source.last_success_at)} ago")
    if source.state is SourceState.ACTIVE and source.next_poll_at:
        facts.append(f"next {moment(source.next_poll_at, zone)}")
    if report.blind_for > timedelta():
        facts.append(f"blind for {ago(report.blind_for)} of the last day")
    if report.silent_for:
        facts.append(f"silent for {ago(report.silent_for)}, which is unusual")
    mark = "✓" if source.state is SourceState.ACTIVE and not source.last_error else "✗"
    return f"{mark} {called(source)}: {', '.join(facts)}"


def called(source: Source) -> str:
    """Return the number and name of a source."""
    return f"{source.id}. {name(source.name, NAME)}"


def added(source: Source, found: Tried, *, now: datetime) -> str:
    """Return what was added and what it says."""
    return f"Polling {called(source)} from now on: {_says(found, now)}."


def looked_at(found: Tried, *, now: datetime) -> str:
    """Return what a source would bring, newest first, without anything being recorded."""
    posts = found.reading.posts[-LATEST:] if found.reading else ()
    lines = [f"{name(found.wanted.name, NAME)}: {_says(found, now)}. Nothing was recorded."]
    return "\n".join([*lines, *(f"· {line(post.text, SHOWN) or post.url or post.guid}" for post in reversed(posts))])


def _says(found: Tried, now: datetime) -> str:
    return said(found.reading, now=now) if found.reading else line(found.untried, WHY)


def failing(source: Source, error: str | None) -> str:
    """Return what owners are told of a source that does not recover."""
    return (
        f"✗ {name(source.name, NAME)} cannot be read any more: {line(error, WHY) or 'no reason given'}. "
        "It is tried again ever less often; you are told when it works."
    )


def working(source: Source) -> str:
    """Return what owners are told of a source that recovered."""
    return f"✓ {name(source.name, NAME)} works again."


def unreachable(since: datetime, *, zone: tzinfo = UTC) -> str:
    """Return what owners are told when no source at all answers."""
    return f"⚠ No source could be reached since {moment(since, zone)}. Each is tried again at its usual interval."


def reachable(since: datetime, *, zone: tzinfo = UTC) -> str:
    """Return what owners are told when sources answer again."""
    return f"✓ Sources answer again; none could be reached since {moment(since, zone)}."


SOURCE_EXAMPLES = (
    "Write what to do and with which source, for example: /source add r/python, /source test @user@mastodon.social, "
    "/source pause 3, /source resume 3, /source remove 3"
)
