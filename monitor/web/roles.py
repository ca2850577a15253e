"""Which role somebody has at this moment, whatever it was when a link was made."""

from monitor.core.people import Role, UserId
from monitor.signing import OPERATOR
from monitor.store.database import Database
from monitor.web.site import Site


async def role_now(site: Site, user_id: UserId) -> Role:
    """Return the role of a person."""
    if user_id == OPERATOR or user_id in site.options.owners:
        return Role.OWNER
    return await site.read(_role, user_id)


def _role(db: Database, user_id: UserId) -> Role:
    return Role(db.value("SELECT role FROM members WHERE user_id = ?", user_id) or Role.STRANGER)
