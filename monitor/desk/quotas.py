"""How much one member may have tracked and polled, so that none fills the monitor for others. Owners have no limit."""

from dataclasses import dataclass

from monitor.core.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """What one member may have at once."""

    owners: frozenset[int] = frozenset()
    quotes: int = 200
    sources: int = 50

    def check_quotes(self, by: str, has: int) -> None:
        """Raise InputError when a person who has so many quotes may not track another."""
        if self._is_bound(by) and has >= self.quotes:
            raise InputError(
                "You track {n} quotes, which is as many as one person may: /untrack one you no longer need.", n=has
            )

    def check_sources(self, by: str, has: int) -> None:
        """Raise InputError when a person who has so many sources may not add another."""
        if self._is_bound(by) and has >= self.sources:
            raise InputError(
                "You added {n} sources, which is as many as one person may: remove one you no longer need.", n=has
            )

    def _is_bound(self, by: str) -> bool:
        return by not in {f"telegram:{owner}" for owner in self.owners}
