"""`sources`: what is polled, and how it is. A running monitor notices each change.

Those that sources.toml lists are there too; what is changed here wins over it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, BinaryIO, TextIO

import click

from monitor.cli import Options
from monitor.cli.common import any_store, configuration, existing_store, fit, json_option, now, show
from monitor.cli.looking import looked_at, looked_up, tracked_quotes
from monitor.core.coverage import SourceReport
from monitor.core.errors import InputError
from monitor.core.model import Keep, Post, Quote, Source, SourceState, Tier, WantedSource
from monitor.settings import Configuration, duration
from monitor.sources.presets import recognized
from monitor.sources.trying import Tried, ago, known, said
from monitor.store import SqliteStore

BY = "command line"
WEEK = timedelta(days=7)
SHOWN_POSTS = 10
SHOWN_CHARACTERS = 80


class Every(click.ParamType[timedelta]):
    """A length of time such as 15m."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return it as a timedelta of at least a second."""
        try:
            read = duration(value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)
        if not isinstance(read, timedelta) or read < timedelta(seconds=1):
            self.fail("it is at least 1s.", param, ctx)
        return read


@click.group()
def sources() -> None:
    """Say what is polled: add, list, show, test, pause, resume, remove; exchange lists with other readers."""


@sources.command("add")
@click.argument("text")
@click.option("--name", help="What alerts call it. Default: what it calls itself.")
@click.option("--every", type=Every(), help="Poll it so often, as in 15m, instead of by its own rhythm.")
@click.option(
    "--keep", type=click.Choice([keep.value for keep in Keep]), help="Record all posts, or matched ones only."
)
@click.option("--no-check", is_flag=True, help="Do not look at it first.")
@click.pass_obj
def add_source(
    options: Options, text: str, name: str | None, every: timedelta | None, keep: str | None, no_check: bool
) -> None:
    """Poll TEXT: a web address, or a short form such as r/python, @user@host or news:"come get me".

    It is looked at once before it is added. A web page will do: the feed that it names is what is polled.
    """
    if no_check:
        found = Tried(wanted=known(text), untried="it was not looked at")
    else:
        hint = "; nothing was added (see --no-check)" if recognized(text) else ""
        found = looked_up(configuration(options), text, tracked_quotes(options), hint=hint)
    usual = found.wanted
    wanted = replace(
        usual,
        name=name or found.name,
        every=every or usual.every,
        keep=Keep(keep) if keep else usual.keep,
    )
    with any_store(options) as store:
        source = store.add_source(wanted, by=BY, at=now())
    told = said(found.reading, now=now()) if found.reading else found.untried
    click.echo(f"Added #{source.id} {fit(source.name)}: {told}.")


@sources.command("list")
@json_option
@click.pass_obj
def list_sources(options: Options, as_json: bool) -> None:
    """List the sources: state, last success, next poll, posts and matches a day, and what is wrong."""
    with existing_store(options) as store:
        reports = store.source_reports(now())
    columns = ("id", "name", "state", "last_success", "next_poll", "posts_per_day", "matches_per_day", "trouble")
    show(
        [_row(report) for report in reports],
        columns=columns,
        as_json=as_json,
        empty="No source yet: quote-monitor sources add https://example.org/feed.xml",
    )


@sources.command("show")
@click.argument("source")
@click.pass_obj
def show_source(options: Options, source: str) -> None:
    """Show all of one SOURCE (its number, address or name), and when in the last 7 days nobody looked at it."""
    with existing_store(options) as store:
        found = _found(store, source)
        report = next(report for report in store.source_reports(now()) if report.source.id == found.id)
        coverage = store.coverage(found.id, since=now() - WEEK, now=now())
    rows = [{"what": key.replace("_", " "), "is": _in_words(value)} for key, value in _row(report).items()]
    show(rows, columns=("what", "is"), as_json=False, empty="")
    if report.last_success_at is None:
        click.echo("\nNot watched yet: it was never read.")
        return
    click.echo(f"\nWatched {coverage.share:.1%} of the time from {coverage.since:%Y-%m-%d %H:%M} UTC on.")
    for gap in coverage.blind:
        click.echo(f"  blind from {gap.start:%Y-%m-%d %H:%M} to {gap.end:%Y-%m-%d %H:%M} ({ago(gap.length)})")


@sources.command("test")
@click.argument("text")
@click.pass_obj
def test_source(options: Options, text: str) -> None:
    """Look at TEXT and show what would be read, and which tracked quotes are in it. Nothing is stored.

    TEXT is what `sources add` takes, or the number of a source that is there. A stream cannot be looked at like that.
    """
    read, quotes = configuration(options), tracked_quotes(options)
    there = _numbered(options, text)
    found = looked_at(read, there, quotes) if there else looked_up(read, text, quotes)
    click.echo(f"{fit(found.name)}\n{found.wanted.kind.value}: {found.wanted.address}")
    if found.query:
        click.echo(f"asked for: {found.query}")
    if found.reading is None:
        click.echo(f"Not looked at: {found.untried}.")
        return
    click.echo(f"{said(found.reading, now=now())}\n")
    show(
        [_post_row(post) for post in reversed(found.reading.posts[-SHOWN_POSTS:])],
        columns=("published", "author", "begins"),
        as_json=False,
        empty="It has no posts now.",
    )
    _show_matches(read, quotes, found.reading.posts)


