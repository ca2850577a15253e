"""Signing in by a link from the bot or the command line, signing out, and what robots are told.

Opening the link shows a button, and only pressing it signs in: programs that look at links ahead of people (Telegram's
own does) would use it up.
"""

from datetime import datetime

from datasette.utils.asgi import Request, Response

from monitor.signing import SESSION_LIFE, Pass
from monitor.web.access import Access, of_role
from monitor.web.guard import SESSION_COOKIE
from monitor.web.pages.problems import problem
from monitor.web.roles import role_now
from monitor.web.site import Site, visitor_of

OVER = (
    "This link is over or was used: ask the bot for a new one with /review, or run quote-monitor web --link"
    " where the monitor runs."
)


async def page(site: Site, request: Request) -> Response:
    """Show who a link signs in, and with the button pressed, sign in."""
    form = await request.post_vars() if request.method == "POST" else {}
    token = form.get("token") or request.args.get("token") or ""
    if not token and visitor_of(request).is_signed_in:
        return Response.redirect("/")
    if not token:
        return await site.page("signed_out.html", request, wants_more=True)
    found = _unused(site, token)
    if found is None:
        return await problem(site, request, 403, OVER)
    if of_role(await role_now(site, found.user_id)) is Access.NOTHING:
        return await problem(site, request, 403, "You have no role here any more: ask an owner for one.")
    if request.method != "POST":
        return await site.page("sign_in.html", request, one=found, token=token)
    site.used_links[found.number] = found.expires_at
    response = Response.redirect("/", status=303)
    _set_cookie(site, response, site.signing.session(found, site.now()), int(SESSION_LIFE.total_seconds()))
    return response


async def sign_out(site: Site, request: Request) -> Response:
    """Forget who this browser is of."""
    response = Response.redirect("/sign-in" if request.method == "POST" else "/", status=303)
    if request.method == "POST":
        _set_cookie(site, response, "", 0)
    return response


async def robots(site: Site, request: Request) -> Response:
    """Ask robots to stay away."""
    del site, request
    return Response.text("User-agent: *\nDisallow: /\n")


def _unused(site: Site, token: str) -> Pass | None:
    now: datetime = site.now()
    for number in [number for number, until in site.used_links.items() if until <= now]:
        del site.used_links[number]
    found = site.signing.signed_in(token, now)
    return None if found is None or found.number in site.used_links else found


def _set_cookie(site: Site, response: Response, value: str, seconds: int) -> None:
    response.set_cookie(
        SESSION_COOKIE, value, max_age=seconds, httponly=True, samesite="lax", secure=site.options.is_https
    )
