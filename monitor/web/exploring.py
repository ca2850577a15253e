"""Datasette's own pages of tables, made to answer fast on large files.

Datasette asks the file anew for each page what its tables look like, thirty questions that each go to a thread and
back, counts all rows, and looks up a name for every number that stands for another row. Here what tables look like is
remembered for a minute, rows of a whole table are counted once a minute, and numbers become plain links.
"""

import re
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from copy import copy
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from datasette.app import Datasette
from datasette.database import Database as DatasetteFile
from markupsafe import Markup

from monitor.store.database import Database
from monitor.store.tables import SCHEMA_NOTES
from monitor.web.access import DATABASE

HISTORY = "match_history"
SHAPES = (  # what Datasette asks of a file that only a migration changes
    "table_names", "view_names", "hidden_table_names", "get_all_foreign_keys", "table_columns", "table_column_details",
    "primary_keys", "fts_table", "label_column_for_table", "foreign_keys_for_table", "get_table_definition",
    "get_view_definition",
)  # fmt: skip
KNOWN_FOR = 60.0  # seconds
MOST_KNOWN = 1000  # answers: strangers may name tables that are not there
OWN_PARAMETERS = (b"_nocount", b"_labels")
TUNING = b"_timelimit"  # it fails on what is no number
PAGE = re.compile(rf"/{DATABASE}/\w+", re.ASCII)
_OURS = re.compile(r"(?<=[?&])_(?:nocount=1|labels=off)(?:&|$)")
LINKS = {
    "match_id": "/match/",
    "repeats": "/match/",
    "quote_id": "/quote/",
    "source_id": "/matches?source=",
    "post_id": f"/{DATABASE}/posts/",
    "variant_id": f"/{DATABASE}/variants/",
}
PAGES = {"matches": "/match/", HISTORY: "/match/", "quotes": "/quote/"}


class KnownFile(DatasetteFile):  # type: ignore[misc] # Datasette has no types
    """The file as Datasette reads it, asked once a minute what its tables look like."""

    def __init__(self, datasette: Datasette, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(datasette, str(path), is_mutable=True)
        self._clock = clock
        self._known: dict[tuple[object, ...], tuple[float, Any]] = {}

    async def known(self, ask: Callable[..., Awaitable[Any]], *args: object, **more: object) -> Any:
        """Return what `ask` answers, from memory when that is younger than a minute."""
        key = (ask.__name__, args, *more.items())
        found = self._known.get(key)
        if found is None or self._clock() - found[0] > KNOWN_FOR:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            found = self._known[key] = (self._clock(), await ask(self, *args, **more))
        return copy(found[1])  # some callers change the lists they get


def _remembering(name: str) -> Callable[..., Awaitable[Any]]:
    ask = getattr(DatasetteFile, name)

    async def asked(self: KnownFile, *args: object, **more: object) -> Any:
        return await self.known(ask, *args, **more)

    return asked


for _name in SHAPES:
    setattr(KnownFile, _name, _remembering(_name))


def asked(path: str, query: bytes) -> bytes:
    """Return what Datasette is to be asked for a page of rows: no names for numbers; no count of a whole table."""
    named = [(unquote_to_bytes(part.partition(b"=")[0]), part) for part in query.split(b"&") if part]
    named = [(name, part) for name, part in named if name != TUNING]
    names = {name for name, _ in named}
    if not PAGE.fullmatch(path) or names & {b"_filter_column", b"_format"}:  # it answers the first with an address
        return b"&".join(part for _, part in named)
    kept = [part for name, part in named if name not in OWN_PARAMETERS]
    if is_whole(name.decode("latin-1") for name in names) or path == f"/{DATABASE}/{HISTORY}":
        kept.append(b"_nocount=1")
    return b"&".join([*kept, b"_labels=off"])


def is_whole(parameters: Iterable[str]) -> bool:
    """Return whether these parameters leave all rows of a table in."""
    return all(name.startswith("_") and not name.startswith("_search") for name in parameters)


def count(db: Database, table: str) -> int:
    """Return how many rows a table has; the history has those of the matches it is a view of."""
    if table not in SCHEMA_NOTES:
        raise ValueError(table)
    name = "matches" if table == HISTORY else table
    return int(db.value(f'SELECT count(*) FROM "{name}"'))  # noqa: S608 - one of our own names


def shown(address: str) -> str:
    """Return an address of Datasette's without the parameters that are ours to add."""
    return _OURS.sub("", str(address)).rstrip("?&")


def cell(table: str, column: str, value: object) -> Markup | None:
    """Return a number that stands for something else as a link to that; None: it is shown as it is."""
    if not isinstance(value, int):
        return None
    begin = LINKS.get(column) if column != "id" else PAGES[HISTORY] if table == HISTORY else None
    return Markup('<a href="{}{}">{}</a>').format(begin, value, value) if begin else None


def rows(display_rows: Iterable[Sequence[dict[str, Any]]]) -> Markup:
    """Return Datasette's rows as those of a table: in a template, its thousand cells take most of the time."""
    return Markup("\n").join(
        Markup("").join([Markup("<tr>"), *map(_cell, row), Markup("</tr>")]) for row in display_rows
    )


def _cell(one: dict[str, Any]) -> Markup:
    sort, value = str(one["value_type"]), one["value"]
    assert isinstance(value, str), "Datasette writes each out; those that are markup say so"
    return Markup('<td class="type-') + sort + Markup('"><div>') + value + Markup("</div></td>")  # adding escapes
