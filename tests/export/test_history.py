"""Matches as files: complete, of one moment, in the forms people ask for."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from defusedxml import ElementTree

from monitor.core.errors import InputError, StoreError
from monitor.core.history import DayCount
from monitor.core.model import MatchId, MatchKind, QuoteId, Tier, WantedSource
from monitor.core.verdicts import Verdict
from monitor.export import parquet as parquet_module
from monitor.export.atom import FeedFacts, write_atom
from monitor.export.charts import svg
from monitor.export.history import AT_ONCE, Wanted, history
from monitor.export.parquet import write_parquet
from monitor.export.report import report
from monitor.export.rows import Row, write_csv, write_jsonl
from monitor.store import open_store
from tests.builders import NOON, QUOTE, a_finding, a_match, a_poll, a_post, a_quote, a_source
from tests.care.filling import fill
from tests.docs.reference import DOCS

FEED = FeedFacts(
    subject="quote/1",
    title="“Come get me”",
    since=NOON,
    updated=NOON,
    address="https://q.example.org/feed/1.atom?a=1&b=2",
    authority="q.example.org",
    pages="https://q.example.org",
)
NASTY = "Come <get> me & \"you\" ]]> \x00\x0b\ud800 'coward' \u202e 😳"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with three matches: of two sources, two quotes, one judged."""
    path = tmp_path / "q.db"
    fill(path, QUOTE, f"again: {QUOTE}", "nothing of interest")
    with open_store(path, now=lambda: NOON) as store:
        store.seed_sources([WantedSource(kind=a_source().kind, address="https://b.example/feed", name="B")], NOON)
        source = store.all_sources()[-1]
        post = a_post("another", published_at=None, author="ann")
        match = a_match(post, a_quote(), tier=Tier.SUGGEST, kind=MatchKind.PARTIAL)
        poll = a_poll(source, finished_at=NOON + timedelta(days=1))
        store.record(poll, store.unseen(source, [post]), [a_finding(match)])
        store.give_verdict(MatchId(1), Verdict.RIGHT, by="ann", at=NOON)
    return path


def ids(path: Path, **wanted: object) -> list[object]:
    with history(path, Wanted(**wanted)) as found:  # type: ignore[arg-type]
        return [row["id"] for row in found.rows]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [1, 2, 3]),
        ({"quote_id": QuoteId(1)}, [1, 2, 3]),
        ({"quote_id": QuoteId(2)}, []),
        ({"since": NOON + timedelta(hours=1)}, [3]),
        ({"until": NOON + timedelta(hours=1)}, [1, 2]),
        ({"kind": MatchKind.PARTIAL}, [3]),
        ({"tier": Tier.ALERT}, [1, 2]),
        ({"verdict": Verdict.RIGHT}, [1]),
        ({"source": "b"}, [3]),
        ({"source": "1"}, [1, 2]),
        ({"source": "') OR 1=1 --"}, []),
        ({"newest": 2}, [3, 2]),
    ],
)
def test_only_what_was_asked_for_is_read(wanted: dict[str, object], expected: list[int], path: Path) -> None:
    assert ids(path, **wanted) == expected


def test_a_match_recorded_meanwhile_waits_for_the_next_export(path: Path) -> None:
    with history(path, Wanted()) as found:
        first = next(found.rows)
        with open_store(path, check=False) as store:  # writes while it is read
            source = store.active_sources()[0]
            post = a_post(QUOTE)
            store.record(a_poll(source), store.unseen(source, [post]), [a_finding(a_match(post))])
        rest = [row["id"] for row in found.rows]

    assert [first["id"], *rest] == [1, 2, 3]
    assert ids(path) == [1, 2, 3, 4]


def test_more_rows_than_are_read_at_once_are_all_there(path: Path) -> None:
    with open_store(path) as store:
        source = store.active_sources()[0]
        posts = [a_post(f"{QUOTE} {number}") for number in range(AT_ONCE + 3)]
        store.record(a_poll(source), store.unseen(source, posts), [a_finding(a_match(post)) for post in posts])

    assert len(ids(path)) == AT_ONCE + 6


def test_csv_and_jsonl_tell_the_same(path: Path) -> None:
    as_csv, as_jsonl = io.StringIO(newline=""), io.StringIO()
    with history(path, Wanted()) as found:
        write_csv(found.rows, as_csv, columns=found.columns)
    with history(path, Wanted()) as found:
        write_jsonl(found.rows, as_jsonl)

    told = list(csv.DictReader(io.StringIO(as_csv.getvalue(), newline="")))
    rows = [json.loads(line) for line in as_jsonl.getvalue().splitlines()]
    assert told == [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "q.db").write_bytes(b"not a database, whatever its name says" * 50)

    with pytest.raises(StoreError), history(tmp_path / "q.db", Wanted()):
        pass


