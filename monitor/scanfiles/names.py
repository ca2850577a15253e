"""Which files are meant, and what is in them by their names."""

from glob import glob, has_magic
from pathlib import Path

from monitor.scanfiles.forms import Form

FORMS = {".csv": Form.CSV, ".tsv": Form.CSV, ".parquet": Form.PARQUET, ".pq": Form.PARQUET, ".txt": Form.TEXT,
         ".md": Form.TEXT}  # fmt: skip
STANDARD_INPUT = "-"


def expanded(names: tuple[str, ...]) -> list[str]:
    """Return the files that are meant: patterns (`posts/**/*.jsonl`) stand for what they find, in order.

    Raises FileNotFoundError naming what is not there, or finds nothing.
    """
    found: list[str] = []
    for name in names:
        if name == STANDARD_INPUT or Path(name).exists():
            found.append(name)
        elif matching := _matching(name):
            found += matching
        else:
            raise FileNotFoundError(name)
    return found


def _matching(pattern: str) -> list[str]:
    if not has_magic(pattern):
        return []
    # Path.glob takes no absolute pattern.
    return [name for name in sorted(glob(pattern, recursive=True)) if Path(name).is_file()]  # noqa: PTH207


def form_of(name: str) -> Form:
    """Return what a file holds by its name; what says nothing is JSONL."""
    path = Path(name.removesuffix(".gz"))
    return FORMS.get(path.suffix.lower(), Form.JSONL)


def is_packed(name: str) -> bool:
    """Tell whether a file is packed by gzip, by its name."""
    return name.endswith(".gz")
