"""Files of quotes: TOML as people write it, or JSONL as programs do.

TOML: `[[quotes]]` with `text`, and if wanted `id`, `speaker`, `lang`, `threshold`, `tags`, the conditions `exact`,
`quoted_only`, `near`, `not`, and `[[quotes.variants]]` with `text`, `lang`, `threshold`. JSONL: one object a line with
the same keys. A variant may also be just its text. An entry without an id is known by its number in the file, from 1.
An unknown key in TOML is a typo and refused; in JSONL, which other programs write for their own ends too, it is passed
over.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from monitor.core.errors import InputError, SettingsError
from monitor.core.model import WantedQuote, WantedVariant
from monitor.core.quotes import checked_tags, checked_text

_VARIANT_KEYS = frozenset({"text", "lang", "threshold"})
_QUOTE_KEYS = _VARIANT_KEYS | {"id", "speaker", "variants", "exact", "quoted_only", "near", "not", "tags"}


def read_quotes(path: Path, *, trackable: bool = True) -> list[tuple[object, WantedQuote]]:
    """Return the quotes of a file in its order, each with its id as it was given (text or number).

    `trackable`: hold the texts to what may be tracked (`core.quotes.checked_text`); else any text will do that is
    not empty. Raises SettingsError: one line naming the file, the entry and what is wrong.
    """
    quotes: list[tuple[object, WantedQuote]] = []
    taken: dict[object, str] = {}
    for number, (place, entry) in enumerate(_entries(path), start=1):
        try:
            given, quote = _quote(entry, number, trackable=trackable)
        except InputError as error:
            raise SettingsError(f"{place}: {error}") from error
        if given in taken:
            raise SettingsError(f"{place}: the id {given!r} is already that of {taken[given]}; ids must differ.")
        taken[given] = place
        quotes.append((given, quote))
    return quotes


def _entries(path: Path) -> Iterator[tuple[str, object]]:
    """Yield each entry with the place to name when something is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text (at byte {error.start}): save it as UTF-8.") from error
    if path.suffix == ".toml":
        return _toml_entries(path, text)
    if path.suffix in (".jsonl", ".ndjson", ".json"):
        return _json_entries(path, text)
    raise SettingsError(f"{path}: quotes are read from files named .toml or .jsonl.")


def _toml_entries(path: Path, text: str) -> Iterator[tuple[str, object]]:
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from error
    try:
        _refuse_unknown(document, frozenset({"quotes"}))
    except InputError as error:
        raise SettingsError(f"{path}: {error}") from error
    quotes = document.get("quotes", [])
    if not isinstance(quotes, list):
        raise SettingsError(f"{path}: write each quote under [[quotes]], with two brackets.")
    for number, entry in enumerate(quotes, start=1):
        yield f"{path}, quote {number}", entry


def _json_entries(path: Path, text: str) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            yield place, _known_only(json.loads(line))
        except (ValueError, RecursionError) as error:
            raise SettingsError(f"{place}: not a JSON object on one line: {error}") from error


def _known_only(entry: object) -> object:
    """Return a JSON entry without what is empty and what other programs keep there for themselves."""
    if not isinstance(entry, dict):
        return entry
    kept = {key: value for key, value in entry.items() if key in _QUOTE_KEYS and value is not None}
    if isinstance(kept.get("variants"), list):
        kept["variants"] = [_known_only(variant) for variant in kept["variants"]]
    return kept


def _quote(entry: object, number: int, *, trackable: bool) -> tuple[object, WantedQuote]:
    fields = _table(entry, "a quote", _QUOTE_KEYS)
    variants = fields.get("variants", [])
    if not isinstance(variants, list):
        raise InputError("variants is a list.")
    quote = WantedQuote(
        text=_text(fields, trackable=trackable),
        variants=tuple(
            _variant(variant, place, trackable=trackable) for place, variant in enumerate(variants, start=1)
        ),
        speaker=_word(fields, "speaker"),
        lang=_word(fields, "lang"),
        threshold=_threshold(fields),
        exact=_switch(fields, "exact"),
        quoted_only=_switch(fields, "quoted_only"),
        near=_terms(fields, "near"),
        excluded=_terms(fields, "not"),
        tags=checked_tags(_terms(fields, "tags")),
    )
    given = fields.get("id")
    if given is None:
        given = number
    if isinstance(given, bool) or not isinstance(given, str | int | float) or given != given:  # noqa: PLR0124 (NaN)
        raise InputError("id is a text or a number.")
    return given, quote


def _variant(entry: object, number: int, *, trackable: bool) -> WantedVariant:
    try:
        fields = {"text": entry} if isinstance(entry, str) else _table(entry, "a variant", _VARIANT_KEYS)
        return WantedVariant(
            text=_text(fields, trackable=trackable), lang=_word(fields, "lang"), threshold=_threshold(fields)
        )
    except InputError as error:
        raise InputError(f"variant {number}: {error}") from error


def _table(entry: object, what: str, known: frozenset[str]) -> Mapping[str, object]:
    if not isinstance(entry, dict):
        raise InputError(f"{what} is written as a table with the key text.")
    _refuse_unknown(entry, known)
    return entry


def _refuse_unknown(table: Mapping[str, object], known: frozenset[str]) -> None:
    unknown = sorted(table.keys() - known)
    if unknown:
        raise InputError(f"unknown key {unknown[0]!r}; known are: {', '.join(sorted(known))}.")


def _text(fields: Mapping[str, object], *, trackable: bool) -> str:
    text = fields.get("text")
    if not isinstance(text, str) or not text.strip():
        raise InputError("text is missing: write the words of the quote.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InputError("text holds half a character (a lone surrogate): write it again.")
    return checked_text(text) if trackable else text


def _word(fields: Mapping[str, object], key: str) -> str | None:
    value = fields.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{key} is a text that is not empty.")
    return value


def _switch(fields: Mapping[str, object], key: str) -> bool:
    value = fields.get(key, False)
    if not isinstance(value, bool):
        raise InputError(f"{key} is true or false.")
    return value


def _terms(fields: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = fields.get(key, [])
    terms = [value] if isinstance(value, str) else value
    if not isinstance(terms, list) or not all(isinstance(term, str) and term.strip() for term in terms):
        raise InputError(f"{key} is a list of words.")
    return tuple(terms)


def _threshold(fields: Mapping[str, object]) -> float | None:
    value = fields.get("threshold")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise InputError("threshold is a number from 0 to 100.")
    return float(value)
