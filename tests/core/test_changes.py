"""What a change changed, in words."""

import pytest

from monitor.core.changes import Words, differences, worded

WORDS = Words(moment=lambda at: f"{at:%H:%M}")


def told(before: object, after: object) -> list[tuple[str, str, str]]:
    return [
        (one.name, worded(one.name, one.before, WORDS), worded(one.name, one.after, WORDS))
        for one in differences(before, after)
    ]


OLD = {"id": 1, "text": "So be it", "lang": "en", "confirmed": True, "threshold": None}
NEW = {"id": 2, "text": "So it is", "lang": None, "confirmed": False, "threshold": 90.0}


def test_of_a_change_only_what_differs_is_told() -> None:
    assert told({"text": "a", "exact": False, "every_s": None}, {"text": "a", "exact": True, "every_s": 900.0}) == [
        ("exact", "no", "yes"),
        ("every", "–", "15 min"),
    ]


def test_of_what_was_made_only_what_is_so_is_told() -> None:
    assert told(None, {"id": 3, "text": "a", "exact": False, "near": [], "speaker": None}) == [("text", "–", "a")]


def test_wordings_are_told_one_by_one() -> None:
    assert told({"variants": [OLD]}, {"variants": [OLD, NEW]}) == [("wording", "–", "“So it is”, 90.0, not confirmed")]
    assert told({"variants": [OLD, NEW]}, {"variants": [NEW]}) == [("wording", "“So be it” (en)", "–")]
    assert told({"variants": [NEW]}, {"variants": [NEW | {"confirmed": True}]}) == [
        ("wording", "“So it is”, 90.0, not confirmed", "“So it is”, 90.0")
    ]


def test_tags_are_told_one_by_one() -> None:
    assert told({"tags": ["a", "b"]}, {"tags": ["b", "c"]}) == [("tag", "a", "–"), ("tag", "–", "c")]


@pytest.mark.parametrize(
    ("subscription", "says"),
    [
        ({"thread_id": None, "quote_id": None, "tag": None}, "every quote"),
        ({"thread_id": None, "quote_id": 3, "tag": None}, "quote 3"),
        ({"thread_id": 7, "quote_id": None, "tag": "song"}, "song in topic 7"),
    ],
)
def test_a_subscription_says_what_a_chat_is_told_of(subscription: object, says: str) -> None:
    assert told(None, [subscription]) == [("told of", "–", says)]
    assert told([subscription], None) == [("told of", says, "–")]


def test_times_are_told_by_the_readers_clock_and_what_only_looks_like_one_is_not() -> None:
    note = {"until": "2026-01-06T12:30:00.000Z", "text": "2026-01-06T, they said", "name": "2026-13-99T12:30:00.000Z"}

    assert [after for _, _, after in told(None, note)] == [
        "12:30",
        "2026-01-06T, they said",
        "2026-13-99T12:30:00.000Z",
    ]


@pytest.mark.parametrize("note", ["text", 7, [1, [2, {"a": None}]], {"a": {"b": [True, None]}}, {"variants": "none"}])
def test_whatever_a_note_holds_it_is_told(note: object) -> None:
    assert all(isinstance(one, str) for row in told(None, note) + told(note, None) for one in row)
