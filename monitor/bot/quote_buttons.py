"""The buttons under what the bot says of quotes. What they mean is in `presses/quotes.py`."""

from collections.abc import Iterator, Sequence

from monitor.bot.answers import Button, Rows
from monitor.bot.commands.base import Call
from monitor.bot.display import line
from monitor.bot.language import _
from monitor.bot.roles import needed_by
from monitor.core.model import Quote, Variant
from monitor.core.quotes import LEAST_THRESHOLD, MOST_THRESHOLD
from monitor.matching import Condition
from monitor.matching.score import model

STEP = 5  # of a threshold
PAGE = 10  # quotes
NUMBERS = 5  # in a row
VARIANTS_PAGE = 6
LABEL = 24  # UTF-16 units of a name on a button


def card_buttons(quote: Quote, call: Call) -> Rows:
    """Return what can be done with a quote by whoever asks."""
    n = quote.id
    counted = Button(label=_("Statistics"), press=f"stats {n}")
    looking = (Button(label=_("History"), press=f"hist q{n}"), *((counted,) if call.may(needed_by("stats")) else ()))
    if not call.may(needed_by("edit")):
        return (looking, (_follow(quote),))
    wordings = _("Other wordings ({n})").format(n=len(quote.variants))
    pause = (
        Button(label=_("Resume"), press=f"qresume {n}")
        if quote.paused
        else Button(label=_("Pause"), press=f"qpause {n}")
    )
    return (
        tuple(_thresholds(quote)),
        (_switch(quote, "exact", is_on=quote.exact), _switch(quote, "quoted", is_on=quote.quoted_only)),
        (_near(quote), Button(label=_("Never with…"), press=f"qhow {n} not")),
        (Button(label=wordings, press=f"wordings {n}"), Button(label=_("Look back"), press=f"lookback {n}")),
        looking,
        (_follow(quote),),
        (pause, Button(label=_("Untrack"), press=f"quntrack {n}")),
    )


def tracking_buttons(quote: Quote, condition: Condition | None) -> Rows:
    """Return what can be done with a quote that is new: take the advice, look back, be told here, undo it."""
    n = quote.id
    return tuple(
        row
        for row in (
            tuple(_advised(quote, condition)),
            (_follow(quote), Button(label=_("Look back"), press=f"lookback {n}")),
            (Button(label=_("Its card"), press=f"quote {n}"), Button(label=_("Undo"), press=f"qundo {n}")),
        )
        if row
    )


def _advised(quote: Quote, condition: Condition | None) -> Iterator[Button]:
    if condition is Condition.EXACT and not quote.exact:
        yield Button(label=_("Only its exact words"), press=f"qset {quote.id} exact on")
    if condition is Condition.QUOTED and not quote.quoted_only:
        yield Button(label=_("Only in quotation marks"), press=f"qset {quote.id} quoted on")
    if condition is Condition.QUOTED and quote.speaker and not quote.near:
        yield _near(quote)


def _follow(quote: Quote) -> Button:
    return Button(label=_("Alert me here"), press=f"follow {quote.id}")


def _thresholds(quote: Quote) -> Iterator[Button]:
    """Yield a step down, back to the engine's own, a step up."""
    present = quote.threshold if quote.threshold is not None else model().alert
    lower = max(LEAST_THRESHOLD, STEP * round((present - STEP) / STEP))
    higher = min(MOST_THRESHOLD, STEP * round((present + STEP) / STEP))
    yield Button(label=f"▼ {lower}", press=f"qset {quote.id} threshold {lower}")
    usual = _("Alerts from {score}").format(score=f"{present:g}")
    yield Button(label=usual, press=f"qset {quote.id} threshold default")
    yield Button(label=f"▲ {higher}", press=f"qset {quote.id} threshold {higher}")


def _switch(quote: Quote, key: str, *, is_on: bool) -> Button:
    label = {"exact": _("Exact words"), "quoted": _("In quotation marks")}[key]
    return Button(label=f"{_mark(is_on)} {label}", press=f"qset {quote.id} {key} {'off' if is_on else 'on'}")


def _near(quote: Quote) -> Button:
    """Return what asks for the speaker's name nearby, or for any names once somebody writes them."""
    if quote.near:
        label = _("Only with {name}").format(name=line(", ".join(quote.near), LABEL))
        return Button(label=f"{_mark(True)} {label}", press=f"qset {quote.id} near none")
    if quote.speaker:
        label = _("Only with {name}").format(name=line(quote.speaker, LABEL))
        return Button(label=f"{_mark(False)} {label}", press=f"qnear {quote.id}")
    return Button(label=_("Only with…"), press=f"qhow {quote.id} near")


def _mark(is_on: bool) -> str:
    return "☑" if is_on else "☐"


def list_buttons(quotes: Sequence[Quote], page: int, pages: int) -> Rows:
    """Return a button for the card of each quote on a page, and those that turn it."""
    numbers = [Button(label=str(quote.id), press=f"quote {quote.id}") for quote in quotes]
    rows = [tuple(numbers[at : at + NUMBERS]) for at in range(0, len(numbers), NUMBERS)]
    return tuple(row for row in (*rows, turning("quotes", page, pages)) if row)


def turning(verb: str, page: int, pages: int) -> tuple[Button, ...]:
    """Return the buttons that turn to the page before and the page after, as far as there are any."""
    found = []
    if page > 1:
        found.append(Button(label="◀", press=f"{verb} {page - 1}"))
    if page < pages:
        found.append(Button(label="▶", press=f"{verb} {page + 1}"))
    return tuple(found)


def variant_buttons(quote: Quote, shown: Sequence[Variant], page: int, pages: int) -> Rows:
    """Return a row for each wording: what confirms it, what removes it."""
    rows = [tuple(_of_variant(variant)) for variant in shown]
    back = Button(label=_("Back"), press=f"quote {quote.id}")
    add = Button(label=_("Add one…"), press=f"qhow {quote.id} variant")
    return tuple(row for row in (*rows, turning(f"wordings {quote.id}", page, pages), (add, back)) if row)


def _of_variant(variant: Variant) -> Iterator[Button]:
    if not variant.confirmed:
        yield Button(label=_("Confirm {n}").format(n=variant.id), press=f"wyes {variant.id}")
    yield Button(label=_("Remove {n}").format(n=variant.id), press=f"wno {variant.id}")
