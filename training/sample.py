"""Draw the posts that quotes are calibrated on: monitor/matching/sample.txt.gz, one post a line.

    python -m training.sample POSTS

From the background half of 200,000 posts of umbrae/reddit-top-2.5-million, which is in the public domain (PDDL): the
first `COUNT` by a hash of their ids, cut to `LONGEST` characters.
"""

import gzip
import sys
from hashlib import blake2b
from pathlib import Path

from benchmarks import datasets

COUNT = 20_000
LONGEST = 120
OUT = Path(__file__).parent.parent / "monitor" / "matching" / "sample.txt.gz"


def main(posts: str) -> None:
    every = datasets.background(Path(posts), used_for_training=True)
    drawn = sorted(every, key=lambda post: blake2b(post.id.encode()).digest())[:COUNT]
    lines = [" ".join(post.text[:LONGEST].split()) for post in drawn]
    with gzip.GzipFile(OUT, "wb", mtime=0) as file:  # mtime: the same bytes on every run
        file.write("\n".join(lines).encode())
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
