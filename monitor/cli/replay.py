"""`replay`: stored posts matched again, with the quotes and rules of now."""

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar

import click
from rich.console import Console

from monitor.cli import Options
from monitor.cli.common import configuration, existing_store, json_option, now
from monitor.core.errors import InputError
from monitor.core.history import Difference, LookedBack
from monitor.core.model import Match, Post, Quote
from monitor.store import SqliteStore

P = ParamSpec("P")
T = TypeVar("T")


@click.command()
@click.option("--quote", help="Only this quote: its number or its words.")
@click.option("--since", type=click.DateTime(), help="Only posts first seen since then (UTC). Default: all.")
@click.option("--alert", is_flag=True, help="Tell the subscribed chats of what is sure enough, as of new posts.")
@click.option("--dry-run", is_flag=True, help="Record nothing, only say what would be.")
@json_option
@click.pass_obj
def replay(
    options: Options, quote: str | None, since: datetime | None, alert: bool, dry_run: bool, as_json: bool
) -> None:
    """Match the stored posts again, with the quotes and rules of now.

    What is found anew is recorded and alerts nobody, unless --alert is given. Recorded matches that would now be
    found in another way, or no more, are only told: they stay what was found then. With --json each difference is a
    line; the same posts, quotes and rules print the same lines.
    """
    if alert and dry_run:
        raise InputError("--dry-run records nothing, so it cannot --alert: leave one of them out.")
    threshold = configuration(options).settings.matching.threshold
    with existing_store(options) as store:
        quotes = _quotes(store, quote)
        tell = _as_json if as_json else _nothing
        state = asyncio.run(_replayed(store, quotes, tell, since=since, alert=alert, dry=dry_run, threshold=threshold))
    if not as_json:
        click.echo(_summary(state, is_dry=dry_run))


def looked_back(store: SqliteStore, quote: Quote, *, threshold: float | None) -> str:
    """Look back over all stored posts for one quote, and return what that found in words."""
    found = asyncio.run(_replayed(store, [quote], _nothing, since=None, alert=False, dry=False, threshold=threshold))
    if not found.found:
        return f"Looked back over {found.looked:,} stored posts: it was not there."
    return f"Looked back over {found.looked:,} stored posts: recorded {found.found:,} times, without alerts."


def _quotes(store: SqliteStore, words: str | None) -> list[Quote]:
    if words is None:
        return [quote for quote in store.quotes() if not quote.paused]
    found = store.find_quote(words)
    if found is None:
        raise InputError(f"No tracked quote is {words!r}: `quote-monitor quotes list` shows their numbers.")
    return [found]


async def _replayed(
    store: SqliteStore,
    quotes: Sequence[Quote],
    tell: Callable[[Difference], None],
    *,
    since: datetime | None,
    alert: bool,
    dry: bool,
    threshold: float | None,
) -> LookedBack:
    from monitor.replay import Replay, matches_of

    async def find(wanted: tuple[Quote, ...], posts: Sequence[Post]) -> list[list[Match]]:
        status.update(f"{looking.state.looked:,} posts, {looking.state.found:,} new matches")
        return matches_of(wanted, posts, threshold)

    if not quotes:
        raise InputError('No quote is tracked yet: quote-monitor quotes add "Come get me, coward!"')
    looking = Replay(quotes, store=store, call=_here, find=find, now=now, alert=alert, dry=dry, on_difference=tell)
    with Console(file=sys.stderr).status("") as status:
        return await looking.run(since=since.replace(tzinfo=UTC) if since else None)


async def _here(method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return method(*args, **kwargs)


def _nothing(_difference: Difference) -> None:
    """Tell nothing of one difference."""


def _as_json(one: Difference) -> None:
    found, stored = one.found, one.stored
    what = "gone" if found is None else "changed" if stored else "new"
    line = {
        "what": what,
        "post_id": one.post_id,
        "quote_id": one.quote_id,
        "match_id": stored.match_id if stored else None,
        "now": found
        and {
            "url": found.post.url,
            "passage": found.passage,
            "spans": [[span.start, span.end] for span in found.spans],
            "score": found.score,
            "tier": found.tier,
            "kind": found.kind,
            "engine": found.engine,
        },
        "recorded": stored
        and {
            "spans": [[span.start, span.end] for span in stored.spans],
            "score": stored.score,
            "tier": stored.tier,
            "kind": stored.kind,
            "engine": stored.engine,
        },
    }
    click.echo(json.dumps(line, ensure_ascii=False))


def _summary(state: LookedBack, *, is_dry: bool) -> str:
    new = f"{state.found:,} new ({state.sure:,} sure enough to alert)"
    kept = "nothing was recorded" if is_dry else "the new ones are recorded"
    return (
        f"{state.looked:,} posts: {new}, {state.changed:,} would be found in another way, "
        f"{state.gone:,} would not be found; {kept}."
    )
