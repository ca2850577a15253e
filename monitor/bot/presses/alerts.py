"""The buttons under alerts: verdicts, a new wording, a mute, the history.

Their data names the alert that leads the message ("right 123"): what it told is looked up when it is pressed.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from monitor.bot import chat_texts, history_answers, review_texts
from monitor.bot.alert_texts import buttons_of, single
from monitor.bot.answers import Answer, Button, Rows
from monitor.bot.button_data import STALE, number
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.history_answers import Asked
from monitor.bot.language import _
from monitor.bot.presses.base import Press
from monitor.bot.roles import Needs
from monitor.core.errors import InputError
from monitor.core.model import AlertId, Appearance, MatchId, MatchKind
from monitor.core.verdicts import Verdict

MUTES = {
    "1h": timedelta(hours=1),
    "8h": timedelta(hours=8),
    "1d": timedelta(days=1),
    "1w": timedelta(weeks=1),
}


def _judging(verdict: Verdict) -> Callable[[Call, Desk], Awaitable[Answer]]:
    async def judge_one(call: Call, desk: Desk) -> Answer:
        """Record a verdict on the match that leads a message, and show it in its buttons."""
        lead_id = AlertId(number(call.words))
        told = await desk.told_by(lead_id)
        await desk.judge(told[0].match_id, verdict, by=call.by, name=call.name)
        return Answer(toast=review_texts.thanks(verdict), buttons=await _buttons_now(lead_id, desk))

    return judge_one


async def variant(call: Call, desk: Desk) -> Answer:
    """Record that the match that leads a message is a wording of its own, and ask whether to track it."""
    told = await desk.told_by(AlertId(number(call.words)))
    return await _proposed(told[0].match_id, call, desk)


async def judge(call: Call, desk: Desk) -> Answer:
    """Show the first match of a message that nobody judged, to be judged."""
    lead_id = AlertId(number(call.words))
    shown = _next_to_judge(lead_id, await desk.told_by(lead_id), call, desk)
    return shown or Answer(toast=review_texts.all_judged())


async def judged(call: Call, desk: Desk) -> Answer:
    """Record a verdict on one of the matches of a message, and show the next."""
    lead, match, said = _words(call.words, 3)
    lead_id, match_id, verdict = AlertId(number(lead)), MatchId(number(match)), _verdict(said)
    toast = ""
    if verdict is Verdict.VARIANT:
        toast = review_texts.proposed_quietly(await desk.propose_wording(match_id, by=call.by, name=call.name))
    else:
        await desk.judge(match_id, verdict, by=call.by, name=call.name)
    left = _next_to_judge(lead_id, await desk.told_by(lead_id), call, desk)
    shown = left or Answer(text=review_texts.all_judged())
    return replace(shown, toast=toast, is_alarm=bool(toast), is_apart=False)


async def mute(call: Call, desk: Desk) -> Answer:
    """Offer how long a chat wants to hear nothing of the quote of a message."""
    lead_id = AlertId(number(call.words))
    await desk.told_by(lead_id)
    labels = {"1h": _("1 hour"), "8h": _("8 hours"), "1d": _("1 day"), "1w": _("1 week")}
    times = tuple(Button(label=label, press=f"muted {lead_id} {key}") for key, label in labels.items())
    back = Button(label=_("Back"), press=f"unmuted {lead_id}")
    return Answer(buttons=(times[:2], times[2:], (back,)), toast=_("For how long?"))


async def muted(call: Call, desk: Desk) -> Answer:
    """Tell the chat nothing of the quote of a message for a while."""
    lead, key = _words(call.words, 2)
    lead_id = AlertId(number(lead))
    if key not in MUTES:
        raise InputError(STALE)
    told = await desk.told_by(lead_id)
    until = desk.now() + MUTES[key]
    await desk.mute(call.address, told[0].quote_id, until, call.by)
    said = chat_texts.muted(None, until, call.zone)  # short: a toast has 200 characters
    return Answer(toast=said, is_alarm=True, buttons=await _buttons_now(lead_id, desk))


async def unmuted(call: Call, desk: Desk) -> Answer:
    """Show the buttons of an alert again."""
    return Answer(buttons=await _buttons_now(AlertId(number(call.words)), desk))


async def history(call: Call, desk: Desk) -> Answer:
    """Show the newest matches of the quote of a message; of a digest, of all quotes."""
    told = await desk.told_by(AlertId(number(call.words)))
    quotes = {found.quote_id for found in told}
    asked = Asked(quote_id=told[0].quote_id if len(quotes) == 1 else None)
    return replace(await history_answers.history(asked, call, desk), is_apart=True)


async def _proposed(match_id: MatchId, call: Call, desk: Desk) -> Answer:
    proposed = await desk.propose_wording(match_id, by=call.by, name=call.name)
    buttons: Rows = ()
    if proposed.variant:
        yes = Button(label=_("Confirm"), press=f"wyes {proposed.variant.id}")
        no = Button(label=_("No"), press=f"wno {proposed.variant.id}")
        buttons = ((yes, no),)
    return Answer(text=review_texts.proposed(proposed), buttons=buttons, is_apart=True, toast=_("Thank you."))


async def _buttons_now(lead_id: AlertId, desk: Desk) -> Rows:
    told = await desk.told_by(lead_id)
    return buttons_of(lead_id, told, is_several=len(told) > 1, match_url=desk.match_page)


def _next_to_judge(lead_id: AlertId, told: Sequence[Appearance], call: Call, desk: Desk) -> Answer | None:
    """Return the first of some matches that nobody judged, with its buttons, or None."""
    left = [found for found in told if found.judgement is None]
    if not left:
        return None
    found, page = left[0], desk.match_page(left[0].match_id)
    words = f"judged {lead_id} {found.match_id}"
    answers = [
        Button(label=f"✓ {_('Right')}", press=f"{words} {Verdict.RIGHT}"),
        Button(label=f"✗ {_('Wrong')}", press=f"{words} {Verdict.WRONG}"),
        Button(label=_("Unsure"), press=f"{words} {Verdict.UNSURE}"),
    ]
    if found.kind is not MatchKind.VERBATIM:
        answers.insert(2, Button(label=_("New variant"), press=f"{words} {Verdict.VARIANT}"))
    return Answer(
        text=single(found, number=review_texts.left(len(left)), page=page, zone=call.zone),
        markup=True,
        buttons=(tuple(answers[:2]), tuple(answers[2:])),
        is_apart=True,
    )


def _words(words: str, count: int) -> list[str]:
    given = words.split()
    if len(given) != count:
        raise InputError(STALE)
    return given


def _verdict(word: str) -> Verdict:
    try:
        return Verdict(word)
    except ValueError:
        raise InputError(STALE) from None


PRESSES: dict[str, Press] = {
    "right": Press(run=_judging(Verdict.RIGHT), needs=Needs.REVIEWER),
    "wrong": Press(run=_judging(Verdict.WRONG), needs=Needs.REVIEWER),
    "variant": Press(run=variant, needs=Needs.REVIEWER),
    "judge": Press(run=judge, needs=Needs.REVIEWER),
    "judged": Press(run=judged, needs=Needs.REVIEWER),
    "mute": Press(run=mute, needs=Needs.READER, is_of_chat=True),
    "muted": Press(run=muted, needs=Needs.READER, is_of_chat=True),
    "unmuted": Press(run=unmuted, needs=Needs.READER),
    "history": Press(run=history, needs=Needs.READER),
}
