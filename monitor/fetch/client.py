"""The fetch itself: hop by hop, each through the guard and with its host's leave, all within one deadline."""

import asyncio
import ssl
import time
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self, cast

import httpx

from monitor.core.errors import FetchError, NoAnswer, NotThere, RateLimited, SourceGone
from monitor.core.evidence import kept_headers
from monitor.core.model import Page, Request, Validators
from monitor.fetch.addresses import PERMANENT, REDIRECTS, Hop, next_hop, parsed, shown, without_userinfo
from monitor.fetch.body import ACCEPT_ENCODING, read_body, too_large
from monitor.fetch.guard import GuardedBackend, Resolver, system_resolver
from monitor.fetch.hosts import Hosts, said
from monitor.fetch.network import Network
from monitor.fetch.options import FetchOptions
from monitor.fetch.problems import TROUBLES, is_silence, said_of
from monitor.fetch.transport import GuardedTransport
from monitor.fetch.wishes import UNNAMED_WAIT, max_age, retry_after, used_up

EXPLAINED = frozenset({HTTPStatus.OK, HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED})
LONGEST_VALIDATOR = 1024  # characters; what we are made to send back is bounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for one hop; the body is read for 200, and where an error has to be told apart for `EXPLAINED`."""

    hop: Hop
    status: int
    headers: Mapping[str, str]  # names in any case
    body: bytes = field(default=b"", repr=False)


class HttpFetch:
    """`core.ports.Fetch` over HTTP/1.1. An async context manager; leaving it closes all connections.

    `clock` gives seconds and drives the pauses of hosts; `tls` replaces the public certificate authorities; while
    `room` is not set, nothing is asked: what was fetched still waits to be read.
    """

    def __init__(
        self,
        settings: FetchOptions,
        *,
        resolve: Resolver = system_resolver,
        clock: Callable[[], float] = time.monotonic,
        tls: ssl.SSLContext | None = None,
        room: asyncio.Event | None = None,
    ) -> None:
        self.network = Network()
        self._room = room
        self._settings = settings
        self._hosts = Hosts(
            spacing=settings.host_spacing, per_host=settings.host_concurrency, total=settings.concurrency, clock=clock
        )
        backend = GuardedBackend(resolve=resolve, allow=settings.allow_networks)
        tls = tls or httpx.create_ssl_context(trust_env=False)
        self._connections = GuardedTransport(backend, tls=tls, idle=settings.concurrency)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connections.aclose()

    async def __call__(self, request: Request) -> Page | None:
        """Return the page, or None when it has not changed. Raises FetchError or SourceGone, nothing else."""
        hop = Hop(url=parsed(request.url), headers=_asked(request))
        moved_to: str | None = None
        only_permanent = True
        left = self._settings.deadline.total_seconds()
        for _ in range(self._settings.max_redirects + 1):
            answer, left = await self._ask(hop, left)
            if answer.status not in REDIRECTS:
                return page_of(answer, moved_to=moved_to)
            hop = next_hop(hop, _location(answer))
            only_permanent = only_permanent and answer.status in PERMANENT
            moved_to = str(hop.url) if only_permanent else moved_to
        raise FetchError(f"redirects more than {self._settings.max_redirects} times")

    async def once(self, request: Request, *, posted: bytes | None = None) -> Answer:
        """Return the answer to one signed request, or to JSON `posted`, whatever its status; see `page_of`.

        For `monitor/fetch/session.py`: an error's body is read too, because it says whether to sign anew, and
        what is signed goes where it was meant to go or nowhere: a redirect is an error. Raises FetchError.
        """
        hop = Hop(url=parsed(request.url), headers=_asked(request))
        answer, _ = await self._ask(hop, self._settings.deadline.total_seconds(), posted=posted, read=EXPLAINED)
        if answer.status in REDIRECTS:
            raise FetchError(f"{_answered(answer.status)}: a signed request is not redirected")
        return answer

    async def _ask(
        self,
        hop: Hop,
        left: float,
        *,
        posted: bytes | None = None,
        read: frozenset[HTTPStatus] = frozenset({HTTPStatus.OK}),
    ) -> tuple[Answer, float]:
        """Return the answer of one hop and the seconds left after it. Waiting for the host's turn costs none."""
        loop = asyncio.get_running_loop()
        async with self._hosts.turn(hop.host):
            if self._room is not None:
                await self._room.wait()
            started = loop.time()
            has_answered = False
            try:
                async with asyncio.timeout(left):
                    response = await self._sent(hop, posted)
                    has_answered = True
                    self.network.answered(hop.host)
                    answer = await self._answer(hop, response, read)
            except NoAnswer:
                self.network.silent(hop.host)
                raise
            except TimeoutError as error:
                words = f"did not answer within {said(self._settings.deadline)}"
                raise self._trouble(hop, words, is_silent=not has_answered) from error
            except TROUBLES as error:
                silent = not has_answered and is_silence(error)
                raise self._trouble(hop, f"{hop.host} {said_of(error)}", is_silent=silent) from error
            self._respect(answer)
        return answer, left - (loop.time() - started)

    def _trouble(self, hop: Hop, words: str, *, is_silent: bool) -> FetchError:
        if not is_silent:
            return FetchError(words)
        self.network.silent(hop.host)
        return NoAnswer(words)

    async def _sent(self, hop: Hop, posted: bytes | None) -> httpx.Response:
        """Return the head of the answer; its body is not read yet."""
        headers = {"user-agent": self._settings.user_agent, "accept": "*/*", **_lower(hop.headers)}
        headers["accept-encoding"] = ACCEPT_ENCODING
        if hop.url.userinfo:
            headers["authorization"] = _basic(hop.url.username, hop.url.password)
        method = "GET" if posted is None else "POST"
        request = httpx.Request(method, without_userinfo(hop.url), headers=headers, content=posted)
        return await self._connections.handle_async_request(request)

    async def _answer(self, hop: Hop, response: httpx.Response, read: frozenset[HTTPStatus]) -> Answer:
        try:
            body = await self._body(response) if response.status_code in read else b""
        finally:
            await response.aclose()
        return Answer(hop=hop, status=response.status_code, headers=response.headers, body=body)

    async def _body(self, response: httpx.Response) -> bytes:
        most = self._settings.max_bytes
        length = response.headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > most:
            raise too_large(most)
        encoding = response.headers.get("content-encoding", "")
        async with aclosing(cast("AsyncGenerator[bytes]", response.aiter_raw())) as chunks:
            return await read_body(chunks, encoding=encoding, max_bytes=most)

    def _respect(self, answer: Answer) -> None:
        """Leave the host alone for as long as its answer asks. Raises RateLimited when it refused this request."""
        now = datetime.now(UTC)
        host = answer.hop.host
        if answer.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            wait = retry_after(answer.headers, now=now)
            if wait is None and answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                wait = UNNAMED_WAIT
            if wait is not None:
                self._hosts.hold(host, wait)
                raise RateLimited(f"{_answered(answer.status)}: asks to be left alone for {said(wait)}", wait=wait)
        elif (wait := used_up(answer.headers, now=now)) is not None:
            self._hosts.hold(host, wait)


