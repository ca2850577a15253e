"""`/quote/N/feed`: makes and revokes the address at which a reviewer's feed reader reads a quote's matches."""

import secrets
from functools import partial

from datasette.utils.asgi import Request, Response

from monitor.core.errors import InputError
from monitor.core.feeds import FeedAddress
from monitor.core.model import QuoteId
from monitor.core.people import Role
from monitor.store.feed_addresses import good
from monitor.web.access import Visitor
from monitor.web.feeds import FEED, TOKEN
from monitor.web.site import Site, visitor_of
from monitor.web.texts import query

NOT_YOURS = "Only owners revoke the addresses of others."


async def page(site: Site, request: Request) -> Response:
    """Make an address, or revoke the one the form names, and show the quote again."""
    quote_id = QuoteId(int(request.url_vars["number"]))
    if request.method == "POST":
        form, who, now = await request.post_vars(), visitor_of(request), site.now()
        if "revoke" in form:
            address = await _named(site, quote_id, form["revoke"])
            if not may_revoke(who, address):
                raise InputError(NOT_YOURS)
            await site.call(partial(site.store.revoke_feed_address, address.id, by=who.by, at=now))
        else:
            assert who.user_id is not None, "only who signed in comes here"
            make = partial(site.store.make_feed_address, secrets.token_hex(8), quote_id)
            await site.call(partial(make, user_id=who.user_id, by=who.by, at=now))
    return Response.redirect(f"/quote/{quote_id}#feed", status=303)


async def addresses(site: Site, request: Request, quote_id: int) -> list[tuple[FeedAddress, str | None]]:
    """Return the good addresses of a quote that a reviewer may know of, the own one written out."""
    who = visitor_of(request)
    if not who.may_review:
        return []
    found = await site.read(good, quote_id, site.now())
    pages = site.pages(request) or ""
    return [
        (
            one,
            f"{pages}{FEED}{query({'quote': quote_id, TOKEN: site.signing.feed_token(one)})}"
            if is_own(who, one)
            else None,
        )
        for one in found
        if may_revoke(who, one)
    ]


def is_own(who: Visitor, address: FeedAddress) -> bool:
    """Return whether an address was made for whoever asks."""
    return who.user_id == address.user_id


def may_revoke(who: Visitor, address: FeedAddress) -> bool:
    """Return whether somebody may revoke an address: the own one, and as an owner any."""
    return is_own(who, address) or who.role is Role.OWNER


async def _named(site: Site, quote_id: QuoteId, number: str) -> FeedAddress:
    for address in await site.read(good, quote_id, site.now()):
        if str(address.id) == number:
            return address
    raise InputError("This address was revoked already.")
