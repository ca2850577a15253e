"""`quotes`: what is tracked. A running monitor notices each change before its next poll."""

import click

from monitor.cli import Options
from monitor.cli.common import any_store, existing_store, json_option, now, show
from monitor.core.errors import InputError
from monitor.core.model import Quote, WantedQuote, WantedVariant
from monitor.store import SqliteStore

BY = "command line"


@click.group()
def quotes() -> None:
    """List, add and remove tracked quotes."""


@quotes.command("list")
@json_option
@click.pass_obj
def list_quotes(options: Options, as_json: bool) -> None:
    """List the tracked quotes with their other wordings."""
    with existing_store(options) as store:
        rows = [
            {
                "id": quote.id,
                "text": quote.text,
                "speaker": quote.speaker,
                "threshold": quote.threshold,
                "variants": [variant.text for variant in quote.variants] if as_json else _lines(quote),
            }
            for quote in store.quotes()
        ]
    show(
        rows,
        columns=("id", "text", "variants", "speaker", "threshold"),
        as_json=as_json,
        empty='No quote is tracked yet: quote-monitor quotes add "Come get me, coward!"',
    )


@quotes.command("add")
@click.argument("text")
@click.option("--variant", "variants", multiple=True, help="Another wording or a translation; may be repeated.")
@click.option("--speaker", help="Who said it.")
@click.option("--lang", help="Its language, as in: en.")
@click.option("--threshold", type=click.FloatRange(50, 100), help="The score that alerts, instead of the engine's own.")
@click.pass_obj
def add_quote(
    options: Options,
    text: str,
    variants: tuple[str, ...],
    speaker: str | None,
    lang: str | None,
    threshold: float | None,
) -> None:
    """Track TEXT."""
    wanted = WantedQuote(
        text=text,
        variants=tuple(WantedVariant(text=variant) for variant in variants),
        speaker=speaker,
        lang=lang,
        threshold=threshold,
    )
    with any_store(options) as store:
        quote = store.track(wanted, by=BY, at=now())
    click.echo(f"Tracking #{quote.id}: {quote.text}")


@quotes.command("variant")
@click.argument("quote")
@click.argument("text")
@click.option("--lang", help="Its language, as in: es.")
@click.pass_obj
def add_variant(options: Options, quote: str, text: str, lang: str | None) -> None:
    """Add TEXT as another wording of QUOTE (its number or its words)."""
    with existing_store(options) as store:
        found = _found(store, quote)
        store.add_variant(found.id, WantedVariant(text=text, lang=lang), by=BY, at=now())
    click.echo(f"#{found.id} is now also tracked as: {text}")


@quotes.command("remove")
@click.argument("quote")
@click.pass_obj
def remove_quote(options: Options, quote: str) -> None:
    """Track QUOTE (its number or its words) no more; what was recorded stays."""
    with existing_store(options) as store:
        removed = store.untrack(_found(store, quote).id, by=BY, at=now())
    click.echo(f"No longer tracking #{removed.id}: {removed.text}")


def _found(store: SqliteStore, words: str) -> Quote:
    quote = store.find_quote(words)
    if quote is None:
        raise InputError(f"No tracked quote is {words!r}: `quote-monitor quotes list` shows their numbers.")
    return quote


def _lines(quote: Quote) -> str:
    return "\n".join(variant.text for variant in quote.variants) or "–"
