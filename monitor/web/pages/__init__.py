"""The pages: a module each, or a few that belong together. `ROUTES` tells which address is which."""

from collections.abc import Awaitable, Callable

from datasette.utils.asgi import Request, Response

from monitor.web.pages import (
    audit,
    coverage,
    explore,
    feed,
    files,
    match,
    matches,
    overview,
    problems,
    quote,
    quotes,
    sign_in,
)
from monitor.web.site import Site

Page = Callable[[Site, Request], Awaitable[Response]]

COUNTED: tuple[Callable[[Site], Awaitable[object]], ...] = (
    overview.glance,
    overview.sources,
    quotes.often,
    matches.choices,
)
"""What pages show that takes long to count: kept ready."""

ROUTES: tuple[tuple[str, Page], ...] = (
    (r"/", overview.page),
    (r"/matches", matches.page),
    (r"/matches\.(?P<form>csv|jsonl|atom)", files.matches),
    (r"/match/(?P<number>\d{1,18})", match.page),
    (r"/match/(?P<number>\d{1,18})/verdict", match.verdict),
    (r"/quotes", quotes.page),
    (r"/quote/(?P<number>\d{1,18})", quote.page),
    (r"/quote/(?P<number>\d{1,18})\.svg", files.chart),
    (r"/quote/(?P<number>\d{1,18})/report", files.printable),
    (r"/quote/(?P<number>\d{1,18})/feed", feed.page),
    (r"/(?P<what>match|quote)/(?P<number>\d{1,18})/evidence\.zip", files.evidence),
    (r"/coverage", coverage.page),
    (r"/explore", explore.page),
    (r"/audit", audit.page),
    (r"/sign-in", sign_in.page),
    (r"/sign-out", sign_in.sign_out),
    (r"/robots\.txt", sign_in.robots),
    (r"/refused", problems.refused),
)
