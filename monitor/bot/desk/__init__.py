"""What the bot asks of the rest of the program, a module a subject. Every command is one call of one of these."""

from typing import Protocol

from monitor.bot.desk.chats import ChatDesk
from monitor.bot.desk.history import HistoryDesk
from monitor.bot.desk.people import PeopleDesk
from monitor.bot.desk.quotes import QuoteDesk
from monitor.bot.desk.review import ReviewDesk
from monitor.bot.desk.sources import SourceDesk


class Desk(QuoteDesk, HistoryDesk, ChatDesk, PeopleDesk, ReviewDesk, SourceDesk, Protocol):
    """Serves the commands. All of it raises InputError, whose text is the answer, and StoreError.

    `by` says who asks, as `telegram:123456` with the numeric user id.
    """
