"""The parts of the documents that the code knows: made from it, and compared with it by the tests.

A document holds each between `<!-- begin NAME -->` and `<!-- end NAME -->`. `make docs` writes them anew.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from monitor.bot.commands import COMMANDS
from monitor.bot.roles import OF_THE_CHAT, PRIVATELY, Access, allowed
from monitor.cli import cli
from monitor.core import errors
from monitor.core.people import Role
from monitor.settings import Section, Settings, SourceEntry
from tests.docs import alert_forms, dialogues

DOCS = Path(__file__).parents[2] / "docs"


def command_line() -> str:
    """Return what every command says of itself."""
    return "\n".join(_commands(cli, "quote-monitor"))


def _commands(command: click.Command, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    if isinstance(command, click.Group):
        if command is not cli:
            yield f"### `{name}`\n\n{command.help}\n"
        else:
            yield from _described(command, name, context, level=3)
        for one in command.list_commands(context):
            found = command.get_command(context, one)
            assert found
            yield from _commands(found, f"{name} {one}")
    else:
        yield from _described(command, name, context, level=3 if name.count(" ") == 1 else 4)


def _described(command: click.Command, name: str, context: click.Context, *, level: int) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"{'#' * level} `{name} {usage}`\n\n{_plain(command.help or '')}\n"
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    for option in options:
        names = ", ".join(f"`{one}`" for one in [*option.opts, *option.secondary_opts])
        yield f"- {names}: {_plain(option.help or '')}"
    if options:
        yield ""


def telegram_commands() -> str:
    """Return what every command of the bot says of itself."""
    return "\n\n".join(f"### `/{command.name}`\n\n```text\n{command.text}\n```" for command in COMMANDS)


def roles() -> str:
    """Return a table of who may give which command of the bot."""
    ladder = (Role.SUBSCRIBER, Role.REVIEWER, Role.EDITOR, Role.OWNER)
    rows = ["| command | open | " + " | ".join(ladder) + " |", "|---" * (len(ladder) + 2) + "|"]
    for command in COMMANDS:
        mark = "²" if command.name in PRIVATELY else "¹" if command.name in OF_THE_CHAT else ""
        may = [allowed(command.needs, Role.STRANGER, Access.OPEN)]
        may += [allowed(command.needs, role, Access.PRIVATE) for role in ladder]
        rows.append(f"| `/{command.name}`{mark} | " + " | ".join("✓" if yes else "" for yes in may) + " |")
    return "\n".join(rows)


def settings() -> str:
    """Return a table of every setting of monitor.toml."""
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for section, field in Settings.model_fields.items():
        table = field.annotation
        assert isinstance(table, type)
        assert issubclass(table, Section)
        default = table().model_dump(mode="json")
        rows += [
            f"| `{section}.{key}` | {_value(default[key])} | {known.description} |"
            for key, known in table.model_fields.items()
        ]
    return "\n".join(rows)


def source_keys() -> str:
    """Return the keys of an entry in sources.toml."""
    return ", ".join(f"`{key}`" for key in SourceEntry.model_fields)


def error_tree() -> str:
    """Return the tree of errors as its module draws it."""
    found = re.search(r"```\n(.*?)```", errors.__doc__ or "", re.DOTALL)
    assert found
    return f"```\n{found[1]}```"


def _value(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"P.*T?.*", value):  # an ISO 8601 duration, as pydantic writes it
        return f"`{_duration(value)}`"
    return "–" if value in (None, "", [], (), {}) else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _duration(value: str) -> str:
    return value.removeprefix("P").removeprefix("T").lower()


def _plain(text: str) -> str:
    return " ".join(text.replace("\b", "").split())


def alert() -> str:
    """Return an alert as the bot renders it, for pages that show HTML."""
    return alert_forms.shown(alert_forms.telling(alert_forms.usual()))


PARTS: dict[str, tuple[tuple[str, ...], Callable[[], str]]] = {
    "alert": (("../README.md", "guide.md"), alert),
    "alert forms": (("guide.md",), alert_forms.page),
    "dialogues": (("guide.md",), dialogues.page),
    "roles": (("commands.md",), roles),
    "telegram commands": (("commands.md",), telegram_commands),
    "command line": (("commands.md",), command_line),
    "settings": (("operate.md",), settings),
    "source keys": (("operate.md",), source_keys),
    "errors": (("architecture.md",), error_tree),
}


def with_part(text: str, name: str, part: str) -> str:
    """Return a document with one of its parts replaced."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    before, _, rest = text.partition(begin)
    after = rest.partition(end)[2]
    return f"{before}{begin}\n{part}\n{end}{after}"


def write() -> None:
    """Write every part anew."""
    for name, (documents, made) in PARTS.items():
        for document in documents:
            path = DOCS / document
            path.write_text(with_part(path.read_text("utf-8"), name, made()), "utf-8")


if __name__ == "__main__":
    write()
