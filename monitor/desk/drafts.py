"""What waits for a button: a quote that was only previewed, a text that was only checked. Lost with a restart."""

from itertools import count

MOST = 1000  # kept; the oldest go first


class Drafts:
    """Things put by under short names."""

    def __init__(self) -> None:
        self._kept: dict[str, object] = {}
        self._numbers = count(1)

    def put_by(self, thing: object) -> str:
        """Keep a thing and return its name."""
        while len(self._kept) >= MOST:
            self._kept.pop(next(iter(self._kept)))
        name = str(next(self._numbers))
        self._kept[name] = thing
        return name

    def taken_up(self, name: str) -> object | None:
        """Return the thing of this name, or None when it is gone."""
        return self._kept.get(name)
