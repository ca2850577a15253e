"""The command line: one module a group of commands, loaded only when one of them is used."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import click

from monitor import __version__

# command: the module beside this one that defines it, and what help says; listed in the order of a first day
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Show the whole program at work on sample feeds. Needs no token and no internet."),
    "init": ("setup", "Write commented settings into a folder, ready to edit."),
    "check": ("check", "Try the settings, the database, the token, the channel and every source."),
    "run": ("run", "Poll, match, record and alert until stopped."),
    "once": ("run", "Do a single round and exit; for cron."),
    "quotes": ("quotes", "List, add, change and remove tracked quotes."),
    "sources": ("sources", "Say what is polled, and see how it is."),
    "replay": ("replay", "Match the stored posts again, with the quotes and rules of now."),
    "matches": ("matches", "Show where quotes appeared."),
    "alerts": ("alerts", "Show what was told to whom, and what still waits."),
    "export": ("export", "Write the matches to a file: CSV, JSONL, Parquet, Atom, a chart or a report."),
    "evidence": ("evidence", "Pack what proves a match: what was received, byte for byte."),
    "verify": ("evidence", "Check an evidence pack, offline, or the chain in the database."),
    "scan": ("scan", "Find quotes in files of posts: grep for quotes."),
    "web": ("web", "Serve the review pages: the history, to read, search and judge."),
    "audit": ("audit", "List who changed what."),
    "backup": ("care", "Copy the database into a file or folder, verified, while the monitor runs."),
    "restore": ("care", "Put a backup in the place of the database."),
    "doctor": ("care", "Look the database through: whole, in agreement with itself, room to grow."),
    "prune": ("care", "Forget posts in which no quote was found, as the settings say."),
    "healthcheck": ("health", "Exit 0 when the monitor of this database is well, 1 when not."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is given before the command's name."""

    folder: Path | None = None
    database: Path | None = None


class Lazy(click.Group):
    """A group whose commands are imported when they are used, so that each starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"monitor.cli.{COMMANDS[cmd_name][0]}")
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-c",
    "--config",
    "folder",
    type=click.Path(path_type=Path),
    envvar="QUOTE_MONITOR_CONFIG",
    help="The folder of monitor.toml, sources.toml and quotes.toml. Default: ./config, else the built-in settings.",
)
@click.option(
    "-d",
    "--database",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Use this database instead of the one in the settings.",
)
@click.version_option(__version__, prog_name="quote-monitor")
@click.pass_context
def cli(ctx: click.Context, folder: Path | None, database: Path | None) -> None:
    """Tell where a quote appears, in whatever words, the moment it does."""
    ctx.obj = Options(folder=folder, database=database)
