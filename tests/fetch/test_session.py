"""Requests signed by an account: when a session is opened and renewed, where its tokens go, what is told of them."""

import asyncio
import json
import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from monitor.core.errors import FetchError, RateLimited, SourceGone
from monitor.core.model import Page, Request, Validators
from monitor.fetch import Account, SignedFetch
from monitor.fetch.addresses import Hop, parsed
from monitor.fetch.client import Answer
from monitor.fetch.session import LOGINS_AN_HOUR
from tests.fetch.servers import answer, fetching, redirect, running

PASSWORD = "abcd-efgh-ijkl-mnop"
SERVICE = "https://pds.example"
SEARCH = Request(url=f"{SERVICE}/xrpc/app.bsky.feed.searchPosts?q=x", auth="bluesky")


@dataclass
class FakeService:
    """A service with one account, whose access tokens are good until they are `expired`."""

    opened: int = 0
    renewed: int = 0
    good: str = ""
    refresh: str = ""
    expired_with: tuple[int, str] = (400, "ExpiredToken")
    can_renew: bool = True
    password: str = PASSWORD
    asked: list[Request] = field(default_factory=list)
    search: Answer | None = None
    session: dict[str, object] | None = None

    async def __call__(self, request: Request) -> Page | None:
        self.asked.append(request)
        return Page(url=request.url, body=b"unsigned")

    async def once(self, request: Request, *, posted: bytes | None = None) -> Answer:
        await asyncio.sleep(0)
        self.asked.append(request)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        method = request.url.rsplit(".", 1)[1]
        if method == "createSession":
            said = json.loads(posted or b"")
            if said != {"identifier": "ann.example", "password": self.password}:
                return self.says(401, {"error": "AuthenticationRequired", "message": f"not {said['password']}"})
            self.opened += 1
            return self.tokens(f"o{self.opened}")
        if method == "refreshSession":
            assert posted == b""
            if not self.can_renew or bearer != self.refresh:
                return self.says(400, {"error": "ExpiredToken"})
            self.renewed += 1
            return self.tokens(f"r{self.renewed}")
        if bearer != self.good:
            status, error = self.expired_with
            return self.says(status, {"error": error})
        return self.search or self.says(200, {"posts": []})

    def tokens(self, name: str) -> Answer:
        self.good, self.refresh = f"access.{name}", f"refresh.{name}"
        return self.says(200, self.session or {"accessJwt": self.good, "refreshJwt": self.refresh})

    def says(self, status: int, body: object) -> Answer:
        return Answer(hop=Hop(url=parsed(SERVICE)), status=status, headers={}, body=json.dumps(body).encode())

    def expire(self) -> None:
        self.good = "another"


def signing(service: FakeService, clock: object = None, **given: str) -> SignedFetch:
    account = Account(**({"identifier": "ann.example", "password": PASSWORD, "service": SERVICE} | given))
    return SignedFetch(service, {"bluesky": account}, clock=clock or (lambda: 0.0))  # type: ignore[arg-type]


async def test_a_request_without_an_account_goes_on_as_it_is() -> None:
    service = FakeService()
    asked = Request(url="https://news.example/feed", validators=Validators(etag='"1"'))

    page = await signing(service)(asked)

    assert page
    assert page.body == b"unsigned"
    assert service.asked == [asked]


async def test_one_session_signs_many_requests() -> None:
    service = FakeService()
    fetch = signing(service)

    pages = [await fetch(SEARCH) for _ in range(3)]

    assert [page.body for page in pages if page] == [b'{"posts": []}'] * 3
    assert service.opened == 1
    assert service.asked[-1].headers["Authorization"] == "Bearer access.o1"


async def test_requests_at_the_same_time_share_one_login_and_one_renewal() -> None:
    service = FakeService()
    fetch = signing(service)
    await asyncio.gather(*(fetch(SEARCH) for _ in range(5)))
    service.expire()

    await asyncio.gather(*(fetch(SEARCH) for _ in range(5)))

    assert (service.opened, service.renewed) == (1, 1)


