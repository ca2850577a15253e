"""Pages that are no feed, and pages that mean harm: one clean error each."""

import builtins
import gzip
import io
import pickle
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.errors import ParseError
from monitor.core.model import Reading
from monitor.sources import feed, text, xmlfeed
from tests.builders import a_page, a_source
from tests.work import calls

SAMPLES = sorted((Path(__file__).parents[1] / "samples" / "feed").iterdir())
BODY = b'<rss version="2.0"><channel><title>T</title><item><title>&e;</title><link>/1</link></item></channel></rss>'


def refused(body: bytes, **given: object) -> str:
    with pytest.raises(ParseError) as caught:
        feed.parse(a_source(), a_page(body, **given))
    return str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><title>Sign in</title>",
        b"<html><body><rss version='2.0'><channel><item><title>x</title></item></channel></rss></body></html>",
        b"\xef\xbb\xbf \n<!-- cached -->\n<HTML lang=en>",
        b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD" "x.dtd"><html xmlns="http://x"><body/></html>',
        b"<script>location='/consent'</script>",
        b"<h1>403 Forbidden</h1>",
        "<!DOCTYPE html><html></html>".encode("utf-16"),
    ],
)
def test_a_web_page_is_called_one(body: bytes) -> None:
    assert "a web page, not a feed" in refused(body)
    assert "a web page, not a feed" in refused(body, content_type="application/rss+xml")


@pytest.mark.parametrize("body", [b"", b" \n\t", b"\xef\xbb\xbf"])
def test_an_empty_page_is_called_empty(body: bytes) -> None:
    assert "empty" in refused(body)


@pytest.mark.parametrize(
    ("body", "root"),
    [
        (b'<?xml version="1.0"?><opml version="2.0"><body><outline text="x"/></body></opml>', "opml"),
        (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url/></urlset>', "urlset"),
        (
            b'<soap:Envelope xmlns:soap="http://x"><soap:Body><feed><entry/></feed></soap:Body></soap:Envelope>',
            "envelope",
        ),
        (b"<items><item><title>x</title></item></items>", "items"),
    ],
)
def test_xml_that_is_no_feed_is_named_by_its_root(body: bytes, root: str) -> None:
    assert f"<{root}>" in refused(body)


def test_rdf_that_is_no_rss_is_no_feed() -> None:
    body = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description/></rdf:RDF>'

    assert "RDF" in refused(body)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": {}}',
        b'{"version": 1, "items": []}',
        b'{"error": "not found"}',
        b"{broken",
        b"[" * 100_000,
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + b"9" * 10_000 + b"]}",
    ],
)
def test_json_that_is_no_feed_is_refused(body: bytes) -> None:
    assert "JSON" in refused(body)


@pytest.mark.parametrize(
    "body", [b"Not found", b"\x89PNG\r\n\x1a\n\x00\x00", b"\x00" * 100, b"%PDF-1.7", gzip.compress(BODY, mtime=0)]
)
def test_what_is_neither_xml_nor_json_is_no_feed(body: bytes) -> None:
    assert "not a feed" in refused(body)


@pytest.mark.parametrize(
    "body", [b"<", b"<<<<", b"<!-- never closed", b"<!DOCTYPE rss [", b"<?xml", b"<3 you", b"</rss>"]
)
def test_what_only_starts_like_xml_is_no_feed(body: bytes) -> None:
    assert refused(body)


LONG = "x" * 300
DEFINITIONS = [
    '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY e "&b;&b;">]>',
    f'<!DOCTYPE rss [<!ENTITY e "{LONG}">]>',
    '<!DOCTYPE rss [<!ENTITY e "<b>">]>',
    '<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE rss [<!ENTITY e PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "file:///etc/passwd">]>',
    '<!DOCTYPE rss [<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]>',
    '<!DOCTYPE rss [<!ENTITY % p SYSTEM "file:///etc/passwd"><!ENTITY e "%p;">]>',
    '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "x" [\n<!-- ]> --><!ENTITY e SYSTEM "x">\n]>',
    '<!-- <rss> --><!DOCTYPE rss [<!ENTITY e "x"><!ENTITY f "&e;">]>',
    '<?pi <rss> ?><!DOCTYPE rss [<!entity e "&f;">]>',
    '<!DOCTYPE x ["]>" <!ENTITY e "x" SYSTEM>]>',
    "<!DOCTYPE rss [" + "".join(f'<!ENTITY e{number} "x">' for number in range(400)) + "]>",
]


