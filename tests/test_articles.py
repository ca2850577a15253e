"""The article behind a short entry: what is asked for, what it becomes, and that nothing is lost on the way."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import articles
from monitor.app import assembled
from monitor.articles import MISSING, Articles, Extractor, extract, with_article
from monitor.core.errors import FetchError, ParseError, RateLimited, SettingsError, SourceGone
from monitor.core.identity import fingerprint, text_digest
from monitor.core.model import Arrival, Keep, Page, PostId, Request, Source, SourceKind
from monitor.settings import load
from monitor.workers import Workers, WorkTimeout
from tests.builders import NOON, a_post, a_source
from tests.work import calls

KNOWN = a_source(last_success_at=NOON)
ARTICLE = "All of the article."


class Web:
    """Pages by address; the pages of others say where they are. Remembers what was asked."""

    def __init__(self, **given: bytes | Exception | Page) -> None:
        self.given = given
        self.asked: list[str] = []

    async def __call__(self, request: Request) -> Page | None:
        self.asked.append(request.url)
        answer = self.given.get(request.url.rpartition("/")[2], b"<p>page</p>")
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Page) else Page(url=request.url, body=answer, content_type="text/html")


async def read(html: bytes, url: str) -> str | None:
    return f"{ARTICLE} {html.decode()}"


def arrived(name: str, *, minutes: int = 0, **given: object) -> Arrival:
    known = {"url": f"https://news.example/{name}", "published_at": NOON + timedelta(minutes=minutes)}
    return Arrival(post=a_post(**({"text": f"about {name}"} | known | given)))


async def enriched(*arrivals: Arrival, web: Web | None = None, source: Source = KNOWN, budget: int = 10, **given):
    add = Articles(web or Web(), given.pop("extract", read), budget_per_hour=budget, **given)
    return await add(source, list(arrivals))


def added(arrivals: list[Arrival]) -> list[bool]:
    return [any(part.name == "article" for part in arrival.post.parts) for arrival in arrivals]


async def test_a_short_post_gets_its_article_as_its_last_part() -> None:
    [found] = await enriched(arrived("one"))

    post = found.post
    assert post.text == f"about one\n\n{ARTICLE} <p>page</p>"
    assert [part.name for part in post.parts] == ["text", "article"]
    assert post.text[post.parts[1].start : post.parts[1].end] == f"{ARTICLE} <p>page</p>"


def test_a_post_without_words_is_its_article() -> None:
    post = with_article(a_post(""), ARTICLE)

    assert (post.text, post.parts[-1].start) == (ARTICLE, 0)


def test_the_article_is_no_part_of_what_names_a_post() -> None:
    post = a_post("about one")

    assert text_digest(with_article(post, ARTICLE)) == text_digest(post)
    assert fingerprint(with_article(post, ARTICLE)) == fingerprint(post)
    assert text_digest(with_article(post, ARTICLE)) != text_digest(replace(post, text="about two"))


@pytest.mark.parametrize(
    "given",
    [
        {"url": None},
        {"url": "ftp://news.example/1"},
        {"url": "https://[broken/"},
        {"url": "https:///nowhere"},
        {"url": "https://www.reddit.com/r/a/comments/1"},
        {"url": "https://news.google.com/rss/articles/1"},
        {"text": "x" * 600},
    ],
)
async def test_what_needs_no_article_or_has_none_is_left_alone(given: dict[str, object]) -> None:
    web = Web()
    arrival = arrived("one", **given)

    assert await enriched(arrival, web=web) == [arrival]
    assert web.asked == []


@pytest.mark.parametrize(
    "source",
    [
        a_source(),  # never read before: all it has is a baseline
        replace(KNOWN, kind=SourceKind.MASTODON),
        replace(KNOWN, keep=Keep.MATCHED),
    ],
)
async def test_only_feeds_that_were_read_before_and_keep_everything_get_articles(source: Source) -> None:
    web = Web()

    assert added(await enriched(arrived("one"), web=web, source=source)) == [False]
    assert web.asked == []


async def test_an_edited_post_is_compared_in_the_words_of_its_feed() -> None:
    assert added(await enriched(replace(arrived("one"), edits=PostId(7)))) == [False]


async def test_the_newest_are_asked_for_first_and_the_order_stays() -> None:
    web = Web()
    posts = [arrived("old", minutes=-9), arrived("new", minutes=9), arrived("undated", published_at=None)]
    posts += [arrived("mid"), arrived("mid2")]
    found = await enriched(*posts, web=web, budget=3)

    assert [url.rpartition("/")[2] for url in web.asked] == ["new", "mid2", "mid"]
    assert [one.post.guid for one in found] == [one.post.guid for one in posts]
    assert added(found) == [False, True, False, True, True]


async def test_the_budget_holds_over_sources_and_comes_back_after_an_hour() -> None:
    at = [0.0]
    web = Web()
    add = Articles(web, read, budget_per_hour=2, clock=lambda: at[0])
    first = await add(KNOWN, [arrived("a")])
    at[0] = 1800.0
    second = await add(KNOWN, [arrived("b"), arrived("c")])
    at[0] = 3599.0
    third = await add(KNOWN, [arrived("d")])
    at[0] = 3600.0
    fourth = await add(KNOWN, [arrived("e"), arrived("f")])

    assert [sum(added(one)) for one in (first, second, third, fourth)] == [1, 1, 0, 1]
    assert len(web.asked) == 3


@pytest.mark.parametrize(
    "trouble",
    [
        FetchError("no answer"),
        SourceGone("gone"),
        Page(url="https://news.example/bad", body=b"%PDF", content_type="application/pdf"),
    ],
)
async def test_an_article_that_does_not_come_costs_nobody_else(trouble: Exception | Page) -> None:
    found = await enriched(arrived("bad"), arrived("good"), web=Web(bad=trouble))

    assert added(found) == [False, True]
    assert found[0].post.text == "about bad"


@pytest.mark.parametrize("answer", [ParseError("broken"), None, ""])
async def test_a_page_without_an_article_leaves_the_post_as_it_is(answer: Exception | str | None) -> None:
    async def nothing(html: bytes, url: str) -> str | None:
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert added(await enriched(arrived("one"), extract=nothing)) == [False]


async def test_a_host_that_wants_silence_is_asked_for_no_more_articles() -> None:
    web = Web(**{f"p{n}": RateLimited("slow down", wait=timedelta(minutes=5)) for n in range(20)})
    found = await enriched(*(arrived(f"p{n}") for n in range(20)), web=web, budget=100)

    assert len(found) == 20
    assert len(web.asked) <= articles.AT_ONCE


async def test_articles_that_are_slow_are_not_waited_for_and_those_that_came_are_kept() -> None:
    ended: list[str] = []

    async def slow(html: bytes, url: str) -> str | None:
        if url.endswith("slow"):
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(url)
        return ARTICLE

    found = await enriched(arrived("slow"), arrived("fast"), extract=slow, patience=timedelta(milliseconds=20))

    assert added(found) == [False, True]
    assert ended == ["https://news.example/slow"]


async def test_the_end_of_the_monitor_is_not_mistaken_for_a_slow_article() -> None:
    waits = asyncio.Event()

    async def never(html: bytes, url: str) -> str | None:
        waits.set()
        return await asyncio.Event().wait() and None

    poll = asyncio.create_task(enriched(arrived("one"), extract=never))
    await waits.wait()
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll


async def test_a_page_that_stalls_its_worker_is_an_error_of_its_own() -> None:
    class Stalled:
        async def run(self, *_: object, **__: object) -> object:
            raise WorkTimeout("the work took longer than 10 s")

    with pytest.raises(ParseError, match="longer than 10 s"):
        await Extractor(Stalled())(b"<p>", "https://news.example/1")  # type: ignore[arg-type]


async def test_without_the_extra_the_monitor_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "trafilatura.py").write_text("raise ImportError('lxml.html.clean is a project of its own')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)  # workers take over the path of the process that starts them
    (tmp_path / "monitor.toml").write_text(f"[articles]\nenabled = true\n[database]\npath = '{tmp_path}/q.db'")

    with pytest.raises(SettingsError) as refused:
        async with assembled(load(tmp_path), telegram=False):
            pass
    assert str(refused.value) == MISSING


PAGE = """<html><head><title>On Monday</title></head><body><nav><a href="/">Home</a> <a href="/w">World</a></nav>
<article><h1>A speech on Monday</h1>
<p>The president of Colombia spoke on Monday to a crowd in Bogotá about the events of the weekend in the region.</p>
<p>“Come get me, coward! I'm waiting for you here,” he said, and the square answered with applause for a minute.</p>
<blockquote class="twitter-tweet"><p lang="en">Come get me! <a href="https://t.co/a">pic.twitter.com/a</a></p>
&mdash; Geo View (@theGeoView) <a href="https://twitter.com/theGeoView/status/1">January 5, 2026</a></blockquote>
<p>The words were spread on social networks within hours of the speech, and were translated in several ways.</p>
</article><footer>Imprint</footer></body></html>""".encode()


class TestWithTheLibrary:
    """With trafilatura itself, where it is installed."""

    @pytest.fixture(autouse=True)
    def installed(self) -> None:
        pytest.importorskip("trafilatura", exc_type=ImportError)

    def test_the_article_is_told_from_the_page_around_it(self) -> None:
        text = extract(PAGE, "https://news.example/1") or ""

        assert "“Come get me, coward! I'm waiting for you here,” he said" in text
        assert "Come get me! pic.twitter.com/a\n— Geo View (@theGeoView) January 5, 2026" in text
        assert "Imprint" not in text
        assert "World" not in text

    @pytest.mark.parametrize(
        "html",
        [
            b"",
            b"\x00\xff\xfe" * 99,
            b"<html></html>",
            b"%PDF-1.7",
            b"<div>" * 20_000,
            b"<?xml version='1.0' encoding='nowhere'?><html>",
            "<p>\ud800</p>".encode("utf-8", "surrogatepass"),
        ],
    )
    def test_whatever_a_page_holds_it_is_text_nothing_or_an_error_of_ours(self, html: bytes) -> None:
        try:
            text = extract(html, "https://news.example/1")
        except ParseError:
            return
        assert text is None or text.encode()

    async def test_it_is_read_in_a_process_of_its_own(self) -> None:
        async with Workers() as workers:
            extractor = Extractor(workers)
            await extractor.check()

            assert "coward" in (await extractor(PAGE, "https://news.example/1") or "")


def test_twice_as_many_posts_are_about_twice_the_work() -> None:
    def work(count: int) -> int:
        posts = [arrived(f"p{n}", minutes=n % 7) for n in range(count)]
        return calls(lambda: asyncio.run(enriched(*posts, budget=5)))

    assert work(2000) < 2.5 * work(1000)