@sources.command("pause")
@click.argument("source")
@click.pass_obj
def pause_source(options: Options, source: str) -> None:
    """Poll SOURCE (its number, address or name) no more until it is resumed."""
    with existing_store(options) as store:
        paused = store.pause_source(_found(store, source).id, by=BY, at=now())
    click.echo(f"Paused #{paused.id} {fit(paused.name)}.")


@sources.command("resume")
@click.argument("source")
@click.pass_obj
def resume_source(options: Options, source: str) -> None:
    """Poll SOURCE again: one that was paused, or that said it is gone."""
    with existing_store(options) as store:
        resumed = store.resume_source(_found(store, source).id, by=BY, at=now())
    click.echo(f"Polling #{resumed.id} {fit(resumed.name)} again.")


@sources.command("remove")
@click.argument("source")
@click.pass_obj
def remove_source(options: Options, source: str) -> None:
    """Poll SOURCE no more and list it no more; what it brought stays recorded."""
    with existing_store(options) as store:
        removed = store.remove_source(_found(store, source).id, by=BY, at=now())
    click.echo(f"Removed #{removed.id} {fit(removed.name)}.")


@sources.command("import-opml")
@click.argument("file", type=click.File("rb"))
@click.pass_obj
def import_opml(options: Options, file: BinaryIO) -> None:
    """Add all sources of FILE, a list of feeds as other readers export it ("-" reads standard input).

    None is looked at first; those that are polled already stay as they are.
    """
    from monitor.sources import opml

    listed = opml.listed(file.read(opml.MOST_BYTES + 1))
    wanted = opml.distinct(listed)
    with any_store(options) as store:
        added = sum(_added(store, one) for one in wanted)
    unusable = listed.count(None)
    left_out = f" {unusable} left out: {'its address is' if unusable == 1 else 'their addresses are'} not for the web."
    click.echo(f"{added} added, {len(wanted) - added} polled already.{left_out if unusable else ''}")


@sources.command("export-opml")
@click.argument("file", type=click.File("w", encoding="utf-8", atomic=True), default="-")
@click.pass_obj
def export_opml(options: Options, file: TextIO) -> None:
    """Write all sources into FILE, as OPML that other readers import; without FILE, to standard output.

    Addresses are written whole: keep the file to yourself when they hold passwords or keys.
    """
    from monitor.sources import opml

    with existing_store(options) as store:
        file.write(opml.write(store.all_sources()))


def _numbered(options: Options, text: str) -> Source | None:
    """Return the source of this number, if there is one."""
    path = configuration(options).settings.database.path
    if not text.removeprefix("#").isdecimal() or not path.exists():
        return None
    with existing_store(options) as store:
        return _found(store, text)


def _found(store: SqliteStore, words: str) -> Source:
    source = store.find_source(words)
    if source is None:
        raise InputError(f"No source is {words!r}: `quote-monitor sources list` shows their numbers.")
    return source


def _added(store: SqliteStore, wanted: WantedSource) -> bool:
    try:
        store.add_source(wanted, by=BY, at=now())
    except InputError:  # it is there already
        return False
    return True


def _row(report: SourceReport) -> dict[str, object]:
    source = report.source
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind.value,
        "address": source.address,
        "moved_to": source.moved_to,
        "state": source.state.value,
        "every": source.every,
        "interval": source.interval,
        "follow": source.follow,
        "keep": source.keep.value,
        "last_success": source.last_success_at,
        "next_poll": source.next_poll_at if source.state is SourceState.ACTIVE else None,
        "posts_per_day": round(report.posts_per_day, 1),
        "matches_per_day": round(report.matches_per_day, 1),
        "blind_minutes": round(report.blind_for.total_seconds() / 60),
        "failures": source.failures,
        "last_error": source.last_error,
        "trouble": _trouble(report),
    }


def _in_words(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ago(value) if isinstance(value, timedelta) else value


def _trouble(report: SourceReport) -> str | None:
    """Return what is wrong with a source, in words."""
    source = report.source
    if source.state is SourceState.GONE:
        return "it says it is gone for good"
    if source.state is not SourceState.ACTIVE:
        return None
    if source.last_error and source.failures:
        return f"{source.last_error} ({source.failures}×)" if source.failures > 1 else source.last_error
    if report.blind_since is not None:
        return f"not looked at since {report.blind_since:%Y-%m-%d %H:%M}"
    return f"silent for {ago(report.silent_for)}, unusual for it" if report.silent_for is not None else None


def _post_row(post: Post) -> dict[str, object]:
    begins = " ".join(post.text[: SHOWN_CHARACTERS * 2].split())
    return {
        "published": post.published_at,
        "author": post.author,
        "begins": begins if len(begins) <= SHOWN_CHARACTERS else begins[: SHOWN_CHARACTERS - 1] + "…",
    }


def _show_matches(read: Configuration, quotes: Sequence[Quote], posts: Sequence[Post]) -> None:
    from monitor.matching import Matcher

    threshold = read.settings.matching.threshold
    matcher = Matcher(quotes) if threshold is None else Matcher(quotes, threshold=threshold)
    matches = matcher.find(posts)
    click.echo(
        f"\n{len(matches)} of them would match one of {len(quotes)} tracked quotes." if matches else "\nNo match."
    )
    for match in matches:
        told = "alert" if match.tier is Tier.ALERT else "only recorded, for review"
        click.echo(f"  {match.score:.0f} {told}: “{fit(match.passage)}” is like #{match.quote.id}")
