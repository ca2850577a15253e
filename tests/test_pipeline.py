"""How posts are compared: batch by batch, letting other work of the event loop go on."""

from structlog.testing import capture_logs

from monitor.pipeline import BATCH_CHARACTERS, Flow, compare
from tests.builders import a_post


class Counting:
    """A watchlist that finds nothing, and leaves out so many wordings a batch."""

    def __init__(self, left_out: int = 0) -> None:
        self.left_out = 0
        self.each = left_out
        self.done: list[str] = []

    async def find(self, posts):
        self.left_out += self.each
        self.done += [post.text for post in posts]
        return []


async def breaths(watchlist: Counting, texts: list[str]) -> list[int]:
    """Return after how many posts the event loop was let go on."""
    found: list[int] = []

    async def breathe() -> None:
        found.append(len(watchlist.done))

    unused = dict.fromkeys(("kinds", "fetch", "store", "call", "parse", "now", "chance"))
    await compare([a_post(text) for text in texts], flow=Flow(**unused, watchlist=watchlist, breathe=breathe))
    return found


async def test_posts_are_compared_in_batches_of_so_many_characters() -> None:
    texts = ["x" * (BATCH_CHARACTERS // 4)] * 8

    assert await breaths(Counting(), texts) == [4, 8]


async def test_posts_without_text_are_one_batch() -> None:
    watchlist = Counting()

    assert await breaths(watchlist, [""] * 3) == [3]
    assert len(watchlist.done) == 3


async def test_what_was_left_out_of_posts_is_told() -> None:
    with capture_logs() as told:
        await breaths(Counting(left_out=7), ["x" * BATCH_CHARACTERS] * 2)

    assert [(line["log_level"], line["left_out"]) for line in told] == [("warning", 14)]
