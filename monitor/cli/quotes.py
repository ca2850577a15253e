"""`quotes`: what is tracked. A running monitor notices each change before its next poll."""

from typing import Any, cast

import click

from monitor.cli import Options
from monitor.cli.common import any_store, configuration, existing_store, json_option, now, show
from monitor.core.errors import InputError
from monitor.core.history import QuoteFacts
from monitor.core.model import Quote, VariantId, WantedQuote, WantedVariant
from monitor.core.quotes import LEAST_THRESHOLD, MOST_THRESHOLD, QuoteChanges
from monitor.store import SqliteStore

BY = "command line"
DEFAULT = "default"


class Threshold(click.ParamType[float | str]):
    """A score from 50 to 100, or `default`."""

    name = "score"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | str:
        if value == DEFAULT:
            return DEFAULT
        return float(click.FloatRange(LEAST_THRESHOLD, MOST_THRESHOLD).convert(value, param, ctx))


THRESHOLD = Threshold()


@click.group()
def quotes() -> None:
    """List, add, change and remove tracked quotes."""


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
                "tags": list(quote.tags),
                "paused": quote.paused,
                "variants": [variant.text for variant in quote.variants] if as_json else _lines(quote),
            }
            for quote in store.quotes()
        ]
    show(
        rows,
        columns=("id", "text", "variants", "speaker", "threshold", "paused"),
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
@click.option("--tag", "tags", multiple=True, help="What to sort it under; may be repeated.")
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
    tags: tuple[str, ...],
) -> None:
    """Track TEXT.

    Says how often its words would have fired in 100,000 everyday posts, and what to ask for if that is too often; and
    what was found in the posts stored so far, which alerts nobody.
    """
    from monitor.cli.replay import looked_back
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
        tags=tags,
    )
    with any_store(options) as store:
        quote = store.track(wanted, by=BY, at=now())
        click.echo(f"Tracking #{quote.id}: {quote.text}")
        click.echo(f"{calibrate(quote.text).why}.")
        click.echo(looked_back(store, quote, threshold=configuration(options).settings.matching.threshold))


@quotes.command("try")
@click.argument("text")
def try_quote(text: str) -> None:
    """Say how often TEXT would have fired in everyday posts, without tracking it."""
    from monitor.matching import calibrate

    found = calibrate(text)
    click.echo(f"{found.why}.")
    for example in found.examples:
        click.echo(f"  such as: {example}")


@quotes.command("show")
@click.argument("quote")
@json_option
@click.pass_obj
def show_quote(options: Options, quote: str, as_json: bool) -> None:
    """Show all that is known of QUOTE (its number or its words)."""
    with existing_store(options) as store:
        card = _card(store.quote_facts(_found(store, quote).id))
    if as_json:
        show([card], columns=card, as_json=True, empty="")
        return
    for key, value in card.items():
        if value is not None and value is not False and value != []:
            click.echo(f"{key.replace('_', ' ')}: {', '.join(value) if isinstance(value, list) else value}")


@quotes.command("edit")
@click.argument("quote")
@click.option("--threshold", type=THRESHOLD, help="The score that alerts, 50 to 100; default takes the engine's own.")
@click.option("--exact/--no-exact", default=None, help="Only all of its words, in order, with nothing between.")
@click.option("--quoted-only/--no-quoted-only", default=None, help="Only in quotation marks.")
@click.option(
    "--near", multiple=True, help="Only where this is said too; may be repeated. An empty one takes all back."
)
@click.option("--not", "excluded", multiple=True, help="Not where this is said; the same.")
@click.option("--tag", "tags", multiple=True, help="What to sort it under; the same.")
@click.option("--speaker", help="Who said it; empty: nobody is named.")
@click.option("--lang", help="Its language, as in: es; empty: none is named.")
@click.pass_obj
def edit_quote(options: Options, /, quote: str, **asked: object) -> None:
    """Change what is asked of QUOTE beside its words; what is not given stays as it is.

    quote-monitor replay --quote 3 then says what the change would have found.
    """
    changes = cast("QuoteChanges", {key: _plain(value) for key, value in asked.items() if value not in (None, ())})
    with existing_store(options) as store:
        if not changes:
            raise InputError("Nothing is to be changed: quote-monitor quotes edit --help shows what can be.")
        changed = store.edit_quote(_found(store, quote).id, changes, by=BY, at=now())
    click.echo(f"Changed #{changed.id}: {changed.text}")


@quotes.command("pause")
@click.argument("quote")
@click.pass_obj
def pause_quote(options: Options, quote: str) -> None:
    """Look for QUOTE no more until it is resumed."""
    with existing_store(options) as store:
        paused = store.pause_quote(_found(store, quote).id, by=BY, at=now())
    click.echo(f"Paused #{paused.id}: {paused.text}")


@quotes.command("resume")
@click.argument("quote")
@click.pass_obj
def resume_quote(options: Options, quote: str) -> None:
    """Look for QUOTE again; replay finds what was said meanwhile."""
    with existing_store(options) as store:
        resumed = store.resume_quote(_found(store, quote).id, by=BY, at=now())
    click.echo(f"Looking for #{resumed.id} again: {resumed.text}")


@quotes.group("variant")
def variant() -> None:
    """Add, list, confirm and remove other wordings of a quote."""


@variant.command("add")
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


@variant.command("list")
@click.argument("quote")
@json_option
@click.pass_obj
def list_variants(options: Options, quote: str, as_json: bool) -> None:
    """List the other wordings of QUOTE with their numbers."""
    with existing_store(options) as store:
        found = _found(store, quote)
    rows = [
        {"id": one.id, "text": one.text, "lang": one.lang, "confirmed": one.confirmed, "origin": one.origin}
        for one in found.variants
    ]
    columns = ("id", "text", "lang", "confirmed", "origin")
    show(rows, columns=columns, as_json=as_json, empty=f"#{found.id} is tracked in its own words only.")


@variant.command("confirm")
@click.argument("number", type=int)
@click.pass_obj
def confirm_variant(options: Options, number: int) -> None:
    """Let the proposed wording of this NUMBER alert."""
    with existing_store(options) as store:
        quote = store.confirm_variant(VariantId(number), by=BY, at=now())
    click.echo(f"Confirmed: #{quote.id} alerts in this wording too.")


@variant.command("remove")
@click.argument("number", type=int)
@click.pass_obj
def remove_variant(options: Options, number: int) -> None:
    """Track the wording of this NUMBER no more."""
    with existing_store(options) as store:
        quote = store.remove_variant(VariantId(number), by=BY, at=now())
    click.echo(f"#{quote.id} is no longer tracked in this wording.")


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


def _card(facts: QuoteFacts) -> dict[str, object]:
    quote, judged = facts.quote, facts.precision.judged
    return {
        "id": quote.id,
        "text": quote.text,
        "speaker": quote.speaker,
        "lang": quote.lang,
        "tags": list(quote.tags),
        "paused": quote.paused,
        "variants": [variant.text for variant in quote.variants],
        "threshold": quote.threshold,
        "exact": quote.exact,
        "quoted_only": quote.quoted_only,
        "near": list(quote.near),
        "not": list(quote.excluded),
        "matches": facts.matches,
        "last_seen": facts.last_seen_at,
        "judged_right": f"{facts.precision.right} of {judged}" if judged else None,
    }


def _plain(value: object) -> object:
    """Return an option as `QuoteChanges` has it; an empty text or a `default` takes back what was asked."""
    if isinstance(value, tuple):
        return tuple(one for one in value if one.strip())
    return None if value in ("", DEFAULT) else value
