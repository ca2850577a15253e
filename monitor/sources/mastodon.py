"""Mastodon: the public posts ("statuses") of an account, a hashtag or a whole timeline, asked of one instance.

An address is `@user@host`, `#tag@host`, `public@host` (all an instance knows of) or `local@host` (its own
accounts). No token is sent, so an instance that shows its timelines to members only answers 401, and one
that switched a timeline off answers with an empty list, which reads like silence.

An account is looked up once; its number is kept in the cursor. The first read takes the newest page. From
then on `min_id` walks forward, oldest first, page by page, so a burst of any size is read to its end.
Ids tell the time at which a status was created, in milliseconds, in all but their last 16 bits. A status
of another server comes in some time after it was written, yet with an id of that time, so it would appear
behind a reader who only ever looks ahead. Therefore each poll starts `LATE` before the newest id; what is
read twice is recorded once. A boost is read as the post it boosts.

API: docs.joinmastodon.org/methods/timelines, /methods/accounts (40 statuses a page at most, 20 unless
asked), /entities/Status, /entities/Quote. Limit: 300 requests in five minutes from one address
(docs.joinmastodon.org/api/rate-limits). Ids: github.com/mastodon/mastodon, lib/mastodon/snowflake.rb.
What a status says is read in `mastodon_status.py`.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import quote, urlencode

from monitor.core.errors import ParseError, SourceError
from monitor.core.model import Page, Reading, Request, Source
from monitor.sources import draft
from monitor.sources.jsonpage import entries_of, loaded, text_in, words_of_refusal
from monitor.sources.mastodon_status import draft_of, id_of
from monitor.sources.text import one_line

LATE = timedelta(minutes=5)  # how long a status may be under way between servers and still be read
ASKED = 40  # statuses a page
FULL = 20  # a page with so many may be followed by another: what a server sends that ignores what was asked
MOST = 200  # of one page; more is no answer to our question

HOW_TO_WRITE = "write @user@host, #tag@host, public@host or local@host, with host as in social.example"

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"({_LABEL}(?:\.{_LABEL})*)(?::([1-9][0-9]{{0,4}}))?", re.ASCII)
_USER = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_])?", re.ASCII)
_TAG = re.compile(r"[\w\u00b7\u30fb\u200c]{1,200}")  # letters of any script, and what stands between them
_FIRST_TIMED_ID = 10**12 << 16  # older instances count their first statuses instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an address names: one account, one tag, or else a whole timeline, of one instance."""

    host: str  # in lower case, with its port if one was given
    user: str = ""
    tag: str = ""
    local: bool = False


def place(address: str) -> Place:
    """Return what an address names. Raises ValueError, saying how to write one."""
    name, at, host = address.strip().rpartition("@")
    if not at:
        raise ValueError(f"not a Mastodon address: {HOW_TO_WRITE}")
    host = _host(host.lower())
    if name in ("public", "local"):
        return Place(host=host, local=name == "local")
    if name.startswith("@") and _USER.fullmatch(name[1:]):
        return Place(host=host, user=name[1:])
    if name.startswith("#") and _TAG.fullmatch(name[1:]):
        return Place(host=host, tag=name[1:])
    raise ValueError(f"not a Mastodon address: {HOW_TO_WRITE}")


def request(source: Source) -> Request:
    """Return what to ask of an instance: who an account is, or the next statuses. Raises SourceError."""
    where, progress = _place(source), _progress(source)
    if where.user and progress.account is None:
        path, asked = "accounts/lookup", {"acct": where.user}
    else:
        path, asked = _timeline(where, progress)
        if (after := _after(progress, source)) is not None:
            asked["min_id"] = after
    return Request(
        url=f"https://{where.host}/api/v1/{path}?{urlencode(asked)}",
        headers={"Accept": "application/json"},
    )


