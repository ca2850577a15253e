"""`scan`: find quotes in files of posts. Grep for quotes, and the matcher's public face.

Posts are read, matched and printed as a stream: memory does not grow with the input. One bad line loses no other.
"""

import gzip
import json
import math
import signal
import sys
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import IO

import click

from monitor.core.errors import InputError
from monitor.core.model import Match, Post, Quote, QuoteId, Tier, Variant, VariantId, WantedQuote

LONGEST_LINE = 32 * 1024 * 1024  # bytes; no post is that long, and one endless line must not fill the memory
BATCH_POSTS, BATCH_CHARACTERS = 200, 400_000  # what one process is handed at a time
AHEAD = 3  # batches for each process that may wait for their turn to be printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A post as it was read, with its id as it was given."""

    id: object
    text: str


class Lines:
    """Reads posts and keeps count of what it could not read."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self.posts = 0
        self.bad = 0
        self._report = report

    def read(self, paths: Iterable[str]) -> Iterator[Given]:
        """Yield the posts of files, one after another; `-` is standard input. Bad lines are reported and skipped."""
        for path in paths:
            name = "standard input" if path == "-" else path
            try:
                with _opened(path) as stream:
                    yield from self._posts(name, stream)
            except BrokenPipeError:
                raise
            except (OSError, EOFError, zlib.error) as error:
                self._skip(f"{name}: cannot be read to its end: {error}")

    def _posts(self, name: str, stream: IO[bytes]) -> Iterator[Given]:
        for number, line in enumerate(_lines(stream), start=1):
            if line is None:
                self._skip(f"{name}:{number}: the line is longer than {LONGEST_LINE} bytes")
            elif line.strip():
                try:
                    post = _post(line)
                except ValueError as error:
                    self._skip(f"{name}:{number}: {error}")
                else:
                    self.posts += 1
                    yield post

    def _skip(self, problem: str) -> None:
        self.bad += 1
        self._report(problem)


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    if path == "-":
        yield sys.stdin.buffer
    elif path.endswith(".gz"):
        with gzip.open(path, "rb") as packed:
            yield packed  # type: ignore[misc]  # a GzipFile reads as a binary file does
    else:
        with Path(path).open("rb") as plain:
            yield plain


def _lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Yield the lines of a stream, None for one that is too long."""
    while line := stream.readline(LONGEST_LINE):
        if len(line) < LONGEST_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)
        yield None


def _post(line: bytes) -> Given:
    """Read one line. Raises ValueError saying what is wrong with it."""
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (at byte {error.start})") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 (one kind of error for all that a line may hold)
    given, text = row.get("id"), row.get("text")
    is_number = isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given)
    if not (isinstance(given, str) or is_number):
        raise ValueError("no id (a text or a number)")
    if not isinstance(text, str):
        raise ValueError("no text")  # noqa: TRY004
    return Given(id=given, text=text)


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
        quotes=tuple(_tracked(number, quote) for number, (_, quote) in enumerate(wanted, start=1)),
        ids=tuple(given for given, _ in wanted),
        threshold=threshold,
        tier=tier,
    )


def _tracked(number: int, wanted: WantedQuote) -> Quote:
    return Quote(
        id=QuoteId(number),
        text=wanted.text,
        variants=tuple(
            Variant(id=VariantId(place), text=variant.text, lang=variant.lang, threshold=variant.threshold)
            for place, variant in enumerate(wanted.variants, start=1)
        ),
        speaker=wanted.speaker,
        lang=wanted.lang,
        threshold=wanted.threshold,
        exact=wanted.exact,
        quoted_only=wanted.quoted_only,
        near=wanted.near,
        excluded=wanted.excluded,
    )


_own_scanner: Scanner | None = None  # of a worker process


def _begin(plan: Plan) -> None:
    global _own_scanner  # noqa: PLW0603 (a worker process has one, for all its life)
    _own_scanner = Scanner(plan)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that reads and prints


def _scan_batch(posts: list[Given]) -> list[bytes]:
    assert _own_scanner is not None
    return _own_scanner.lines(posts)


def _batches(posts: Iterable[Given]) -> Iterator[list[Given]]:
    batch: list[Given] = []
    characters = 0
    for post in posts:
        batch.append(post)
        characters += len(post.text)
        if len(batch) >= BATCH_POSTS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


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
        for batch in _batches(posts):
            waiting.append(pool.submit(_scan_batch, batch))
            if len(waiting) >= jobs * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show how many posts were read and matches found, when somebody watches who does not see the matches."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda posts, matches: None  # noqa: ARG005
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading")
        yield lambda posts, matches: progress.update(task, description=f"{posts} posts, {matches} matches")


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
@click.argument("posts", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
def scan(quotes: Path, jobs: int, threshold: float | None, tier: str | None, posts: tuple[str, ...]) -> None:
    """Find quotes in files of POSTS: one JSON object a line with id and text.

    "-" reads standard input; names ending in .gz are unpacked. Prints one JSON object for each match: post_id,
    quote_id, variant, start, end, spans, passage, score, tier, kind, why. Offsets count the characters of the
    text as given.

    A line that cannot be read is named on standard error and skipped; the exit code is then 1.
    """
    from monitor.quotefile import read_quotes

    plan = planned(read_quotes(quotes, trackable=False), threshold=threshold, tier=Tier(tier) if tier else None)
    lines = Lines(lambda problem: click.echo(problem, err=True))
    out = sys.stdout.buffer
    matches = 0
    with _progress() as show:
        for found in scanned(plan, lines.read(posts), jobs=jobs):
            matches += len(found)
            show(lines.posts, matches)
            if found:
                out.writelines(found)
                out.flush()
    if lines.bad:
        count = "1 line" if lines.bad == 1 else f"{lines.bad} lines"
        raise InputError(f"{count} could not be read; the other posts ({lines.posts}) were scanned.")
