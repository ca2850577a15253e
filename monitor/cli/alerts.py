"""`alerts`: the outbox, what was told to whom and what still waits."""

import click

from monitor.cli import Options
from monitor.cli.alerts_audit import audit_alerts
from monitor.cli.common import existing_store, json_option, show
from monitor.core.model import AlertState


@click.group()
def alerts() -> None:
    """Show what was told to whom, and what still waits."""


@alerts.command("list")
@click.option("--state", type=click.Choice([state.value for state in AlertState]), help="Only in this state.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="How many, newest first.")
@json_option
@click.pass_obj
def list_alerts(options: Options, state: str | None, limit: int, as_json: bool) -> None:
    """List alerts, newest first."""
    with existing_store(options) as store:
        found = store.alerts_list(limit=limit, state=AlertState(state) if state else None)
    rows = [
        {
            "id": one.id,
            "created": one.created_at,
            "state": one.state.value,
            "attempts": one.attempts,
            "chat": one.chat.title or one.chat.address,
            "quote": one.appearance.quote,
            "source": one.appearance.source,
            "match": one.appearance.match_id,
        }
        for one in found
    ]
    columns = ("id", "created", "state", "attempts", "chat", "quote", "source")
    show(rows, columns=columns, as_json=as_json, empty="No alert yet.")


alerts.add_command(audit_alerts)
