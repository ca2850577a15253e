"""`alerts audit`: whether matches, alerts and messages add up."""

import click

from monitor.cli import Options
from monitor.cli.common import existing_store, json_option, show
from monitor.core.ledger import Reconciliation
from monitor.core.model import AlertState
from monitor.life import now

MEANINGS = {
    AlertState.PENDING: "to be sent",
    AlertState.IN_FLIGHT: "handed to Telegram, answer not yet known",
    AlertState.SENT: "in a message of its own",
    AlertState.DIGESTED: "in the message of another",
    AlertState.HELD: "until a mute or quiet hours end, or the digest is due",
    AlertState.DEAD: "given up, for the reasons below",
}


@click.command("audit")
@json_option
@click.pass_obj
def audit_alerts(options: Options, as_json: bool) -> None:
    """Check that every match was told to everybody who asked, exactly once. Exit code 1 when it was not."""
    with existing_store(options) as store:
        found = store.audit_alerts(now())
    rows, differences = _rows(found), _differences(found)
    show([*rows, *differences] if as_json else rows, columns=("what", "count", "note"), as_json=as_json, empty="")
    if not as_json:
        click.echo()
        for one in differences:
            click.echo(f"Wrong: {one['count']} {one['what']} ({one['note']}).")
        click.echo(_verdict(found))
    if not found.is_right:
        raise SystemExit(1)


def _rows(found: Reconciliation) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"what": "matches sure enough to alert", "count": found.matches, "note": ""},
        {"what": "messages", "count": found.messages, "note": f"they tell {found.told} alerts"},
        {"what": "messages in doubt", "count": found.in_doubt, "note": "it is looked whether they arrived"},
        {"what": "messages to bring up to date", "count": found.stale, "note": ""},
    ]
    rows += [
        {"what": f"alerts {state.value}", "count": found.alerts[state], "note": MEANINGS[state]} for state in MEANINGS
    ]
    rows += [{"what": f"given up: {reason}", "count": count, "note": ""} for reason, count in found.given_up.items()]
    return rows


def _differences(found: Reconciliation) -> list[dict[str, object]]:
    numbers = {one: ", ".join(f"#{number}" for number in one.examples) for one in found.differences}
    return [{"what": one.what, "count": one.count, "note": f"first: {numbers[one]}"} for one in found.differences]


def _verdict(found: Reconciliation) -> str:
    if found.is_right:
        return "Everything adds up: no match is lost, and none is told twice."
    count = sum(one.count for one in found.differences)
    return f"{count} rows do not add up: keep a copy of the database and report this, with the lines above."
