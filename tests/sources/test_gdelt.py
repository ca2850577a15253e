"""A search in the world's news: what is asked, what the answers say, and how little is asked at once."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.core.errors import FetchError, ParseError
from monitor.core.model import Reading, Source, SourceKind
from monitor.sources import gdelt
from tests.builders import NOON, a_page, a_source

SAMPLES = Path(__file__).parent.parent / "samples" / "gdelt"


def a_search(address: str = "search:come get me", **given: object) -> Source:
    return a_source(address, kind=SourceKind.GDELT, **given)


def asked(source: Source) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(gdelt.request(source).url).query).items()}


def read(source: Source, body: bytes) -> Reading:
    return gdelt.parse(source, a_page(body))


def articles(*times: datetime) -> bytes:
    listed = [
        {"url": f"https://news.example/{number}", "title": f"title {number}", "seendate": f"{time:%Y%m%dT%H%M%SZ}"}
        for number, time in enumerate(times)
    ]
    return json.dumps({"articles": listed}).encode()


def test_a_search_asks_for_the_newest_articles_of_the_last_day() -> None:
    assert gdelt.request(a_search()).url.startswith("https://api.gdeltproject.org/api/v2/doc/doc?")
    assert asked(a_search("search: Come get me")) == {
        "query": '"come get me"',
        "mode": "artlist",
        "format": "json",
        "maxrecords": "250",
        "sort": "datedesc",
        "timespan": "1d",
    }


@pytest.mark.parametrize(
    ("address", "query"),
    [("search:coward", "coward"), ('search:"come get me" sourcelang:english', '"come get me" sourcelang:english')],
)
def test_a_single_word_goes_without_quotation_marks_and_operators_as_they_are(address: str, query: str) -> None:
    assert asked(a_search(address))["query"] == query


def test_a_search_that_follows_quotes_asks_for_the_one_it_is_given() -> None:
    assert asked(a_search("", follow=True, query="Come get me, coward!"))["query"] == '"come get me coward"'


@pytest.mark.parametrize("address", ["", "come get me", "search:", "search: ?!"])
def test_what_is_no_search_is_refused_in_words(address: str) -> None:
    with pytest.raises(FetchError, match="should look like search:"):
        gdelt.request(a_search(address))


def test_a_post_is_the_title_of_an_article() -> None:
    reading = read(a_search(), (SAMPLES / "articles.json").read_bytes())

    german, spanish, english = reading.posts
    assert english.text == 'Mayor to seagull : "Come get me , coward !"'
    assert [part.name for part in english.parts] == ["title"]
    assert english.guid == english.url == "https://harbour-gazette.example/2026/01/06/mayor"
    assert english.author == "harbour-gazette.example"
    assert english.published_at == datetime(2026, 1, 6, 12, 15, tzinfo=UTC)
    assert (english.lang, spanish.lang, german.lang) == ("en", "es", None)
    assert spanish.text == "El alcalde & la gaviota , otra vez"
    assert german.text == r"Bürgermeister gegen Möwe \- der C:\Hafen\x streit"
    assert reading.skipped == 1
    assert not reading.more


def test_the_next_look_reaches_back_a_little_before_what_was_seen() -> None:
    cursor = read(a_search(), articles(NOON)).cursor

    assert asked(a_search(cursor=cursor))["startdatetime"] == "20260106100000"
    assert "timespan" not in asked(a_search(cursor=cursor))
    assert "enddatetime" not in asked(a_search(cursor=cursor))


def test_what_one_answer_leaves_is_read_at_the_next_poll_and_never_at_once() -> None:
    source = a_search(cursor=read(a_search(), articles(NOON)).cursor)
    full = [NOON + timedelta(hours=9) - timedelta(minutes=number) for number in range(250)]

    first = read(source, articles(*full))
    assert not first.more
    source = replace(source, cursor=first.cursor)
    assert asked(source)["enddatetime"] == f"{full[-1]:%Y%m%d%H%M%S}"
    assert asked(source)["startdatetime"] == "20260106100000"

    last = read(source, articles(full[-1], NOON))
    source = replace(source, cursor=last.cursor)
    assert "enddatetime" not in asked(source)
    assert asked(source)["startdatetime"] == f"{full[0] - timedelta(hours=2):%Y%m%d%H%M%S}"


def test_a_full_answer_of_a_single_moment_does_not_stop_the_search() -> None:
    source = a_search(cursor=read(a_search(), articles(NOON)).cursor)
    later = NOON + timedelta(days=1)
    for _ in range(2):
        source = replace(source, cursor=read(source, articles(*[later] * 250)).cursor)

    assert "enddatetime" not in asked(source)


@pytest.mark.parametrize("body", [b"{}", b'{"articles": []}', b" { } \n"])
def test_nothing_found_is_an_answer(body: bytes) -> None:
    assert read(a_search(), body) == Reading()


def test_a_bare_line_break_in_a_title_is_read() -> None:
    body = b'{"articles": [{"url": "https://a.example/", "title": "one\ntwo \\u00e9 \\u00zz \\\\ \\"x\\""}]}'

    [post] = read(a_search(), body).posts
    assert post.text == 'one\ntwo é \\u00zz \\ "x"'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "answered nothing"),
        (
            b"Please limit requests to one every 5 seconds or contact somebody for larger queries.\n",
            "GDELT says: Please limit requests to one every 5 seconds",
        ),
        (b"The specified phrase is too short.\n", "GDELT says: The specified phrase is too short."),
        (b"<html><body><h1>502</h1> Bad <b>Gateway</b></body></html>", "GDELT says: 502 Bad Gateway"),
        (b"x" * 9000, "GDELT says: xxx"),
        (b'{"articles": [', "not JSON"),
        (b'{"timeline": []}', "not a list of articles"),
        (b'{"articles": {}}', "not a list of articles"),
        (b'{"articles": [{"name": 1}]}', "its format has changed"),
    ],
)
def test_what_is_no_list_of_articles_is_an_error_in_one_line(body: bytes, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        read(a_search(), body)

    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
