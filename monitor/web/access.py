"""Who may see what of the review pages. Plain functions of values.

Readers see the history. Whoever signed in to review also sees who did what, and gives verdicts. Who is on this
machine reads without signing in, as long as nothing says that others may be behind the connection: a proxy on this
machine connects from it too, and so does a browser here that another site leads astray (DNS rebinding).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from monitor.core.people import Role, UserId

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
DATABASE = "explore"
OPEN_TABLES = frozenset(
    {"match_history", "matches", "match_daily", "posts", "post_versions", "quotes", "variants", "schema_notes"}
)
"""What readers may explore: nothing of people, of chats, and of addresses that may hold a secret."""


class Access(IntEnum):
    """How much somebody may do."""

    NOTHING = 0
    READ = 1
    REVIEW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever asks for a page."""

    access: Access = Access.NOTHING
    name: str = ""
    by: str = ""  # how the person is written down; empty: not signed in
    user_id: UserId | None = None  # None: not signed in
    role: Role = Role.STRANGER

    @property
    def is_signed_in(self) -> bool:
        return bool(self.by)

    @property
    def actor(self) -> dict[str, object] | None:
        """Who Datasette takes a signed-in visitor for."""
        return {"id": self.by, "access": self.access.value} if self.by else None

    @property
    def may_review(self) -> bool:
        return self.access >= Access.REVIEW


REVIEWERS = frozenset({Role.OWNER, Role.EDITOR, Role.REVIEWER})
READERS = REVIEWERS | {Role.SUBSCRIBER}


def of_role(role: Role) -> Access:
    """Return what a person of a role may do after signing in."""
    if role in REVIEWERS:
        return Access.REVIEW
    return Access.READ if role in READERS else Access.NOTHING


# The first that fits the path decides. What is not listed is not there.
RULES: tuple[tuple[re.Pattern[str], Access], ...] = tuple(
    (re.compile(pattern), access)
    for pattern, access in (
        (r"/static/[a-z.-]{1,40}", Access.NOTHING),
        (r"/(sign-in|sign-out|robots\.txt|favicon\.ico)", Access.NOTHING),
        (r"/(audit|match/\d+/verdict|quote/\d+/feed)", Access.REVIEW),
        (r"/(match|quote)/\d+/evidence\.zip", Access.REVIEW),  # holds addresses of sources, which may hold secrets
        (r"/(matches\.(csv|jsonl|atom)|quote/\d+(\.svg|/report))", Access.READ),
        (r"/(|matches|quotes|coverage|(match|quote)/\d+)", Access.READ),
        (rf"/{DATABASE}(\.json)?(/.*)?", Access.READ),  # table by table: `may_explore`
    )
)


def needed(path: str) -> Access | None:
    """Return what a path needs; None: there is no such page."""
    return next((access for pattern, access in RULES if pattern.fullmatch(path)), None)


def may_explore(access: Access, table: str) -> bool:
    """Return whether a table may be looked at as it is."""
    return access >= Access.REVIEW or (access >= Access.READ and table in OPEN_TABLES)


def of_actor(actor: object) -> Access:
    """Return what somebody may do whom the guard let pass; who is not signed in reads."""
    return Access(actor["access"]) if isinstance(actor, dict) else Access.READ


def is_here(client: str | None, headers: Mapping[str, str], public_url: str | None) -> bool:
    """Return whether a request surely comes from a person on this machine.

    `client` is the address that connected; `headers` have lower-case names.
    """
    if public_url and not _is_loopback(urlsplit(public_url).hostname):
        return False
    return (
        _is_loopback(client)
        and _is_loopback(urlsplit(f"//{headers.get('host', '')}").hostname)
        and not any(name in headers for name in FORWARDED)
    )


def is_own_form(headers: Mapping[str, str], public_url: str | None) -> bool:
    """Return whether a form was sent from one of our own pages, as the browser tells."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    ours = {headers.get("host"), urlsplit(public_url).netloc if public_url else None}
    return (urlsplit(origin).netloc or origin) in ours


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
