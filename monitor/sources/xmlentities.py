"""The entities that a document type definition declares: short words are read, all else is refused.

A declared entity can stand for gigabytes (entities within entities, or one long one said often) or for a file of this
machine. What old feeds declare stands for a few characters, or for the tables of characters that W3C publishes, whose
names are HTML's and known without loading anything. Only those two pass; no XML parser ever sees a declaration.
Format: XML 1.0, section 4.2.
"""

import re
from collections.abc import Mapping
from html import unescape
from xml.sax.saxutils import escape

from monitor.core.errors import ParseError

LONGEST_WORD = 200  # characters that an entity may stand for
MOST_WORDS = 300  # entities of one page; HTML 4 has 252
MOST_GROWTH = 1_000_000  # characters that all references of a page may come to

_ANY = re.compile("<!ENTITY", re.IGNORECASE)
_WORD = re.compile(
    r"""<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s+(?:"((?:[^<&%"]|&#\w{1,8};)*+)"|'((?:[^<&%']|&#\w{1,8};)*+)')\s*>""",
    re.IGNORECASE,
)
_TABLE = re.compile(
    r"""<!ENTITY\s+%\s+[\w.-]{1,60}\s+PUBLIC\s+(["'])-//W3C//ENTITIES\s[\w ./-]{1,80}\1\s+(?:"[^"]*"|'[^']*')\s*>""",
    re.IGNORECASE,
)
_OF_XML = frozenset(["lt", "gt", "amp", "quot", "apos"])
_REFUSED = "the page declares XML entities (<!ENTITY), which are refused: feeds need none"


def declared(before_root: str) -> dict[str, str]:
    """Return the entities that stand for short words, by name, as they may stand in a text or an attribute.

    Raises ParseError when anything else is declared.
    """
    found: dict[str, str] = {}
    for start in (match.start() for match in _ANY.finditer(before_root)):
        word = _WORD.match(before_root, start)
        if word is None and _TABLE.match(before_root, start) is None:
            raise ParseError(_REFUSED)
        if word is not None:
            name, value = word[1], word[2] or word[3] or ""
            if len(value) > LONGEST_WORD or len(found) >= MOST_WORDS:
                raise ParseError(_REFUSED)
            found.setdefault(name, escape(unescape(value), {'"': "&quot;", "'": "&apos;"}))
    return {name: value for name, value in found.items() if name not in _OF_XML}


def replaced(xml: str, entities: Mapping[str, str]) -> str:
    """Return a text with the references to these entities replaced. Raises ParseError when it would grow too much."""
    if not entities:
        return xml
    reference = re.compile(f"&({'|'.join(map(re.escape, entities))});")
    if sum(len(entities[match[1]]) for match in reference.finditer(xml)) > MOST_GROWTH:
        raise ParseError(_REFUSED)
    return reference.sub(lambda match: entities[match[1]], xml)
