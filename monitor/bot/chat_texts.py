"""What is said about where alerts go, and how: subscriptions, mutes, preferences. Plain text, as spoken now."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.bot.answers import Button, Rows
from monitor.bot.chat_words import Target
from monitor.bot.display import NAME, QUOTE, line, name
from monitor.bot.language import LANGUAGES, _, nearest, ngettext
from monitor.bot.times import moment
from monitor.core.model import Quote
from monitor.core.people import Digest, Following, Mute, Preferences
from monitor.core.quiet import DIGEST_TIME

FOR_LONG = (timedelta(hours=1), timedelta(hours=8), timedelta(days=1), timedelta(weeks=1))
USUAL_HOURS = ("22:00-07:00", "23:00-08:00")
USUAL_ZONES = (
    ("Bogotá", "America/Bogota"),
    ("México", "America/Mexico_City"),
    ("Lima", "America/Lima"),
    ("Buenos Aires", "America/Argentina/Buenos_Aires"),
    ("New York", "America/New_York"),
    ("Madrid", "Europe/Madrid"),
    ("London", "Europe/London"),
    ("UTC", "UTC"),
)


def followed(following: Following) -> str:
    """Return what a chat is told of, for a sentence."""
    if following.quote:
        return named(following.quote)
    if following.tag:
        return _("quotes tagged #{tag}").format(tag=following.tag)
    return _("every quote")


def named(quote: Quote) -> str:
    """Return a quote with its number, for a sentence."""
    return f"{quote.id}. “{line(quote.text, QUOTE)}”"


def subscribed(following: Following, target: Target) -> str:
    told = _subscribed(following, target)
    if not following.is_empty:
        return told
    empty = _("No quote has the tag #{tag} yet. It counts for those that get it.").format(tag=following.tag)
    return f"{told}\n{empty}"


def _subscribed(following: Following, target: Target) -> str:
    what = followed(following)
    if target.is_here:
        told = _("You will be told here of {what}.") if following.changed else _("You are already told here of {what}.")
        return told.format(what=what)
    told = _("{chat} will be told of {what}.") if following.changed else _("{chat} is already told of {what}.")
    return told.format(chat=called(target), what=what)


def unsubscribed(following: Following, target: Target) -> str:
    is_all = following.quote is None and following.tag is None
    what, chat = followed(following), called(target)
    if not following.changed:
        if is_all:
            return _("There was no subscription to end.")
        return _("There was no subscription to {what}. /preferences shows those there are.").format(what=what)
    if target.is_here:
        told = _("You will no longer be told of any quote.") if is_all else _("You will no longer be told of {what}.")
    else:
        told = (
            _("{chat} will no longer be told of any quote.")
            if is_all
            else _("{chat} will no longer be told of {what}.")
        )
    return told.format(what=what, chat=chat)


def called(target: Target) -> str:
    """Return what a chat is called, for a sentence."""
    return name(target.title, NAME) if target.title else target.address


def muted(quote: Quote | None, until: datetime | None, zone: tzinfo) -> str:
    if quote is None and until is None:
        return _("Muted until you send /unmute. What is found meanwhile is recorded, and comes as one digest then.")
    if quote is None:
        told = _("Muted until {time}. What is found meanwhile is recorded, and comes as one digest then.")
        return told.format(time=moment(until or datetime.now(UTC), zone))
    if until is None:
        return _("{quote} is muted until you send /unmute {number}.").format(quote=named(quote), number=quote.id)
    return _("{quote} is muted until {time}.").format(quote=named(quote), time=moment(until, zone))


def unmuted(*, was: bool) -> str:
    return _("Unmuted. What was held back comes now, in one message.") if was else _("Nothing of that was muted.")


def mute_page(mutes: Sequence[Mute], zone: tzinfo) -> str:
    """Return what is muted, and the question for how long everything should be."""
    told = [_("Muted:"), *(_muted_line(mute, zone) for mute in mutes)] if mutes else []
    return "\n".join([*told, _("Mute everything here for how long? For one quote: /mute NUMBER 8h")])


def mute_one(quote: Quote) -> str:
    return _("Mute {quote} for how long?").format(quote=named(quote))


def _muted_line(mute: Mute, zone: tzinfo) -> str:
    what = f"{mute.quote_id}. “{line(mute.quote, QUOTE)}”" if mute.quote_id is not None else _("every quote")
    if mute.until is None:
        return _("– {what}, until unmuted").format(what=what)
    return _("– {what}, until {time}").format(what=what, time=moment(mute.until, zone))


def how_long(lasting: timedelta) -> str:
    """Return a time to choose, for a button."""
    if lasting >= timedelta(weeks=1):
        weeks = lasting // timedelta(weeks=1)
        return ngettext("{n} week", "{n} weeks", weeks).format(n=weeks)
    if lasting >= timedelta(days=1):
        return ngettext("{n} day", "{n} days", lasting.days).format(n=lasting.days)
    hours = lasting // timedelta(hours=1)
    return ngettext("{n} hour", "{n} hours", hours).format(n=hours)


def mute_buttons(where: str, quote: Quote | None, mutes: Iterable[Mute] = ()) -> Rows:
    """Return the times to choose from, and how to end the mutes there are; `where` is as in `page_buttons`."""
    what = quote.id if quote else "all"
    times = tuple(
        Button(label=how_long(lasting), press=f"mute_for {where} {what} {lasting // timedelta(minutes=1)}")
        for lasting in FOR_LONG
    )
    endless = (Button(label=_("Until I unmute"), press=f"mute_for {where} {what} 0"),)
    ending = tuple(
        (Button(label=_unmute_label(mute), press=f"unmute {where} {mute.quote_id or 'all'}"),) for mute in mutes
    )
    return (times, endless, *ending)


def _unmute_label(mute: Mute) -> str:
    if mute.quote_id is None:
        return _("Unmute everything")
    return _("Unmute {number}").format(number=mute.quote_id)


def preferences_page(
    preferences: Preferences,
    following: Sequence[Following],
    mutes: Sequence[Mute],
    target: Target,
    *,
    zone: tzinfo,
    lang: str | None,
) -> str:
    """Return how a chat is told, at a glance."""
    spoken = LANGUAGES[nearest(preferences.lang or lang)]
    lines = [
        _("How I tell you") if target.is_here else _("How I tell {chat}").format(chat=called(target)),
        "",
        _("Language: {language}").format(language=spoken),
        _("Time zone: {zone}").format(zone=preferences.zone or str(zone)),
        _("Quiet hours: {hours}").format(hours=quiet_hours(preferences)),
        _("Digest: {digest}").format(digest=digest(preferences)),
        _("Sound: {sound}").format(sound=_("off") if preferences.silent else _("on")),
        _("Told of: {what}").format(what=", ".join(map(followed, following[:10])) or _("nothing yet: /subscribe")),
    ]
    if len(following) > 10:
        lines.append(_("and {n} more").format(n=len(following) - 10))
    if mutes:
        lines += [_("Muted:"), *(_muted_line(mute, zone) for mute in mutes)]
    return "\n".join(lines)


def quiet_hours(preferences: Preferences) -> str:
    if preferences.quiet_from is None or preferences.quiet_to is None:
        return _("none")
    return f"{preferences.quiet_from:%H:%M}–{preferences.quiet_to:%H:%M}"


def digest(preferences: Preferences) -> str:
    at = f"{preferences.digest_at or DIGEST_TIME:%H:%M}"
    match preferences.digest:
        case None:
            return _("off, alerts come at once")
        case Digest.HOURLY:
            return _("every hour")
        case Digest.DAILY:
            return _("every day at {time}").format(time=at)
        case Digest.WEEKLY:
            return _("every Monday at {time}").format(time=at)


def page_buttons(where: str) -> Rows:
    """Return the buttons under the page of preferences; `where` is the address of the chat, or "here"."""
    return (
        (
            Button(label=_("Language"), press=f"pref {where} lang"),
            Button(label=_("Time zone"), press=f"pref {where} zone"),
        ),
        (
            Button(label=_("Quiet hours"), press=f"pref {where} quiet"),
            Button(label=_("Digest"), press=f"pref {where} digest"),
        ),
        (Button(label=_("Sound on or off"), press=f"set {where} silent toggle"),),
    )


def choices(key: str, where: str) -> tuple[str, Rows]:
    """Return the question for one preference, and the answers to choose from."""
    question, options, a_row = CHOICES[key]()
    buttons = [Button(label=label, press=f"set {where} {key} {value}") for label, value in options]
    rows = tuple(tuple(buttons[start : start + a_row]) for start in range(0, len(buttons), a_row))
    return question, (*rows, (Button(label=_("« Back"), press=f"pref {where} all"),))


Choice = tuple[str, list[tuple[str, str]], int]


def _languages() -> Choice:
    return _("Which language?"), [(spoken, lang) for lang, spoken in LANGUAGES.items()], 2


def _zones() -> Choice:
    question = _("Which time zone? For another, send its name or city: /zone Santiago")
    return question, list(USUAL_ZONES), 2


def _hours() -> Choice:
    question = _("When should I be quiet? For other hours: /quiet 21:30-06:00")
    return question, [*((hours.replace("-", "–"), hours) for hours in USUAL_HOURS), (_("Never"), "off")], 2


def _digests() -> Choice:
    question = _("Alerts at once, or together? For another hour: /digest daily 18:00")
    options = [(_("At once"), "off"), (_("Hourly"), "hourly"), (_("Daily"), "daily"), (_("Weekly"), "weekly")]
    return question, options, 2


CHOICES = {"lang": _languages, "zone": _zones, "quiet": _hours, "digest": _digests}


def saved() -> str:
    return _("Saved.")
