"""Strings of strangers, in what is shown and in what is asked."""

import html
import re
from urllib.parse import quote

import pytest

from monitor.core.model import SourceKind, WantedQuote, WantedSource
from monitor.store import open_store
from tests.bot.naughty import NAUGHTY
from tests.builders import NOON, a_finding, a_match, a_poll, a_post
from tests.web.conftest import Browser, Clock, browser

ATTACKS = (
    "' OR '1'='1",
    "1; DROP TABLE matches; --",
    "1 UNION SELECT sql FROM sqlite_master",
    "' UNION SELECT name, role FROM members --",
    '" OR 1=1 --',
    "x') OR ('1'='1",
    "NEAR(a b, 5) AND NOT c",
    "passage: coward*",
    '^coward OR "unclosed',
    "{text author}: a",
    '-"coward" + *',
    "%00' \x00",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}{% raise %}",
    "../../../etc/passwd",
    "\r\nSet-Cookie: a=b",
    "9" * 18,
    "-1",
    "1e9",
    "NaN",
    "😳" * 50,
    "\ud83d",
)
PARAMETERS = ("q", "in", "quote", "source", "kind", "tier", "lang", "verdict", "since", "until", "before")
ADDRESSES = (
    "/quotes?q=ATTACK",
    "/quotes?page=ATTACK",
    "/quote/1?days=ATTACK",
    "/quote/ATTACK",
    "/match/ATTACK",
    "/match/1?judged=ATTACK",
    "/quote/1.svg?days=ATTACK",
    "/quote/ATTACK/report",
    "/matches.ATTACK",
    "/matches.atom?q=ATTACK&quote=1",
    "/matches.csv?q=ATTACK",
    "/matches.jsonl?lang=ATTACK",
    "/coverage?page=ATTACK",
    "/audit?before=ATTACK",
    "/audit?actor=ATTACK",
    "/sign-in?token=ATTACK",
    "/explore/ATTACK",
    "/explore/posts/ATTACK",
    "/explore/posts?_search=ATTACK",
    "/explore/posts?_sort=ATTACK",
    "/explore/posts?_facet=ATTACK",
    "/explore/posts?id=ATTACK",
    "/explore/posts?ATTACK=1",
    "/explore/posts?_next=ATTACK",
    "/explore/posts?_size=ATTACK",
    "/explore/posts?_col=ATTACK",
    "/explore/posts?_facet_array=ATTACK",
    "/explore/posts?_labels=ATTACK",
    "/explore/posts?_timelimit=ATTACK",
    "/explore/posts?%5Ftimelimit=ATTACK",
    "/explore/posts.json?_timelimit=ATTACK",
    "/explore/posts.json?_facet=ATTACK",
    "/ATTACK",
    "/static/ATTACK",
    f"/static/{'a' * 5000}",
)
LEAKS = re.compile(
    r"sqlite3?\.|OperationalError|syntax error|no such (table|column)|Traceback|unrecognized token|fts5:", re.IGNORECASE
)


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "replace"))


def is_harmless(text: str) -> bool:
    """Return whether a page has no element, attribute or address that a stranger could have put there."""
    tags = re.findall(r"<[^>]*>", text)
    return (
        not LEAKS.search(text)
        and "<script" not in text.lower()
        and "<svg onload" not in text
        and not any(re.search(r"\son\w+\s*=", tag, re.IGNORECASE) and 'value="' not in tag for tag in tags)
        and not re.search(r"(href|src|action)\s*=\s*[\"']?\s*(javascript|data|vbscript):", text, re.IGNORECASE)
        and "49{%" not in text
    )


@pytest.mark.parametrize("attack", ATTACKS)
async def test_no_parameter_of_the_matches_takes_an_attack(here: Browser, attack: str) -> None:
    for name in PARAMETERS:
        answer = await here.get(f"/matches?{name}={encoded(attack)}")

        assert answer.status_code in {200, 400}, (name, answer.status_code)
        assert is_harmless(answer.text), name


@pytest.mark.parametrize("attack", ATTACKS)
async def test_no_other_page_takes_an_attack(reviewer: Browser, attack: str) -> None:
    text = encoded(attack)
    wrong = []
    for form in ADDRESSES:
        answer = await reviewer.get(form.replace("ATTACK", text))
        if answer.status_code >= 500 or not is_harmless(answer.text) or "a=b" in str(answer.headers):
            wrong.append((form, answer.status_code))

    assert not wrong


