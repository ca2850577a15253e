import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import cli
from monitor.core.model import AlertId, ChatKind, WantedQuote, WantedSource
from monitor.store import SqliteStore, open_store
from tests.builders import NOON, QUOTE, a_source
from tests.store.telling import found


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqliteStore]:
    monkeypatch.chdir(tmp_path)
    with open_store(tmp_path / "q.db") as store:
        source = a_source()
        store.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name)], NOON)
        store.track(WantedQuote(text=QUOTE), by="ann", at=NOON)
        store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)
        found(store, 3)
        telling = store.begin(store.subscriptions()[0].chat.id, NOON + timedelta(minutes=1))
        assert telling
        store.sent(telling.lead.id, message_id=7, at=NOON + timedelta(minutes=1))
        yield store


def audit(*more: str) -> Result:
    return CliRunner().invoke(cli, ["--database", "q.db", "alerts", "audit", *more])


def test_books_that_add_up_say_so(store: SqliteStore) -> None:
    told = audit()

    assert told.exit_code == 0
    assert "they tell 3 alerts" in told.output
    assert "no match is lost, and none is told twice" in told.output


def test_books_that_do_not_add_up_name_the_rows_and_end_with_an_error(store: SqliteStore) -> None:
    with store._db.writing():
        store._db.change("UPDATE alerts SET message_id = NULL WHERE id = ?", AlertId(1))

    told = audit()

    assert told.exit_code == 1
    assert "sent without a message" in " ".join(told.output.split())
    assert "1 rows do not add up" in told.output
    rows = [json.loads(line) for line in audit("--json").output.splitlines()]
    assert rows[-1]["note"] == "first: #1"
