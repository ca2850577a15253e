"""`sources`: what is polled and how it is. They are listed in sources.toml."""

import click

from monitor.cli import Options
from monitor.cli.common import existing_store, json_option, show


@click.group()
def sources() -> None:
    """List the sources and how they are."""


@sources.command("list")
@json_option
@click.pass_obj
def list_sources(options: Options, as_json: bool) -> None:
    """List the sources: state, last success, next poll, last error."""
    with existing_store(options) as store:
        rows = [
            {
                "id": source.id,
                "name": source.name,
                "state": source.state.value,
                "last_success": source.last_success_at,
                "next_poll": source.next_poll_at,
                "failures": source.failures,
                "last_error": source.last_error,
                "address": source.url,
            }
            for source in store.all_sources()
        ]
    columns = ("id", "name", "state", "last_success", "next_poll", "failures", "last_error")
    show(
        rows, columns=columns, as_json=as_json, empty="No source yet: list some in sources.toml and start the monitor."
    )
