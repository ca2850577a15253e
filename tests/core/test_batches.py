"""Nothing is lost between the parts in which texts are handed on."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.batches import batches
from tests.builders import a_post


@given(st.lists(st.text("ab", max_size=9)))
def test_parts_are_all_there_in_order_and_end_as_soon_as_they_are_full(texts: list[str]) -> None:
    parts = [[post.text for post in part] for part in batches(map(a_post, texts), most=4, characters=10)]

    assert [text for part in parts for text in part] == texts
    assert all(part and len(part) <= 4 and len("".join(part[:-1])) < 10 for part in parts)
    assert all(len(part) == 4 or len("".join(part)) >= 10 for part in parts[:-1])
