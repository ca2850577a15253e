"""Count words and pairs of words in the background half of the posts: monitor/matching/frequencies.txt.gz.

    python -m training.frequencies POSTS

POSTS is a JSONL file of posts; the one that ships was counted from 200,000 posts of umbrae/reddit-top-2.5-million,
which is in the public domain (PDDL). Only counts leave them. A word is counted once a post.
"""

import gzip
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

from benchmarks import datasets
from monitor.matching.normalize import plain_words
from monitor.matching.words import Words

FEWEST_WORD = 2  # posts; a rarer word is as good as unknown
FEWEST_PAIR = 3
OUT = Path(__file__).parent.parent / "monitor" / "matching" / "frequencies.txt.gz"


def count(posts: Path) -> tuple[int, Counter[str], Counter[str]]:
    """Return the number of posts, and in how many of them each word and each pair of neighbours is."""
    reader = Words(lambda _: 0.0, lambda _: ())
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    number = 0
    for post in datasets.background(posts, used_for_training=True):
        number += 1
        said = plain_words(post.text, reader)
        words.update({word for word in said if len(word) <= 24})
        pairs.update({f"{one} {two}" for one, two in pairwise(said)})
    return number, words, pairs


def write(number: int, words: Counter[str], pairs: Counter[str], out: Path) -> None:
    kept = {word for word, seen in words.items() if seen >= FEWEST_WORD}
    lines = [f"posts {number}"]
    lines += [f"{word} {words[word]}" for word in sorted(kept)]
    lines += [
        f"{pair} {seen}"
        for pair, seen in sorted(pairs.items())
        if seen >= FEWEST_PAIR and all(word in kept for word in pair.split(" "))
    ]
    with gzip.GzipFile(out, "wb", mtime=0) as file:  # mtime: the same bytes on every run
        file.write("\n".join(lines).encode())


if __name__ == "__main__":
    write(*count(Path(sys.argv[1])), OUT)
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes")
