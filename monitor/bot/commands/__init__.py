"""The commands: words in, one call, words out; a module a subject."""

from monitor.bot.commands.base import Call, Command, Run, unquoted
from monitor.bot.commands.directory import BY_NAME, CHECK, COMMANDS

__all__ = ["BY_NAME", "CHECK", "COMMANDS", "Call", "Command", "Run", "unquoted"]
