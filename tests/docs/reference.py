"""The parts of the documents that the code knows: made from it, and compared with it by the tests.

A document holds each between `<!-- begin NAME -->` and `<!-- end NAME -->`. `make docs` writes them anew.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import click

from monitor.bot import alert_texts
from monitor.bot.commands import COMMANDS
from monitor.cli import cli
from monitor.core import errors
from monitor.core.model import Alert, AlertId, AlertState, Appearance, Chat, ChatId, ChatKind, MatchId
from monitor.matching import Matcher
from monitor.settings import Section, Settings, SourceEntry
from tests.builders import NOON, a_post, a_quote

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
    post = a_post(
        "As retold on the radio: “Come and get me, coward!” the president said. “I am waiting for you here.” "
        "It has been quoted loosely ever since.",
        author="M. Oduya",
        url="https://ledger.example/n/2",
        published_at=NOON,
    )
    match = Matcher([a_quote("Come get me, coward! I'm waiting for you here.")]).find([post])[0]
    appearance = Appearance(
        match_id=MatchId(1),
        quote_id=match.quote.id,
        quote=match.quote.text,
        variant=None,
        text=post.text,
        spans=match.spans,
        part="summary",
        score=match.score,
        tier=match.tier,
        kind=match.kind,
        explanation=match.explanation,
        source="The Evening Ledger",
        url=post.url,
        author=post.author,
        published_at=post.published_at,
        first_seen_at=NOON + timedelta(minutes=2),
        seen_before=12,
        first_appeared_at=NOON - timedelta(days=525),
        first_appeared_in="Harbor Wire",
    )
    told = Alert(
        id=AlertId(1),
        chat=Chat(id=ChatId(1), address="@quote_alerts", kind=ChatKind.CHANNEL),
        thread_id=None,
        appearance=appearance,
        state=AlertState.PENDING,
        attempts=0,
        created_at=NOON,
    )
    markup = alert_texts.alert(told).replace("<u>", "<ins>").replace("</u>", "</ins>")
    return "<blockquote>\n" + markup.replace("\n", "<br>\n") + "\n</blockquote>"


PARTS: dict[str, tuple[tuple[str, ...], Callable[[], str]]] = {
    "alert": (("../README.md", "guide.md"), alert),
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
