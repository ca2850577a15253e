"""Texts handed on in parts, each small enough to be worked on at once."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar


class HasText(Protocol):
    @property
    def text(self) -> str: ...


Item = TypeVar("Item", bound=HasText)


def batches(items: Iterable[Item], *, most: int, characters: int) -> Iterator[list[Item]]:
    """Yield the items in order, in parts that end with the `most`th item or the one that brings so many characters."""
    batch: list[Item] = []
    length = 0
    for item in items:
        batch.append(item)
        length += len(item.text)
        if len(batch) >= most or length >= characters:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch
