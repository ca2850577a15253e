"""Feeds of every odd shape that the library's readers have met in twenty years, each with the words of its entries.

The list of shapes follows the chapters of feedparser's documentation (pythonhosted.org/feedparser): encodings,
namespaces, base64, markup, relative links, doctypes, pages that are not well-formed, Channel Definition Format.
"""

from base64 import b64encode
from dataclasses import dataclass
from textwrap import fill

MEDIA = "http://search.yahoo.com/mrss/"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
XHTML = "http://www.w3.org/1999/xhtml"
ATOM_03, ATOM_10 = "http://purl.org/atom/ns#", "http://www.w3.org/2005/Atom"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@dataclass(frozen=True, slots=True)
class Shape:
    """A page, how its server calls it, and what each of its entries says, oldest first."""

    body: bytes
    said: tuple[str, ...]
    content_type: str = "application/xml"


def _rss(items: str, *, before: str = "", root: str = "rss version='2.0'") -> str:
    return f"{before}<{root}><channel><title>T</title>{items}</channel></{root.split(maxsplit=1)[0]}>"


def _atom(entries: str, *, uri: str = ATOM_10, before: str = "", more: str = "") -> str:
    return f"{before}<feed xmlns='{uri}' {more}><title>T</title>{entries}</feed>"


def _one(page: str, said: str, *, encoding: str = "utf-8", content_type: str = "application/xml") -> Shape:
    return Shape(page.encode(encoding), (said,), content_type)


def _declared(encoding: str, words: str) -> Shape:
    before = f"<?xml version='1.0' encoding='{encoding}'?>"
    return _one(_rss(f"<item><title>{words}</title></item>", before=before), words, encoding=encoding)


_B64 = fill(b64encode(b"Come <b>get</b> me, coward").decode(), 20)
_PICTURE = b64encode(b"\x89PNG\r\n\x1a\n").decode()

