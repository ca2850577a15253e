"""`export`: the matches in a file for other programs, for a feed reader, or for paper."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

import click

from monitor.cli import Options
from monitor.cli.common import configuration, existing_store, now
from monitor.core.errors import InputError
from monitor.core.history import Statistics
from monitor.core.model import MatchKind, Quote, QuoteId, Tier
from monitor.core.verdicts import Verdict
from monitor.export.history import Wanted, history

FORMS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".atom": "atom", ".xml": "atom",
         ".svg": "svg", ".png": "png", ".html": "html", ".htm": "html", ".pdf": "pdf"}  # fmt: skip
WRITTEN = ("csv", "jsonl", "atom", "svg", "html")  # those that are text, and may go to standard output
PLAIN = ("csv", "jsonl", "parquet")  # those that hold rows and nothing that is counted
FEED_ENTRIES = 100


class Moment(click.ParamType[datetime]):
    """A time as people write it: 2026-01-06, 2026-01-06T12:00, with a zone or UTC."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time, aware."""
        try:
            read = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time: write it as 2026-01-06 or 2026-01-06T12:00Z.", param, ctx)
        return read if read.tzinfo else read.replace(tzinfo=UTC)


@click.command()
@click.option("--quote", help="Only of this quote: its number or its words.")
@click.option("--since", type=Moment(), help="Only those recorded then or later: 2026-01-06, or with a time.")
@click.option("--until", type=Moment(), help="Only those recorded before then.")
@click.option("--kind", type=click.Choice([kind.value for kind in MatchKind]), help="Only of this kind.")
@click.option("--tier", type=click.Choice([tier.value for tier in Tier]), help="Only of this tier.")
@click.option("--verdict", type=click.Choice([verdict.value for verdict in Verdict]), help="Only those judged so.")
@click.option("--source", help="Only of this source: its number or its name.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file. Default, or -: print it."
)
@click.option(
    "--form",
    type=click.Choice(sorted(set(FORMS.values()))),
    help="What to write. Default: as the name of the file says, else csv.",
)
@click.option("--address", help="Of an Atom feed: where it will be served, its link to itself.")
@click.option("--days", type=click.IntRange(1, 3660), default=90, show_default=True, help="Of a chart or report.")
@click.pass_obj
def export(
    options: Options,
    quote: str | None,
    since: datetime | None,
    until: datetime | None,
    kind: str | None,
    tier: str | None,
    verdict: str | None,
    source: str | None,
    output: Path | None,
    form: str | None,
    address: str | None,
    days: int,
) -> None:
    """Write recorded matches to a file, oldest first: all of them, or those asked for.

    csv (safe to open in a spreadsheet), jsonl (every value unchanged), parquet (extra `parquet`), atom (the newest 100,
    for a feed reader), svg and png (a chart by day; png: extra `charts`), html and pdf (a report of one quote; pdf:
    Chromium). One unchanging view is written, while the monitor goes on.
    """
    output = None if output == Path("-") else output
    form = form or (FORMS.get(output.suffix.lower(), "csv") if output else "csv")
    if output is None and form not in WRITTEN:
        raise InputError(f"{form} is not text: name a file with -o.")
    path = configuration(options).settings.database.path
    with existing_store(options) as store:
        tracked = store.find_quote(quote) if quote else None
        if quote and tracked is None:
            raise InputError(f"No tracked quote is {quote!r}: `quote-monitor quotes list` shows their numbers.")
        about = None if form in PLAIN else store.statistics(tracked.id if tracked else None, now=now(), days=days)
    wanted = Wanted(
        quote_id=QuoteId(tracked.id) if tracked else None,
        since=since,
        until=until,
        kind=MatchKind(kind) if kind else None,
        tier=Tier(tier) if tier else None,
        verdict=Verdict(verdict) if verdict else None,
        source=source,
    )
    try:
        if about is None:
            written = _rows(form, path, wanted, output)
        else:
            written = _drawn(form, path, wanted, output, about, pages=_pages(options), address=address)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(f"{output or 'The output'} cannot be written: {error.strerror or error}.") from error
    if output is not None:
        click.echo(f"{output}: {written} {'match' if written == 1 else 'matches'}.", err=True)


