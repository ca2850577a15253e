"""Files of quotes are read as people write them, and what is wrong is said in one line."""

from pathlib import Path

import pytest

from monitor.core.errors import SettingsError
from monitor.core.model import WantedQuote, WantedVariant
from monitor.quotefile import read_quotes


def _file(tmp_path: Path, content: str, name: str = "quotes.toml") -> Path:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return path


def test_toml_holds_a_quote_with_all_that_can_be_said_of_it(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        """
        [[quotes]]
        id = "petro"
        text = "Come  get me, coward!"
        speaker = "Gustavo Petro"
        lang = "en"
        threshold = 90
        [[quotes.variants]]
        text = "Ven por mí, cobarde"
        lang = "es"
        threshold = 80.5

        [[quotes]]
        text = "I'm waiting for you here."
        """,
    )

    assert read_quotes(path) == [
        (
            "petro",
            WantedQuote(
                text="Come get me, coward!",
                variants=(WantedVariant(text="Ven por mí, cobarde", lang="es", threshold=80.5),),
                speaker="Gustavo Petro",
                lang="en",
                threshold=90.0,
            ),
        ),
        (2, WantedQuote(text="I'm waiting for you here.")),
    ]


def test_jsonl_holds_a_quote_a_line_and_variants_may_be_bare_texts(tmp_path: Path) -> None:
    variants = '["Venga por mí", {"text": "Vengan por mí"}]'
    lines = f'\ufeff{{"id": 7, "text": "Come get me"}}\n\n{{"text": "Ven por mí", "variants": {variants}}}\n'
    read = read_quotes(_file(tmp_path, lines, "quotes.jsonl"))

    assert [given for given, _ in read] == [7, 2]
    assert [variant.text for variant in read[1][1].variants] == ["Venga por mí", "Vengan por mí"]


def test_a_line_may_hold_unicode_line_separators(tmp_path: Path) -> None:
    path = _file(tmp_path, '{"text": "Come get me\u2028coward"}\n', "quotes.jsonl")

    assert len(read_quotes(path)) == 1


def test_an_empty_file_holds_no_quotes(tmp_path: Path) -> None:
    assert read_quotes(_file(tmp_path, "# none yet\n")) == []


def test_only_what_is_tracked_is_held_to_a_length(tmp_path: Path) -> None:
    path = _file(tmp_path, f'{{"text": "{"come get me " * 60}"}}', "quotes.jsonl")

    assert len(read_quotes(path, trackable=False)) == 1
    with pytest.raises(SettingsError, match="at most 300"):
        read_quotes(path)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("quotes.toml", "[[quotes]\n", "is not TOML"),
        ("quotes.toml", "[[quote]]\ntext = 'Come get me'\n", "unknown key 'quote'"),
        ("quotes.toml", "[quotes]\ntext = 'Come get me'\n", "two brackets"),
        ("quotes.toml", "[[quotes]]\ntext = 'Come get me'\ntreshold = 9\n", "quote 1: unknown key 'treshold'"),
        ("quotes.toml", "[[quotes]]\nlang = 'en'\n", "quote 1: text is missing"),
        ("quotes.toml", "[[quotes]]\ntext = ' '\n", "quote 1: text is missing"),
        ("quotes.toml", "[[quotes]]\ntext = 'Come get me'\nthreshold = 101\n", "from 0 to 100"),
        ("quotes.toml", "[[quotes]]\ntext = 'Come get me'\nthreshold = true\n", "from 0 to 100"),
        ("quotes.toml", "[[quotes]]\ntext = 'Come get me'\nid = []\n", "id is a text or a number"),
        ("quotes.toml", "[[quotes]]\ntext = 'Come get me'\nid = nan\n", "id is a text or a number"),
        ("quotes.toml", "[[quotes]]\ntext = 'Come get me'\nspeaker = 3\n", "speaker is a text"),
        ("quotes.toml", "[[quotes]]\ntext = 'Come get me'\nvariants = 'x'\n", "variants is a list"),
        (
            "quotes.toml",
            "[[quotes]]\ntext = 'Come get me'\nvariants = [{text = 'Ven por mí', x = 1}]\n",
            "variant 1: unknown key",
        ),
        ("quotes.toml", "[[quotes]]\ntext = 'Come get me'\n[[quotes]]\nid = 1\ntext = 'Ven'\n", "quote 2: “Ven”"),
        (
            "quotes.toml",
            "[[quotes]]\ntext = 'Come get me'\n[[quotes]]\nid = 1\ntext = 'Ven por mí'\n",
            "id 1 is already",
        ),
        ("quotes.jsonl", '{"text": "Come get me"}\nnonsense\n', ":2: not a JSON object"),
        ("quotes.jsonl", "[]\n", ":1: a quote is written as a table"),
        ("quotes.jsonl", "[" * 100_000, ":1: not a JSON object"),
        ("quotes.jsonl", '{"text": "Come \\ud800 get"}\n', ":1: text holds half a character"),
        ("quotes.csv", "text\n", ".toml or .jsonl"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_with_its_place(tmp_path: Path, name: str, content: str, told: str) -> None:
    path = _file(tmp_path, content, name)

    with pytest.raises(SettingsError) as raised:
        read_quotes(path)
    assert told in str(raised.value)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_quotes(tmp_path / "none.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"text = '\xe9'")
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_quotes(latin)


def test_conditions_are_read_from_both_kinds_of_files(tmp_path: Path) -> None:
    toml = (
        "[[quotes]]\ntext = 'Winter is coming'\nexact = true\nquoted_only = true\nnear = ['Stark']\nnot = ['weather']\n"
    )
    lines = '{"text": "Winter is coming", "exact": true, "quoted_only": true, "near": "Stark", "not": ["weather"]}\n'

    for name, content in (("quotes.toml", toml), ("quotes.jsonl", lines)):
        [(_, quote)] = read_quotes(_file(tmp_path, content, name))
        assert (quote.exact, quote.quoted_only, quote.near, quote.excluded) == (True, True, ("Stark",), ("weather",))


@pytest.mark.parametrize("line", ["exact = 'yes'", "near = [1]", "not = ['']", "quoted_only = 1"])
def test_a_condition_of_another_form_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(SettingsError, match=r"quote 1: (exact|near|not|quoted_only) is"):
        read_quotes(_file(tmp_path, f"[[quotes]]\ntext = 'Winter is coming'\n{line}\n", "quotes.toml"))


def test_what_another_program_keeps_in_a_line_is_passed_over(tmp_path: Path) -> None:
    line = (
        '{"id": 7, "text": "Come get me", "film": "none", "threshold": null,'
        ' "variants": [{"text": "Ven por mí", "n": 1}]}'
    )
    [(given, quote)] = read_quotes(_file(tmp_path, line + "\n", "quotes.jsonl"))

    assert given == 7
    assert (quote.text, quote.threshold, [variant.text for variant in quote.variants]) == (
        "Come get me",
        None,
        ["Ven por mí"],
    )


def test_a_quote_is_filed_under_tags_and_one_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "quotes.toml"
    path.write_text("[[quotes]]\ntext = 'Winter is coming'\ntags = ['#Stark', 'stark', 'north']\n")
    assert read_quotes(path)[0][1].tags == ("stark", "north")

    path.write_text("[[quotes]]\ntext = 'Winter is coming'\ntags = ['two words']\n")
    with pytest.raises(SettingsError, match=r"quote 1: .*is no tag"):
        read_quotes(path)