@pytest.mark.parametrize("expired_with", [(400, "ExpiredToken"), (400, "InvalidToken"), (401, "AuthMissing")])
async def test_a_session_that_ended_is_renewed_and_the_request_repeated(expired_with: tuple[int, str]) -> None:
    service = FakeService(expired_with=expired_with)
    fetch = signing(service)
    await fetch(SEARCH)
    service.expire()

    page = await fetch(SEARCH)

    assert page
    assert (service.opened, service.renewed) == (1, 1)


async def test_a_session_that_cannot_be_renewed_is_opened_anew() -> None:
    service = FakeService()
    fetch = signing(service)
    await fetch(SEARCH)
    service.expire()
    service.can_renew = False

    assert await fetch(SEARCH)
    assert (service.opened, service.renewed) == (2, 0)


async def test_a_request_that_is_wrong_does_not_end_the_session() -> None:
    service = FakeService()
    service.search = service.says(400, {"error": "BadQueryString"})
    fetch = signing(service)

    for _ in range(2):
        with pytest.raises(FetchError, match="answered 400 Bad Request"):
            await fetch(SEARCH)

    assert (service.opened, service.renewed) == (1, 0)


async def test_what_an_answer_means_is_the_same_with_and_without_an_account() -> None:
    service = FakeService()
    fetch = signing(service)
    service.search = replace(service.says(200, {}), status=410)
    with pytest.raises(SourceGone):
        await fetch(SEARCH)
    service.search = replace(service.says(200, {}), status=502)
    with pytest.raises(FetchError, match="answered 502"):
        await fetch(SEARCH)


async def test_without_an_account_the_settings_that_are_missing_are_named() -> None:
    with pytest.raises(FetchError) as caught:
        await SignedFetch(FakeService(), {})(SEARCH)

    assert str(caught.value) == "needs bluesky.identifier and bluesky.app_password in the settings"


async def test_a_refused_login_says_what_to_check_and_nothing_of_the_password() -> None:
    with pytest.raises(FetchError) as caught:
        await signing(FakeService(password="another"))(SEARCH)

    assert "check bluesky.identifier and bluesky.app_password" in str(caught.value)
    assert PASSWORD not in repr(caught.value)


async def test_a_wrong_password_is_tried_only_a_few_times_an_hour() -> None:
    now = 0.0
    service = FakeService(password="another")
    fetch = signing(service, clock=lambda: now)
    for _ in range(LOGINS_AN_HOUR):
        with pytest.raises(FetchError, match="refused"):
            await fetch(SEARCH)
        now += 60

    with pytest.raises(RateLimited) as caught:
        await fetch(SEARCH)
    assert caught.value.wait == timedelta(seconds=3600 - now)
    assert len(service.asked) == LOGINS_AN_HOUR

    now = 3600.0
    with pytest.raises(FetchError, match="refused"):
        await fetch(SEARCH)


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/xrpc/app.bsky.feed.searchPosts",
        "http://pds.example/xrpc/app.bsky.feed.searchPosts",
        "https://pds.example:8443/xrpc/app.bsky.feed.searchPosts",
        "https://pds.example.evil.example/",
    ],
)
async def test_a_token_goes_to_its_own_service_only(url: str) -> None:
    service = FakeService()

    with pytest.raises(FetchError, match="its own service only"):
        await signing(service)(Request(url=url, auth="bluesky"))
    assert service.asked == []


@pytest.mark.parametrize(
    "session",
    [
        {"did": "did:x:y"},
        {"accessJwt": "a\r\nX: y", "refreshJwt": "b"},
        {"accessJwt": 1, "refreshJwt": "b"},
        {"accessJwt": "a"},
    ],
)
async def test_a_session_without_usable_tokens_is_an_error(session: dict[str, object]) -> None:
    with pytest.raises(FetchError, match="a session that cannot be used"):
        await signing(FakeService(session=session))(SEARCH)


