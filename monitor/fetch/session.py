"""Requests signed by an account: a session is opened when it is first needed, renewed when it ends, and kept in memory.

Facts: createSession takes an identifier and a password (an app password, never the account's own) and gives
an `accessJwt`, which signs requests until it expires, and a `refreshJwt`, with which refreshSession gives
a new pair once (docs.bsky.app/docs/api/com-atproto-server-create-session and -refresh-session). A token that has
ended is answered with 400 and `ExpiredToken`, or 401. Bluesky allows 30 createSession in five minutes and 300 a
day for an account (docs.bsky.app/docs/advanced-guides/rate-limits); here they are `LOGINS_AN_HOUR` at most, so
that a wrong password does not lock anybody out.

A token goes to the account's own service and nowhere else. Neither tokens nor the password are in any text
that leaves this module.
"""

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Protocol

from monitor.core.errors import FetchError, RateLimited
from monitor.core.model import Page, Request
from monitor.fetch.addresses import is_same_origin
from monitor.fetch.client import Answer, page_of
from monitor.fetch.hosts import said

SERVICE = "https://bsky.social"
LOGINS_AN_HOUR = 4
HOUR = 3600.0  # seconds
ENDED = frozenset(["ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"])

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,8192}")


class Ask(Protocol):
    """The guarded way out, as `HttpFetch` is."""

    async def __call__(self, request: Request) -> Page | None:
        """Fetch a page as `core.ports.Fetch` promises."""

    async def once(self, request: Request, *, posted: bytes | None = None) -> Answer:
        """Return the answer to one request, never redirected. Raises FetchError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who signs requests."""

    identifier: str  # a handle, a DID, or the e-mail address of the account
    password: str = field(repr=False)
    service: str = SERVICE


@dataclass(frozen=True, slots=True)
class _Tokens:
    access: str = field(repr=False)
    refresh: str = field(repr=False)


class SignedFetch:
    """`core.ports.Fetch` that signs the requests that name an account; the others go on as they are.

    `accounts` by the name that `Request.auth` gives; `clock` counts seconds.
    """

    def __init__(
        self, fetch: Ask, accounts: Mapping[str, Account], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._sessions = {name: _Session(fetch, name, account, clock=clock) for name, account in accounts.items()}

    async def __call__(self, request: Request) -> Page | None:
        """Return the page, or None when it has not changed. Raises FetchError or SourceGone, nothing else."""
        if request.auth is None:
            return await self._fetch(request)
        session = self._sessions.get(request.auth)
        if session is None:
            raise FetchError(f"needs {settings_of(request.auth)} in the settings")
        return page_of(await session.ask(request))


class _Session:
    """The session of one account."""

    def __init__(self, fetch: Ask, name: str, account: Account, *, clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._name = name
        self._account = account
        self._clock = clock
        self._tokens: _Tokens | None = None
        self._changing = asyncio.Lock()  # one request at a time opens or renews the session
        self._logins: deque[float] = deque(maxlen=LOGINS_AN_HOUR)

    async def ask(self, request: Request) -> Answer:
        """Return the answer to a signed request; when the session has ended, it is renewed and asked once more."""
        if not is_same_origin(request.url, self._account.service):
            raise FetchError(f"the account {self._name} signs requests to its own service only")
        tokens = await self._current()
        answer = await self._fetch.once(_signed(request, tokens.access))
        if not _has_ended(answer):
            return answer
        tokens = await self._renewed(tokens)
        return await self._fetch.once(_signed(request, tokens.access))

    async def _current(self) -> _Tokens:
        async with self._changing:
            if self._tokens is None:
                self._tokens = await self._login()
            return self._tokens

    async def _renewed(self, ended: _Tokens) -> _Tokens:
        """Return tokens newer than those that ended, which another request may have got meanwhile."""
        async with self._changing:
            if self._tokens is None or self._tokens == ended:
                self._tokens = None  # a refresh token is good for one renewal, whether its answer arrives or not
                self._tokens = await self._refresh(ended) or await self._login()
            return self._tokens

    async def _refresh(self, ended: _Tokens) -> _Tokens | None:
        """Return new tokens, or None when the session cannot be renewed and must be opened anew."""
        asked = _signed(Request(url=self._method("refreshSession")), ended.refresh)
        answer = await self._fetch.once(asked, posted=b"")
        return _tokens_in(answer) if answer.status == HTTPStatus.OK else None

    async def _login(self) -> _Tokens:
        """Return the tokens of a new session. Raises RateLimited when there were too many, FetchError when refused."""
        self._count_login()
        body = json.dumps({"identifier": self._account.identifier, "password": self._account.password}).encode()
        request = Request(url=self._method("createSession"), headers={"Content-Type": "application/json"})
        answer = await self._fetch.once(request, posted=body)
        match answer.status:
            case HTTPStatus.OK:
                return _tokens_in(answer)
            case HTTPStatus.BAD_REQUEST | HTTPStatus.UNAUTHORIZED:
                raise FetchError(f"the login was refused: check {settings_of(self._name)} in the settings")
            case _:
                raise FetchError(f"the login was answered with status {answer.status}")

    def _count_login(self) -> None:
        now = self._clock()
        if len(self._logins) == LOGINS_AN_HOUR and (left := self._logins[0] + HOUR - now) > 0:
            wait = timedelta(seconds=left)
            raise RateLimited(f"{LOGINS_AN_HOUR} logins in an hour are enough: the next in {said(wait)}", wait=wait)
        self._logins.append(now)

    def _method(self, name: str) -> str:
        return f"{self._account.service}/xrpc/com.atproto.server.{name}"


def settings_of(name: str) -> str:
    """Return the names of the settings of an account."""
    return f"{name}.identifier and {name}.app_password"


def _signed(request: Request, token: str) -> Request:
    return replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})


def _has_ended(answer: Answer) -> bool:
    """Whether an answer says that the token is no longer good, and not that the request is wrong."""
    match answer.status:
        case HTTPStatus.UNAUTHORIZED:
            return True
        case HTTPStatus.BAD_REQUEST:
            return _field(answer, "error") in ENDED
        case _:
            return False


def _tokens_in(answer: Answer) -> _Tokens:
    """Return the tokens of a session. Raises FetchError for what could not go into a header."""
    access, refresh = _field(answer, "accessJwt"), _field(answer, "refreshJwt")
    if not (_TOKEN.fullmatch(access) and _TOKEN.fullmatch(refresh)):
        raise FetchError("answered the login with a session that cannot be used")
    return _Tokens(access, refresh)


def _field(answer: Answer, name: str) -> str:
    try:
        said_so = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    value = said_so.get(name) if isinstance(said_so, dict) else None
    return value if isinstance(value, str) else ""