def _rows(form: str, path: Path, wanted: Wanted, output: Path | None) -> int:
    """Write the rows and nothing else; return how many."""
    from monitor.export.parquet import need_pyarrow, write_parquet
    from monitor.export.rows import write_csv_values, write_jsonl

    if form == "parquet":
        need_pyarrow()
        assert output is not None, "checked before"
        with _whole(output) as partial, history(path, wanted) as found:
            return write_parquet(found.rows, partial, columns=found.columns)
    with history(path, wanted) as found, _text(output, mark=form == "csv") as out:
        if form == "csv":
            return write_csv_values(found.values, out, columns=found.columns)
        return write_jsonl(found.rows, out)


def _drawn(
    form: str,
    path: Path,
    wanted: Wanted,
    output: Path | None,
    about: Statistics,
    *,
    pages: str | None,
    address: str | None,
) -> int:
    """Write a form for readers, which tells also what was counted; return how many matches it tells of."""
    match form:
        case "atom":
            return _atom(path, wanted, output, about, pages=pages, address=address)
        case "svg" | "png":
            return _chart(form, output, about)
        case _:
            return _report(form, path, wanted, output, about)


def _atom(
    path: Path, wanted: Wanted, output: Path | None, about: Statistics, *, pages: str | None, address: str | None
) -> int:
    from monitor.export.atom import FeedFacts, write_atom

    quote = about.facts.quote if about.facts else None
    since = about.facts.added_at if about.facts else datetime(2026, 1, 1, tzinfo=UTC)
    with history(path, replace(wanted, newest=1)) as newest:
        last = next(newest.rows, None)
    feed = FeedFacts(
        subject=f"quote/{quote.id}" if quote else "quotes",
        title=_title(quote),
        since=since,
        updated=datetime.fromisoformat(str(last["found_at"])) if last else since,
        address=address,
        authority=(urlsplit(pages or "").hostname or "localhost").lower(),
        pages=pages,
    )
    with history(path, replace(wanted, newest=FEED_ENTRIES)) as found, _text(output) as out:
        return write_atom(found.rows, out, feed=feed)


def _chart(form: str, output: Path | None, about: Statistics) -> int:
    from monitor import charts
    from monitor.export.charts import svg

    title = _title(about.facts.quote if about.facts else None)
    if form == "svg":
        with _text(output) as out:
            out.write(svg(about.days, title))
    else:
        if not charts.can_draw():
            raise InputError("PNG pictures need more packages: pip install 'quote-monitor[charts]', or write .svg.")
        assert output is not None, "checked before"
        with _whole(output) as partial:
            partial.write_bytes(charts.png(about.days, title, "matches"))
    return sum(day.matches for day in about.days)


def _report(form: str, path: Path, wanted: Wanted, output: Path | None, about: Statistics) -> int:
    from monitor.export.report import LISTED, pdf_of, report

    if about.facts is None:
        raise InputError("A report is of one quote: name it with --quote.")
    with history(path, replace(wanted, newest=LISTED)) as found:
        rows = list(found.rows)
    html = report(about, rows, made_at=now())
    if form == "html":
        with _text(output) as out:
            out.write(html)
    else:
        assert output is not None, "checked before"
        with _whole(output) as partial:
            pdf_of(html, partial)
    return len(rows)


@contextmanager
def _text(output: Path | None, *, mark: bool = False) -> Iterator[TextIO]:
    """Open a text for writing; `mark`: with the byte order mark that spreadsheets know UTF-8 by, in a file."""
    if output is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="")  # type: ignore[union-attr]
        yield sys.stdout
        sys.stdout.flush()
        return
    with (
        _whole(output) as partial,
        partial.open("w", encoding="utf-8-sig" if mark else "utf-8", errors="replace", newline="") as out,
    ):
        yield out


@contextmanager
def _whole(output: Path) -> Iterator[Path]:
    """Give a name to write under; the file gets its own once it is complete, or what was there stays."""
    partial = output.with_name(f".{output.name}.partial")
    try:
        yield partial
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


def _pages(options: Options) -> str | None:
    return configuration(options).settings.web.public_url


def _title(quote: Quote | None) -> str:
    return f"“{quote.text}”" if quote else "All quotes"
