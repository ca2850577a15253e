"""What can be taken along from the pages: whole, safe to open, for a feed reader, and only for those who may."""

import csv
import io
import json
import re
import zipfile
from xml.etree import ElementTree as ET

import pytest

from monitor.core.model import ChatKind
from monitor.evidence.verify import verify
from monitor.store import open_store
from monitor.web.pages import files
from tests.builders import NOON
from tests.web.conftest import Browser, browser, filled

ATOM = "{http://www.w3.org/2005/Atom}"


def ids(text: str) -> list[int]:
    return [json.loads(line)["id"] for line in text.splitlines()]


async def test_all_matches_come_as_csv_that_a_spreadsheet_reads(here: Browser) -> None:
    answer = await here.get("/matches.csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="matches.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [int(row["id"]) for row in rows] == [4, 3, 2, 1]
    assert rows[-1]["passage"].startswith("Come get me")


async def test_a_file_of_many_batches_is_whole_and_has_each_match_once(
    here: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "AT_ONCE", 1)

    assert ids((await here.get("/matches.jsonl")).text) == [4, 3, 2, 1]
    rows = list(csv.reader(io.StringIO((await here.get("/matches.csv")).text)))
    assert [row[0].lstrip("\ufeff") for row in rows] == ["id", "4", "3", "2", "1"]


async def test_a_file_holds_what_the_list_shows(here: Browser) -> None:
    assert ids((await here.get("/matches.jsonl?q=radio&quote=1")).text) == [2]
    assert ids((await here.get("/matches.jsonl?lang=en&verdict=none&before=1~2")).text) == [4, 3, 2, 1]
    assert 'href="/matches.csv?q=radio"' in (await here.get("/matches?q=radio")).text


@pytest.mark.parametrize("address", ["/matches.csv?quote=x", "/matches.jsonl?q=%22", "/matches.atom?since=never"])
async def test_what_cannot_be_asked_is_said_and_no_file_begins(here: Browser, address: str) -> None:
    answer = await here.get(address)

    assert answer.status_code == 400
    assert "content-disposition" not in answer.headers


async def test_too_many_files_at_once_are_asked_to_wait(here: Browser) -> None:
    for _ in range(3):
        await here.site.exports.acquire()

    answer = await here.get("/matches.csv")

    assert answer.status_code == 503
    assert "Others are exporting just now" in answer.text


async def test_a_formula_in_a_post_is_text_in_the_file(tmp_path, clock) -> None:
    path = tmp_path / "formula.db"
    with open_store(path, now=lambda: NOON) as store:
        filled(
            store, ("Dares him: “Come get me, coward! I'm waiting for you here.” again",), author="=cmd|' /C calc'!A0"
        )

    async with browser(path, clock) as opened:
        text = (await opened.get("/matches.csv")).text

    assert "'=cmd" in text
    assert not re.search(r'(^|,)"?=', text)


async def test_a_feed_reader_finds_the_feed_of_a_quote(here: Browser) -> None:
    page = (await here.get("/quote/1")).text
    answer = await here.get(re.search(r'type="application/atom\+xml"[^>]*href="([^"]+)"', page)[1])
    feed = ET.fromstring(answer.text)

    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert feed.find(f"{ATOM}id").text.endswith(":quote-monitor/quote/1")
    assert len(feed.findall(f"{ATOM}entry")) == 4
    assert "http://127.0.0.1:8010/match/4" in answer.text


async def test_a_feed_that_did_not_change_is_not_sent_again(here: Browser) -> None:
    first = await here.get("/matches.atom?quote=1")
    again = await here.get("/matches.atom?quote=1", headers={"if-none-match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.content == b""


async def test_the_chart_and_the_report_of_a_quote_stand_alone(here: Browser) -> None:
    chart = await here.get("/quote/1.svg?days=30")
    report = await here.get("/quote/1/report")

    assert ET.fromstring(chart.text).tag.endswith("svg")
    assert "Come get me, coward" in report.text
    for answer in (chart, report):
        assert answer.status_code == 200
        assert "script" not in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("address", ["/quote/99.svg", "/quote/99/report", "/matches.atom?quote=99"])
async def test_a_file_of_a_quote_that_is_not_there_is_not_found(here: Browser, address: str) -> None:
    assert (await here.get(address)).status_code == 404


@pytest.mark.parametrize("what", ["match", "quote"])
async def test_a_reviewer_takes_evidence_that_verifies(reviewer: Browser, tmp_path, what: str) -> None:
    answer = await reviewer.get(f"/{what}/1/evidence.zip")
    pack = tmp_path / "pack.zip"
    pack.write_bytes(answer.content)

    assert answer.status_code == 200
    assert zipfile.is_zipfile(pack)
    assert verify(pack).is_whole


@pytest.mark.parametrize("address", ["/match/1/evidence.zip", "/quote/1/evidence.zip"])
async def test_evidence_is_for_reviewers(here: Browser, address: str) -> None:
    answer = await here.get(address)

    assert answer.status_code == 401
    assert "evidence.zip" not in (await here.get("/match/1")).text


@pytest.mark.parametrize("address", ["/matches.csv", "/matches.atom", "/quote/1.svg", "/quote/1/report"])
async def test_files_are_as_closed_as_the_pages(away: Browser, address: str) -> None:
    assert (await away.get(address)).status_code == 401


async def test_a_verdict_from_chat_and_one_from_the_pages_are_one_thing(reviewer: Browser, path) -> None:
    with open_store(path, now=lambda: NOON) as store:
        chat = store.subscribe("7001", ChatKind.PRIVATE, "Ann", by="ann", at=NOON)
        assert chat
        given = store.give_verdict(1, "wrong", None, by="telegram:7001", name="Ann", at=NOON)
        assert given
    assert "0 of 1 judged are right" in (await reviewer.get("/quote/1")).text

    await reviewer.post("/match/1/verdict", {"verdict": "right"}, page="/match/1")

    assert "1 of 1 judged are right" in (await reviewer.get("/quote/1")).text
    with open_store(path, now=lambda: NOON) as store:
        assert store.statistics(1, now=NOON).facts.precision.share == 1.0
