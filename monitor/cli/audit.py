"""`audit`: who changed what."""

import json

import click

from monitor.cli import Options
from monitor.cli.common import existing_store, json_option, show


@click.command()
@click.option("--by", "actor", help="Only of this actor, such as telegram:123456, cli or settings.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="How many, newest first.")
@json_option
@click.pass_obj
def audit(options: Options, actor: str | None, limit: int, *, as_json: bool) -> None:
    """List changes of quotes, variants, sources, roles, chats and settings: who, when, before and after."""
    with existing_store(options) as store:
        found = store.changes_in_full(limit=limit, actor=actor)
    rows = [{**dict(one), "before": _read(one["before"]), "after": _read(one["after"])} for one in found]
    if not as_json:
        rows = [{**row, "before": _short(row["before"]), "after": _short(row["after"])} for row in rows]
    columns = ("id", "at", "actor", "action", "subject", "before", "after")
    show(rows, columns=columns, as_json=as_json, empty="No change yet.")


def _read(text: str | None) -> object:
    return None if text is None else json.loads(text)


def _short(value: object) -> str | None:
    """Return a value for a cell of a table: what tells it from others of its kind."""
    if value is None:
        return None
    if isinstance(value, dict):
        value = {key: held for key, held in value.items() if held not in (None, [], False, "") and key != "id"}
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"
