"""Answers about quotes that commands and buttons share: asked of the desk, said, with their buttons."""

from monitor.bot import quote_texts as texts
from monitor.bot.answers import Answer, Button
from monitor.bot.button_data import page_of
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.language import _
from monitor.bot.quote_buttons import (
    PAGE,
    VARIANTS_PAGE,
    card_buttons,
    list_buttons,
    tracking_buttons,
    variant_buttons,
)
from monitor.core.model import Quote, QuoteId, WantedQuote


async def card(which: str | QuoteId, call: Call, desk: Desk, *, said: str = "", toast: str = "") -> Answer:
    """Return the card of a quote, with something said above it."""
    facts = await desk.facts(str(which))
    text = texts.card(facts, zone=call.zone)
    return Answer(text=texts.page([said], [text]), markup=True, buttons=card_buttons(facts.quote, call), toast=toast)


async def track(wanted: WantedQuote, call: Call, desk: Desk) -> Answer:
    """Track a quote, and return what that means and what looking back for it found."""
    quote = await desk.track(wanted, by=call.by)
    found = await desk.calibration(quote.text)
    looked = texts.looked_back(await desk.look_back(str(quote.id)))
    is_conditioned = quote.exact or quote.quoted_only or quote.near
    advice = "" if is_conditioned else texts.advice(found)
    condition = found.condition if found and not is_conditioned else None
    text = texts.tracking(quote, advice=advice, looked=looked)
    return Answer(text=text, markup=True, buttons=tracking_buttons(quote, condition))


async def listed(page_word: str, desk: Desk) -> Answer:
    """Return a page of the tracked quotes."""
    quotes = await desk.quotes()
    page, pages = page_of(page_word, len(quotes), PAGE)
    shown = quotes[(page - 1) * PAGE : page * PAGE]
    buttons = list_buttons(shown, page, pages) if shown else ()
    return Answer(text=texts.quote_list(shown), markup=True, buttons=buttons)


async def wordings(quote: Quote, page_word: str) -> Answer:
    """Return a page of the other wordings of a quote."""
    page, pages = page_of(page_word, len(quote.variants), VARIANTS_PAGE)
    shown = quote.variants[(page - 1) * VARIANTS_PAGE : page * VARIANTS_PAGE]
    return Answer(
        text=texts.variants_page(quote, shown), markup=True, buttons=variant_buttons(quote, shown, page, pages)
    )


async def looked_back(which: str, desk: Desk, *, anew: bool = False) -> Answer:
    """Return what looking back over stored posts found for a quote."""
    quote = await desk.quote(which)
    glance = await desk.look_back(which, anew=anew)
    again = _("Look again") if glance.looked.is_done else _("How far now?")
    buttons = (
        Button(label=again, press=f"{'lookanew' if glance.looked.is_done else 'lookback'} {quote.id}"),
        Button(label=_("History"), press=f"hist q{quote.id}"),
        Button(label=_("Its card"), press=f"quote {quote.id}"),
    )
    text = texts.page([texts.called(quote)], [texts.looked_back(glance)])
    return Answer(text=text, markup=True, buttons=(buttons,))


async def untrack(which: str, call: Call, desk: Desk, *, takes_back: bool = False) -> Answer:
    """Stop tracking a quote; a button takes that back."""
    quote = await desk.untrack(which, by=call.by, takes_back=takes_back)
    undo = Button(label=_("Undo"), press=f"qagain {quote.id}")
    return Answer(text=texts.untracked(quote), markup=True, buttons=((undo,),))
