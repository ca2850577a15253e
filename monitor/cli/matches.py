"""`matches`: where quotes appeared."""

import sys

import click

from monitor.cli import Options
from monitor.cli.common import counting, existing_store, json_option, now, show
from monitor.core.errors import InputError
from monitor.core.evidence import EvidenceId
from monitor.core.model import Appearance, PostId
from monitor.core.provenance import behind
from monitor.store import SqliteStore

NOBODY = "No recorded post is by or at that, as it is written here."


@click.group()
def matches() -> None:
    """Show where quotes appeared."""


@matches.command("list")
@click.option("--quote", help="Only of this quote: its number or its words.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="How many, newest first.")
@json_option
@click.pass_obj
def list_matches(options: Options, quote: str | None, limit: int, as_json: bool) -> None:
    """List appearances, newest first, with the words as they were written."""
    with existing_store(options) as store:
        wanted = store.find_quote(quote) if quote else None
        if quote and wanted is None:
            raise InputError(f"No tracked quote is {quote!r}: `quote-monitor quotes list` shows their numbers.")
        found = store.appearances(limit=limit, quote_id=wanted.id if wanted else None)
    rows = [
        {
            "id": one.match_id,
            "seen": one.first_seen_at,
            "passage": one.text[one.spans[0].start : one.spans[-1].end],
            "quote": one.quote,
            "kind": one.kind.value,
            "score": round(one.score, 1),
            "tier": one.tier.value,
            "source": one.source,
            "author": one.author,
            "published": one.published_at,
            "part": one.part,
            "second_hand": _second_hand(one),
            "why": one.explanation.why,
            "url": one.url,
        }
        for one in found
    ]
    columns = ("id", "seen", "passage", "kind", "score", "tier", "source", "url")
    show(rows, columns=columns, as_json=as_json, empty="No match yet.")


@matches.command("forget")
@click.option("--author", help="Everything by this author, as the source names them.")
@click.option("--post", help="The post at this web address.")
@click.option("--pages", is_flag=True, help="Also blank pages that are kept of others' posts and show this person.")
@click.option("--dry-run", is_flag=True, help="Only say how much it would be.")
@click.option("--stop", is_flag=True, help="Store what is new of theirs again; what was blanked stays blank.")
@click.pass_obj
def forget(options: Options, author: str | None, post: str | None, *, pages: bool, dry_run: bool, stop: bool) -> None:
    """Blank a person's posts because they asked for it: words, author, address, passages, what was received.

    From then on nothing by this author, or at this address, is stored or told: no match in it is found. That a post
    was there, and every count, stays; messages that told of it are brought up to date. The audit notes it under a
    digest of the name, not the name.
    """
    if (author is None) == (post is None):
        raise click.UsageError("Say whose posts with --author, or which with --post.")
    if not (author or post or "").strip():
        raise click.UsageError("The name, or the address, is empty.")
    with existing_store(options) as store:
        if stop:
            _stop_forgetting(store, author, post)
            return
        found = store.posts_of(author=author, url=post)
        shown = _pages(store, found, author, post) if pages else []
        if dry_run:
            told = f" and {counting(len(shown), 'page')}" if pages else ""
            click.echo(f"{counting(len(found), 'post')}{told} would be blanked." if found or shown else NOBODY)
            return
        blanked, who = store.forget_person(found, author=author, url=post, pages=shown, by="cli", at=now())
        store.merge_index()
    click.echo(f"{counting(blanked, 'post')} blanked; the audit notes it for person {who}." if found else NOBODY)
    click.echo("Nothing more of theirs is stored or told, whatever it quotes; with --stop, what is new is again.")
    if pages:
        click.echo(f"{counting(len(shown), 'page')} kept as evidence of others' posts blanked.")
    else:
        click.echo("Pages that are kept of others' posts may show them too: --pages blanks those.")
    click.echo("Backups made before still hold them: remove those, or restore none of them.")


def _pages(store: SqliteStore, found: list[PostId], author: str | None, post: str | None) -> list[EvidenceId]:
    """Return the kept pages of others' posts that show a person, or a post; going through all of them takes a while."""
    from monitor.evidence.showing import pages_showing

    urls = [*store.urls_of(found), *([post] if post else [])]
    if sys.stderr.isatty():
        click.echo("Looking through all kept pages …", err=True)
    return list(pages_showing(store, author=author, urls=urls))


def _stop_forgetting(store: SqliteStore, author: str | None, post: str | None) -> None:
    who = store.stop_forgetting(author=author, url=post, by="cli", at=now())
    if who is None:
        raise InputError("Nobody asked to forget that: write it as it was written then.")
    click.echo(f"What is new of person {who} is stored and told again; what was blanked stays blank.")


def _second_hand(found: Appearance) -> dict[str, str | None] | None:
    """Return whose post on X the passage repeats, None when its text signs it as none."""
    posted = behind(found.text, found.spans)
    if posted is None:
        return None
    day = posted.day.isoformat() if posted.day else None
    return {"author": posted.author, "handle": posted.handle, "day": day}
