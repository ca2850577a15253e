"""From the bytes of a page to its text, whatever its server and its first line say about the encoding.

Done once and here, so that what is checked is what is parsed: a parser that decoded the same bytes in its
own way could see a declaration that the check did not. Facts: an encoding mark and the pattern of zero
bytes tell UTF-16 and UTF-32 (XML 1.0, appendix F); what calls itself ISO-8859-1 or ASCII is windows-1252
(encoding.spec.whatwg.org); bytes that are valid UTF-8 beyond ASCII are UTF-8 whatever single-byte
encoding they claim, because such text practically never is valid UTF-8 by accident.
"""

import codecs
import json
import re
from collections.abc import Iterable

_XML_ENCODING = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE | re.ASCII)
_SINGLE_BYTE = ("ascii", "iso8859", "cp125", "cp4", "cp8", "koi8", "mac", "tis", "kz1048", "ptcp", "hp")
_WINDOWS_1252 = ("ascii", "iso8859-1")
_UNUSABLE = ("utf-16", "utf-32", "utf-7", "idna", "punycode", "unicode", "raw-unicode", "undefined")
_STRAY = re.compile("[\udc80-\udcff]")


def decoded(body: bytes, content_type: str = "") -> str:
    """Return the text of a page. Never fails: bytes that no encoding explains become replacement characters."""
    sniffed = json.detect_encoding(body)
    if sniffed != "utf-8":  # an encoding mark, or zero bytes where UTF-16 and UTF-32 have them
        return body.decode(sniffed, "replace")
    declared = list(_declared(body, content_type))
    for name in (*_many_byte(declared), "utf-8"):
        try:
            return body.decode(name)
        except (LookupError, ValueError):
            continue
    for name in declared:
        if name.startswith(_SINGLE_BYTE):
            return body.decode("cp1252" if name in _WINDOWS_1252 else name, "replace")
    return _STRAY.sub(_as_windows_1252, body.decode("utf-8", "surrogateescape"))


def _declared(body: bytes, content_type: str) -> Iterable[str]:
    """Yield the encodings that the server and then the document name, as Python calls them."""
    said = [match[1] for match in [_CHARSET.search(content_type)] if match]
    said += [match[1].decode("ascii", "replace") for match in [_XML_ENCODING.match(body)] if match]
    for name in said:
        try:
            codec = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        yield "gb18030" if codec == "gb2312" else codec


def _many_byte(names: Iterable[str]) -> Iterable[str]:
    """Yield the encodings that are worth trying before UTF-8: those that fail on text that is not theirs."""
    for name in names:
        if not name.replace("_", "-").startswith((*_SINGLE_BYTE, *_UNUSABLE)):
            yield name


def _as_windows_1252(stray: re.Match[str]) -> str:
    """Return the character of one byte that is no UTF-8, in a page that otherwise is."""
    return bytes([ord(stray[0]) - 0xDC00]).decode("cp1252", "replace")
