"""Measure how many of the mechanical forms of a quote alert, form by form, and how well the passage is placed.

    python -m training.recall MISQUOTES POSTS

Quotes of the films that nothing was learnt from, each in every form, set into posts that nothing was learnt from.
"""

import sys
from pathlib import Path
from random import Random

from benchmarks import datasets
from monitor.core.model import Post, Quote, QuoteId, Tier
from monitor.matching import ENGINE, Matcher
from training import attacks
from training.examples import SEED


def main(misquotes: str, posts: str) -> None:
    """Print a table."""
    chance = Random(SEED)
    others = [post.text for post in datasets.background(Path(posts), limit=5_000)]
    quotes = [pair.quote for pair in datasets.misquotes(Path(misquotes)) if datasets.is_for_testing(pair.work)]
    matcher = Matcher(Quote(id=QuoteId(number), text=text) for number, text in enumerate(quotes))
    print(f"{ENGINE}: {len(quotes)} quotes\n")
    print("| form | alert | alert or suggest | in the right place |\n| --- | ---: | ---: | ---: |")
    totals = [0.0, 0.0, 0.0]
    for name, form in attacks.FORMS.items():
        counts = [0, 0, 0]
        for number, text in enumerate(quotes):
            passage = form(text, chance)
            post = attacks.placed(passage, chance, others)
            start = post.find(passage)
            match = next((m for m in matcher.find([Post(guid="", text=post)]) if m.quote.id == number), None)
            if match:
                counts[0] += match.tier is Tier.ALERT
                counts[1] += 1
                counts[2] += _overlap(match.start, match.end, start, start + len(passage)) >= 0.5
        shares = [count / len(quotes) for count in counts[:2]] + [counts[2] / max(1, counts[1])]
        totals = [total + share / len(attacks.FORMS) for total, share in zip(totals, shares, strict=True)]
        print(f"| {name} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")
    print("| **mean** | " + " | ".join(f"{total:.3f}" for total in totals) + " |")


def _overlap(start: int, end: int, other_start: int, other_end: int) -> float:
    both = max(0, min(end, other_end) - max(start, other_start))
    return both / (max(end, other_end) - min(start, other_start))


if __name__ == "__main__":
    main(*sys.argv[1:])