def _asked(request: Request) -> dict[str, str]:
    """Return the headers of the first hop."""
    headers = dict(request.headers)
    if request.validators.etag:
        headers["if-none-match"] = request.validators.etag
    if request.validators.last_modified:
        headers["if-modified-since"] = request.validators.last_modified
    return headers


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _basic(name: str, password: str) -> str:
    """Return what signs a request with a name and a password (RFC 7617)."""
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode("ascii")


def page_of(answer: Answer, *, moved_to: str | None = None) -> Page | None:
    """Return what the last answer of a fetch means. Raises FetchError or SourceGone for all but 200 and 304."""
    match answer.status:
        case HTTPStatus.OK:
            return Page(
                url=str(without_userinfo(answer.hop.url)),
                body=answer.body,
                content_type=answer.headers.get("content-type", ""),
                validators=_validators(answer.headers),
                moved_to=moved_to,
                max_age=max_age(answer.headers),
                status=answer.status,
                headers=kept_headers(answer.headers),
            )
        case HTTPStatus.NOT_MODIFIED if _is_conditional(answer.hop):
            return None
        case HTTPStatus.GONE:
            raise SourceGone(_answered(answer.status))
        case _:
            where = f" at {shown(answer.hop.url)}" if answer.hop.is_redirected else ""
            error = NotThere if answer.status == HTTPStatus.NOT_FOUND else FetchError
            raise error(_answered(answer.status) + where)


def _is_conditional(hop: Hop) -> bool:
    """Return whether "not modified" is an answer to what was asked; to a first look it would hide every post."""
    return any(name.lower() in ("if-none-match", "if-modified-since") for name in hop.headers)


def _location(answer: Answer) -> str:
    location = answer.headers.get("location", "").strip()
    if not location:
        raise FetchError(f"{_answered(answer.status)} without saying where to")
    return location


def _validators(headers: Mapping[str, str]) -> Validators:
    return Validators(etag=_sendable(headers.get("etag")), last_modified=_sendable(headers.get("last-modified")))


def _sendable(value: str | None) -> str | None:
    """Return a header's value when it may be sent back as it is."""
    return value if value and value.isascii() and value.isprintable() and len(value) <= LONGEST_VALIDATOR else None


def _answered(status: int) -> str:
    """Return a status in words. They are ours: the server's own could say anything."""
    try:
        return f"answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"answered {status}"
