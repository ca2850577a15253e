"""`init`: a folder of commented settings, ready to edit."""

import shutil
from pathlib import Path

import click

from monitor.core.errors import SettingsError
from monitor.settings import FILES, defaults


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("config"))
def init(folder: Path) -> None:
    """Write monitor.toml, sources.toml and quotes.toml into FOLDER (./config).

    Files that are there already stay as they are.
    """
    for name in FILES:
        target = folder / name
        click.echo(f"{target} written." if _written(target) else f"{target} is there already and stays as it is.")
    click.echo(
        "\nNext: 1. talk to @BotFather in Telegram, /newbot, and copy the token\n"
        f"      2. put it into {folder / 'monitor.toml'} or QUOTE_MONITOR_TELEGRAM__TOKEN\n"
        f"      3. quote-monitor --config {folder} check\n"
        f"      4. quote-monitor --config {folder} run"
    )


def _written(target: Path) -> bool:
    """Write a default file unless it is there; say whether it was written."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            return False
        shutil.copyfile(defaults() / target.name, target)
    except OSError as error:
        raise SettingsError(f"{target} cannot be written: {error}.") from error
    return True
