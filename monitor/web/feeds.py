"""Feeds for readers that cannot sign in: an address with a signed token that reads one quote's feed, nothing else.

It ends after a year, when it is revoked, and with the role of whom it was made for.
"""

from urllib.parse import parse_qsl

from monitor.core.model import QuoteId
from monitor.store.feed_addresses import by_number
from monitor.web.access import REVIEWERS
from monitor.web.roles import role_now
from monitor.web.site import Site

FEED = "/matches.atom"
TOKEN = "token"  # noqa: S105 - the name of the parameter
OVER = "This feed address is over, was revoked, or lost a part on its way: make a new one on the quote's page."


def feed_token(query: bytes) -> str:
    """Return the token in the query of an address; empty: there is none."""
    return dict(_pairs(query)).get(TOKEN, "")


async def may_read_feed(site: Site, query: bytes, token: str) -> bool:
    """Return whether a token lets somebody read what the address asks for: one quote's whole feed."""
    asked = sorted(_pairs(query))
    if [name for name, _ in asked] != ["quote", TOKEN] or not _is_number(asked[0][1]):
        return False
    now = site.now()
    number = site.signing.in_feed(token, QuoteId(int(asked[0][1])), now)
    address = await site.read(by_number, number) if number else None
    return address is not None and address.is_good(now) and await role_now(site, address.user_id) in REVIEWERS


def _pairs(query: bytes) -> list[tuple[str, str]]:
    return parse_qsl(query.decode("latin-1"), keep_blank_values=True)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
