"""Reads the data of a button. Anybody can send any data, so nothing in it is trusted."""

from monitor.core.errors import InputError

STALE = "This button no longer works."


def is_number(word: str) -> bool:
    """Tell whether a word is a number that one of ours can be."""
    return word.isascii() and word.isdigit() and len(word) < 19


def number(word: str) -> int:
    """Return the number that stands in the data of a button. Raises InputError."""
    if not is_number(word):
        raise InputError(STALE)
    return int(word)


def first_and_rest(words: str) -> tuple[int, str]:
    """Return the number that the data of a button begins with, and what follows it. Raises InputError."""
    first, _space, rest = words.partition(" ")
    return number(first), rest


def page_of(word: str, count: int, size: int) -> tuple[int, int]:
    """Return a page and how many there are, the nearest when there is no such page any more. Raises InputError."""
    pages = max(1, -(-count // size))
    return min(max(number(word), 1) if word else 1, pages), pages
