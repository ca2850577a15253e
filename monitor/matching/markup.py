"""What is no word of the text: markup, control characters, addresses, mentions, the signs of a hashtag.

Each step returns the edits it wants, and costs next to nothing in a text that does not need it.
"""

import html
import re
from collections.abc import Iterator

from monitor.matching.draft import Edit

_ENTITY = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
_INLINE = "a abbr b bdi bdo cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup tt u wbr"
_BLOCK = (
    "address article aside blockquote body br center dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 "
    "h6 head header hr html iframe img input label li link main meta nav ol option p picture pre script section source "
    "style summary svg table tbody td tfoot th thead title tr track ul video"
)
# `[^<>]` and the limit keep this linear on "<a <a <a"; only real tag names, so that "<coward>" stays a word.
_TAG = re.compile(
    rf"</?(?:(?P<inline>{_INLINE.replace(' ', '|')})|(?:{_BLOCK.replace(' ', '|')}))(?=[\s/>])[^<>]{{0,2000}}>"
    r"|<!(?:--)?[^<>]{0,2000}>",
    re.IGNORECASE,
)


def without_tags(text: str) -> Iterator[Edit]:
    if "<" not in text:
        return
    for found in _TAG.finditer(text):
        yield Edit(found.start(), found.end(), "" if found["inline"] else " ")


def without_entities(text: str) -> Iterator[Edit]:
    if "&" not in text:
        return
    for found in _ENTITY.finditer(text):
        meant = html.unescape(found.group())
        if meant != found.group():
            yield Edit(found.start(), found.end(), meant)


_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")


def without_controls(text: str) -> Iterator[Edit]:
    for found in _CONTROL.finditer(text):
        yield Edit(found.start(), found.end())


_GAP = re.compile(
    r"(?<![0-9A-Za-z])(?:https?://|www\.)[^\s\"<>]+"
    r"|(?<![\w.@-])[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,12}/[^\s\"<>]*"
    r"|(?<![\w@])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
    r"|(?<![\w@])@\w+(?:@[\w-]+(?:\.[\w-]+){0,5})?"
)
_HASHTAG = re.compile(r"#\w+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|_")


def without_gaps(text: str) -> Iterator[Edit]:
    if "@" not in text and "/" not in text and "www." not in text:
        return
    for found in _GAP.finditer(text):
        yield Edit(found.start(), found.end(), " ")


def split_hashtags(text: str) -> Iterator[Edit]:
    if "#" not in text:
        return
    for tag in _HASHTAG.finditer(text):
        for hump in _HUMP.finditer(text, tag.start() + 1, tag.end()):
            if hump.start() > tag.start() + 1:
                yield Edit(hump.start(), hump.end(), " ")
