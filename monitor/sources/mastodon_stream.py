"""Mastodon as a stream: a hashtag or a whole timeline of one instance, told by it as it is written.

An address is `#tag@host`, `public@host` or `local@host`, as for the polled kind (`mastodon.py`). Since Mastodon
4.2 an instance tells its streams only to members, so each host needs the access token of an account there
(`mastodon.tokens`). It goes into the `Authorization` header and nowhere else: addresses are shown and logged.

Facts: docs.joinmastodon.org/methods/streaming (`wss://HOST/api/v1/streaming?stream=…`; the payload of `update`
and `status.update` is a status as a JSON text, that of `delete` an id), and for what is not said there
github.com/mastodon/mastodon, streaming/index.js: `Authorization: Bearer` is accepted, public streams need no
scope, a refused subscription is told as `{"error": …, "status": …}` on a connection that stays open, and what the
account mutes, blocks or does not want to read (its languages) is left out. Nothing is said twice and there is no
place to read on from: what is said while nobody listens is lost to this kind, so the same place is best polled too.
A quiet tag says nothing for hours; that the connection lives is asked of it in `fetch/websocket.py`.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlencode

from monitor.core.errors import FetchError, ParseError, SourceError
from monitor.core.model import Event, Request, Source, SourceId
from monitor.sources import draft
from monitor.sources.jsonpage import object_in, text_in, whole_number_in
from monitor.sources.mastodon import Place, place
from monitor.sources.mastodon_status import draft_of, id_of

MOST_KNOWN = 50_000  # ids of one source that are remembered, so that a deletion, which names no more, is understood
HOW_TO_WRITE = "write #tag@host, public@host or local@host: an account is polled (@user@host)"


class MastodonStream:
    """The kind, with the access tokens of the settings: one for each host, which is in lower case."""

    REPEATS = False
    FALLS_SILENT = True

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._known: dict[SourceId, OrderedDict[str, str]] = {}

    def request(self, source: Source) -> Request:
        """Return where to connect, and the header that says who asks. Raises SourceError without a token for it."""
        where = _place(source)
        token = self._tokens.get(where.host)
        if token is None:
            raise SourceError(
                f"{where.host} tells its streams to members only: give the access token of an account there in the "
                f'settings, as mastodon.tokens = ["{where.host}=TOKEN"]'
            )
        asked = {"stream": "hashtag", "tag": where.tag} if where.tag else {"stream": _timeline(where)}
        return Request(
            url=f"wss://{where.host}/api/v1/streaming?{urlencode(asked)}",
            headers={"Authorization": f"Bearer {token}"},
        )

    def reader(self, source: Source) -> Callable[[str | bytes], Event | None]:
        """Return what reads the messages of a source; what it knows of ids outlives a connection."""
        known = self._known.setdefault(source.id, OrderedDict())
        return partial(_event_of, host=_place(source).host, known=known)


def _place(source: Source) -> Place:
    try:
        where = place(source.address)
    except ValueError:
        raise SourceError(f"not the address of a Mastodon stream: {HOW_TO_WRITE}") from None
    if where.user:
        raise SourceError(f"not the address of a Mastodon stream: {HOW_TO_WRITE}")
    return where


def _timeline(where: Place) -> str:
    return "public:local" if where.local else "public"


def _event_of(message: str | bytes, *, host: str, known: OrderedDict[str, str]) -> Event | None:
    """Read one message; None when it is about no post, or about one that is not known.

    Raises ParseError for what is no message of this wire, FetchError when it says that nothing will come.
    """
    told = _loaded(message)
    if not isinstance(told, dict):
        raise ParseError("a message that is not an event of Mastodon")
    if "error" in told:
        # the server's own words are not repeated: they may hold what was sent to it
        status = whole_number_in(told, "status")
        raise FetchError(f"{host} refuses the stream" + (f" ({status})" if status else ""))
    match text_in(told, "event"):
        case "update":
            return _status(told, host, known, is_edit=False)
        case "status.update":
            return _status(told, host, known, is_edit=True)
        case "delete":
            guid = known.pop(_deleted_id(told), None)
            return None if guid is None else Event(time_us=0, deleted=guid)
        case "":
            raise ParseError("a message that is not an event of Mastodon")
        case _:
            return None


def _status(told: Mapping[str, object], host: str, known: OrderedDict[str, str], *, is_edit: bool) -> Event | None:
    status = _payload(told)
    posts, skipped = draft.posts([status], lambda one: draft_of(one, host=host), address=f"https://{host}/")
    if skipped or not posts:
        raise ParseError("an event whose payload is not a status")
    own = object_in(status, "reblog") or status
    known[id_of(own)] = posts[0].guid
    known.move_to_end(id_of(own))
    while len(known) > MOST_KNOWN:
        known.popitem(last=False)
    return Event(time_us=0, post=posts[0], is_edit=is_edit)


def _payload(told: Mapping[str, object]) -> dict[str, object]:
    payload = told.get("payload")
    status = _loaded(payload) if isinstance(payload, str) else payload
    if not isinstance(status, dict):
        raise ParseError("an event whose payload is not a status")
    return status


def _deleted_id(told: Mapping[str, object]) -> str:
    payload = told.get("payload")
    return payload if isinstance(payload, str) else str(payload)


def _loaded(text: str | bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ParseError("a message that is not JSON") from None
