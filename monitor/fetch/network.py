"""Whether it is the network that fails, or only a host.

One host that does not answer says nothing; several in a row, with hardly anybody answering between them, say that
the way out is closed. Then no source is to blame: `PatientFetch` says so, and the monitor goes on asking each at
its usual interval instead of backing off for hours after the network is back.
"""

from monitor.core.errors import NetworkDown, NoAnswer
from monitor.core.model import Page, Request
from monitor.core.ports import Fetch

LATEST = 4  # hosts; one of them may answer all the time, such as one in the same house
FEWEST_SILENT = 3  # of the latest; fewer prove nothing


class Network:
    """Remembers of the hosts that were asked last whether each answered."""

    def __init__(self) -> None:
        self._latest: dict[str, bool] = {}  # host to whether it answered; the one asked last stands last

    @property
    def is_down(self) -> bool:
        """Whether hardly any host answers."""
        return sum(not answered for answered in self._latest.values()) >= FEWEST_SILENT

    def answered(self, host: str) -> None:
        """Take note that a host answered, whatever it said."""
        self._note(host, answered=True)

    def silent(self, host: str) -> None:
        """Take note that nothing came back from a host."""
        self._note(host, answered=False)

    def _note(self, host: str, *, answered: bool) -> None:
        self._latest.pop(host, None)
        self._latest[host] = answered
        if len(self._latest) > LATEST:
            del self._latest[next(iter(self._latest))]


class PatientFetch:
    """`core.ports.Fetch` that blames no source for a network that is down."""

    def __init__(self, fetch: Fetch, network: Network) -> None:
        self._fetch = fetch
        self._network = network

    async def __call__(self, request: Request) -> Page | None:
        """Return what `fetch` does. Raises what it raises, and NetworkDown where nobody answers at all."""
        try:
            return await self._fetch(request)
        except NoAnswer as error:
            if self._network.is_down:
                raise NetworkDown(f"no host answers, the network seems to be down ({error})") from error
            raise