def test_parquet_keeps_every_value_with_times_as_times(path: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    with history(path, Wanted()) as found:
        assert write_parquet(found.rows, tmp_path / "m.parquet", columns=found.columns) == 3
    with history(path, Wanted()) as found:
        rows = list(found.rows)

    read = parquet.read_table(tmp_path / "m.parquet").to_pylist()
    assert [row["passage"] for row in read] == [row["passage"] for row in rows]
    assert [row["found_at"].isoformat()[:19] for row in read] == [str(row["found_at"])[:19] for row in rows]
    assert read[2]["published_at"] is None
    assert read[0]["found_at"].tzinfo is not None


def test_without_pyarrow_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_module, "find_spec", lambda name: None)

    with pytest.raises(InputError, match=r"pip install 'quote-monitor\[parquet\]'"):
        write_parquet([], tmp_path / "m.parquet", columns=("id",))


def atom(rows: list[Row], feed: FeedFacts = FEED) -> str:
    out = io.StringIO()
    assert write_atom(rows, out, feed=feed) == len(rows)
    return out.getvalue()


def newest(path: Path) -> list[Row]:
    with history(path, Wanted(newest=100)) as found:
        return list(found.rows)


def test_a_feed_reader_reads_the_feed(path: Path) -> None:
    read = feedparser.parse(atom(newest(path)).encode())

    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.id == "tag:q.example.org,2026-01-06:quote-monitor/quote/1"
    assert [one.href for one in read.feed.links if one.rel == "self"] == [FEED.address]
    assert [entry.id for entry in read.entries] == [
        f"tag:q.example.org,2026-01-06:quote-monitor/match/{number}" for number in (3, 2, 1)
    ]
    assert read.entries[1].title == "Example News: again: Come get me, coward!"
    assert read.entries[1].link.startswith("https://news.example/")
    assert read.entries[0].author == "ann"
    assert read.entries[0].updated == "2026-01-07T12:00:00.000Z"


def test_the_same_matches_give_the_same_feed(path: Path) -> None:
    assert atom(newest(path)) == atom(newest(path))


def test_nothing_that_is_written_in_a_post_breaks_the_feed(path: Path) -> None:
    (row, *_) = newest(path)
    nasty = dict.fromkeys(("passage", "quote", "author", "source", "why", "kind"), NASTY)
    text = atom([{**row, **nasty, "url": "javascript:alert(1)"}, {**row, "url": f'https://x.example/"{NASTY}'}])

    ElementTree.fromstring(text.encode("utf-8"))
    assert "javascript:" not in text


def test_a_feed_has_every_element_that_its_form_asks_for(path: Path) -> None:
    root = ElementTree.fromstring(atom(newest(path)).encode())
    names = {"{http://www.w3.org/2005/Atom}" + name for name in ("id", "title", "updated", "author")}

    assert names <= {child.tag for child in root}
    for entry in root.iter("{http://www.w3.org/2005/Atom}entry"):
        assert names | {"{http://www.w3.org/2005/Atom}link"} <= {child.tag for child in entry}


@pytest.mark.parametrize("authority", ["", "Q.example.org", "a b", "x,2026:y", "-a", "é.example"])
def test_an_authority_that_is_no_host_name_is_refused(authority: str) -> None:
    feed = FeedFacts(subject="quotes", title="", since=NOON, updated=NOON, authority=authority)

    with pytest.raises(InputError):
        write_atom([], io.StringIO(), feed=feed)


def days(*counts: int) -> list[DayCount]:
    return [DayCount(day=(NOON + timedelta(days=number)).date(), matches=one) for number, one in enumerate(counts)]


@pytest.mark.parametrize("counts", [(), (0,), (0, 0), (5,), (1, 0, 3), tuple(range(1000))])
def test_a_chart_is_a_picture_whatever_the_counts(counts: tuple[int, ...]) -> None:
    root = ElementTree.fromstring(svg(days(*counts), NASTY).encode("utf-8"))

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert f": {sum(counts)} matches" in root.attrib["aria-label"]


def bars(counts: tuple[int, ...]) -> Callable[[str], int]:
    return svg(days(*counts), "x").count


def test_a_chart_has_a_bar_for_each_day_with_matches() -> None:
    assert bars((1, 0, 3))("<rect ") == 2
    assert bars((1,) * 1000)("<rect ") == 334


def test_a_report_stands_alone_and_takes_nothing_for_markup(path: Path) -> None:
    rows = newest(path)
    nasty = {**rows[0], "passage": "<script>alert(1)</script>", "url": "javascript:alert(2)"}
    with open_store(path) as store:
        html = report(store.statistics(QuoteId(1), now=NOON + timedelta(days=2), days=30), [nasty, *rows], made_at=NOON)

    assert "Come get me, coward!" in html
    assert "3 matches, 2 of them sure enough to alert" in html
    assert "<svg" in html
    for word in ("<script", 'href="javascript', "src=", "@import", "url("):
        assert word not in html


def test_the_example_in_the_documentation_works(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    path.rename(tmp_path / "data" / "quote-monitor.db")
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", (DOCS / "export.md").read_text("utf-8"), re.DOTALL)
    exec(compile(example, "export.md", "exec"), {})

    assert len((tmp_path / "matches.csv").read_text("utf-8").splitlines()) == 4
