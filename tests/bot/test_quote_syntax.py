import time

import pytest

from monitor.bot.quote_syntax import changes_of, wanted_quote
from monitor.core.errors import InputError
from monitor.core.model import WantedQuote

SAID = "Come get me, coward!"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (SAID, WantedQuote(text=SAID)),
        (f"“{SAID}”", WantedQuote(text=SAID)),
        (f"{SAID} — Gustavo Petro", WantedQuote(text=SAID, speaker="Gustavo Petro")),
        (f"“{SAID}” -- the president", WantedQuote(text=SAID, speaker="the president")),
        (f"{SAID} #petro #2026", WantedQuote(text=SAID, tags=("petro", "2026"))),
        (f"{SAID} #petro — Petro lang:es", WantedQuote(text=SAID, tags=("petro",), speaker="Petro", lang="es")),
        (f"{SAID} near:Petro,Colombia", WantedQuote(text=SAID, near=("Petro", "Colombia"))),
        (f'{SAID} near:"Gustavo Petro",Bogotá not:parody', WantedQuote(
            text=SAID, near=("Gustavo Petro", "Bogotá"), excluded=("parody",))),
        (f"{SAID} threshold:80 exact:on quoted:yes", WantedQuote(
            text=SAID, threshold=80.0, exact=True, quoted_only=True)),
        (f"{SAID} THRESHOLD:82,5", WantedQuote(text=SAID, threshold=82.5)),
    ],
)  # fmt: skip
def test_a_quote_is_read_with_all_that_stands_behind_it(words: str, wanted: WantedQuote) -> None:
    assert wanted_quote(words) == wanted


@pytest.mark.parametrize(
    "words",
    [
        "Come get me — coward!",
        "time:now is a good name",
        "#Petro must go now",
        "One - two - three",
        "It was he — and I was there, with all of my many friends from home",
        "I said: nothing",
    ],
)
def test_what_belongs_to_the_words_stays_with_them(words: str) -> None:
    assert wanted_quote(words) == WantedQuote(text=words)


def test_marks_keep_what_would_else_stand_behind_the_words() -> None:
    assert wanted_quote("“Fuera #Petro lang:es — Ya”").text == "Fuera #Petro lang:es — Ya"


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("threshold 80", {"threshold": 80.0}),
        ("threshold default", {"threshold": None}),
        ("exact on", {"exact": True}),
        ("exact", {"exact": True}),
        ("quoted off", {"quoted_only": False}),
        ("near Petro, Colombia", {"near": ("Petro", "Colombia")}),
        ("near none", {"near": ()}),
        ("not:parody", {"excluded": ("parody",)}),
        ("speaker “Gustavo Petro”", {"speaker": "Gustavo Petro"}),
        ("lang none", {"lang": None}),
        ("tags #a, b", {"tags": ("#a", "b")}),
    ],
)
def test_a_change_is_read(words: str, changes: dict) -> None:
    assert changes_of(words) == changes


@pytest.mark.parametrize(
    "words", ["", "colour red", "exact perhaps", "threshold", "threshold ten", "near", "not:", "tags "]
)
def test_what_is_no_change_is_refused(words: str) -> None:
    with pytest.raises(InputError):
        changes_of(words)


@pytest.mark.parametrize(
    "words",
    [
        " — " * 1300,
        " #a" * 1300,
        "a " * 2000,
        'near:"' * 600,
        " near:" + ",a" * 2000,
        "“" * 4000,
        "\n" * 4000,
        "--" * 2000,
    ],
)
def test_no_message_takes_long_to_read(words: str) -> None:
    began = time.process_time()
    wanted_quote(words)

    assert time.process_time() - began < 1.0
