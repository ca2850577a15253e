"""The pages over a store with a little of everything in it, asked in this process: no server, no network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from monitor.core.model import ChatKind, Keep, SourceKind, WantedQuote, WantedSource, WantedVariant
from monitor.core.people import Role, UserId
from monitor.matching import Matcher
from monitor.signing import Signing, signing_beside
from monitor.store import SqliteStore, open_store
from tests.builders import NOON, a_finding, a_poll, a_post

pytest.importorskip("datasette", reason="the extra `web` is not installed")

from monitor.web.server import built
from monitor.web.site import Site, SiteOptions

HERE, AWAY = ("127.0.0.1", 4000), ("203.0.113.9", 4000)
QUOTE = "Come get me, coward! I'm waiting for you here."
POSTS = (
    f"Dares him: “{QUOTE}” he said.",
    "As retold on the radio: “Come and get me, coward! I'm waiting for you here.” It has been quoted since.",
    "“Come get me,” he said. “I'm waiting for you here.”",
    "He shouted: come get me coward, I am waiting for you here!",
)
ANN = UserId(7001)


def filled(store: SqliteStore, posts: tuple[str, ...] = POSTS, **more: object) -> None:
    """Put a source, a quote and what the real matcher finds in `posts` into a store."""
    store.seed_sources([WantedSource(kind=SourceKind.FEED, address="https://news.example/feed.xml", name="News")], NOON)
    store.seed_sources(
        [
            WantedSource(kind=SourceKind.FEED, address="https://news.example/feed.xml", name="News"),
            WantedSource(kind=SourceKind.BLUESKY, address="news.example", name="Sky", keep=Keep.ALL),
        ],
        NOON,
    )
    variant = WantedVariant(text="Ven por mí, cobarde, aquí te espero", lang="es")
    quote = store.track(WantedQuote(text=QUOTE, speaker="Gustavo Petro", variants=(variant,)), by="ann", at=NOON)
    store.subscribe("@channel", ChatKind.CHANNEL, "Alerts", by="ann", at=NOON)
    matcher = Matcher([quote])
    sources = store.active_sources()
    for number, text in enumerate(posts):
        post = a_post(text, **({"author": f"Ann {number}", "lang": "en"} | more))
        source = sources[number % len(sources)]
        arrivals = store.unseen(source, [post])
        findings = [a_finding(match) for match in matcher.find([arrival.post for arrival in arrivals])]
        at = NOON + timedelta(minutes=number)
        store.record(
            a_poll(
                source, started_at=at, finished_at=at + timedelta(seconds=1), next_poll_at=at + timedelta(minutes=9)
            ),
            arrivals,
            findings,
        )


class Clock:
    """The pages' clock, moved by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON + timedelta(minutes=30))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with matches of quote 1 in two sources; Ann (7001) reviews."""
    path = tmp_path / "quotes.db"
    with open_store(path, now=lambda: NOON) as store:
        filled(store)
        made_member(store, ANN, Role.REVIEWER)
    return path


def made_member(store: SqliteStore, user: UserId, role: Role) -> None:
    """Give somebody a role, as the bot would."""
    with store._db.writing():
        store._db.change(
            "INSERT INTO members (user_id, name, role, added_at, added_by) VALUES (?, 'Ann', ?, ?, 'test')"
            " ON CONFLICT (user_id) DO UPDATE SET role = excluded.role",
            user, role, NOON,
        )  # fmt: skip


class Browser:
    """Asks for pages as one person's browser would, cookies and all."""

    def __init__(self, site: Site, client: httpx.AsyncClient) -> None:
        self.site = site
        self.client = client

    async def get(self, address: str, **more: object) -> httpx.Response:
        return await self.client.get(address, **more)  # type: ignore[arg-type]

    async def post(
        self, address: str, form: dict[str, str], *, page: str = "/sign-in", **more: object
    ) -> httpx.Response:
        """Send a form with the token against forgery that `page` holds."""
        token = token_in((await self.get(page)).text)
        return await self.client.post(address, data={"csrftoken": token} | form, **more)  # type: ignore[arg-type]

    async def sign_in(self, user: UserId = ANN, role: Role = Role.REVIEWER) -> httpx.Response:
        """Open a link from the bot and press the button."""
        link = self.site.signing.sign_in_link("", user_id=user, name="Ann", role=role, now=self.site.now())
        return await self.post("/sign-in", {"token": link.partition("token=")[2]}, page=link)


def token_in(html: str) -> str:
    """Return the token against forgery in a page's form; empty when there is none."""
    return html.partition('name="csrftoken" value="')[2].partition('"')[0]


@asynccontextmanager
async def browser(
    path: Path, clock: Clock, *, client: tuple[str, int] = HERE, host: str = "127.0.0.1:8010", **options: object
) -> AsyncIterator[Browser]:
    """Serve the pages over a database and open a browser at `client`."""
    given = {"database": path, "zone": ZoneInfo("UTC")} | options
    async with built(SiteOptions(**given), now=clock) as (app, site):  # type: ignore[arg-type]
        transport = httpx.ASGITransport(app, client=client)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as http:
            yield Browser(site, http)


@pytest.fixture
async def here(path: Path, clock: Clock) -> AsyncIterator[Browser]:
    """A person on the monitor's machine."""
    async with browser(path, clock) as opened:
        yield opened


@pytest.fixture
async def away(path: Path, clock: Clock) -> AsyncIterator[Browser]:
    """A person elsewhere, nothing being public."""
    async with browser(path, clock, client=AWAY) as opened:
        yield opened


@pytest.fixture
async def reviewer(away: Browser) -> Browser:
    """Ann, signed in from elsewhere."""
    await away.sign_in()
    return away


@pytest.fixture
def signing(path: Path) -> Signing:
    return signing_beside(path)
