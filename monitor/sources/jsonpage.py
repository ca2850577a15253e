"""Pages of JSON from an API: read as they are, and refused in one line when they are something else.

What is common to every API that is read: a web page where JSON should be (a login, a challenge, a proxy's
error) is called one, an error the server explains is passed on in its own words, and a value is taken only
when it is of the type its documentation promises. JSON: RFC 8259.
"""

import json
from collections.abc import Mapping

from monitor.core.errors import ParseError
from monitor.core.model import Page
from monitor.sources.encoding import decoded
from monitor.sources.text import one_line

LONGEST_WORDS = 200  # characters of a server's own words in an error


def loaded(page: Page) -> object:
    """Return what a page of JSON holds. Raises ParseError for an empty page, a web page, and broken JSON."""
    text = decoded(page.body, page.content_type).strip()
    if not text:
        raise ParseError("the page is empty")
    if text.startswith("<"):
        raise ParseError("a web page, not JSON: the server wants a login, blocks us, or is in trouble")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not JSON: {one_line(str(error), 100)}") from error


def entries_of(answer: object, *, of: str, most: int) -> list[object]:
    """Return an answer that should be a list of `of`, such as "statuses".

    Raises ParseError for anything else, and for more than `most` entries: nobody asked for so many, and to
    leave some out would lose them.
    """
    if isinstance(answer, list):
        if len(answer) > most:
            raise ParseError(f"{len(answer)} {of} at once, although far fewer were asked for")
        return answer
    if said := words_of_refusal(answer):
        raise ParseError(f"the server refuses: {said}")
    raise ParseError(f"JSON, but not a list of {of}")


def words_of_refusal(answer: object) -> str:
    """Return the server's own explanation in an answer that is an error, or nothing."""
    if not isinstance(answer, dict):
        return ""
    said = (text_in(answer, key) for key in ("error", "message", "error_description"))
    return next((one_line(words, LONGEST_WORDS) for words in said if words.strip()), "")


def text_in(holder: Mapping[str, object], key: str) -> str:
    """Return a text, or nothing when there is none or something else stands there."""
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def whole_number_in(holder: Mapping[str, object], key: str) -> int | None:
    """Return a whole number, or None when there is none or something else stands there."""
    value = holder.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def object_in(holder: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Return an object, or an empty one when there is none or something else stands there."""
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def objects_in(holder: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    """Return the objects of a list; what is no object in it is left out."""
    value = holder.get(key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
