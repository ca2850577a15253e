"""Answers about the match history that commands and buttons share."""

from dataclasses import dataclass

from monitor.bot import history_texts as texts
from monitor.bot.answers import Answer, Attachment, Button, Rows
from monitor.bot.button_data import STALE, is_number, number
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.language import _, ngettext
from monitor.bot.quote_texts import page as page_of
from monitor.bot.roles import needed_by
from monitor.core.errors import InputError
from monitor.core.history import HistoryFilter
from monitor.core.model import MatchId, QuoteId, Tier

PAGE = 8  # matches
FORMS = ("csv", "jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A page of the history, as the data of a button says it: "hist q3 t w12 b4711"."""

    quote_id: QuoteId | None = None
    is_sure: bool = False
    words: str = ""  # the name they are put by under
    before: MatchId | None = None
    after: MatchId | None = None

    @property
    def press(self) -> str:
        marks = [
            f"q{self.quote_id}" if self.quote_id else "",
            "t" if self.is_sure else "",
            f"w{self.words}" if self.words else "",
            f"b{self.before}" if self.before else "",
            f"a{self.after}" if self.after else "",
        ]
        return " ".join(["hist", *(mark for mark in marks if mark)])


def asked(data: str) -> Asked:
    """Return the page that the data of a button asks for. Raises InputError."""
    given: dict[str, str] = {}
    for mark in data.split():
        if mark[0] not in "qtwba" or mark[0] in given:
            raise InputError(STALE)
        given[mark[0]] = mark[1:]
    return Asked(
        quote_id=QuoteId(number(given["q"])) if "q" in given else None,
        is_sure="t" in given,
        words=given.get("w", ""),
        before=MatchId(number(given["b"])) if "b" in given else None,
        after=MatchId(number(given["a"])) if "a" in given else None,
    )


async def history(wanted: Asked, call: Call, desk: Desk) -> Answer:
    """Return a page of the recorded matches."""
    words = desk.taken_up(wanted.words) if wanted.words else ""
    if not isinstance(words, str):
        raise InputError("That search is no longer here: send /history again.")
    quote = await desk.quote(str(wanted.quote_id)) if wanted.quote_id else None
    narrowed = HistoryFilter(quote_id=wanted.quote_id, words=words, tier=Tier.ALERT if wanted.is_sure else None)
    found = await desk.history(narrowed, limit=PAGE, before=wanted.before, after=wanted.after)
    ids = [row.match_id for row in found.rows]
    turning = []
    if found.has_newer and ids:
        turning.append(Button(label=_("◀ Newer"), press=_page(wanted, after=ids[0])))
    if found.has_older and ids:
        turning.append(Button(label=_("Older ▶"), press=_page(wanted, before=ids[-1])))
    text = texts.history(found, narrowed, quote, zone=call.zone)
    return Answer(text=text, markup=True, buttons=tuple(row for row in (tuple(turning), _beside(wanted, call)) if row))


def _page(wanted: Asked, *, before: MatchId | None = None, after: MatchId | None = None) -> str:
    return Asked(quote_id=wanted.quote_id, is_sure=wanted.is_sure, words=wanted.words, before=before, after=after).press


def _beside(wanted: Asked, call: Call) -> tuple[Button, ...]:
    """Return what else may be asked of the same matches."""
    mark = "☑" if wanted.is_sure else "☐"
    other = Asked(quote_id=wanted.quote_id, is_sure=not wanted.is_sure, words=wanted.words)
    sure = Button(label=f"{mark} {_('Only sure ones')}", press=other.press)
    counted = Button(label=_("Statistics"), press=f"stats {wanted.quote_id or ''}".strip())
    return (sure, counted) if call.may(needed_by("stats")) else (sure,)


async def statistics(which: str, call: Call, desk: Desk) -> Answer:
    """Return counts of a quote's matches, or of all, with a chart."""
    found = await desk.statistics(which or None)
    title = f"“{found.facts.quote.text}”" if found.facts else _("All quotes")
    picture = await desk.chart(found, title=title, label=_("matches a day")) if found.total else None
    text = texts.statistics(found, zone=call.zone, is_drawn=picture is not None)
    if found.total and picture is None:
        text = page_of([text], [_("For a picture, the operator installs the extra charts.")])
    number_of = str(found.facts.quote.id) if found.facts else ""
    history = Button(label=_("History"), press=f"hist q{number_of}" if number_of else "hist")
    export = Button(label=_("Export"), press=f"exports {number_of}".strip())
    buttons: Rows = ((history, export) if call.may(needed_by("export")) else (history,),)
    attachment = Attachment(name="matches.png", content=picture, is_picture=True) if picture else None
    return Answer(text=text, markup=True, buttons=buttons, attachment=attachment, is_apart=True)


async def forms(which: str, desk: Desk) -> Answer:
    """Ask in which form matches are wanted."""
    quote = await desk.quote(which) if which else None
    behind = f" {quote.id}" if quote else ""
    buttons = tuple(Button(label=form.upper(), press=f"export {form}{behind}") for form in FORMS)
    told = _("In which form? CSV opens in a spreadsheet, JSONL is for programs.")
    return Answer(text=told, buttons=(buttons,))


async def export(data: str, desk: Desk) -> Answer:
    """Return recorded matches as a file."""
    form, _space, which = data.partition(" ")
    if form not in FORMS or (which and not is_number(which)):
        raise InputError(STALE)
    content, count, is_partial = await desk.export(which or None, form=form)
    told = ngettext("{n} match.", "{n} matches.", count).format(n=f"{count:,}")
    if is_partial:
        told = _("The newest {n} matches; quote-monitor export writes them all.").format(n=f"{count:,}")
    name = f"matches-{which}.{form}" if which else f"matches.{form}"
    return Answer(text=told, attachment=Attachment(name=name, content=content), is_apart=True)
