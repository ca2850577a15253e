from datetime import timedelta
from pathlib import Path

from monitor import heartbeat
from tests.builders import NOON


def test_a_fresh_sign_of_life_means_well(tmp_path: Path) -> None:
    database = tmp_path / "q.db"
    heartbeat.beat(database, now=NOON)

    assert heartbeat.ailment(database, now=NOON + timedelta(seconds=30)) is None


def test_an_old_one_a_missing_one_and_a_broken_one_mean_ill(tmp_path: Path) -> None:
    database = tmp_path / "q.db"
    assert "no monitor is running" in str(heartbeat.ailment(database, now=NOON))

    heartbeat.beat(database, now=NOON)
    assert "300 s old" in str(heartbeat.ailment(database, now=NOON + timedelta(minutes=5)))

    heartbeat.heartbeat_path(database).write_text("{")
    assert "cannot be read" in str(heartbeat.ailment(database, now=NOON))


def test_a_monitor_that_ended_on_purpose_leaves_no_sign(tmp_path: Path) -> None:
    database = tmp_path / "q.db"
    heartbeat.beat(database, now=NOON)
    heartbeat.stop(database)

    assert list(tmp_path.iterdir()) == []
    heartbeat.stop(database)
