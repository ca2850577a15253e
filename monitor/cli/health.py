"""`healthcheck`: for Docker and other keepers of processes."""

import sys
from datetime import UTC, datetime

import click

from monitor.cli import Options


@click.command()
@click.pass_obj
def healthcheck(options: Options) -> None:
    """Exit 0 when the monitor that uses this database is running and well, 1 when not."""
    from monitor.cli.common import configuration
    from monitor.heartbeat import ailment

    wrong = ailment(configuration(options).settings.database.path, now=datetime.now(UTC))
    click.echo(wrong or "well", err=bool(wrong))
    sys.exit(1 if wrong else 0)
