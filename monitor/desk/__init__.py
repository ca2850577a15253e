"""What the bot's commands come to (`monitor/bot/desk`), a module a subject."""

from monitor.desk.base import Calibrated
from monitor.desk.chats import ChatDesk
from monitor.desk.quotes import QuoteDesk
from monitor.desk.sources import SourceDesk

__all__ = ["Calibrated", "StoreDesk"]


class StoreDesk(QuoteDesk, ChatDesk, SourceDesk):
    """Serves the commands of the bot from the store."""
