"""What the bot says of the monitor as a whole, as pure text, without markup."""

from datetime import UTC, tzinfo

from monitor.bot.display import NAME, WHY, line, name, source_name
from monitor.bot.language import _, ngettext
from monitor.bot.source_errors import in_words
from monitor.bot.times import moment
from monitor.core.model import AlertState, Chat, Source, Status


def status_page(status: Status, *, zone: tzinfo = UTC) -> str:
    """Return the monitor at a glance, with each source that fails and why."""
    waiting = sum(status.alerts.get(state, 0) for state in (AlertState.PENDING, AlertState.IN_FLIGHT))
    told = sum(status.alerts.get(state, 0) for state in (AlertState.SENT, AlertState.DIGESTED))
    last_poll = moment(status.last_poll_at, zone) if status.last_poll_at else _("never")
    last_match = moment(status.last_match_at, zone) if status.last_match_at else _("none yet")
    lines = [
        _("Quotes tracked: {n}").format(n=status.quotes),
        _("Sources polled: {n}, failing: {failing}, gone: {gone}").format(
            n=status.sources, failing=len(status.failing), gone=len(status.gone)
        ),
        _("Posts recorded: {posts}, matches: {matches}").format(posts=status.posts, matches=status.matches),
        _("Alerts sent: {sent}, waiting: {waiting}, held: {held}, given up: {dead}").format(
            sent=told,
            waiting=waiting,
            held=status.alerts.get(AlertState.HELD, 0),
            dead=status.alerts.get(AlertState.DEAD, 0),
        ),
        _("Last poll: {time}").format(time=last_poll),
        _("Last match: {time}").format(time=last_match),
        *(_failing(source, zone) for source in status.failing),
        *(
            _("✗ {source} is gone for good and no longer polled.").format(source=_called(source))
            for source in status.gone
        ),
    ]
    return "\n".join(lines)


def _called(source: Source) -> str:
    return source_name(source.name, NAME)


def _failing(source: Source, zone: tzinfo) -> str:
    facts = [
        ngettext("{n} failure", "{n} failures in a row", source.failures).format(n=source.failures),
        _("worked last {time}").format(time=moment(source.last_success_at, zone))
        if source.last_success_at
        else _("never worked yet"),
        _("next try {time}").format(time=moment(source.next_poll_at, zone)) if source.next_poll_at else "",
    ]
    why = line(in_words(source.last_error), WHY) or _("no reason given")
    return f"✗ {_called(source)}: {why} ({', '.join(fact for fact in facts if fact)})"


def chat_closed(chat: Chat, reason: str, buried: int) -> str:
    """Return what owners are told of a chat that no longer accepts messages."""
    title = f"{name(chat.title, NAME)} ({chat.address})" if chat.title else chat.address
    told = ngettext(
        "{chat} no longer accepts messages: {reason}. {n} alert was given up; what was found stays recorded.",
        "{chat} no longer accepts messages: {reason}. {n} alerts were given up; what was found stays recorded.",
        buried,
    )
    return told.format(chat=title, reason=line(reason, WHY), n=buried)
