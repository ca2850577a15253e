from monitor.bot.throttle import MOST_KEYS, Throttle
from tests.bot.helpers import HeldTime


def test_one_answer_in_three_seconds_for_each_chat() -> None:
    time = HeldTime()
    throttle = Throttle(3.0, clock=time)

    assert [throttle.allows(1), throttle.allows(1), throttle.allows(2)] == [True, False, True]
    time.now += 2.9
    assert not throttle.allows(1)
    time.now += 0.2
    assert throttle.allows(1)


def test_a_flood_of_ten_thousand_messages_is_answered_once_every_three_seconds() -> None:
    time = HeldTime()
    throttle = Throttle(3.0, clock=time)
    answered = 0
    for _ in range(10_000):
        answered += throttle.allows(1)
        time.now += 0.01

    assert answered <= 100 / 3 + 1


def test_a_burst_is_allowed_and_then_paid_for() -> None:
    time = HeldTime()
    throttle = Throttle(3.0, burst=3, clock=time)

    assert [throttle.allows(1) for _ in range(5)] == [True, True, True, False, False]
    time.now += 3.1
    assert [throttle.allows(1), throttle.allows(1)] == [True, False]


def test_many_strangers_cost_bounded_memory_and_the_newest_stay_throttled() -> None:
    throttle = Throttle(3.0, clock=HeldTime())
    for stranger in range(MOST_KEYS * 2):
        throttle.allows(stranger)

    assert len(throttle._next) == MOST_KEYS
    assert not throttle.allows(MOST_KEYS * 2 - 1)
