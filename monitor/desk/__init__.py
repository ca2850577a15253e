"""What the bot's commands come to (`monitor/bot/desk`), a module a subject."""

from monitor.desk.base import Calibrated
from monitor.desk.chats import ChatDesk
from monitor.desk.history import HistoryDesk
from monitor.desk.people import PeopleDesk, SignIn
from monitor.desk.quotas import Quotas
from monitor.desk.quotes import QuoteDesk
from monitor.desk.review import ReviewDesk
from monitor.desk.sources import SourceDesk

__all__ = ["Calibrated", "Quotas", "SignIn", "StoreDesk"]


class StoreDesk(QuoteDesk, HistoryDesk, ChatDesk, PeopleDesk, ReviewDesk, SourceDesk):
    """Serves the commands of the bot from the store."""
