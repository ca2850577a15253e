import json

from monitor.settings import Settings, TelegramSettings, effective
from monitor.store import SqliteStore
from tests.builders import NOON


def noted(store: SqliteStore) -> list[tuple[object, object]]:
    rows = [row for row in store.changes_in_full(limit=100, actor="settings") if row["subject"] == "settings"]
    return [(row["before"] and json.loads(row["before"]), json.loads(row["after"])) for row in reversed(rows)]


def test_the_first_start_notes_all_settings_and_a_later_one_what_changed(store: SqliteStore) -> None:
    store.note_settings({"log.level": "INFO", "telegram.channel": "@news"}, NOON)
    store.note_settings({"log.level": "DEBUG", "telegram.channel": "@news"}, NOON)
    store.note_settings({"log.level": "DEBUG"}, NOON)

    assert noted(store) == [
        (None, {"log.level": "INFO", "telegram.channel": "@news"}),
        ({"log.level": "INFO"}, {"log.level": "DEBUG"}),
        ({"telegram.channel": "@news"}, {"telegram.channel": None}),
    ]


def test_a_start_with_the_same_settings_notes_nothing(store: SqliteStore) -> None:
    for _ in range(2):
        store.note_settings({"log.level": "INFO"}, NOON)

    assert len(noted(store)) == 1


def test_a_setting_that_comes_back_is_noted_again(store: SqliteStore) -> None:
    for settings in ({"a.b": "1"}, {}, {"a.b": "1"}):
        store.note_settings(settings, NOON)

    assert [after for _, after in noted(store)] == [{"a.b": "1"}, {"a.b": None}, {"a.b": "1"}]


def test_no_secret_is_among_them() -> None:
    settings = Settings(
        telegram=TelegramSettings(token="123:very-secret", owners=[3, 1, 2]),
        mastodon={"tokens": ["social.example=hidden-token"]},
    )

    told = effective(settings)

    assert told["telegram.owners"] == "1, 2, 3"
    assert told["retention.days"] == "90"
    assert not [value for value in told.values() if "secret" in value or "hidden" in value]
    assert "telegram.token" not in told
