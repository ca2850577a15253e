"""Broken feeds through the whole program, a few of the thousands that the benchmark sends."""

from itertools import islice

import pytest

from benchmarks.parsing_malformed import measured, report
from benchmarks.parsing_pages import pages
from monitor.sources import xmlfeed

AGREEMENT = 0.99


async def test_broken_feeds_are_read_or_one_clear_error_each_and_none_is_a_crash() -> None:
    figures = await measured(120, seed=2026)

    assert figures.pages == 120 == figures.read + figures.errors.total(), report(figures)
    assert figures.unclear == []
    assert figures.errors, "nothing was broken enough to test anything"
    assert figures.theirs > 200
    assert figures.agreement >= AGREEMENT, report(figures)


async def test_an_entry_that_goes_missing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmlfeed, "MOST_ENTRIES", 3)

    assert (await measured(60, seed=2026)).agreement < AGREEMENT


def test_the_same_seed_gives_the_same_pages() -> None:
    samples = [b"<rss><channel><item><title>x</title></item></channel></rss>"]

    assert list(islice(pages(samples, seed=1), 50)) == list(islice(pages(samples, seed=1), 50))
    assert list(islice(pages(samples, seed=1), 50)) != list(islice(pages(samples, seed=2), 50))