@pytest.mark.parametrize("definition", DEFINITIONS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32", "utf-32-le"])
def test_declared_entities_are_refused_in_every_encoding(definition: str, encoding: str) -> None:
    body = (f'<?xml version="1.0" encoding="{encoding}"?>' + definition + BODY.decode()).encode(encoding)

    assert refused(body)


@pytest.mark.parametrize("junk", ["Warning\n", "<br/>\n"])
def test_declared_entities_are_refused_behind_junk(junk: str) -> None:
    body = (junk + '<?xml version="1.0"?>' + DEFINITIONS[0] + BODY.decode()).encode()

    assert "entities" in refused(body)


def test_a_declared_entity_that_is_said_too_often_is_refused() -> None:
    doctype = f'<!DOCTYPE rss [<!ENTITY e "{LONG[:200]}">]>'.encode()

    assert "entities" in refused(doctype + BODY.replace(b"&e;", b"&e;" * 6_000))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY e "come &#8220;get me&#8221;">]>',
        "<!DOCTYPE rss [<!ELEMENT rss ANY>\n<!ENTITY e 'come &#8220;get me&#8221;'>]>",
        '<!-- <rss> --><!DOCTYPE rss [<!ENTITY lt "&#38;#60;"><!entity e "come “get me”" >]>',
        "<!DOCTYPE x [<!ENTITY % H PUBLIC '-//W3C//ENTITIES Latin 1//EN' 'x'>%H;<!ENTITY e 'come “get me”'>]>",
    ],
)
def test_an_entity_that_stands_for_a_few_words_is_read(doctype: str) -> None:
    [post] = feed.parse(a_source(), a_page(doctype.encode() + BODY)).posts

    assert post.text == "come “get me”"


def test_a_declared_entity_becomes_text_and_never_markup() -> None:
    doctype = b'<!DOCTYPE rss [<!ENTITY e "&#60;/title&#62;&#38;amp;">]>'

    [post] = feed.parse(a_source(), a_page(doctype + BODY)).posts

    assert post.text == "</title>&"


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "unicode_escape", "cp037", "idna", "no-such", "rot13", "hex"])
def test_no_declared_encoding_hides_a_definition(charset: str) -> None:
    body = b'<?xml version="1.0"?>' + DEFINITIONS[3].encode() + BODY

    assert refused(body, content_type=f"text/xml; charset={charset}")


def test_a_definition_without_entities_is_ignored() -> None:
    doctype = b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss.dtd">'

    [post] = feed.parse(a_source(), a_page(doctype + BODY)).posts

    assert post.text == "&e;"


def test_an_article_about_entities_is_read() -> None:
    item = (
        b"<item><title>XXE</title><description><![CDATA[<!DOCTYPE x [<!ENTITY e 'x'>]> first.]]></description></item>"
    )
    body = BODY.replace(b"</channel>", item + b"</channel>")

    assert "XXE" in [post.text.split("\n")[0] for post in feed.parse(a_source(), a_page(body)).posts]


def test_reading_opens_no_file_and_asks_no_host(monkeypatch: pytest.MonkeyPatch) -> None:
    feed.parse(a_source(), a_page(SAMPLES[0].read_bytes()))  # imports are done
    opened: list[object] = []

    def refuse(*given: object, **named: object) -> None:
        opened.append(given)
        raise OSError("not here")

    monkeypatch.setattr(builtins, "open", refuse)
    monkeypatch.setattr(io, "open", refuse)
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for body in (b"/etc/passwd", b'<!DOCTYPE rss SYSTEM "file:///etc/passwd">' + BODY, b"file:///etc/passwd"):
        outcome(body)

    assert opened == []


def nested(tag: str, times: int) -> str:
    return f"<{tag}>" * times + "x" + f"</{tag}>" * times


def escaped(markup: str) -> str:
    return markup.replace("&", "&amp;").replace("<", "&lt;")


