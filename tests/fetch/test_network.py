import pytest

from monitor.core.errors import FetchError, NetworkDown, NoAnswer
from monitor.core.model import Request
from monitor.fetch import PatientFetch
from monitor.fetch.network import Network
from tests.fakes.ports import FakeFetch
from tests.fetch.servers import answer, fetching, running


def heard(*hosts: str) -> Network:
    """A network in which these hosts were asked; `-name` was silent."""
    network = Network()
    for host in hosts:
        (network.silent if host.startswith("-") else network.answered)(host.lstrip("-"))
    return network


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        ("-a",),
        ("-a", "-b"),
        ("-a", "-a", "-a", "-a"),  # one host is only one host
        ("-a", "-b", "c", "d"),
        ("-a", "-b", "-c", "a", "b"),
        ("-a", "-b", "-c", "c"),
    ],
)
def test_a_few_silent_hosts_are_no_outage(hosts: tuple[str, ...]) -> None:
    assert not heard(*hosts).is_down


@pytest.mark.parametrize(
    "hosts",
    [
        ("-a", "-b", "-c"),
        ("a", "b", "c", "d", "-a", "-b", "-c"),
        ("lan", "-a", "lan", "-b", "lan", "-c", "lan"),  # one in the same house goes on answering
    ],
)
def test_several_silent_hosts_in_a_row_are(hosts: tuple[str, ...]) -> None:
    assert heard(*hosts).is_down


async def test_a_silence_is_blamed_on_the_network_only_while_it_is_down() -> None:
    silent = FakeFetch(NoAnswer("cannot be connected to"))

    with pytest.raises(NetworkDown, match="cannot be connected to"):
        await PatientFetch(silent, heard("-a", "-b", "-c"))(Request(url="https://d.example"))
    with pytest.raises(NoAnswer):
        await PatientFetch(silent, heard("-a", "-b"))(Request(url="https://d.example"))


async def test_an_answer_that_is_an_error_is_the_sources_own_also_during_an_outage() -> None:
    with pytest.raises(FetchError):
        await PatientFetch(FakeFetch(FetchError("answered 500")), heard("-a", "-b", "-c"))(
            Request(url="https://d.example")
        )


async def test_what_connects_and_answers_badly_is_no_silence() -> None:
    pages = {f"/{number}": page for number, page in enumerate([answer(status=500), b"nonsense\r\n\r\n", answer(b"x")])}
    async with running("127.0.0.2", pages=pages) as server, fetching() as fetch:
        for path in pages:
            try:
                await fetch(Request(url=server.url(path)))
            except NoAnswer:
                pytest.fail("it answered")
            except FetchError:
                pass


async def test_nobody_behind_an_address_is_a_silence() -> None:
    async with running("127.0.0.2") as server:
        closed = server.url("/")
    async with fetching() as fetch:
        with pytest.raises(NoAnswer, match="refuses connections"):
            await fetch(Request(url=closed))
        with pytest.raises(NoAnswer, match="could not be looked up"):
            await fetch(Request(url="http://nowhere.example/"))
