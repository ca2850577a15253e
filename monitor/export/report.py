"""A report of one quote to print or to send: one HTML file with its chart in it, nothing from elsewhere.

As a PDF it is printed by a browser that is there already; none is brought along.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from pathlib import Path

from monitor.core.errors import InputError
from monitor.core.history import Statistics
from monitor.core.model import Variant
from monitor.evidence.markup import element, link, moment, page, table
from monitor.export.charts import svg
from monitor.export.rows import Row

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge")
NO_BROWSER = "A PDF needs Chromium or Chrome, and none is on this machine: write .html and print that."
PRINTED_WITHIN = 120  # seconds
LISTED = 500  # matches, the newest


def report(statistics: Statistics, rows: Iterable[Row], *, made_at: datetime) -> str:
    """Return the report of a quote, with these rows of `match_history`, newest first."""
    facts = statistics.facts
    assert facts is not None, "statistics of one quote"
    quote = facts.quote
    listed = list(rows)
    parts = [
        element("p", f"Quote {quote.id}" + (f", {quote.speaker}" if quote.speaker else ""), "quiet"),
        element("h1", quote.text),
        element("p", _summary(statistics)),
        svg(statistics.days, f"Matches by day, the last {len(statistics.days)} days"),
        *_family(statistics),
        *_sources(statistics),
        element("h2", _listed(len(listed), statistics.total)),
        *_matches(listed),
        element("p", f"Made {made_at:%Y-%m-%d %H:%M} UTC by quote-monitor.", "quiet"),
    ]
    return page(f"Quote {quote.id}: {quote.text}", parts)


def pdf_of(html: str, path: Path) -> None:
    """Print a document into a PDF file. InputError: no browser is there, or it failed."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise InputError(NO_BROWSER)
    with tempfile.TemporaryDirectory() as folder:
        source, printed = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_text(html, encoding="utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer",
                   f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", source.as_uri()]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=PRINTED_WITHIN, check=True)  # noqa: S603 - ours
            path.write_bytes(printed.read_bytes())
        except (OSError, subprocess.SubprocessError) as error:
            raise InputError(f"{browser} could not print the report ({type(error).__name__}): write .html.") from error


def _summary(statistics: Statistics) -> str:
    facts = statistics.facts
    assert facts is not None, "checked before"
    if not statistics.total:
        return f"Tracked since {facts.added_at:%Y-%m-%d}; no match yet."
    said = f"{_count(statistics.total, 'match', 'matches')}, {facts.sure:,} of them sure enough to alert"
    if facts.first_seen_at and facts.last_seen_at:
        said += f"; first {facts.first_seen_at:%Y-%m-%d}, last {facts.last_seen_at:%Y-%m-%d}"
    if facts.precision.share is not None:
        said += f". Of {facts.precision.judged:,} that people judged, {facts.precision.share:.0%} are right"
    return f"{said}."


def _family(statistics: Statistics) -> Iterator[str]:
    assert statistics.facts is not None, "checked before"
    variants = statistics.facts.quote.variants
    if variants:
        yield element("h2", "Other wordings")
        rows = [(escape(one.text), escape(one.lang or ""), _state(one)) for one in variants]
        yield table(("wording", "language", "state"), rows)


def _state(variant: Variant) -> str:
    return element("span", "confirmed" if variant.confirmed else "proposed", "short")


def _sources(statistics: Statistics) -> Iterator[str]:
    if statistics.sources:
        yield element("h2", "Where")
        yield table(("source", "matches"), [(escape(name), f"{count:,}") for name, count in statistics.sources])


def _listed(listed: int, total: int) -> str:
    return f"The newest {listed:,} of {total:,} matches" if listed < total else "Matches"


def _matches(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        where = f"{escape(str(row['source']))}, {escape(str(row['author'] or 'no author named'))}"
        when = moment(row["published_at"] or row["first_seen_at"])
        taken = ", taken back since" if row["deleted_at"] else ""
        said = f"{row['kind']}, {row['tier']}, score {row['score']}" + (f", {row['verdict']}" if row["verdict"] else "")
        words = str(row["passage"] or "")
        shown = escape(words) or "(blanked)"
        yield (
            f"<section><blockquote>{shown}</blockquote>"
            f'<p class="quiet">{where}, {escape(when)}{taken}. {escape(said)}<br>{link(row["url"] or "")}</p></section>'
        )


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
