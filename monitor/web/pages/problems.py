"""Why a page is not shown, in one line that says what to do. Never an error's own words, unless we wrote them."""

from http import HTTPStatus

import structlog
from datasette.utils.asgi import Base400, Forbidden, NotFound, Request, Response
from datasette.views.base import DatasetteError

from monitor.core.errors import InputError, StoreError
from monitor.web.access import Access
from monitor.web.site import Site, TookTooLong, visitor_of

log = structlog.get_logger()

REFUSED, DENIED = "quote_monitor.refused", "quote_monitor.denied"
MISSING = "There is nothing here: it may never have been, or the address lost a part on its way."


async def refused(site: Site, request: Request) -> Response:
    """Show why the guard let a request go no further."""
    if REFUSED in request.scope:
        status, why = request.scope[REFUSED]
        return await problem(site, request, status, why)
    if visitor_of(request).is_signed_in or request.scope.get(DENIED) is None:
        return await problem(site, request, 403, "Your role does not let you see this: ask an owner for more.")
    return await site.page("signed_out.html", request, status=401, wants_more=visitor_of(request).access >= Access.READ)


async def told(site: Site, request: Request, error: Exception) -> Response:
    """Show what an error means for whoever asked."""
    status, why = meaning(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("a page failed", path=request.path, status=status, exc_info=error if status == 500 else None)
    return await problem(site, request, status, why)


def meaning(error: Exception) -> tuple[int, str]:
    """Return the HTTP status of an error, and what to say of it."""
    match error:
        case InputError():
            return 400, str(error)
        case NotFound():
            return 404, MISSING
        case PermissionError() | Forbidden():
            return 403, "This is shown to reviewers who signed in."
        case TookTooLong() | StoreError():
            busy = "The database cannot be read just now: try again in a moment."
            return 503, str(error) if isinstance(error, TookTooLong) else busy
        case DatasetteError() | Base400():
            status = getattr(error, "status", 400)  # Datasette says 500 to a column that is not there
            return status if status in range(400, 500) else 400, "This cannot be asked: check the address."
        case _:
            return 500, "Something went wrong here; it is in the log."


async def problem(site: Site, request: Request, status: int, why: str) -> Response:
    """Show one line."""
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": why, "status": status}, status=status)
    return await site.page("problem.html", request, status=status, title=HTTPStatus(status).phrase, why=why)
