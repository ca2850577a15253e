"""`python -m tests.corpus`: how the engine in this tree does on the adversarial set. `--keep` makes that its level."""

import argparse

from monitor.matching import ENGINE, Matcher
from tests.corpus.adversarial import judge_all, load
from tests.corpus.report import failures, keep_level, level, table


def main() -> None:
    """Print the whole report."""
    arguments = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    arguments.add_argument("--keep", action="store_true", help="write level.json")
    chosen = arguments.parse_args()
    verdicts = judge_all(lambda quotes, posts: Matcher(quotes).find(posts), load())
    now = level(ENGINE, verdicts)
    print(failures(verdicts))
    print(table(verdicts))
    print(f"{now.engine}: {now.passed} of {now.of} passed, {now.wrong_alerts} wrong alerts")
    if chosen.keep:
        keep_level(now)


if __name__ == "__main__":
    main()
