"""What is tracked."""

from monitor.bot import quote_answers as answers
from monitor.bot import quote_texts as texts
from monitor.bot.answers import Answer, Button
from monitor.bot.button_data import is_number
from monitor.bot.commands.base import Call, unquoted
from monitor.bot.desk import Desk
from monitor.bot.language import _
from monitor.bot.quote_syntax import changes_of, wanted_quote
from monitor.core.errors import InputError
from monitor.core.model import VariantId, WantedVariant


async def track(call: Call, desk: Desk) -> Answer | str:
    """/track WORDS: watch for a quote.

    The words are the quote as you know it. Who said it, tags and its language may follow, all optional:
    /track Come get me, coward! — Gustavo Petro #petro lang:es
    Each further line is another wording of it, such as a translation; a quote of several lines stands in
    quotation marks. Other wordings are found too. near:Petro,Colombia asks for one of these names in the post,
    not:parody for its absence, exact:on for the exact words, quoted:on for quotation marks around them.
    The answer says how often it would have fired, and what was found in the posts stored so far.
    """
    wanted = wanted_quote(call.words)
    if not wanted.text:
        return _("Write the words after the command, for example: /track Come get me, coward!")
    return await answers.track(wanted, call, desk)


async def preview(call: Call, desk: Desk) -> Answer | str:
    """/preview WORDS: say how often a quote would have fired, before you track it.

    Takes the same words as /track, and tries them on the stored posts and on everyday ones:
    /preview Come get me, coward! — Gustavo Petro near:Petro
    Nothing is tracked or recorded.
    """
    wanted = wanted_quote(call.words)
    if not wanted.text:
        return _("Write the words after the command, for example: /preview Come get me, coward!")
    found = await desk.preview(wanted)
    button = Button(label=_("Track it"), press=f"tracknow {desk.put_by(found.wanted)}")
    return Answer(text=texts.preview(found), markup=True, buttons=((button,),))


async def quotes(call: Call, desk: Desk) -> Answer:
    """/quotes PAGE: list the tracked quotes with their numbers.

    A button with its number opens the card of a quote. Without a page, begins with the first.
    """
    page = call.words.strip()
    return await answers.listed(page if is_number(page) else "", desk)


async def quote(call: Call, desk: Desk) -> Answer | str:
    """/quote NUMBER: show the card of a quote.

    What is looked for, its other wordings, how often it was seen and how many of the judged matches are right:
    /quote 3
    Editors change it with the buttons under it. Takes the number that /quotes shows, or the quote's words.
    """
    words = unquoted(call.words)
    if not words:
        return await answers.listed("", desk)
    return await answers.card(words, call, desk)


async def edit(call: Call, desk: Desk) -> Answer:
    """/edit NUMBER WHAT: change what is asked of a quote.

    What is one of: threshold, exact, quoted, near, not, speaker, lang, tags. For example:
    /edit 3 threshold 80
    /edit 3 exact on
    /edit 3 near Petro, Colombia
    /edit 3 not none
    none, off or default takes back what was asked for.
    """
    which, words = _which(call.words, _("Write the number of the quote and what to change: /edit 3 threshold 80"))
    if not words:
        raise InputError("Write what to change: /edit {number} threshold 80", number=which)
    changed = await desk.edit_quote(which, changes_of(words), by=call.by)
    return await answers.card(changed.id, call, desk, said=_("Changed."))


async def variant(call: Call, desk: Desk) -> Answer:
    """/variant NUMBER add WORDS: track another wording of a quote.

    A translation, the original, a usual misquote:
    /variant 3 add ¡Ven por mí, cobarde! lang:es
    /variant 3 lists them with numbers of their own; with these, a proposed one is confirmed, so that it may
    alert, or any is removed:
    /variant 3 confirm 7
    /variant 3 remove 7
    """
    which, words = _which(call.words, _("Write the number of the quote: /variant 3 add ¡Ven por mí, cobarde!"))
    verb, _space, rest = words.partition(" ")
    match verb.casefold():
        case "":
            found = await desk.quote(which)
        case "add" if rest.strip():
            wanted = wanted_quote(rest)
            for wording in (WantedVariant(text=wanted.text, lang=wanted.lang), *wanted.variants):
                found = await desk.add_variant(which, wording, by=call.by)
        case "confirm":
            found = await desk.confirm_variant(_number(rest), by=call.by)
        case "remove":
            found = await desk.remove_variant(_number(rest), by=call.by)
        case _:
            raise InputError("Write add, confirm or remove: /variant {number} add ¡Ven por mí, cobarde!", number=which)
    return await answers.wordings(found, "")


async def pause(call: Call, desk: Desk) -> Answer:
    """/pause NUMBER: look for a quote no more until you resume it.

    /pause 3
    Its matches, wordings and subscriptions stay.
    """
    which, _words = _which(call.words, _("Write the number of the quote (see /quotes): /pause 3"))
    paused = await desk.pause_quote(which, by=call.by)
    return await answers.card(paused.id, call, desk)


async def resume(call: Call, desk: Desk) -> Answer:
    """/resume NUMBER: look for a paused quote again.

    /resume 3
    What was published meanwhile is looked through too, without alerts.
    """
    which, _words = _which(call.words, _("Write the number of the quote (see /quotes): /resume 3"))
    resumed = await desk.resume_quote(which, by=call.by)
    return await answers.card(resumed.id, call, desk)


async def untrack(call: Call, desk: Desk) -> Answer | str:
    """/untrack NUMBER: stop watching for a quote.

    Takes the number that /quotes shows, or the quote's own words:
    /untrack 3
    What was found stays recorded, and a button takes it back.
    """
    words = unquoted(call.words)
    if not words:
        return _("Write the number of the quote (see /quotes) or its words, for example: /untrack 3")
    return await answers.untrack(words, call, desk)


def _which(words: str, example: str) -> tuple[str, str]:
    """Return the number a command begins with, and what follows it. Raises InputError with an example."""
    first, *rest = words.split(maxsplit=1) or [""]
    if not is_number(plain := first.removeprefix("#")):
        raise InputError(example)
    return plain, "".join(rest).strip()


def _number(words: str) -> VariantId:
    plain = words.strip().removeprefix("#")
    if not is_number(plain):
        raise InputError("Write the number of the wording, as the list shows it.")
    return VariantId(int(plain))
