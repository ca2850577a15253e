"""`/quotes`: every tracked quote, the busiest first."""

from datasette.utils.asgi import Request, Response

from monitor.core.errors import InputError
from monitor.core.quotes import same_words
from monitor.web.queries import quotes
from monitor.web.site import Site

LONGEST_WORDS = 200


async def page(site: Site, request: Request) -> Response:
    """Show a page of the quotes."""
    words = (request.args.get("q") or "")[:LONGEST_WORDS]
    number = request.args.get("page") or "1"
    if not number.isdecimal() or len(number) > 6:
        raise InputError("A page is named by its number, such as page=2.")
    removed = request.args.get("removed") == "1"
    found = await site.read(
        quotes.quotes, await often(site), words=same_words(words), page=int(number), removed=removed
    )
    return await site.page("quotes.html", request, found=found, words=words, removed=removed)


async def often(site: Site) -> quotes.Often:
    """Return how often each quote was found, a minute old at most."""
    return await site.kept("often", lambda: site.read_patiently(quotes.often, site.now()))
