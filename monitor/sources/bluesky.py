"""Bluesky: the posts of one account, or those a search finds.

Addresses: `@handle` or `did:plc:…` for an account, `search:WORDS` for a search. An account's feed needs no
login (lexicon app.bsky.feed.getAuthorFeed); the search does, and its own makers ask for it to be used for
few, particular questions: everything at once is what Jetstream is for (github.com/bluesky-social/atproto
issues 3583 and 3891). Asked with `auth="bluesky"`, signed by `monitor/fetch/session.py`.

Both answer newest first, at most 100 posts a page, older ones behind a `cursor`. They sort by what the author
says was the time, so a post that arrives late stands among older ones: whole pages are read, and a search
reaches back `LATE` before what was seen. Replies are read, reposts are not: the reposted post is its
author's. Posts of people who ask not to be shown to everybody (`!no-unauthenticated`) are left out.

Lexicons: github.com/bluesky-social/atproto, lexicons/app/bsky/feed (getAuthorFeed, searchPosts, defs).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from monitor.core.errors import FetchError, ParseError
from monitor.core.model import Page, Post, Reading, Request, Source
from monitor.sources.atproto import is_did, is_handle, is_withheld, post_of_view, sorted_at
from monitor.sources.dates import moment
from monitor.sources.jsonpage import entries_of, loaded, object_in, text_in, words_of_refusal
from monitor.sources.newest_first import cursor_of, stepped, walk_at
from monitor.sources.queries import phrase, quoted, written_query

FEED = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed"
SEARCH = "https://bsky.social/xrpc/app.bsky.feed.searchPosts"
ACCOUNT = "bluesky"
SEARCH_PREFIX = "search:"
PER_PAGE = 100  # the most that both allow
MOST_POSTS = 1_000  # of a page that keeps no limit
LATE = timedelta(hours=1)  # a post may be indexed this much later than its author says it was written

_ADDRESS = re.compile(r"(?:@|https://bsky\.app/profile/)?([^\s/@?#]+)/?")


def request(source: Source) -> Request:
    """Return what to ask: the newest page, or the next one of the walk under way.

    Raises FetchError for an address that is neither an account nor a search.
    """
    walk = walk_at(source.cursor)
    onward = {"cursor": walk.onward} if walk.onward else {}
    if _is_search(source):
        since = {} if walk.floor is None else {"since": _time(walk.floor - LATE.total_seconds())}
        asked = {"q": _query(source), "sort": "latest", "limit": str(PER_PAGE), **since, **onward}
        return Request(url=f"{SEARCH}?{urlencode(asked)}", auth=ACCOUNT)
    asked = {"actor": _actor(source), "filter": "posts_with_replies", "limit": str(PER_PAGE), **onward}
    return Request(url=f"{FEED}?{urlencode(asked)}")


def parse(source: Source, page: Page) -> Reading:
    """Read a page of posts, oldest first.

    Raises ParseError when it is none, when no post on it can be read, and when an account is not to be shown.
    """
    name = "posts" if _is_search(source) else "feed"
    answer = loaded(page)
    if not isinstance(answer, dict) or name not in answer:
        said = words_of_refusal(answer)
        raise ParseError(f"Bluesky refuses: {said}" if said else f"JSON, but not a page of Bluesky: it has no {name}")
    items = [_Item.read(item, name) for item in reversed(entries_of(answer[name], of="posts", most=MOST_POSTS))]
    _check(items, is_account=name == "feed")
    marks = [item.mark for item in items if item.mark is not None]
    onward = (text_in(answer, "cursor") or None) if items else None
    walk = stepped(walk_at(source.cursor), marks, onward=onward, overlap=LATE // timedelta(seconds=1))
    return Reading(
        posts=tuple(item.post for item in items if item.post is not None),
        skipped=sum(item.is_unread or item.is_withheld for item in items),
        cursor=cursor_of(walk),
        more=walk.onward is not None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One item of a page: a post, a repost, one without words, one not to be shown, or none that can be read."""

    post: Post | None = None
    mark: int | None = None  # the time it is sorted by, in seconds since 1970
    is_unread: bool = False
    is_withheld: bool = False

    @classmethod
    def read(cls, item: object, page: str) -> "_Item":
        """Read an item of a page of `posts` (post views) or of `feed` (post views with a reason to be there)."""
        if not isinstance(item, dict):
            return cls(is_unread=True)
        view = item if page == "posts" else object_in(item, "post")
        reason = object_in(item, "reason")
        if text_in(reason, "$type").endswith("#reasonRepost"):
            return cls(mark=_seconds(moment(text_in(reason, "indexedAt"))))
        mark = _seconds(sorted_at(view))
        try:
            return cls(mark=mark, is_withheld=True) if is_withheld(view) else cls(mark=mark, post=post_of_view(view))
        except ValueError:
            return cls(mark=mark, is_unread=True)


def _check(items: Sequence[_Item], *, is_account: bool) -> None:
    """Raise ParseError for a page that would be taken for an empty one."""
    if items and all(item.is_unread for item in items):
        raise ParseError("a page of Bluesky on which no post can be read: its format has changed")
    if is_account and any(item.is_withheld for item in items) and not any(item.post for item in items):
        raise ParseError("this account asks not to be shown to people who are not signed in: its posts are left out")


def _is_search(source: Source) -> bool:
    return source.follow or source.address.strip().lower().startswith(SEARCH_PREFIX)


def _query(source: Source) -> str:
    """Return what to search for. Raises FetchError when there is nothing."""
    if source.follow:
        asked = quoted(phrase(source.query or ""))
    else:
        asked = written_query(source.address.strip()[len(SEARCH_PREFIX) :])
    if not asked:
        raise FetchError("there are no words to search for: the address should look like search:come get me")
    return asked


def _actor(source: Source) -> str:
    """Return the account as the API names it. Raises FetchError when the address is none."""
    found = _ADDRESS.fullmatch(source.address.strip())
    name = found[1] if found else ""
    if not is_did(name) and not is_handle(name):
        raise FetchError("not an account of Bluesky: it should look like @name.bsky.social, did:plc:… or search:WORDS")
    return name


def _seconds(time: datetime | None) -> int | None:
    return int(time.timestamp()) if time else None


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(max(seconds, 0), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
