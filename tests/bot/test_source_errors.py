"""Whatever is recorded of a source's error is said in the language of the chat."""

import ast
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpcore
import pytest

from monitor.bot import source_texts
from monitor.bot.hearing_texts import told
from monitor.bot.language import speaking
from monitor.bot.source_errors import MESSAGES, explains, in_words
from monitor.core.errors import FetchError, InputError
from monitor.core.model import PASTED_NAME
from monitor.fetch.problems import said_of
from tests.builders import a_source

CODE = Path(__file__).parents[2] / "monitor"
RAISED = {"FetchError", "ParseError", "SourceGone", "RateLimited", "NotThere", "NoAnswer", "AddressRefused"} | {
    "SourceError",
    "NetworkDown",
    "HandshakeRefused",
}
NOT_RECORDED = CODE / "articles.py"  # what goes wrong there is no error of the source
FIELDS = {
    "_answered(answer.status)": "answered 404 Not Found",
    "words": "answered 404 Not Found",
    "_EXAMPLE": "it should look like wss://example.org/stream",
    "said_why": "refuses connections",
    "said_of(error)": "refuses connections",
    "_REFUSED": "the page declares XML entities (<!ENTITY), which are refused: feeds need none",
    "str(error)": "not the address of a Mastodon stream: write #tag@host",  # says how to write an address
}
TROUBLES = [
    httpcore.ConnectError(),
    httpcore.LocalProtocolError(),
    httpcore.RemoteProtocolError(),
    httpcore.ReadError(),
    ssl.SSLError(),
    ConnectionRefusedError(),
]


def texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(next(texts(value)) for value in values)
        case ast.FormattedValue(value=value):
            yield FIELDS.get(ast.unparse(value), "7")
        case ast.IfExp(body=body, orelse=other):
            yield from (*texts(body), *texts(other))
        case ast.BinOp(left=left, right=right):
            yield from (one + two for one in texts(left) for two in texts(right))
        case _:
            yield FIELDS.get(ast.unparse(node), "7")


def raised() -> Iterator[str]:
    """Yield what every error of a source says, with fields filled in."""
    for path in sorted(CODE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED and node.args:
                yield from () if path == NOT_RECORDED else texts(node.args[0])


def test_there_are_words_for_every_error_of_a_source() -> None:
    said = set(raised())

    assert len(said) > 80
    assert [text for text in sorted(said) if not explains(text)] == []


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: type(trouble).__name__)
def test_there_are_words_for_every_trouble_on_the_way(trouble: Exception) -> None:
    assert explains(f"example.org {said_of(trouble)}")


@pytest.mark.parametrize("message", MESSAGES)
def test_what_is_recorded_is_read_as_it_was_written(message: str) -> None:
    recorded = message.replace("{error}", "example.org has no address").replace("{", "").replace("}", "")

    assert in_words(recorded) == recorded


def test_an_error_is_said_in_spanish_with_its_details() -> None:
    with speaking("es"):
        assert in_words("answered 404 Not Found") == "respondió 404 Not Found"
        assert in_words(
            "no host answers, the network seems to be down (the name a.example could not be looked up)"
        ) == ("ningún servidor responde, parece que la red está caída (no se pudo encontrar el nombre a.example)")
        assert in_words("something new") == "something new"
        assert in_words(None) == ""


def test_an_owner_and_a_list_hear_of_a_failing_source_in_spanish() -> None:
    with speaking("es"):
        assert "respondió 404 Not Found" in source_texts.failing(a_source(), "answered 404 Not Found")
        error = InputError(
            "{place} could not be read: {error}.", place="a.example", error=FetchError("the page is empty")
        )
        assert "la página está vacía" in told(error)


def test_the_source_of_what_people_paste_has_a_name_in_spanish() -> None:
    with speaking("es"):
        assert "Pegado en el chat" in source_texts.called(a_source(name=PASTED_NAME))


def test_a_line_that_a_server_made_long_is_shown_as_it_is() -> None:
    line = f"the server refuses: {'at ' * 1000}"

    with speaking("es"):
        assert in_words(line) == line