SHAPES: dict[str, Shape] = {
    "said by the server only": _one(
        _rss("<item><title>Трус</title></item>"), "Трус", encoding="koi8-r", content_type="text/xml; charset=koi8-r"
    ),
    "windows-1252 that calls itself latin-1": _one(
        _rss("<item><title>“coward”</title></item>", before="<?xml version='1.0' encoding='iso-8859-1'?>"),
        "“coward”",
        encoding="cp1252",
    ),
    "an encoding nobody knows": _one(
        _rss("<item><title>cobarde ñ</title></item>", before="<?xml version='1.0' encoding='x-made-up'?>"), "cobarde ñ"
    ),
    **{
        encoding: _declared(encoding, words)
        for encoding, words in [
            ("shift_jis", "かかってこい"),
            ("euc-jp", "臆病者"),
            ("euc-kr", "겁쟁이"),
            ("big5", "膽小鬼"),
            ("gb2312", "胆小鬼"),
            ("windows-1255", "פחדן"),
            ("iso-8859-7", "δειλέ"),
            ("utf-32", "Feigling"),
            ("cp850", "lâche"),
        ]
    },
    "utf-8 encoded twice": _one(_rss("<item><title>l&#195;&#162;che</title></item>"), "lâche"),
    "control characters of windows-1252": _one(_rss("<item><title>&#147;come&#148;</title></item>"), "“come”"),
    "names of HTML's characters": _one(_rss("<item><title>l&acirc;che &hellip; &nbsp;x</title></item>"), "lâche … x"),
    "an ampersand alone": _one(_rss("<item><title>me & you</title></item>"), "me & you"),
    "an entity of its own": _one(
        _rss("<item><title>&who; speaks</title></item>", before="<!DOCTYPE rss [<!ENTITY who 'The robot'>]>"),
        "The robot speaks",
    ),
    "W3C's tables of characters": _one(
        _rss(
            "<item><title>l&acirc;che</title></item>",
            before="<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC '-//W3C//ENTITIES Latin 1 for XHTML//EN' 'http://x.example/'>"
            "\n%HTMLlat1;]>",
        ),
        "lâche",
    ),
    "a doctype of HTML's time": _one(
        _rss("<item><title>coward</title></item>", before="<!DOCTYPE rss SYSTEM 'rss-0.91.dtd'>"), "coward"
    ),
    "white space and a note in front": _one(
        _rss("<item><title>coward</title></item>", before="\n <!-- x --> "), "coward"
    ),
    "a warning of PHP in front": _one(
        _rss("<item><title>coward</title></item>", before="<br />Warning: x in y\n<?xml version='1.0'?>"), "coward"
    ),
    "tags not closed": Shape(b"<rss><channel><item><title>coward</title><item><title>", ("", "coward")),
    "CDATA not closed": _one("<rss><channel><item><title>coward</title><description><![CDATA[and he", "coward"),
    "a first line that broke off": _one(
        "<?xml version='1.0'?>\n sion='2.0'><item><title>coward</title></item>", "coward"
    ),
    "a misspelt root": _one("<rs?s><item><title>coward</title></item></rs?s>", "coward"),
    "a letter in front of everything": _one(
        "_?xml version='1.0'?><rss><item><title>coward</title></item></rss>", "coward"
    ),
    "entries outside of a channel": _one("<rss><item><title>coward</title></item></rss>", "coward"),
    "a summary in the midst of a description": _one(
        "<rss version='2.tion>x</description><item><description>coward</description></item></channel></rss>", "coward"
    ),
    "elements that close each other": _one(_rss("<item><title>a <b>cow</title></b></item>"), "a cow"),
    "a namespace nobody declared": _one(_rss("<item><x:y>z</x:y><title>coward</title></item>"), "coward"),
    "another prefix for a namespace": _one(
        _rss("<item><c:encoded>&lt;p&gt;coward&lt;/p&gt;</c:encoded></item>", root=f"rss xmlns:c='{CONTENT}'"), "coward"
    ),
    "RSS in a namespace": _one(
        _rss("<item><title>coward</title></item>", root="rss xmlns='http://backend.userland.com/rss2'"), "coward"
    ),
    "RSS without rss": _one("<channel><title>T</title><item><title>coward</title></item></channel>", "coward"),
    "Channel Definition Format": _one(
        "<CHANNEL HREF='http://a.example/'><ITEM HREF='http://a.example/1' LASTMOD='2003-12-31T10:14Z'>"
        "<TITLE>coward</TITLE><ABSTRACT>come get me</ABSTRACT></ITEM></CHANNEL>",
        "coward\n\ncome get me",
    ),
    "RSS 1.0, items outside of the channel": _one(
        f"<rdf:RDF xmlns:rdf='{RDF}' xmlns='http://purl.org/rss/1.0/'><channel><title>T</title></channel>"
        "<item rdf:about='http://a.example/1'><title>coward</title></item></rdf:RDF>",
        "coward",
    ),
    "Atom 0.3, escaped": _one(
        _atom("<entry><title mode='escaped' type='text/html'>&lt;i&gt;coward&lt;/i&gt;</title></entry>", uri=ATOM_03),
        "coward",
    ),
    "Atom 0.3, base64": _one(
        _atom(f"<entry><summary mode='base64' type='text/html'>{_B64}</summary></entry>", uri=ATOM_03),
        "Come get me, coward",
    ),
    "Atom 1.0, base64": _one(
        _atom(f"<entry><content type='application/octet-stream'>{_B64}</content></entry>"), "Come get me, coward"
    ),
    "Atom 1.0, XHTML of its own prefix": _one(
        _atom(
            "<entry><summary type='xhtml'><h:div>come <h:b>get</h:b> me</h:div></summary></entry>",
            more=f"xmlns:h='{XHTML}'",
        ),
        "come get me",
    ),
    "Atom 1.0, a picture": _one(
        _atom(f"<entry><title>coward</title><content type='image/png'>{_PICTURE}</content></entry>"), "coward"
    ),
    "an entry that quotes another feed's title": _one(
        _atom("<entry><source><title>not mine</title></source><title>coward</title></entry>"), "coward"
    ),
    "iTunes": _one(
        _rss("<item><itunes:summary>come get me</itunes:summary></item>", root=f"rss xmlns:itunes='{ITUNES}'"),
        "come get me",
    ),
    "media in a group": _one(
        _rss(
            "<item><title>coward</title><media:group><media:description>come get me</media:description></media:group>"
            "</item>",
            root=f"rss xmlns:media='{MEDIA}'",
        ),
        "coward\n\ncome get me",
    ),
    "a frame closed as in XML": _one(
        _rss("<item><description>come &lt;iframe src='x'/&gt;get me</description></item>"), "come get me"
    ),
    "an entry without words": _one(_rss("<item><guid isPermaLink='false'>7</guid></item>"), ""),
    "an entry without anything": _one(_rss("<item/>"), ""),
    "entries without words": Shape(
        _rss("<item><guid>urn:b</guid></item><item><guid>urn:a</guid></item>").encode(), ("", "")
    ),
    "one id for all": Shape(
        _rss("<item><guid>1</guid><title>b</title></item><item><guid>1</guid><title>a</title></item>").encode(),
        ("a", "b"),
    ),
}
