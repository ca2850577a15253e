"""What to ask a search for, so that it finds a quote: a few of its words, next to each other.

A search for the whole of a long quote finds only those who cite all of it without a slip. Its most telling
stretch is also found in shortened and misremembered versions, and what it finds is compared with the whole
quote here. Words are letters, digits and marks: nothing of a quote can act as an operator of a search.
"""

import unicodedata
from itertools import pairwise

MOST_WORDS = 6
LONGEST_WORD = 24  # characters; languages that write without spaces have longer ones, cut to a stretch
BOUNDARY_COST = 4  # letters that a stretch across a comma or full stop must be more telling by
LONGEST_QUERY = 300  # characters of a search somebody wrote

_PAUSES = frozenset('.,;:!?…—–()[]{}«»“”„"\n。、，！？；：')
_APOSTROPHES = frozenset("'’ʼ＇")


def phrase(quote: str, *, most_words: int = MOST_WORDS) -> str:
    """Return the most telling stretch of a quote: at most `most_words` words in lower case, one space apart.

    Long words tell most, and a stretch that crosses no comma or full stop is kept together by those who
    cite it ("Come get me," he said, "coward"). It holds no quotation marks. Empty when the quote has no words.
    """
    words, pauses = _words_and_pauses(quote)
    size = min(most_words, len(words))
    if size <= 0:
        return ""

    def telling(start: int) -> int:
        crossed = sum(start < pause < start + size for pause in pauses)
        return sum(max(len(word) - 3, 0) for word in words[start : start + size]) - BOUNDARY_COST * crossed

    best = max(range(len(words) - size + 1), key=telling)  # the first of equals
    return " ".join(words[best : best + size])


def written_query(words: str) -> str:
    """Return a search as somebody wrote it into an address, with operators if it has quotation marks of its own.

    Without them it is searched for as a phrase: all of its words, next to each other.
    """
    if words.count('"') >= 2:
        return " ".join(words.split())[:LONGEST_QUERY]
    return quoted(phrase(words[:LONGEST_QUERY], most_words=LONGEST_QUERY))


def quoted(words: str) -> str:
    """Return words as the phrase search of most search engines: in quotation marks; empty for none."""
    return f'"{words}"' if words else ""


def _words_and_pauses(quote: str) -> tuple[list[str], list[int]]:
    """Return the words of a quote and, as numbers of words, where it pauses."""
    words: list[str] = []
    pauses: list[int] = []
    word = ""
    composed = unicodedata.normalize("NFC", quote.lower())
    for character, following in pairwise(composed + " "):
        if _is_of_a_word(character) or (word and character in _APOSTROPHES and following.isalnum()):
            word += "'" if character in _APOSTROPHES else character
            continue
        if unicodedata.category(character) == "Cf":  # invisible: soft hyphens, joiners, directions
            continue
        if word:
            words.append(word[:LONGEST_WORD])
            word = ""
        if character in _PAUSES:
            pauses.append(len(words))
    return [*words, word[:LONGEST_WORD]] if word else words, sorted(set(pauses))


def _is_of_a_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")
