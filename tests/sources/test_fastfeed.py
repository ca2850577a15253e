"""The short cut for usual feeds and the library behind it: they agree to the letter, or the library is asked."""

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.errors import ParseError
from monitor.core.model import Reading
from monitor.sources import fastfeed, feed
from monitor.sources.encoding import decoded
from monitor.sources.fastnames import LIBRARY
from monitor.sources.xmltext import prepared
from tests.builders import a_page, a_source

SAMPLES = sorted((Path(__file__).parents[1] / "samples" / "feed").glob("*.[xr][md][lf]"))
NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "atom": "http://www.w3.org/2005/Atom",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "new": "https://nobody.example/ns",
}
DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
ROOTS = {
    "rss": (f'<rss version="2.0" {DECLARED}><channel>', "</channel></rss>"),
    "plain rss": ("<rss><channel>", "</channel></rss>"),
    "atom": (f'<feed xmlns="http://www.w3.org/2005/Atom" {DECLARED} xml:lang="en_GB">', "</feed>"),
    "rdf": (f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" {DECLARED}>', "</rdf:RDF>"),
}


def read(text: str) -> Reading | str:
    try:
        return feed.parse(a_source(), a_page(text.encode("utf-8", "replace")))
    except ParseError as error:
        return str(error)


def read_by_the_library(text: str) -> Reading | str:
    with patch.object(fastfeed, "answer", return_value=None):
        return read(text)


def takes_the_short_cut(text: str) -> bool:
    return fastfeed.answer(prepared(text).xml) is not None


def rss(item: str, channel: str = "") -> str:
    start, end = ROOTS["rss"]
    return f"{start}<title>T</title>{channel}<item>{item}</item>{end}"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_reads_the_same_both_ways(path: Path) -> None:
    text = decoded(path.read_bytes())

    assert read(text) == read_by_the_library(text)


@pytest.mark.parametrize(
    "name",
    ["rss-2.0.xml", "rss-1.0.rdf", "youtube.xml", "reddit.xml", "google-news.xml", "mastodon.xml", "bluesky.xml"],
)
def test_feeds_of_the_usual_sorts_take_the_short_cut(name: str) -> None:
    [path] = [path for path in SAMPLES if path.name == name]

    assert takes_the_short_cut(decoded(path.read_bytes()))


@pytest.mark.parametrize(
    "text",
    [
        rss("<title>never closed</item>"),
        rss("<title>Come <i>get</i> me</title>"),
        rss("<description mode='base64'>Q29tZQ==</description>"),
        rss("<author><name>a</name></author><contributor><name>b</name></contributor>"),
        rss("<title xml:base='https://base.example/'>x</title>"),
        rss("<textinput><name>x</name></textinput>"),
        rss("<content:encoded type='xhtml'>x</content:encoded>"),
        rss("<unheardof>x</unheardof>"),
        rss("<author>a@b.example (A)</author><author>C</author>"),
        rss("<title>&nosuch;</title>"),
    ],
)
def test_what_is_unusual_is_left_to_the_library(text: str) -> None:
    assert not takes_the_short_cut(text)


@pytest.mark.parametrize(
    "item",
    [
        "<author>a@b.example (A)</author>",
        "<title>one</title><title>two</title>",
        "<title>x</title><media:group><media:title>y</media:title></media:group>",
        "<description>one</description><description>two</description>",
        "<content:encoded>one</content:encoded><description>two</description>",
        "<guid>http:////a.example/1</guid>",
        "<guid isPermaLink='false'>x</guid><atom:link rel='alternate' href='https://a.example/'/>",
        "<link>https://a.example/?a=1&amp;amp;b=2&amp;c;</link>",
        "<title>caf\u00c3\u00a9 \u0093quoted\u0094</title>",
        "<source url='https://s.example'>S</source><title>Duel - S</title>",
        "<dc:creator>A</dc:creator><dc:creator>B</dc:creator>",
        "<new:thing a='1'>x<title>y</title></new:thing>",
        "<image>pic.png</image><title>a</title><title>b</title>",
        "<itunes:summary>x</itunes:summary><description>y</description>",
        "<title xml:lang=''>x</title>",
        "<pubDate>Tue, 06 Jan 2026 10:00 GMT</pubDate><dc:date>2026-01-07</dc:date>",
    ],
)
def test_the_librarys_preferences_are_kept(item: str) -> None:
    text = rss(item)

    assert takes_the_short_cut(text)
    assert read(text) == read_by_the_library(text)


def test_every_namespace_the_library_knows_has_its_prefix_here() -> None:
    for uri, prefix in LIBRARY.namespaces.items():
        name = f"{prefix}:title" if prefix else "title"
        text = f'<rss version="2.0" xmlns:z="{uri}"><channel><item><z:title>x</z:title></item></channel></rss>'

        assert read(text) == read_by_the_library(text), name


WORDS = st.sampled_from(
    ["", "x", "a b", " padded\n", "a@b.example (Ann)", "https://a.example/1", "/rel", "&lt;p&gt;one&lt;/p&gt;", "60",
     "S", "Tue, 06 Jan 2026 10:00:00 GMT", "2026-01-07T10:00:00Z", "caf\u00c3\u00a9", "\u0093q\u0094",
     "<![CDATA[<b>x</b>]]>", "&amp;amp;", "AT&amp;T &lt; 3", "<!-- c -->y", "hourly"]
)  # fmt: skip
TAGS = st.sampled_from(
    ["title", "link", "description", "guid", "id", "pubDate", "published", "updated", "author", "name", "email", "uri",
     "category", "summary", "content", "content:encoded", "dc:creator", "dc:date", "dc:title", "dc:language", "source",
     "dc:subject", "media:group", "media:content", "media:title", "media:description", "media:thumbnail", "enclosure",
     "itunes:author", "itunes:summary", "itunes:subtitle", "itunes:owner", "itunes:name", "itunes:image", "image",
     "atom:link", "atom:id", "atom:author", "sy:updatePeriod", "ttl", "language", "comments", "new:thing", "url",
     "generator", "managingEditor", "itunes:explicit", "itunes:keywords", "dcterms:modified", "rights", "subtitle",
     "item", "entry", "dc:description", "width", "contributor", "div", "dc:publisher", "media:credit", "rdf:li"]
)  # fmt: skip
ATTRIBUTES = st.sampled_from(
    ["", "", "", "", ' type="html"', ' type="text"', ' type="xhtml"', ' href="https://h.example/"', ' rel="self"',
     ' isPermaLink="false"', ' xml:lang="pt_BR"', ' url="https://u.example/i.png" type="image/png"', ' medium="image"',
     ' rel="alternate" type="text/html" href="/h"', ' rdf:about="https://r.example"', ' new:type="html"', ' lang=""',
     ' src="https://s.example"', ' new:a="b"', ' domain="x"', ' href=""', ' text="x"', ' LANG="de"', ' mode="escaped"']
)  # fmt: skip


@st.composite
def elements(draw: st.DrawFn, deepest: int = 3) -> str:
    tag, attributes = draw(TAGS), draw(ATTRIBUTES)
    inside = [draw(WORDS)]
    if deepest and draw(st.integers(0, 3)) == 0:
        inside += draw(st.lists(elements(deepest - 1), max_size=3))
    return f"<{tag}{attributes}>{''.join(inside)}</{tag}>"


@given(
    root=st.sampled_from(list(ROOTS)),
    head=st.lists(elements(1), max_size=4),
    entries=st.lists(st.lists(elements(), max_size=6), max_size=3),
)
@settings(max_examples=400, deadline=None)
def test_any_feed_reads_the_same_both_ways(root: str, head: list[str], entries: list[list[str]]) -> None:
    start, end = ROOTS[root]
    tag = "entry" if root == "atom" else "item"
    body = "".join(f"<{tag}>{''.join(entry)}</{tag}>" for entry in entries)
    channel = f"<channel>{''.join(head)}</channel>" if root == "rdf" else "".join(head)
    text = f"{start}{channel}{body}{end}"

    assert read(text) == read_by_the_library(text)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_changed_sample_reads_the_same_both_ways(data: st.DataObject) -> None:
    text = decoded(data.draw(st.sampled_from(SAMPLES)).read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.sampled_from([0, 0, 1, 9]))
        text = text[:start] + data.draw(st.one_of(elements(), st.text(max_size=6))) + text[end:]

    assert read(text) == read_by_the_library(text)