def parse(source: Source, page: Page) -> Reading:
    """Read the answer to `request(source)`: an account, which only moves the cursor, or statuses.

    Pure. Raises ParseError when the page as a whole is neither; a status that cannot be read is skipped.
    """
    where, progress = _place(source), _progress(source)
    answer = loaded(page)
    if where.user and progress.account is None:
        return _account(where, progress, answer)
    statuses = entries_of(answer, of="statuses", most=MOST)
    ids = [found for status in statuses if (found := id_of(status))]
    if statuses and not ids:
        raise ParseError("a list, but not of statuses: nothing in it has an id and content")
    posts, skipped = draft.posts(statuses, lambda status: draft_of(status, host=where.host), address=page.url)
    after = _after(progress, source)
    last = _latest(ids)
    walking = after is not None and len(statuses) >= FULL and _order(last) > _order(after)
    reached = replace(progress, newest=_latest([*ids, progress.newest or ""]), at=last if walking else None)
    return Reading(posts=posts, skipped=skipped, cursor=_written(reached), more=walking)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    """How far a source was read; its cursor, with empty fields left out."""

    account: str | None = None  # the number of the account on its instance
    newest: str | None = None  # the latest id seen; None: never read; empty: read, and there was nothing
    at: str | None = None  # how far the walk that is under way has come


def _place(source: Source) -> Place:
    try:
        return place(source.address)
    except ValueError as error:
        raise SourceError(str(error)) from error


def _host(host: str) -> str:
    """Return a host name as it may stand in a URL, with nothing else in it."""
    match = _HOST.fullmatch(host)
    if match is None or len(match[1]) > 253 or int(match[2] or 0) > 65_535:
        hint = "" if host.isascii() else "; a name in other letters is written as xn--…"
        raise ValueError(f"not the name of a host: {HOW_TO_WRITE}{hint}")
    return host


def _timeline(where: Place, progress: _Progress) -> tuple[str, dict[str, str]]:
    """Return the path of a timeline below /api/v1/, and what is asked of it."""
    asked = {"limit": str(ASKED)}
    if where.user:
        return f"accounts/{progress.account}/statuses", {"exclude_reblogs": "true", **asked}
    if where.tag:
        return f"timelines/tag/{quote(where.tag, safe='')}", asked
    return "timelines/public", ({"local": "true", **asked} if where.local else asked)


def _after(progress: _Progress, source: Source) -> str | None:
    """Return the id from which on statuses are asked for; None asks for the newest page.

    A timeline that was empty has no newest id: then it is the time of the last look that counts.
    """
    if progress.at is not None:
        return progress.at
    if progress.newest is None:
        return None
    if progress.newest:
        return _earlier(progress.newest)
    if source.last_success_at is None:
        return "0"
    return _earlier(str(int(source.last_success_at.timestamp() * 1000) << 16))


def _earlier(status_id: str) -> str:
    """Return the id `LATE` before a given one, or the same where ids tell no time."""
    if not status_id.isdecimal() or int(status_id) < _FIRST_TIMED_ID:
        return status_id
    return str(int(status_id) - (LATE // timedelta(milliseconds=1) << 16))


def _latest(ids: Iterable[str]) -> str:
    return max(ids, key=_order, default="")


def _order(status_id: str) -> tuple[int, str]:
    """Order ids as their instance does: they are strings of digits, and a longer one is later."""
    return len(status_id), status_id


def _account(where: Place, progress: _Progress, answer: object) -> Reading:
    """Read who an account is: from now on its statuses are asked for by its number."""
    number = id_of(answer, needs="acct")
    if not number or not isinstance(answer, dict):
        said = words_of_refusal(answer)
        raise ParseError(f"the server refuses: {said}" if said else "JSON, but not an account")
    handle = f"@{where.user}@{where.host}"
    name = one_line(text_in(answer, "display_name"), draft.LONGEST_NAME)
    title = f"{name} ({handle})" if name else handle
    return Reading(title=title, cursor=_written(replace(progress, account=number)), more=True)


def _written(progress: _Progress) -> str:
    fields = {"account": progress.account, "newest": progress.newest, "at": progress.at}
    return json.dumps({name: value for name, value in fields.items() if value is not None}, separators=(",", ":"))


def _progress(source: Source) -> _Progress:
    """Return how far a source was read. A cursor that is none of ours counts as read up to the last look."""
    if source.cursor is None:
        return _Progress()
    try:
        fields = json.loads(source.cursor)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        return _Progress(newest="")
    account, newest, at = (text_in(fields, name) if name in fields else None for name in ("account", "newest", "at"))
    return _Progress(account=account, newest=newest, at=at)