async def test_nothing_of_a_strangers_post_becomes_markup(tmp_path, clock: Clock) -> None:
    path = tmp_path / "naughty.db"
    with open_store(path, now=lambda: NOON) as store:
        store.seed_sources(
            [WantedSource(kind=SourceKind.FEED, address="https://news.example/f", name="<b>News</b>")], NOON
        )
        quote_ = store.track(
            WantedQuote(text="<i>Come get</i> me, \u202ecoward!", speaker="<u>x</u>"), by="<b>", at=NOON
        )
        source = store.active_sources()[0]
        for number, text in enumerate(NAUGHTY):
            post = a_post(f"{text} coward", author=text[:200], url=f"javascript:alert('{number}')", lang="<b>")
            match = a_match(post, quote_)
            store.record(a_poll(source), store.unseen(source, [post]), [a_finding(match)])
    async with browser(path, clock) as here:
        await here.site.digests.of(1, "x", None)
        pages = ["/", "/matches", "/matches?q=coward", "/quotes", "/quote/1", "/coverage", "/explore/match_history"]
        pages += ["/quote/1/report", "/quote/1.svg", "/matches.atom"]
        pages += [f"/match/{number}" for number in range(1, len(NAUGHTY) + 1)]
        for address in pages:
            answer = await here.get(address)

            assert answer.status_code == 200, address
            assert is_harmless(answer.text), address
            assert "<b>" not in answer.text, address


async def test_a_text_that_reads_backwards_ends_where_it_ends(here: Browser, path, clock: Clock) -> None:
    text = (await here.get("/match/1")).text

    inside = re.findall(r'<blockquote class="whole" lang="en"><bdi>(.*?)</bdi>', text, re.DOTALL)
    assert len(inside) == 1
    assert "coward" in html.unescape(inside[0])


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https:evil.example",
        "http://",
        "https://a b",
        "https://a\\b",
        "HTTPS://a\n",
        "ftp://a",
    ],
)
def test_only_a_web_address_becomes_a_link(url: str) -> None:
    from monitor.web.texts import web_link

    assert web_link(url) is None


async def test_too_long_an_address_is_refused(here: Browser) -> None:
    assert (await here.get(f"/matches?q={'a' * 5000}")).status_code == 414


@pytest.mark.parametrize(
    "address",
    [
        "/explore?sql=select+1",
        "/explore.json?sql=select+1",
        "/explore/posts?_where=1%3D1",
        '/explore/matches?_through={"table":"alerts","column":"chat_id","value":"1"}',
        "/explore/posts?_search=a&_searchmode=raw",
        "/explore.db",
        "/-/versions.json",
        "/-/plugins",
        "/-/metadata",
        "/-/databases.json",
        "/-/auth-token?token=x",
        "/-/permissions",
        "/_internal",
        "/_internal/databases",
        "/_memory",
        "/static/../server.py",
        "/static/%2e%2e/server.py",
    ],
)
async def test_what_datasette_could_do_more_is_not_reachable(reviewer: Browser, address: str) -> None:
    answer = await reviewer.get(address)

    assert answer.status_code in {403, 404}
    assert is_harmless(answer.text)


@pytest.mark.parametrize(
    "address", ["//evil.example/", "/\\evil.example", "//evil.example/%2f..", "/explore//evil.example/", "/matches/"]
)
async def test_no_address_leads_to_another_site(here: Browser, address: str) -> None:
    answer = await here.client.get(f"http://127.0.0.1:8010{address}")

    assert not answer.headers.get("location", "/").startswith(("//", "http", "/\\"))


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/matches?kind=x",
        "/match/99",
        "/explore/posts",
        "/explore/posts.json",
        "/static/style.css",
        "/audit",
        "/-/x",
    ],
)
async def test_every_answer_lets_nothing_run_and_tells_nobody_where_one_was(here: Browser, address: str) -> None:
    headers = (await here.get(address)).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert "noindex" in headers["x-robots-tag"]


async def test_no_page_holds_what_the_policy_would_stop(reviewer: Browser) -> None:
    for address in (
        "/",
        "/matches",
        "/quote/1",
        "/match/1",
        "/coverage",
        "/audit",
        "/explore",
        "/explore/posts?_facet=lang",
    ):
        text = (await reviewer.get(address)).text

        assert not re.search(r"<script|<style|\sstyle\s*=", text, re.IGNORECASE), address


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST"])
async def test_pages_are_only_read(here: Browser, method: str) -> None:
    answer = await here.client.request(method, "/explore/posts", data={"a": "b"} if method == "POST" else None)

    assert answer.status_code in {403, 405}
