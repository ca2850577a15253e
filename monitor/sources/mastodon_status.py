"""What a Mastodon status says: its warning, its text, its poll, its pictures' texts, its link, the post it quotes.

Content is HTML, of which the text is read as its readers see it; everything else is plain text. Entities:
docs.joinmastodon.org/entities/Status, /MediaAttachment (`description`), /PreviewCard, /Poll, /Quote (the
quoted status is there only when its author agreed).
"""

import re
from collections.abc import Iterator, Mapping

from monitor.sources.dates import moment
from monitor.sources.draft import Draft, Stretch
from monitor.sources.jsonpage import object_in, objects_in, text_in
from monitor.sources.text import from_markup, from_text

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)  # "not guaranteed to be a number"

Status = Mapping[str, object]


def id_of(entity: object, *, needs: str = "content") -> str:
    """Return the id of a status, or nothing for what is no status: every one has content, be it empty."""
    if not isinstance(entity, dict) or not isinstance(entity.get(needs), str):
        return ""
    found = text_in(entity, "id")
    return found if _ID.fullmatch(found) else ""


def draft_of(status: object, *, host: str) -> Draft:
    """Return what a status says; of a boost, what the boosted status says. Raises ValueError for no status.

    `host` is the instance that told it. The guid is the address a status has among all servers, so that it
    is the same whichever instance tells it.
    """
    if not isinstance(status, dict) or not id_of(status):
        raise ValueError("a status is an object with an id and content")
    told = object_in(status, "reblog") or status
    if not (status_id := id_of(told)):
        raise ValueError("a boosted status has an id and content")
    uri = text_in(told, "uri")
    return Draft(
        id=uri or f"{status_id}@{host}",
        link=text_in(told, "url") or uri,
        author=_handle(told, host),
        published_at=moment(text_in(told, "created_at")),
        lang=text_in(told, "language"),
        stretches=(*_said(told), *_quoted(told)),
    )


def _handle(status: Status, host: str) -> str:
    """Return who wrote a status, with the server: an instance leaves it out for accounts of its own."""
    acct = text_in(object_in(status, "account"), "acct")
    if not acct:
        return ""
    return f"@{acct}" if "@" in acct else f"@{acct}@{host}"


def _said(status: Status) -> Iterator[Stretch]:
    content = from_markup(text_in(status, "content"))
    yield "spoiler", _plain(status, "spoiler_text")
    yield "text", content.text
    yield "poll", "\n".join(_plain(option, "title") for option in objects_in(object_in(status, "poll"), "options"))
    for alt in content.alts:
        yield "alt", alt
    for attachment in objects_in(status, "media_attachments"):
        yield "alt", _plain(attachment, "description")
    card = object_in(status, "card")
    yield "link card", _plain(card, "title")
    yield "link card", _plain(card, "description")


def _quoted(status: Status) -> Iterator[Stretch]:
    """Yield what the quoted status says. What that one quotes in turn is not in the answer, only its id."""
    quote = object_in(status, "quote")
    if text_in(quote, "state") != "accepted":
        return
    for _, text in _said(object_in(quote, "quoted_status")):
        yield "quoted post", text


def _plain(holder: Mapping[str, object], key: str) -> str:
    return from_text(text_in(holder, key)).text
