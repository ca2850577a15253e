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
                "exact": quote.exact,
                "quoted_only": quote.quoted_only,
                "near": list(quote.near),
                "not": list(quote.excluded),
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
@click.option("--exact", is_flag=True, help="Only all of its words, in order, with nothing between.")
@click.option("--quoted-only", is_flag=True, help="Only in quotation marks.")
@click.option("--near", multiple=True, help="Only where this is said too: a name, a place; one of several is enough.")
@click.option("--not", "excluded", multiple=True, help="Not where this is said too; may be repeated.")
@click.option("--threshold", type=click.FloatRange(50, 100), help="The score that alerts, instead of the engine's own.")
@click.pass_obj
def add_quote(
    options: Options,
    text: str,
    variants: tuple[str, ...],
    speaker: str | None,
    lang: str | None,
    exact: bool,
    quoted_only: bool,
    near: tuple[str, ...],
    excluded: tuple[str, ...],
    threshold: float | None,
) -> None:
    """Track TEXT.

    Says how often its words would have fired in 100,000 everyday posts, and what to ask for if that is too often.
    """
    from monitor.matching import calibrate

    wanted = WantedQuote(
        text=text,
        variants=tuple(WantedVariant(text=variant) for variant in variants),
        speaker=speaker,
        lang=lang,
        threshold=threshold,
        exact=exact,
        quoted_only=quoted_only,
        near=near,
        excluded=excluded,
    )
    with any_store(options) as store:
        quote = store.track(wanted, by=BY, at=now())
    click.echo(f"Tracking #{quote.id}: {quote.text}")
    click.echo(f"{calibrate(quote.text).why}.")


@quotes.command("try")
@click.argument("text")
def try_quote(text: str) -> None:
    """Say how often TEXT would have fired in everyday posts, without tracking it."""
    from monitor.matching import calibrate

    found = calibrate(text)
    click.echo(f"{found.why}.")
    for example in found.examples:
        click.echo(f"  such as: {example}")


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
