"""`sources` as a person types it: looked at before it is added, and every refusal is one line that helps."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import cli
from monitor.core.errors import FetchError, InputError, MonitorError, RateLimited, SourceError, StoreError
from monitor.core.model import Keep, Page, Quote, Reading, Request, Source, SourceKind, SourceState
from monitor.core.ports import Kind
from monitor.sources import trying
from monitor.sources.trying import Tried, tried
from monitor.store import SqliteStore, open_store
from tests.builders import QUOTE, a_page, a_poll, a_post, a_quote
from tests.fakes.press import Press, rss


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as press:
        press.pages["/feed"] = rss("Nothing much today", f"He said: {QUOTE}")
        press.pages["/"] = b'<html><link rel="alternate" type="application/rss+xml" href="/feed">'
        yield press


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("QUOTE_MONITOR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "400")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "monitor.toml").write_text(
        "[database]\npath = 'q.db'\n[fetch]\nallow_networks = ['127.0.0.0/8']\nhost_spacing = '0s'\n"
    )
    (tmp_path / "config" / "quotes.toml").write_text(f"[[quotes]]\ntext = {json.dumps(QUOTE)}\n")


def call(*words: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["sources", *words], input=given)


def done(*words: str, given: bytes | None = None) -> str:
    result = call(*words, given=given)
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.stdout


def refused(*words: str, given: bytes | None = None) -> str:
    error = call(*words, given=given).exception
    assert isinstance(error, MonitorError), error
    assert "\n" not in str(error)
    return str(error)


def stored() -> list[Source]:
    with open_store(Path("q.db")) as store:
        return store.all_sources()


def test_a_feed_is_read_once_before_it_is_added(press: Press) -> None:
    said = done("add", press.url("/feed"))

    assert "Added #1 Press: 2 posts, the newest 0 min old." in said
    assert press.asked["/feed"] == 1
    [source] = stored()
    assert (source.address, source.name, source.last_polled_at) == (press.url("/feed"), "Press", None)


def test_a_web_page_leads_to_its_feed_and_each_page_is_asked_for_once(press: Press) -> None:
    done("add", press.url("/"), "--name", "Mine", "--every", "15m", "--keep", "matched")

    [source] = stored()
    assert (source.address, source.name) == (press.url("/feed"), "Mine")
    assert (source.every, source.keep) == (timedelta(minutes=15), Keep.MATCHED)
    assert (press.asked["/"], press.asked["/feed"]) == (1, 1)


def test_what_cannot_be_read_is_not_added(press: Press) -> None:
    assert "404" in refused("add", press.url("/nowhere"))
    assert "(see --no-check)" in refused("add", press.url("/nowhere"))
    assert "--no-check" not in refused("add", "word")
    assert not Path("q.db").exists()


def test_what_cannot_be_read_now_is_added_unseen_when_asked_for(press: Press) -> None:
    assert "it was not looked at" in done("add", press.url("/nowhere"), "--no-check")
    assert not press.asked
    assert stored()[0].name == press.url("/nowhere")


def test_a_private_network_is_refused(press: Press, tmp_path: Path) -> None:
    (tmp_path / "config" / "monitor.toml").write_text("[database]\npath = 'q.db'\n")

    assert "not on the public internet" in refused("add", press.url("/feed"))
    assert not press.asked


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "come get me"), "“come get me” is no source: write a web address, or a short form such as r/python"),
        (("test", "word"), "is no source"),
        (("add", "https://www.youtube.com/@name", "--no-check"), "www.youtube.com/@name is a page: its feed is found"),
        (("add", "word", "--no-check"), "is no source"),
        (("import-opml", "-"), "The file is no OPML"),
    ],
)
def test_what_is_no_source_is_one_line_that_helps(words: tuple[str, ...], says: str) -> None:
    assert says in refused(*words)


@pytest.mark.parametrize("every", ["15", "0s", "x", "0.5s"])
def test_an_interval_is_a_number_and_a_unit(every: str) -> None:
    assert call("add", "hn", "--every", every).exit_code == 2


def test_adding_it_twice_says_which_one_it_is() -> None:
    done("add", "r/python", "--no-check")

    assert "#1" in refused("add", "https://old.reddit.com/r/python/", "--no-check")


def test_a_stream_is_added_without_a_look_and_says_so() -> None:
    assert "it says what is written from now on" in done("add", "jetstream")
    assert "Not looked at: it says what is written from now on" in done("test", "jetstream")
    assert stored()[0].keep is Keep.MATCHED


def test_a_test_shows_what_would_be_read_and_matched_and_stores_nothing(press: Press) -> None:
    said = done("test", press.url("/"))

    assert f"feed: {press.url('/feed')}" in said
    assert "Nothing much today" in said
    assert "1 of them would match one of 1 tracked quotes." in said
    assert f"“{QUOTE.rstrip('!')}" in said
    assert not Path("q.db").exists()


def test_nothing_that_a_stranger_wrote_reorders_or_hides_what_is_shown(press: Press) -> None:
    evil = "\u202e\x9b2Jevil\u2066"
    press.pages["/feed"] = rss(f"{evil} He said: {QUOTE}").replace(b">Press<", f">{evil}<".encode())

    said = done("test", press.url("/feed")) + done("add", press.url("/feed")) + done("list")

    assert said.count("evil") == 4
    assert not {"\u202e", "\x9b", "\u2066"} & set(said)


def test_a_feed_that_is_refused_is_told_why(press: Press) -> None:
    press.pages["/feed"] = b"<!DOCTYPE rss [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><rss><channel>&c;</channel></rss>"

    assert "could not be read: the page declares XML entities" in refused("test", press.url("/feed"))
    assert set(press.asked) == {"/feed"}


def test_an_address_without_end_is_not_repeated_to_its_end(press: Press) -> None:
    assert len(refused("test", press.url("/" + "a" * 5_000))) < 400


def test_a_test_compares_with_the_quotes_of_the_database_once_there_is_one(press: Press) -> None:
    with open_store(Path("q.db")):
        pass

    assert "No match." in done("test", press.url("/feed"))


def a_database() -> SqliteStore:
    done("add", "https://news.example/feed", "--no-check", "--name", "News")
    return open_store(Path("q.db"))


def test_the_list_shows_how_each_source_is() -> None:
    now = datetime.now(UTC)
    with a_database() as store:
        source = store.all_sources()[0]
        store.seed_quotes([], now)
        good = a_poll(source, started_at=now, finished_at=now, next_poll_at=now + timedelta(minutes=10))
        store.record(good)
        store.record(
            a_poll(source, started_at=now, finished_at=now, next_poll_at=now, outcome="failed", error="answered 503")
        )
    done("add", "hn", "--no-check")
    done("pause", "2")

    [news, hn] = [json.loads(line) for line in done("list", "--json").splitlines()]
    assert (news["name"], news["state"], news["trouble"]) == ("News", "active", "answered 503")
    assert news["posts_per_day"] == 0
    assert (hn["state"], hn["next_poll"], hn["trouble"]) == ("paused", None, None)
    table = done("list")
    assert "answered 503" in table
    assert "posts per day" in table


def test_one_source_is_shown_with_when_nobody_looked() -> None:
    now = datetime.now(UTC)
    wanted = trying.known("https://news.example/feed")
    with open_store(Path("q.db")) as store:
        source = store.add_source(replace(wanted, name="News"), by="me", at=now - timedelta(days=9))
        for days in (6, 3, 2):
            at = now - timedelta(days=days)
            store.record(a_poll(source, started_at=at, finished_at=at, next_poll_at=at + timedelta(minutes=10)))

    said = done("show", "1")

    assert "https://news.example/feed" in said
    assert "Watched 0.0% of the time" in said
    assert [line.split("(")[1] for line in said.splitlines() if "blind from" in line] == [
        "24 h)",
        "3 days)",
        "24 h)",
        "2 days)",
    ]
    assert said == done("show", "News") == done("show", "https://news.example/feed")


def test_a_source_that_was_never_read_is_not_called_watched() -> None:
    done("add", "hn", "--no-check")

    assert done("show", "1").endswith("\nNot watched yet: it was never read.\n")


def test_a_source_is_paused_resumed_and_removed_by_number_name_or_address() -> None:
    a_database().close()

    assert "Paused #1 News." in done("pause", "News")
    assert stored()[0].state is SourceState.PAUSED
    assert "Polling #1 News again." in done("resume", "#1")
    assert stored()[0].state is SourceState.ACTIVE
    assert "Removed #1 News." in done("remove", "https://news.example/feed")
    assert stored() == []
    assert "`quote-monitor sources list`" in refused("pause", "1")


@pytest.mark.parametrize("command", ["list", "export-opml", "show x", "pause x", "resume x", "remove x"])
def test_before_the_first_start_there_is_nothing_to_manage(command: str) -> None:
    assert isinstance(call(*command.split()).exception, StoreError)


def test_lists_of_feeds_come_and_go() -> None:
    for text in ("r/python", "@user@host.social", "hn:*", "https://news.example/feed"):
        done("add", text, "--no-check")
    before = [(one.kind, one.address, one.name, one.follow) for one in stored()]

    exported = done("export-opml")
    assert "0 added, 4 polled already." in done("import-opml", "-", given=exported.encode())
    done("export-opml", "list.opml")
    assert Path("list.opml").read_text("utf-8") == exported
    Path("q.db").unlink()

    assert "4 added, 0 polled already." in done("import-opml", "list.opml")
    assert [(one.kind, one.address, one.name, one.follow) for one in stored()] == before


class Site:
    """Answers in turn for each address; remembers what was asked."""

    def __init__(self, **answers: bytes | SourceError) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def __call__(self, request: Request) -> Page:
        self.asked.append(request.url)
        answer = next((answer for part, answer in self.answers.items() if part in request.url), FetchError("no"))
        if isinstance(answer, SourceError):
            raise answer
        return a_page(answer, url=request.url)


async def parse(kind: Kind, source: Source, page: Page) -> Reading:
    return kind.parse(source, page)


async def look(text: str, site: Site, *quotes: Quote) -> Tried:
    return await tried(text, fetch=site, parse=parse, quotes=quotes)


class Steps:
    """A kind that must ask twice before it has posts."""

    def request(self, source: Source) -> Request:
        return Request(url=f"https://host.example/{source.cursor or 'first'}", auth=None)

    def parse(self, source: Source, page: Page) -> Reading:
        del page
        return Reading(posts=(a_post("Hi"),)) if source.cursor else Reading(cursor="second", more=True)


async def test_a_source_of_several_steps_is_followed_to_its_posts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "KINDS", {SourceKind.MASTODON: Steps()})
    site = Site(host=b"")

    found = await look("@user@host.social", site)

    assert found.reading
    assert [post.text for post in found.reading.posts] == ["Hi"]
    assert site.asked == ["https://host.example/first", "https://host.example/second"]


async def test_a_page_that_only_looks_like_mastodon_is_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing(Steps):
        def request(self, source: Source) -> Request:
            return Request(url="https://blog.example/api")

    monkeypatch.setattr(trying, "KINDS", {**trying.KINDS, SourceKind.MASTODON: Missing()})
    site = Site(
        api=FetchError("answered 404"), tags=b"<link rel=alternate type=application/rss+xml href=/f>", f=rss("x")
    )

    found = await look("https://blog.example/tags/python", site)

    assert found.wanted.address == "https://blog.example/f"


async def test_a_host_that_asks_to_be_left_alone_is_not_asked_again() -> None:
    site = Site(reddit=RateLimited("answered 429", wait=timedelta(minutes=1)))

    with pytest.raises(InputError, match="r/python could not be read: answered 429"):
        await look("https://www.reddit.com/r/python", site)

    assert len(site.asked) == 1


async def test_a_source_that_follows_is_asked_for_a_tracked_quote() -> None:
    site = Site(news=rss("x"))

    found = await look("news:*", site, a_quote("Come get me, coward!"))
    assert found.query == "Come get me, coward!"
    assert "come+get+me+coward" in site.asked[0]

    nothing = await look("news:*", site)
    assert "none yet" in nothing.untried


async def test_what_needs_an_account_is_not_asked_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Signed(Steps):
        def request(self, source: Source) -> Request:
            return Request(url="https://host.example/", auth="bluesky")

    monkeypatch.setattr(trying, "KINDS", {SourceKind.BLUESKY: Signed()})
    site = Site()

    assert "signed by the account 'bluesky'" in (await look("bluesky:come get me", site)).untried
    assert site.asked == []


def test_a_source_that_is_there_is_looked_at_by_its_number_and_called_by_its_title(press: Press) -> None:
    done("add", press.url("/feed"), "--no-check", "--every", "15m")

    assert done("test", "1").splitlines()[0] == "Press"
    assert QUOTE in done("test", "#1")
    assert "No source is '7'" in refused("test", "7")


def test_what_is_left_out_of_a_list_is_said() -> None:
    listed = b'<opml version="2.0"><body><outline text="a" xmlUrl="gopher://a.example"/></body></opml>'

    assert done("import-opml", "-", given=listed).endswith("1 left out: its address is not for the web.\n")


def test_all_of_a_source_is_shown_in_words(press: Press) -> None:
    done("add", press.url("/feed"), "--every", "15m")

    shown = dict(
        line.split(maxsplit=1) for line in done("show", "1").splitlines() if line.startswith(("every", "follow"))
    )

    assert {key: value.strip() for key, value in shown.items()} == {"every": "15 min", "follow": "no"}
