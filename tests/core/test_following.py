import json
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.core import following
from monitor.core.model import Quote, QuoteId, Source, Validators, VariantId
from tests.builders import NOON, a_quote, a_source, a_variant


def quotes(*numbers: int) -> list[Quote]:
    return [a_quote(f"quote number {number}", id=QuoteId(number)) for number in numbers]


def a_search(cursor: str | None = None, **given_: object) -> Source:
    return a_source("search", follow=True, cursor=cursor, last_success_at=NOON, **given_)


def asked(tracked: list[Quote], turns: int, cursor: str | None = None) -> tuple[list[str], str | None]:
    """Ask so many times; return the words asked for and the cursor."""
    said = []
    for _ in range(turns):
        found = following.next_query(tracked, cursor)
        assert found
        words, cursor = found
        said.append(words.removeprefix("quote number "))
    return said, cursor


def test_nothing_is_asked_when_nothing_is_tracked() -> None:
    assert following.next_query([], None) is None
    assert following.turn(a_search(), []) is None


def test_every_quote_has_its_turn_before_any_has_a_second() -> None:
    assert asked(quotes(1, 2, 3), 7)[0] == ["1", "2", "3", "1", "2", "3", "1"]


def test_confirmed_variants_have_turns_of_their_own() -> None:
    variants = (a_variant("confirmed", id=VariantId(7)), a_variant("guessed", id=VariantId(8), confirmed=False))

    assert asked([a_quote("text", variants=variants)], 3)[0] == ["text", "confirmed", "text"]


def test_a_new_quote_comes_before_anything_is_asked_again() -> None:
    _, cursor = asked(quotes(1, 3, 4), 4)

    assert asked(quotes(1, 2, 3, 4, 5), 6, cursor)[0] == ["2", "5", "3", "4", "1", "2"]


def test_a_removed_quote_drops_out_and_leaves_nothing_behind() -> None:
    _, cursor = asked(quotes(1, 2, 3), 3)
    said, cursor = asked(quotes(1, 3), 3, cursor)

    assert said == ["1", "3", "1"]
    assert set(following.unwrap(cursor)) == {"1", "3"}


def test_each_wording_is_read_on_from_where_it_was_left() -> None:
    source = a_search()
    left = {}
    for number in range(6):
        turn = following.turn(source, quotes(1, 2, 3))
        assert turn
        assert turn.source.cursor == left.get(turn.source.query)
        left[turn.source.query] = f"read to {number}"
        source = replace(source, cursor=following.after(turn, f"read to {number}"))

    assert set(left.values()) == {"read to 3", "read to 4", "read to 5"}


def test_a_page_without_a_cursor_leaves_it_as_it_was() -> None:
    turn = following.turn(a_search(), quotes(1))
    assert turn
    read = following.turn(a_search(following.after(turn, "5")), quotes(1))
    assert read
    again = following.turn(a_search(following.after(read, None)), quotes(1))
    assert again

    assert again.source.cursor == "5"


def test_a_wording_never_answered_is_read_as_a_baseline() -> None:
    first = following.turn(a_search(), quotes(1))
    assert first
    failed = following.turn(a_search(following.after_failure(first)), quotes(1))
    assert failed
    read = following.turn(a_search(following.after(failed, None)), quotes(1))
    assert read

    assert first.source.last_success_at is None
    assert failed.source.last_success_at is None
    assert read.source.last_success_at == NOON


def test_a_wording_that_fails_lets_the_others_have_their_turns() -> None:
    source = a_search()
    said = []
    for _ in range(6):
        turn = following.turn(source, quotes(1, 2, 3))
        assert turn
        said.append(turn.source.query)
        failed = turn.source.query == "quote number 2"
        source = replace(source, cursor=following.after_failure(turn) if failed else following.after(turn, "x"))

    assert Counter(said) == {"quote number 1": 2, "quote number 2": 2, "quote number 3": 2}


def test_the_next_page_of_a_wording_is_of_the_same_turn() -> None:
    turn = following.turn(a_search(), quotes(1, 2))
    assert turn

    second = following.onward(turn, "page 2")

    assert (second.source.query, second.source.cursor) == (turn.source.query, "page 2")
    assert following.unwrap(following.after_failure(second)) == {"1": "page 2"}
    assert following.onward(second, None) == second


def test_the_validators_of_another_wordings_page_are_not_sent() -> None:
    turn = following.turn(a_search(validators=Validators(etag="1")), quotes(1))
    assert turn

    assert turn.source.validators == Validators()


def test_a_cursor_that_is_not_ours_starts_afresh() -> None:
    for cursor in ("", "12345", "null", '{"min_id": 5}', '{"inner": [1]}', '{"inner": {"1": {}}}', "[" * 100_000, "é"):
        turn = following.turn(a_search(cursor), quotes(1))
        assert turn
        assert turn.source.cursor is None
        assert turn.source.last_success_at is None


def test_ten_thousand_quotes_make_a_cursor_of_moderate_size() -> None:
    tracked = quotes(*range(1, 10_001))
    cursor = following.wrap({str(quote.id): "2026-01-06T12:00:00Z" for quote in tracked})
    turn = following.turn(a_search(cursor), tracked)
    assert turn

    assert turn.source.query == "quote number 1"
    assert len(following.after(turn, "2026-01-06T12:00:00Z")) < 40 * 10_000


NUMBERS = st.sets(st.integers(1, 12), min_size=1)


@given(st.lists(NUMBERS, min_size=1, max_size=5), st.integers(1, 12))
def test_each_of_n_quotes_is_asked_at_least_once_in_n_turns_whatever_was_before(
    histories: list[set[int]], turns: int
) -> None:
    cursor = None
    for numbers in histories:
        _, cursor = asked(quotes(*sorted(numbers)), turns, cursor)
    now = quotes(*sorted(histories[-1]))

    for start in range(3):
        said, after = asked(now, len(now), asked(now, start, cursor)[1] if start else cursor)
        assert sorted(map(int, said)) == sorted(histories[-1])
        assert set(json.loads(after or "")["inner"]) == set(said)


@given(st.lists(NUMBERS, min_size=1, max_size=40))
def test_nobody_is_asked_twice_while_another_waits(tracked_at: list[set[int]]) -> None:
    """Quotes come and go at every turn; one that stays waits at most until each of the others was asked once."""
    waiting: dict[int, Counter[int]] = {}
    cursor = None
    for numbers in tracked_at:
        waiting = {number: waiting.get(number, Counter()) for number in numbers}
        for seen in waiting.values():  # one that was removed and added again is another
            for gone in set(seen) - numbers:
                del seen[gone]
        (said,), cursor = asked(quotes(*sorted(numbers)), 1, cursor)
        for seen in waiting.values():
            seen[int(said)] += 1
        waiting[int(said)] = Counter()

        assert all(count <= 1 for seen in waiting.values() for count in seen.values())
