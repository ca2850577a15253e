"""What stands before every page: who asks, whether they may, and headers that keep other people's texts harmless.

The policy for content allows nothing that is written into a page to run or to be styled, and nothing from elsewhere:
CSP level 3, w3.org/TR/CSP3. It is the second line; the first is that templates escape everything.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

from monitor.web import exploring
from monitor.web.access import DATABASE, Access, Visitor, is_here, is_own_form, needed, of_role
from monitor.web.feeds import FEED, OVER, feed_token, may_read_feed
from monitor.web.roles import role_now
from monitor.web.site import VISITOR, Site

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Any, Send], Awaitable[None]]

SESSION_COOKIE = "quote_monitor_session"
REPLACED = 503, "The database was replaced by another: these pages begin anew with it. Try again in a moment."
DENIED, REFUSED = "quote_monitor.denied", "quote_monitor.refused"  # in the scope: why a page is not shown
FORMS = re.compile(r"/(sign-in|sign-out|match/\d+/verdict|quote/\d+/feed)")
NAME = re.compile(r"[A-Za-z_]\w{0,80}", re.ASCII)
LONGEST_QUERY = 4000  # bytes
LONGEST_FORM = 65_536  # bytes
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ALONE = re.compile(r"/quote/\d+(\.svg|/report)")  # files that bring their own style, since they are kept elsewhere
POLICY_ALONE = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with none at all, browsers do not tell where a form comes from
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-robots-tag": "noindex, nofollow",
}
# Datasette's parameters that ask about tables by way of others, or in a language of their own
FORBIDDEN_PARAMETERS = frozenset({"sql", "_where", "_through", "_searchmode", "_trace", "_context"})


class Guard:
    """Wraps the whole application (ASGI)."""

    def __init__(self, app: App, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        visitor = await self._visitor(scope, headers)
        path = scope["path"]
        scope = scope | {VISITOR: visitor, "actor": visitor.actor}
        needs = needed(path)
        refused = REPLACED if self._site.is_replaced() else self._refused(scope, headers)
        if refused:
            scope = _elsewhere(scope, {REFUSED: refused})
        elif path == FEED and visitor.access < Access.READ and (token := feed_token(scope["query_string"])):
            if not await may_read_feed(self._site, scope["query_string"], token):
                scope = _elsewhere(scope, {REFUSED: (403, OVER)})
        elif needs is not None and visitor.access < needs:
            scope = _elsewhere(scope, {DENIED: needs})
        elif needs is None:
            scope = _elsewhere(scope, {REFUSED: (404, "There is no such page.")})
        elif path.startswith(f"/{DATABASE}/"):
            scope = scope | {"query_string": exploring.asked(path, scope.get("query_string", b""))}
        await self._app(scope, receive, _answered(send, self._headers(path, visitor)))

    async def _visitor(self, scope: Scope, headers: dict[str, str]) -> Visitor:
        found = self._site.signing.in_session(_cookie(headers.get("cookie", "")), self._site.now())
        if found is not None:
            role = await role_now(self._site, found.user_id)
            if of_role(role) > Access.NOTHING:
                return Visitor(access=of_role(role), name=found.name, by=found.by, user_id=found.user_id, role=role)
        options = self._site.options
        client = (scope.get("client") or (None,))[0]
        if options.public or is_here(client, headers, options.public_url):
            return Visitor(access=Access.READ)
        return Visitor()

    def _refused(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        if len(scope.get("query_string", b"")) > LONGEST_QUERY:
            return 414, "This address is too long."
        if scope["method"] not in {"GET", "HEAD"} and not (
            scope["method"] == "POST" and FORMS.fullmatch(scope["path"])
        ):
            return 405, "This page can only be read."
        if scope["path"].startswith(f"/{DATABASE}"):
            return _exploring(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))
        if scope["method"] == "POST":
            if not is_own_form(headers, self._site.options.public_url):
                return 403, "This form was sent from another site: open the page here and try again."
            if not headers.get("content-length", "").isdigit() or int(headers["content-length"]) > LONGEST_FORM:
                return 413, "This form is too long."
        return None

    def _headers(self, path: str, visitor: Visitor) -> dict[str, str]:
        headers = dict(HEADERS)
        if ALONE.fullmatch(path):
            headers["content-security-policy"] = POLICY_ALONE
        if path.startswith("/static/"):
            headers["cache-control"] = "public, max-age=3600"
        elif self._site.options.public and not visitor.is_signed_in:
            headers["cache-control"] = "public, max-age=10"
        else:
            headers["cache-control"] = "private, no-store"
        if self._site.options.is_https:
            headers["strict-transport-security"] = "max-age=31536000"
        return headers


def _exploring(given: list[tuple[str, str]]) -> tuple[int, str] | None:
    """Return why Datasette is not asked this."""
    if any(name in FORBIDDEN_PARAMETERS for name, _ in given):
        return 403, "Such questions are not answered here."
    if not all(NAME.fullmatch(name) and _is_plain(name, value) for name, value in given):
        return 400, "This cannot be asked: a column is named by its plain name."
    return None


def _is_plain(name: str, value: str) -> bool:
    """Return whether a parameter of Datasette's that names a column names one; others may be anything."""
    return not name.startswith(("_facet", "_sort", "_col", "_nocol")) or bool(
        NAME.fullmatch(value) or value.isdecimal()
    )


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(SESSION_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _elsewhere(scope: Scope, why: dict[str, Any]) -> Scope:
    """Lead a request to the page that says why there is no other."""
    return scope | why | {"path": "/refused", "raw_path": b"/refused", "query_string": b"", "method": "GET"}


def _answered(send: Send, ours: dict[str, str]) -> Send:
    """Return `send` with our headers in the place of any others of their names."""

    async def answered(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            others: Iterable[tuple[bytes, bytes]] = message.get("headers", [])
            kept = [(name, value) for name, value in others if name.lower().decode("latin-1") not in ours]
            added = [(name.encode(), value.encode()) for name, value in ours.items()]
            message = message | {"headers": [*kept, *added]}
        await send(message)

    return answered
