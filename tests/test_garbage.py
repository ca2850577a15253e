import gc
import weakref

from monitor.garbage import keep_what_is_there


class Ring:
    """Garbage that only the collector of cycles finds."""

    def __init__(self) -> None:
        self.itself = self


def test_what_was_loaded_is_left_out_of_later_collections_and_what_comes_later_is_not() -> None:
    gc.disable()  # only where it is said, here
    try:
        before = weakref.ref(Ring())
        keep_what_is_there()
        held = gc.get_freeze_count()
        after = weakref.ref(Ring())
        gc.collect()
    finally:
        gc.unfreeze()
        gc.enable()

    assert held > 10_000
    assert before() is None
    assert after() is None