BOMBS = {
    "attributes": "<item " + " ".join(f'a{n}="x"' for n in range(20_000)) + "/>",
    "attributes in HTML": "<item><description>"
    + escaped("<p " + " ".join(f"a{n}" for n in range(50_000)) + ">x")
    + "</description></item>",
    "nesting in HTML": f"<item><description>{escaped('<div>' * 100_000)}x</description></item>",
    "nesting in HTML, unclosed": f"<item><description>{escaped('<div></b>' * 100_000)}x</description></item>",
    "nesting in XML": f"<item><title>{nested('a', 20_000)}</title></item>",
    "entries": "<item><title>x</title></item>" * 100_000,
    "one huge text": f"<item><description>{'word ' * 500_000}</description></item>",
    "references": f"<item><description>{'&amp;' * 300_000}</description></item>",
    "angle brackets": f"<item><description>{'<' * 50_000}</description></item>",
    "open comments": "<!--" * 50_000,
    "open CDATA": "<![CDATA[" * 50_000,
    "images": f"<item><description>{escaped('<img alt=x>' * 20_000)}</description></item>",
}


MOST_CALLS = 3_000_000  # functions; the parsers' own work, which is not counted, is kept from growing further below


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_does_not_keep_the_reader_busy(name: str) -> None:
    body = f'<rss version="2.0"><channel><title>T</title>{BOMBS[name]}</channel></rss>'.encode()

    assert calls(lambda: outcome(body)) < MOST_CALLS


@pytest.mark.parametrize("name", ["attributes in HTML", "nesting in HTML", "nesting in HTML, unclosed"])
def test_no_parser_of_html_is_given_what_would_keep_it_busy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(text, "LexborHTMLParser")
    body = f'<rss version="2.0"><channel>{BOMBS[name]}</channel></rss>'.encode()

    [post] = feed.parse(a_source(), a_page(body)).posts

    assert post.text == "x"


def test_no_parser_of_xml_is_given_more_attributes_than_it_can_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(xmlfeed, "feedparser")
    monkeypatch.delattr(xmlfeed, "fastfeed")

    assert "attributes" in refused(f"<rss><channel>{BOMBS['attributes']}</channel></rss>".encode())


def outcome(body: bytes, content_type: str = "") -> Reading | ParseError:
    """Read a page; any error but ParseError is let through. The answer must survive the way to a database."""
    try:
        reading = feed.parse(a_source(), a_page(body, content_type=content_type))
    except ParseError as error:
        said = pickle.loads(pickle.dumps(error))
    else:
        assert_fit_for_a_database(reading)
        said = pickle.loads(pickle.dumps(reading))
        assert said == reading
    assert str(said)
    return said


def assert_fit_for_a_database(reading: Reading) -> None:
    for post in reading.posts:
        for value in (post.guid, post.text, post.url or "", post.author or "", post.lang or ""):
            value.encode()  # no lone surrogates
            assert "\x00" not in value
        assert post.guid
        assert post.url is None or post.url.lower().startswith(("http://", "https://"))
        assert post.published_at is None or post.published_at.utcoffset() is not None
        assert all(post.text[part.start : part.end].strip() for part in post.parts)


@given(st.binary(max_size=300), st.sampled_from(["", "text/xml; charset=utf-16", "text/html; charset=gbk"]))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str) -> None:
    outcome(body, content_type)


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_text_in_an_entry_is_read_or_refused(words: str) -> None:
    for start, end in (
        ("<title>", "</title>"),
        ("<description>", "</description>"),
        ("<pubDate>", "</pubDate>"),
        ("<", ">"),
    ):
        outcome(
            f'<rss version="2.0"><channel><item>{start}{words}{end}</item></channel></rss>'.encode("utf-8", "replace")
        )


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_damaged_samples_are_read_or_refused(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(SAMPLES)).read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        length = data.draw(st.sampled_from([0, 1, 2, 7, 60, 700]))
        new = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from(PIECES)))
        body = body[:start] + new + body[start + length :]
    outcome(body)


PIECES = [
    b"<item>", b"</item>", b"<entry>", b"</title>", b"<link/>", b"</link>", b"<guid>", b"&#xD800;", b"&#99999999;",
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml ", b'<content type="xhtml">', b'<title type="x/y" mode="base64">',
    b'<links a="b">', b'<authors a="b">', b'<author><name>', b"<media:thumbnail>", b"</media:player>", b"<textinput>",
    b"<name>", b"<image>", b"<source>", b"xmlns:a='b'", b"<x:y>", b"\xff\xfe", b"\x00", b"<body>", b"<svg>",
    b"<pubDate>\xd9\xa3</pubDate>", b"<issued>9999-12-31T23:59:59-12:00</issued>", b"<itunes:explicit>", b'"items": 5,',
]  # fmt: skip
