"""`scan`: find quotes in files of posts. Grep for quotes, and the matcher's public face.

Posts are read, matched and printed as a stream: memory does not grow with the input. One bad line loses no other.
"""

import json
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import click

from monitor.core.batches import batches
from monitor.core.errors import InputError
from monitor.core.model import Match, Post, Quote, Tier, WantedQuote
from monitor.core.quotes import as_quote
from monitor.scanfiles import Form, Given, Reader, Wanted, expanded
from monitor.scanfiles.reader import size_of

BATCH_POSTS, BATCH_CHARACTERS = 200, 400_000  # what one process is handed at a time
AHEAD = 3  # batches for each process that may wait for their turn to be printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to look for and what to print; it can be sent to other processes."""

    quotes: tuple[Quote, ...]
    ids: tuple[object, ...]  # of the quotes, as given, in the order of their numbers
    threshold: float | None  # for quotes that have none of their own; None: the engine's
    tier: Tier | None  # None: both


class Scanner:
    """Turns posts into lines of output. Each process makes its own: an engine is larger than what it is made from."""

    def __init__(self, plan: Plan) -> None:
        from monitor.matching import Matcher

        self._ids = plan.ids
        self._tier = plan.tier
        self._matcher = (
            Matcher(plan.quotes) if plan.threshold is None else Matcher(plan.quotes, threshold=plan.threshold)
        )

    def lines(self, posts: list[Given]) -> list[bytes]:
        """Return a line for each match, in the order of the posts and by falling score."""
        numbered = [Post(guid=str(number), text=post.text) for number, post in enumerate(posts)]
        return [
            _line(posts[int(match.post.guid)].id, self._ids[match.quote.id - 1], match)
            for match in self._matcher.find(numbered)
            if self._tier is None or match.tier is self._tier
        ]


def _line(post_id: object, quote_id: object, match: Match) -> bytes:
    row = {
        "post_id": post_id,
        "quote_id": quote_id,
        "variant": match.variant.text if match.variant else None,
        "start": match.start,
        "end": match.end,
        "spans": [[span.start, span.end] for span in match.spans],
        "passage": match.passage,
        "score": round(match.score, 1),
        "tier": match.tier.value,
        "kind": match.kind.value,
        "why": match.explanation.why,
    }
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # lone surrogates can only be written as escapes
        return json.dumps(row).encode() + b"\n"


def planned(wanted: list[tuple[object, WantedQuote]], *, threshold: float | None, tier: Tier | None) -> Plan:
    """Return what to do for quotes as a file gives them."""
    return Plan(
        quotes=tuple(
            as_quote(quote, text=quote.text, number=number) for number, (_, quote) in enumerate(wanted, start=1)
        ),
        ids=tuple(given for given, _ in wanted),
        threshold=threshold,
        tier=tier,
    )


_own_scanner: Scanner | None = None  # of a worker process


def _begin(plan: Plan) -> None:
    global _own_scanner  # noqa: PLW0603 (a worker process has one, for all its life)
    _own_scanner = Scanner(plan)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that reads and prints


def _scan_batch(posts: list[Given]) -> list[bytes]:
    assert _own_scanner is not None
    return _own_scanner.lines(posts)


