"""`run` and `once`: the monitor at work."""

import asyncio

import click

from monitor.cli import Options
from monitor.cli.common import configuration, counting, start_logging, stopped_by_signals
from monitor.settings import Configuration

no_telegram = click.option("--no-telegram", is_flag=True, help="Only poll, match and record; tell nobody.")


@click.command()
@no_telegram
@click.pass_obj
def run(options: Options, no_telegram: bool) -> None:
    """Poll the sources, record where quotes appear and alert through Telegram, until stopped.

    SIGTERM or Ctrl-C ends it cleanly: nothing is half-written, and alerts that were not sent are kept
    and sent at the next start.
    """
    read = configuration(options)
    start_logging(read)
    asyncio.run(_run(read, telegram=not no_telegram))


@click.command()
@no_telegram
@click.pass_obj
def once(options: Options, no_telegram: bool) -> None:
    """Look at every source once, record, deliver what is due, and exit; for cron.

    Exits 0 also when single sources failed (`sources list` shows them).
    """
    read = configuration(options)
    start_logging(read)
    asyncio.run(_once(read, telegram=not no_telegram))


async def _run(read: Configuration, *, telegram: bool) -> None:
    from monitor.app import assembled
    from monitor.garbage import keep_what_is_there

    stop = stopped_by_signals()
    async with assembled(read, telegram=telegram) as monitor:
        keep_what_is_there()
        await monitor.run(stop)


async def _once(read: Configuration, *, telegram: bool) -> None:
    from monitor.app import assembled

    async with assembled(read, telegram=telegram) as monitor:
        done = await monitor.once()
    failed = [poll for poll in done.polls if poll.error]
    counted = ", ".join(
        counting(number, thing)
        for number, thing in (
            (done.recorded.posts, "new post"),
            (done.recorded.matches, "match"),
            (done.recorded.alerts, "alert"),
        )
    )
    click.echo(f"{counting(len(done.polls), 'source')} looked at, {len(failed)} failed; {counted}.")
    for poll in failed:
        click.echo(f"  {poll.source.name}: {poll.error}")
