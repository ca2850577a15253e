"""Count words, pairs and threes of words in the background half of the posts: monitor/matching/frequencies.txt.gz.

    python -m training.frequencies POSTS

POSTS is a JSONL file of posts; the one that ships was counted from 200,000 posts of umbrae/reddit-top-2.5-million,
which is in the public domain (PDDL). Only counts leave them. A word is counted once a post. Of the threes, only those
are kept that say that a word is less telling there than the pair does: set phrases.
"""

import gzip
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

from benchmarks import datasets
from monitor.matching.frequencies import Frequencies
from monitor.matching.normalize import plain_words
from monitor.matching.words import Words

FEWEST_WORD = 2  # posts; a rarer word is as good as unknown
FEWEST_PAIR = 3
FEWEST_THREE = 3
LESS = 1.0  # bits that a three must take from its last word
OUT = Path(__file__).parent.parent / "monitor" / "matching" / "frequencies.txt.gz"


def count(posts: Path) -> tuple[int, Counter[str], Counter[str], Counter[str]]:
    """Return the number of posts, and in how many of them each word is; how often neighbours are, two and three."""
    reader = Words(lambda _: 0.0, lambda _: ())
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    threes: Counter[str] = Counter()
    number = 0
    for post in datasets.background(posts, used_for_training=True):
        number += 1
        said = plain_words(post.text, reader)
        words.update({word for word in said if len(word) <= 24})
        pairs.update({f"{one} {two}" for one, two in pairwise(said)})
        threes.update({f"{one} {two} {three}" for one, two, three in zip(said, said[1:], said[2:], strict=False)})
    return number, words, pairs, threes


def kept(number: int, words: Counter[str], pairs: Counter[str], threes: Counter[str]) -> Frequencies:
    """Return what is worth keeping."""
    words = Counter({word: seen for word, seen in words.items() if seen >= FEWEST_WORD})
    pairs = Counter(
        {pair: seen for pair, seen in pairs.items() if seen >= FEWEST_PAIR and words.keys() >= set(pair.split(" "))}
    )
    often = {three: seen for three, seen in threes.items() if seen >= FEWEST_THREE}
    all_of_it = Frequencies(number, words, pairs, often)
    telling: dict[str, int] = {}
    for three, seen in often.items():
        one, two, word = three.split(" ")
        known = f"{one} {two}" in pairs and f"{two} {word}" in pairs
        if known and all_of_it.bits_after(two, word) - all_of_it.bits_after(two, word, earlier=one) >= LESS:
            telling[three] = seen
    return Frequencies(number, words, pairs, telling)


def write(found: Frequencies, out: Path) -> None:
    """Write counts as run time reads them, the same bytes on every run."""
    with gzip.GzipFile(out, "wb", mtime=0) as file:
        file.write(found.as_text().encode())


if __name__ == "__main__":
    write(kept(*count(Path(sys.argv[1]))), OUT)
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes")