def scanned(plan: Plan, posts: Iterable[Given], *, jobs: int) -> Iterator[list[bytes]]:
    """Yield the output for the posts, in their order: post by post, or with several `jobs` batch by batch."""
    if jobs == 1:
        scanner = Scanner(plan)
        for post in posts:
            yield scanner.lines([post])
        return
    waiting: deque[Future[list[bytes]]] = deque()
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin, initargs=(plan,))
    try:
        for batch in batches(posts, most=BATCH_POSTS, characters=BATCH_CHARACTERS):
            waiting.append(pool.submit(_scan_batch, batch))
            if len(waiting) >= jobs * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a person sees on standard error."""

    tell: Callable[[str], None]  # a line that stays
    progress: Callable[[int, int, int], None] = lambda read, posts, matches: None  # noqa: ARG005  # bytes, posts, matches


@contextmanager
def _shown(total: int) -> Iterator[Shown]:
    """Show how far reading has come (bytes of `total`; 0: not known), when somebody watches who sees no matches."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield Shown(tell=lambda line: click.echo(line, err=True))
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.text import Text

    bar = (BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeRemainingColumn())
    columns = (*(bar if total else (SpinnerColumn(),)), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("beginning", total=total or None)

        def tell(line: str) -> None:
            progress.console.print(Text(line), soft_wrap=True)  # above the bar, which else would stand in it

        def show(read: int, posts: int, matches: int) -> None:
            progress.update(task, completed=read, description=f"{posts:,} posts, {matches:,} matches")

        yield Shown(tell=tell, progress=show)


@click.command()
@click.option(
    "--quotes",
    "quotes",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of quotes: TOML with [[quotes]], or JSONL with id and text.",
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Match in so many processes.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 100),
    help="The score that alerts, for quotes that have none of their own. Default: the matcher's own.",
)
@click.option(
    "--tier", type=click.Choice([tier.value for tier in Tier]), help="Print only these matches. Default: both."
)
@click.option(
    "--form", type=click.Choice([form.value for form in Form]), help="What the files hold. Default: as their names say."
)
@click.option("--id-column", help="The column, or key, of the ids. Default: id, or one of its usual names.")
@click.option("--text-column", help="The column, or key, of the texts. Default: text, or one of its usual names.")
@click.option("--lines", is_flag=True, help="Of plain text, take each line for a post, not each file.")
@click.argument("posts", nargs=-1, required=True)
def scan(
    quotes: Path,
    jobs: int,
    threshold: float | None,
    tier: str | None,
    form: str | None,
    id_column: str | None,
    text_column: str | None,
    posts: tuple[str, ...],
    *,
    lines: bool,
) -> None:
    """Find quotes in files of POSTS: JSONL with id and text, CSV, Parquet (extra `parquet`) or plain text.

    What a file holds is told by its name: .csv, .tsv, .parquet, .txt; anything else is JSONL. "-" reads standard input,
    names ending in .gz are unpacked, and patterns such as "posts/**/*.jsonl" stand for what they find. Prints one JSON
    object for each match: post_id, quote_id, variant, start, end, spans, passage, score, tier, kind, why. Offsets count
    the characters of the text as given.

    A line that cannot be read is named on standard error and skipped; the exit code is then 1.
    """
    from monitor.quotefile import read_quotes

    paths = _found(posts)
    plan = planned(read_quotes(quotes, trackable=False), threshold=threshold, tier=Tier(tier) if tier else None)
    wanted = Wanted(form=Form(form) if form else None, id_column=id_column, text_column=text_column, lines=lines)
    out = sys.stdout.buffer
    matches = 0
    with _shown(0 if "-" in paths else sum(map(size_of, paths))) as shown:
        reader = Reader(shown.tell, wanted)
        for found in scanned(plan, reader.read(paths), jobs=jobs):
            matches += len(found)
            shown.progress(reader.position, reader.posts, matches)
            if found:
                out.writelines(found)
                out.flush()
    if reader.bad:
        count = "1 line or file" if reader.bad == 1 else f"{reader.bad} lines or files"
        raise InputError(f"{count} could not be read; the other posts ({reader.posts}) were scanned.")


def _found(posts: tuple[str, ...]) -> list[str]:
    try:
        paths = expanded(posts)
    except FileNotFoundError as error:
        raise click.BadParameter(f"there is no file {error}", param_hint="POSTS") from error
    for path in paths:
        if Path(path).is_dir():
            raise click.BadParameter(f"{path} is a folder: name files, such as {path}/*.jsonl", param_hint="POSTS")
    return paths
