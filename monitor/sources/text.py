"""From what feeds carry to plain text: markup taken away, words left whole, nothing that a database refuses.

Block elements and `<br>` become line breaks, other tags vanish without a trace (`<b>com</b>e` is "come"),
white space is collapsed as a browser does. Left out: scripts, styles, and Mastodon's
`<span class="invisible">`, the parts of a link its readers do not see. Texts of images are kept apart.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

DEEPEST = 500  # the HTML parser's time grows with the square of the depth; nobody writes markup this deep
MOST_ATTRIBUTES = 500  # and with the square of their number in one tag
MOST_ALTS = 100  # image texts of one piece of markup

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")
_TO_CLEAN = re.compile(f"{_UNWANTED.pattern}|[\r\x85\u2028\u2029]")
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]+);")
_TAG = re.compile(
    r"</?(?:a|abbr|article|aside|b|big|blockquote|br|center|cite|code|del|details|div|dd|dl|dt|em|figure|figcaption|"
    r"font|footer|h[1-6]|header|hr|i|iframe|img|ins|kbd|li|main|mark|nav|ol|p|picture|pre|q|s|script|section|small|"
    r"span|strike|strong|style|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|video)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"</(?:a|b|blockquote|div|em|h[1-6]|i|li|p|span|strong|u)\s*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]*+)(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_SWALLOWING = re.compile(r"""</?iframe\b[^<>]*>|<(?:script|style|noembed|noframes|template)\b[^<>]*/>""", re.IGNORECASE)
"""What would hide all that follows it: a frame that is never closed, and elements that are closed as in XML, which
HTML does not know."""

_BLOCKS = (
    frozenset(
        ["address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "dialog", "div"]
    )
    | {"dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"}
    | {"hr", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead"}
    | {"tr", "ul"}
)
_CELLS = frozenset(["td", "th"])
_UNSEEN = frozenset(["script", "style", "iframe", "noembed", "noframes", "template"])
_FOREIGN = frozenset(["svg", "math"])
_CHILDLESS = frozenset(["area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
_FLAT = _CHILDLESS | {"p", "li", "dd", "dt", "option", "tr", "td", "th"}  # those are closed by the next of their sort


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What a reader of some markup sees, and the texts of its images."""

    text: str = ""
    alts: tuple[str, ...] = ()


def clean(text: str) -> str:
    """Return text that SQLite, JSON and XML accept: no control characters but tab and newline, no lone surrogates."""
    if _TO_CLEAN.search(text) is None:  # as almost all of it: once over instead of twice
        return text
    return _UNWANTED.sub("", _LINE_END.sub("\n", text))


def tidy(text: str) -> str:
    """Return clean text with its lines trimmed, its spaces single and its empty lines gone."""
    lines = (" ".join(line.split()) for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str, longest: int) -> str:
    """Return clean text on one line, cut to `longest` characters."""
    return " ".join(clean(text).split())[:longest].rstrip()


def from_text(value: str) -> Plain:
    """Read what is declared to be plain text: a `<b>` in it is three characters that somebody wrote."""
    return Plain(text=tidy(value))


def from_markup(markup: str) -> Plain:
    """Read what is declared to be HTML."""
    markup = _SWALLOWING.sub("", _CDATA.sub("", clean(markup)))
    if is_bomb(markup):
        return Plain(text=tidy(unescape(_ANY_TAG.sub(" ", markup))))
    pieces: list[str] = []
    alts: dict[str, None] = {}
    for piece, alt in _pieces(markup):
        pieces.append(piece)
        if alt and len(alts) < MOST_ALTS:
            alts[alt] = None
    return Plain(text=tidy("".join(pieces)), alts=tuple(alts))


def from_either(value: str) -> Plain:
    """Read what RSS leaves open: HTML when it has tags people write, plain text otherwise.

    RSS says so of no element, and titles and descriptions of both sorts are common. Text without tags keeps
    its own lines; text escaped once too often, seen by its closing tags, is unescaped once more.
    """
    if _TAG.search(value):
        return from_markup(value)
    if not _ENTITY.search(value):
        return from_text(value)
    value = unescape(value)
    return from_markup(value) if _CLOSING.search(value) else from_text(value)


def _pieces(markup: str) -> Iterator[tuple[str, str]]:
    """Yield the text of a page piece by piece in reading order, each with the text of an image or nothing.

    Walks by hand, because an element must be known both when it opens and when it closes.
    """
    node: LexborNode | None = LexborHTMLParser(markup).root
    depth = 0
    while node is not None:
        tag = node.tag or ""
        if node.is_text_node:
            yield _single_spaced(node.text_content or ""), ""
        elif tag == "img":
            yield "", one_line(node.attributes.get("alt") or "", 2000)
        elif _is_seen(node, tag):
            yield _edge(tag), ""
            if (child := node.first_child) is not None:
                node, depth = child, depth + 1
                continue
            yield _edge(tag), ""
        while depth and node.next is None and node.parent is not None:
            node, depth = node.parent, depth - 1
            yield _edge(node.tag or ""), ""
        node = node.next if depth else None


def _single_spaced(text: str) -> str:
    """Return text with each run of white space, also at its ends, as one space."""
    words = " ".join(text.split())
    if not words:
        return text and " "
    return f"{' ' if text[0].isspace() else ''}{words}{' ' if text[-1].isspace() else ''}"


def _is_seen(node: LexborNode, tag: str) -> bool:
    if not node.is_element_node or tag in _UNSEEN:
        return False
    return not (tag == "span" and "invisible" in (node.attributes.get("class") or "").split())


def _edge(tag: str) -> str:
    """Return what stands between an element and its neighbours."""
    return "\n" if tag in _BLOCKS else " " if tag in _CELLS else ""


def is_bomb(markup: str) -> bool:
    """Whether the HTML parser would be busy with some markup for seconds or hours."""
    if markup.count("<") <= DEEPEST and len(markup) < 10_000:
        return False
    tags = (match[0] for match in _ANY_TAG.finditer(markup))
    return _depth(markup) > DEEPEST or any(len(tag) > 1_000 and len(tag.split()) > MOST_ATTRIBUTES for tag in tags)


def _depth(markup: str) -> int:
    """Return about how deep the elements of some markup nest. Closing what is not open closes nothing."""
    opened: Counter[str] = Counter()
    depth = deepest = 0
    for match in _ANY_TAG.finditer(markup):
        name = match[2].lower()
        closes_itself = match[0].endswith("/>") and any(opened[foreign] for foreign in _FOREIGN)
        if name in _FLAT or closes_itself or (match[1] and not opened[name]):
            continue
        change = -1 if match[1] else 1
        opened[name] += change
        depth += change
        deepest = max(deepest, depth)
    return deepest
