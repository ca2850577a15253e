"""The bot says everything in every language it speaks, and what it says fits what the code fills in."""

import ast
import gettext
import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog, Message

from monitor.bot.commands import COMMANDS
from monitor.bot.language import LANGUAGES, _, nearest, ngettext, speaking
from tests.docs.catalogue import (
    CODE,
    NEVER_IN_CHATS,
    ROOT,
    TRANSLATED,
    brought_up_to_date,
    compiled,
    messages_in,
    po_of,
    template,
    translations,
    written,
)

FIELD = re.compile(r"\{[a-z_]*(?:[:!][^}]*)?\}")


def texts(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the forms of a message, and of its translation."""
    told, said = message.id, message.string
    return (told if isinstance(told, tuple | list) else (told,)), (said if isinstance(said, tuple | list) else (said,))


def messages(catalogue: Catalog) -> Iterator[Message]:
    yield from (message for message in catalogue if message.id)


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_message_of_the_program_is_translated(lang: str) -> None:
    known = brought_up_to_date(lang)

    assert [message.id for message in messages(known) if message.fuzzy or not all(texts(message)[1])] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_translations_hold_what_the_program_says_and_nothing_else(lang: str) -> None:
    kept = {str(message.id) for message in messages(translations(lang))}

    assert kept == {str(message.id) for message in messages(template())}
    assert po_of(lang).read_bytes() == written(brought_up_to_date(lang)), "run `make catalogue`"


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translation_has_the_fields_of_its_message(lang: str) -> None:
    for message in messages(translations(lang)):
        told, said = texts(message)
        fields = set(FIELD.findall(told[-1]))
        assert all(set(FIELD.findall(form)) == fields for form in said), message.id


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translation_has_the_lines_and_the_markup_of_its_message(lang: str) -> None:
    for message in messages(translations(lang)):
        told, said = texts(message)
        for form in said:
            assert form.count("\n") == told[-1].count("\n"), message.id
            assert re.findall(r"</?[a-z]+>", form) == re.findall(r"</?[a-z]+>", told[-1]), message.id
            assert (form[:1].isspace(), form[-1:].isspace()) == (told[-1][:1].isspace(), told[-1][-1:].isspace())


@pytest.mark.parametrize("lang", TRANSLATED)
def test_what_is_compiled_is_what_is_written(lang: str) -> None:
    assert po_of(lang).with_suffix(".mo").read_bytes() == compiled(translations(lang)), "run `make catalogue`"


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_help_of_a_command_is_translated_as_a_whole(lang: str) -> None:
    for command in COMMANDS:
        with speaking(lang):
            assert command.text != command.written
            assert command.text.startswith(f"/{command.name}")


@pytest.mark.parametrize("path", sorted(CODE.rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_chat_is_told_can_be_translated(path: object) -> None:
    """An f-string is filled in before it could be looked up."""
    assert hasattr(path, "relative_to")
    place = path.relative_to(CODE).as_posix()
    if place.startswith(NEVER_IN_CHATS):
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "InputError"}:
            assert not isinstance(node.args[0], ast.JoinedStr), f"{place}:{node.lineno}"


def test_messages_are_found_also_inside_an_f_string_and_behind_a_name() -> None:
    source = 'NAMED = "a {b}"\nf"{_(\'inside\')}"\nraise InputError(NAMED, b=1)\nngettext("one", "many", n)\n_(unknown)'

    assert set(messages_in(ast.parse(source), {"NAMED": "a {b}"})) == {"inside", "a {b}", ("one", "many")}


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        ("es", "es"),
        ("es-CO", "es"),
        ("ES_mx", "es"),
        ("en-GB", "en"),
        ("fi", "en"),
        ("", "en"),
        (None, "en"),
        ("x" * 99, "en"),
    ],
)
def test_the_nearest_language_is_spoken(tag: str | None, lang: str) -> None:
    assert nearest(tag) == lang


def test_what_is_said_outside_a_chat_is_english() -> None:
    assert _("Saved.") == "Saved."
    assert [ngettext("{n} week", "{n} weeks", count) for count in (1, 2)] == ["{n} week", "{n} weeks"]


def test_speaking_ends_with_its_block() -> None:
    with speaking("es"):
        outer = _("Saved.")
        with speaking("en"):
            assert _("Saved.") == "Saved."
        assert _("Saved.") == outer != "Saved."
    assert _("Saved.") == "Saved."


def test_each_language_is_called_by_its_own_name() -> None:
    for lang in TRANSLATED:
        read = gettext.GNUTranslations(BytesIO(compiled(translations(lang))))
        assert read.info()["language"] == lang
    assert LANGUAGES["es"] == "Español"
