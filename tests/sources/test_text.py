import pytest

from monitor.sources.text import clean, from_either, from_markup, from_text, one_line, tidy


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<b>com</b>e get me", "come get me"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<p>two</p>three", "one\ntwo\nthree"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<div><div>one</div></div><div>two</div>", "one\ntwo"),
        ("come\n  get\tme", "come get me"),
        ("come&nbsp;get&#160;me&hellip;", "come get me…"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("a<script>alert('b')</script>c<style>d{}</style>e<template>f</template>", "ace"),
        ("seen <iframe src='x'/> and <b>seen</b>", "seen and seen"),
        ("seen <iframe src='x'> and never closed", "seen and never closed"),
        ("seen <script src='x'/>behind<style/> it", "seen behind it"),
        ("seen <object data='x'>instead of a film", "seen instead of a film"),
        ("<span class='x invisible'>https://</span>a.example<span class='invisible'>/b</span>", "a.example"),
        ("<span class='invisibles'>seen</span>", "seen"),
        ("so<!-- not -->on", "soon"),
        ("<svg><path d='x'/><text>label</text></svg>", "label"),
        ("<![CDATA[<p>wrapped twice</p>]]>", "wrapped twice"),
        ("soft<wbr>ware", "software"),
        ("a < b and c > d", "a < b and c > d"),
        ("</p></div>stray", "stray"),
        ("", ""),
    ],
)
def test_markup_becomes_what_its_readers_see(markup: str, text: str) -> None:
    assert from_markup(markup).text == text


def test_texts_of_images_are_kept_apart_and_once() -> None:
    plain = from_markup("<p>see <img alt='A  wren'> and <img alt='A wren'><img alt=''><img><img alt='&lt;b&gt;'></p>")

    assert plain.text == "see and"
    assert plain.alts == ("A wren", "<b>")


def test_markup_too_deep_for_a_parser_still_gives_its_words() -> None:
    plain = from_markup("<div>" * 5000 + "Come <b>get</b> me &amp; mine" + "</div>" * 5000)

    assert " ".join(plain.text.split()) == "Come get me & mine"


def test_drawings_with_many_shapes_are_not_taken_for_depth() -> None:
    plain = from_markup("<svg>" + "<path/>" * 2000 + "</svg><img alt='kept'>text")

    assert (plain.text, plain.alts) == ("text", ("kept",))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain\nlines stay", "plain\nlines stay"),
        ("marked\nup <b>lines</b> join", "marked up lines join"),
        ("a &lt; b", "a < b"),
        ("&lt;p&gt;once too often&lt;/p&gt;", "once too often"),
        ("the &lt;b&gt; tag", "the <b> tag"),
        ("me & you <3", "me & you <3"),
        ("R&D; and #hash", "R&D; and #hash"),
        ("see <https://a.example>", "see <https://a.example>"),
    ],
)
def test_what_may_be_either_is_read_as_what_it_looks_like(value: str, text: str) -> None:
    assert from_either(value).text == text


def test_plain_text_is_taken_word_for_word() -> None:
    assert from_text("<b>a</b> &amp;  b").text == "<b>a</b> &amp; b"


def test_lines_are_trimmed_and_empty_ones_dropped() -> None:
    assert tidy("  a  b \r\n\r\n\u00a0\n c\u2028d") == "a b\nc\nd"


def test_clean_text_holds_nothing_a_database_or_xml_refuses() -> None:
    assert clean("a\x00\x07\x1b\x7f\x9f\ud83d\ufffe\uffffb\tc\r\nd") == "ab\tc\nd"
    assert clean("emoji 😀 and \u200bjoiners stay") == "emoji 😀 and \u200bjoiners stay"


def test_one_line_is_one_line_and_not_longer_than_asked() -> None:
    assert one_line(" a\nb  c ", 4) == "a b"
