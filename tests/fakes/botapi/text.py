"""What Telegram does to every text before anybody sees it, and how it counts.

Offsets and lengths of entities, and the limits of 4,096 and 1,024, are counted here in UTF-16 code units: entities are
documented so (core.telegram.org/api/entities), the limits only as "characters after entities parsing". Counting them
the same way is the stricter reading: what fits here fits there.

Cleaning follows TDLib (td/telegram/misc.cpp, clean_input_string): control characters become spaces, carriage returns,
line and paragraph separators, bidirectional embeddings and overrides and three combining lines vanish, and in a run of
direction marks all but the last become zero-width non-joiners. Both ends are trimmed, the left one only up to the
first entity.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_CONTROL = dict.fromkeys([*range(10), 11, 12, *range(14, 33)], " ")
_DROPPED = frozenset("\r\u0333\u033f\u030a" + "".join(map(chr, range(0x2028, 0x202F))))
_MARKS = re.compile("[\u200e\u200f]+(?=[\u200e\u200f])")
# td/telegram/misc.cpp, strip_empty_characters: a text of nothing else is an empty text
_INVISIBLE = frozenset(
    " \n\u00a0\u1680\u180e\u202e\u202f\u205f\u2800\u3000\ufffc\ufeff"
    + "".join(map(chr, [*range(0x2000, 0x2010), *range(0xE0000, 0xE0080)]))
)
_COMMAND = re.compile(r"(?<![\w/<>])/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{3,32}))?(?![\w/<>])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A stretch of text with a meaning, in UTF-16 code units, as in the Bot API's MessageEntity."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    user_id: int | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length

    def as_json(self) -> dict[str, Any]:
        """Return the entity as the Bot API shows it; the `user` of a mention is for the caller to add."""
        told: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        told |= {
            name: value for name in ("url", "language", "custom_emoji_id") if (value := getattr(self, name)) is not None
        }
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A text and its entities."""

    text: str
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    """Return the number of UTF-16 code units of `text`."""
    return len(text) + sum(character > "\uffff" for character in text)


def is_blank(text: str) -> bool:
    """Tell whether nothing of `text` would be visible."""
    return all(character in _INVISIBLE for character in text)


def tidy(given: Formatted) -> Formatted:
    """Return `given` as Telegram would store it: cleaned, and trimmed at both ends."""
    return _trim(_clean(given))


def bot_commands(text: str) -> tuple[Entity, ...]:
    """Return the /commands in a text that a person wrote."""
    return tuple(
        Entity(
            type="bot_command",
            offset=utf16_length(text[: found.start()]),
            length=utf16_length(found.group()),
        )
        for found in _COMMAND.finditer(text)
    )


def _clean(given: Formatted) -> Formatted:
    kept: list[str] = []
    new_offset = [0]
    length = 0
    for character in given.text:
        width = utf16_length(character)
        if character not in _DROPPED:
            kept.append(character)
            length += width
        new_offset.extend([length] * width)
    text = "".join(kept).translate(_CONTROL)
    text = _MARKS.sub(lambda run: "\u200c" * len(run.group()), text)
    entities = (
        replace(one, offset=new_offset[one.offset], length=new_offset[one.end] - new_offset[one.offset])
        for one in given.entities
    )
    return Formatted(text=text, entities=tuple(one for one in entities if one.length > 0))


def _trim(given: Formatted) -> Formatted:
    text = given.text.rstrip(" \n")
    end = utf16_length(text)
    first = min((one.offset for one in given.entities), default=end)
    lead = min(len(text) - len(text.lstrip(" \n")), first)
    entities = []
    for one in given.entities:
        length = min(one.end, end) - one.offset
        if length > 0:
            entities.append(replace(one, offset=one.offset - lead, length=length))
    return Formatted(text=text[lead:], entities=tuple(entities))
