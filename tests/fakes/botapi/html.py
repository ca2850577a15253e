"""Telegram's HTML, read as strictly as Telegram reads it.

The grammar and the error texts are those of TDLib (github.com/tdlib/td, td/telegram/MessageEntity.cpp, parse_html), the
tags those of core.telegram.org/bots/api#html-style. It is not the HTML of browsers: an unknown tag, a tag left open or
closed out of turn refuses the whole message, an unknown `&entity;` is left as it is, and `</>` closes any tag. Offsets
in errors are bytes of UTF-8.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tests.fakes.botapi.links import checked_link, person_of
from tests.fakes.botapi.text import Entity, Formatted, utf16_length

_SPACE = " \t\r\n\0\v"
_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = frozenset({*_STYLES, "a", "code", "pre", "blockquote", "tg-emoji"})
_ORDER = ("blockquote", "expandable_blockquote", "pre", "code", "text_link", "text_mention", "bold", "italic")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([A-Za-z]+));?")


class MarkupError(ValueError):
    """The text is not Telegram's HTML; the message is Telegram's."""


@dataclass(slots=True, kw_only=True)
class _Open:
    tag: str
    argument: str
    offset: int
    at: int


def parse_html(source: str) -> Formatted:
    """Return the plain text of `source` and its entities. Raises MarkupError."""
    if "\0" in source:
        raise MarkupError("Text must not contain null bytes")
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        # The sentinel stands for the end, which counts as a space, as in the C string TDLib walks over.
        self._source = source + "\0"
        self._at = 0
        self._out: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> Formatted:
        while self._at < len(self._source) - 1:
            character = self._source[self._at]
            if character == "<":
                self._tag()
            elif character == "&":
                self._put(self._reference())
            else:
                self._at += 1
                self._put(character)
        if self._open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        text = _joined("".join(self._out))
        return Formatted(text=text, entities=_settled(self._entities))

    def _put(self, piece: str) -> None:
        self._out.append(piece)
        self._length += utf16_length(piece)

    def _reference(self) -> str:
        found = _REFERENCE.match(self._source, self._at)
        if found:
            hexadecimal, decimal, name = found.groups()
            digits = hexadecimal or decimal
            short = len(found.group().rstrip(";")) < 10
            code = int(digits, 16 if hexadecimal else 10) if digits and short else 0
            character = _NAMED.get(name or "") or (chr(code) if 0 < code < 0x10FFFF else "")
            if character:
                self._at = found.end()
                return character
        self._at += 1
        return "&"

    def _tag(self) -> None:
        begin = self._at
        self._at += 1
        if self._source[self._at] == "/":
            self._end_tag(begin)
        else:
            self._start_tag(begin)
        self._at += 1

    def _start_tag(self, begin: int) -> None:
        name = self._until(_SPACE + ">").lower()
        if self._ended():
            raise self._error("Unclosed start tag", begin)
        if name not in _TAGS:
            raise self._error(f'Unsupported start tag "{name}"', begin)
        argument = ""
        while self._source[self._at] != ">":
            self._spaces()
            if self._source[self._at] == ">":
                break
            argument = self._attribute(name, begin, argument)
        if name == "span" and argument != "spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_Open(tag=name, argument=argument, offset=self._length, at=len(self._out)))

    def _attribute(self, tag: str, begin: int, argument: str) -> str:
        """Read one attribute; return what the tag now knows."""
        name = self._until(_SPACE + "=>/\"'")
        if not name:
            raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
        self._spaces()
        if self._source[self._at] != "=":
            if self._ended():
                raise self._error(f'Unclosed start tag "{tag}"', begin)
            return "1" if (tag, name) == ("blockquote", "expandable") else argument
        self._at += 1
        self._spaces()
        if self._ended():
            raise self._error(f'Unclosed start tag "{tag}"', begin)
        value = self._quoted() if self._source[self._at] in "'\"" else self._token()
        if self._ended():
            raise self._error("Unclosed start tag", begin)
        return _argument(tag, name, value, argument)

    def _quoted(self) -> str:
        quote = self._source[self._at]
        self._at += 1
        value = []
        while not self._ended() and self._source[self._at] != quote:
            if self._source[self._at] == "&":
                value.append(self._reference())
            else:
                value.append(self._source[self._at])
                self._at += 1
        if not self._ended():
            self._at += 1
        return "".join(value)

    def _token(self) -> str:
        begin = self._at
        while self._source[self._at].isascii() and (self._source[self._at].isalnum() or self._source[self._at] in ".-"):
            self._at += 1
        if self._source[self._at] not in _SPACE + ">":
            raise self._error("Unexpected end of name token", begin)
        return self._source[begin : self._at].lower()

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise self._error("Unexpected end tag", begin)
        self._at += 1
        name = self._until(_SPACE + ">").lower()
        self._spaces()
        if self._source[self._at] != ">":
            raise self._error("Unclosed end tag", begin)
        opened = self._open[-1]
        if name and name != opened.tag:
            raise MarkupError(
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{opened.tag}>", found "</{name}>"'
            )
        self._open.pop()
        if self._length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        offset, length = opened.offset, self._length - opened.offset
        inner = self._entities[-1] if self._entities else None
        fills = inner if inner and (inner.offset, inner.length) == (offset, length) else None
        if opened.tag == "pre" and fills and fills.type == "code" and fills.language:
            self._entities[-1] = replace(fills, type="pre")
        elif opened.tag == "code" and fills and fills.type == "pre" and opened.argument:
            self._entities[-1] = replace(fills, language=opened.argument)
        else:
            inside = "".join(self._out[opened.at :])
            self._entities.extend(_entity(opened, inside, offset=offset, length=length))

    def _until(self, stops: str) -> str:
        begin = self._at
        while self._source[self._at] not in stops and not self._ended():
            self._at += 1
        return self._source[begin : self._at]

    def _spaces(self) -> None:
        while not self._ended() and self._source[self._at] in _SPACE:
            self._at += 1

    def _ended(self) -> bool:
        return self._at >= len(self._source) - 1

    def _bytes(self, at: int) -> int:
        return len(self._source[:at].encode(errors="surrogatepass"))

    def _error(self, text: str, at: int) -> MarkupError:
        return MarkupError(f"{text} at byte offset {self._bytes(at)}")


def _argument(tag: str, name: str, value: str, known: str) -> str:
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case ("code", "class") if value.startswith("language-"):
            return value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            return "1"
    return known


def _entity(opened: _Open, inside: str, *, offset: int, length: int) -> Iterable[Entity]:
    tag, argument = opened.tag, opened.argument
    if tag in _STYLES:
        yield Entity(type=_STYLES[tag], offset=offset, length=length)
    elif tag == "code":
        yield Entity(type="code", offset=offset, length=length, language=argument or None)
    elif tag == "blockquote":
        yield Entity(type="expandable_blockquote" if argument else "blockquote", offset=offset, length=length)
    elif tag == "tg-emoji":
        if not re.fullmatch(r"-?[0-9]{1,19}", argument) or not int(argument):
            raise MarkupError("Invalid custom emoji identifier specified")
        yield Entity(type="custom_emoji", offset=offset, length=length, custom_emoji_id=argument)
    elif tag == "a":
        yield from _link(argument or inside, offset=offset, length=length)
    else:
        yield Entity(type="pre", offset=offset, length=length)


def _link(url: str, *, offset: int, length: int) -> Iterable[Entity]:
    """A link that leads nowhere is dropped, its text stays."""
    if user_id := person_of(url):
        yield Entity(type="text_mention", offset=offset, length=length, user_id=user_id)
    elif checked := checked_link(url):
        yield Entity(type="text_link", offset=offset, length=length, url=checked)


def _joined(text: str) -> str:
    """Two numeric references may be the halves of one character; half a character refuses the message."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise MarkupError(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        ) from None


def _settled(entities: list[Entity]) -> tuple[Entity, ...]:
    """Merge a style within itself, keep styles out of code, and sort as Telegram does: outer before inner."""
    code = {at for one in entities if one.type in ("code", "pre") for at in range(one.offset, one.end)}
    styles = dict.fromkeys(_STYLES.values())
    settled = [replace(one, language=None) if one.type == "code" else one for one in entities if one.type not in styles]
    for style in styles:
        covered = {at for one in entities if one.type == style for at in range(one.offset, one.end)} - code
        settled.extend(Entity(type=style, offset=begin, length=end - begin) for begin, end in _runs(covered))
    return tuple(sorted(settled, key=lambda one: (one.offset, -one.length, _rank(one.type))))


def _runs(covered: set[int]) -> Iterable[tuple[int, int]]:
    for begin in sorted(at for at in covered if at - 1 not in covered):
        end = begin
        while end in covered:
            end += 1
        yield begin, end


def _rank(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