async def test_nothing_shows_a_secret() -> None:
    service = FakeService()
    fetch = signing(service)
    await fetch(SEARCH)
    session = fetch._sessions["bluesky"]

    shown = repr([session._account, session._tokens, fetch, Hop(url=parsed(SERVICE), headers={"a": "access.o1"})])

    assert PASSWORD not in shown
    assert "access." not in shown
    assert "refresh." not in shown


SESSION = json.dumps({"accessJwt": "access.1", "refreshJwt": "refresh.1"}).encode()
PATHS = ("/xrpc/com.atproto.server.createSession", "/xrpc/app.bsky.feed.searchPosts?q=x")


async def test_a_session_is_opened_and_used_over_http(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(pages={PATHS[0]: answer(SESSION), PATHS[1]: answer(b"found")}) as server, fetching() as http:
        account = Account(identifier="ann.example", password=PASSWORD, service=server.url(""))
        page = await SignedFetch(http, {"bluesky": account})(Request(url=server.url(PATHS[1]), auth="bluesky"))

    assert page
    assert page.body == b"found"
    login, search = server.asked
    assert login.method == "POST"
    assert login.headers["content-type"] == "application/json"
    assert json.loads(login.body) == {"identifier": "ann.example", "password": PASSWORD}
    assert "authorization" not in login.headers
    assert search.method == "GET"
    assert search.headers["authorization"] == "Bearer access.1"
    assert PASSWORD not in caplog.text
    assert "access.1" not in caplog.text


async def test_a_renewal_over_http_is_a_post_without_a_body() -> None:
    async def renewed(writer: asyncio.StreamWriter) -> None:
        server.pages[PATHS[1]] = answer(b"found")
        writer.write(answer(SESSION, headers={"Connection": "close"}))
        await writer.drain()

    pages = {
        PATHS[0]: answer(SESSION),
        PATHS[1]: answer(b'{"error":"ExpiredToken"}', status=400),
        "/xrpc/com.atproto.server.refreshSession": renewed,
    }
    async with running(pages=pages) as server, fetching() as http:
        account = Account(identifier="ann.example", password=PASSWORD, service=server.url(""))
        page = await SignedFetch(http, {"bluesky": account})(Request(url=server.url(PATHS[1]), auth="bluesky"))

    assert page
    assert page.body == b"found"
    assert (server.asked[2].method, server.asked[2].body) == ("POST", b"")
    assert server.asked[2].headers["content-length"] == "0"
    assert server.asked[2].headers["authorization"] == "Bearer refresh.1"


@pytest.mark.parametrize("moved", PATHS)
async def test_nothing_signed_or_posted_follows_a_redirect(moved: str) -> None:
    pages = {PATHS[0]: answer(SESSION), PATHS[1]: answer(b"found"), moved: redirect("/elsewhere", 307)}
    async with running(pages=pages) as server, fetching() as http:
        account = Account(identifier="ann.example", password=PASSWORD, service=server.url(""))
        with pytest.raises(FetchError, match="a signed request is not redirected"):
            await SignedFetch(http, {"bluesky": account})(Request(url=server.url(PATHS[1]), auth="bluesky"))

    assert "/elsewhere" not in [asked.target for asked in server.asked]


async def test_a_login_is_not_sent_into_a_private_network() -> None:
    async with fetching() as http:
        account = Account(identifier="ann.example", password=PASSWORD, service="http://127.0.0.3")
        with pytest.raises(FetchError, match=r"(?i)public|private|network"):
            await SignedFetch(http, {"bluesky": account})(Request(url="http://127.0.0.3/x", auth="bluesky"))


async def test_an_error_that_explains_itself_at_length_is_cut_off() -> None:
    pages = {PATHS[0]: answer(SESSION), PATHS[1]: answer(b"x" * 5000, status=400)}
    async with running(pages=pages) as server, fetching(max_bytes=2048) as http:
        account = Account(identifier="ann.example", password=PASSWORD, service=server.url(""))
        with pytest.raises(FetchError, match="sent more than"):
            await SignedFetch(http, {"bluesky": account})(Request(url=server.url(PATHS[1]), auth="bluesky"))
