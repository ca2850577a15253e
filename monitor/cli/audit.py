"""`audit`: who changed what."""

import json
from datetime import datetime

import click

from monitor.cli import Options
from monitor.cli.common import existing_store, json_option, show
from monitor.core.changes import Words, worded
from monitor.core.people import Change

LONGEST = 100  # characters of a value


@click.command()
@click.option("--by", "actor", help="Only of this actor, such as telegram:123456, cli or settings.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="How many, newest first.")
@json_option
@click.pass_obj
def audit(options: Options, actor: str | None, limit: int, *, as_json: bool) -> None:
    """List changes of quotes, variants, sources, roles, chats and settings: who, when, before and after."""
    with existing_store(options) as store:
        if as_json:
            found = store.changes_in_full(limit=limit, actor=actor)
            rows = [{**dict(one), "before": _read(one["before"]), "after": _read(one["after"])} for one in found]
        else:
            rows = [_row(one) for one in store.changes(limit=limit, by=actor)]
    show(rows, columns=("id", "at", "by", "did", "to", "changed"), as_json=as_json, empty="No change yet.")


def _read(text: str | None) -> object:
    return None if text is None else json.loads(text)


def _row(change: Change) -> dict[str, object]:
    about = f" (quote {change.quote_id} “{_short(change.quote)}”)" if change.quote_id is not None else ""
    return {
        "id": change.id,
        "at": change.at,
        "by": f"{change.by_name} ({change.by})" if change.by_name else change.by,
        "did": change.action,
        "to": f"{change.subject}{about}",
        "changed": _changed(change),
    }


def _changed(change: Change) -> str:
    """Return what differs, a line each: what it was, and what it is."""
    words = Words(moment=_moment)
    return "\n".join(
        f"{one.name.replace('_', ' ')}: "
        + " → ".join(_short(worded(one.name, value, words)) for value in (one.before, one.after))
        for one in change.differences
    )


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
