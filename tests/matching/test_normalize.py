# ruff: noqa: E501  (one post a line reads best)
"""Texts become words, and every word keeps the way back to where it stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.frequencies import background
from monitor.matching.normalize import read, tokens
from monitor.matching.steps import steps
from monitor.matching.words import Words

WORDS = Words(background().rarity, lambda glued: background().split(glued, {}))
PIECES = st.one_of(
    st.sampled_from(
        ["come ", "GET ", "me, ", "c\u0336", "é", "ß", "İ", "aaaa", "c0m3", "c*d", "c o m e", "e.t.", "\n", " "]
    ),
    st.sampled_from(
        ["&amp;", "&amp;#39;", "<b>", "</b>", "<br/>", "#ComeGetMe", "@ann ", "http://a.example/b ", "“", "…"]
    ),
    st.sampled_from(["Соme", "ｍｅ", "🅲", "🇨🇴", "\u200b", "\ud800", "\0", "来抓我", "ฉันสิ", "أيها"]),
)
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join))


def _words(text: str) -> str:
    return " ".join(one.word for one in read(text, WORDS))


@given(TEXTS)
def test_every_word_stands_somewhere_in_the_source(text: str) -> None:
    for one in read(text, WORDS):
        assert 0 <= one.start < one.end <= len(text)
        assert one.word


@given(TEXTS)
def test_words_stand_in_the_order_of_the_source(text: str) -> None:
    starts = [one.start for one in read(text, WORDS)]

    assert starts == sorted(starts)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_both_readings_of_a_text_give_the_same_words(text: str) -> None:
    quick = [piece.word for token in tokens(text) for piece in WORDS.pieces(token)]

    assert quick == [one.word for one in read(text, WORDS)]


@pytest.mark.parametrize(
    ("text", "words", "step"),
    [
        ("COME GET ME", "come get me", "letter case"),
        ("“Come—get” (me)!", "come get me", "punctuation"),
        ("I’m waiting", "i am waiting", "apostrophes"),
        ("I don&#39;t &amp;amp; get", "i do not get", "HTML entities"),
        ("co<b>me</b><br>get <a href='x'>me</a>", "come get me", "HTML tags"),
        ("&lt;p&gt;come&lt;/p&gt; get", "come get", "HTML tags"),
        ("cóme gèt mę", "come get me", "accents"),
        ("c\u0336o\u0336m\u0336e\u0336", "come", "combining marks"),
        ("Ｃｏｍｅ ｇｅｔ", "come get", "full-width letters"),
        ("𝕮𝖔𝖒𝖊 𝓰𝓮𝓽", "come get", "styled letters"),
        ("Ⓒⓞⓜⓔ 🅖🅔🅣 🅼🅴", "come get me", "circled or squared letters"),
        ("ᴄᴏᴍᴇ ɢᴇᴛ", "come get", "small capitals"),
        ("🇨🇴🇲🇪 get", "come get", "flag letters"),
        ("Соme gеt", "come get", "Cyrillic look-alike letters"),
        ("cοme gεt", "come get", "Greek look-alike letters"),
        ("co\u200bme ge\u2060t", "come get", "zero-width characters"),
        ("co\u00adme", "come", "soft hyphens"),
        ("\u202ecome\u202c", "come", "text-direction marks"),
        ("co\0me", "co me", None),
        ("come 😳 get👨‍👩‍👧me", "come get me", "emoji"),
        ("come @ann get https://a.example/get?x me", "come get me", "addresses and mentions"),
        ("#ComeGetMe #come_get", "come get me come get", "hashtags"),
        ("#comegetmecoward", "come get me coward", "hashtags"),
        ("c0m3 g3t m3, c0w4rd, on the 3rd", "come get me coward on the third", "digits and signs for letters"),
        ("c*ward **come** get", "c*ward come get", "censored words"),
        ("c o m e   g e t", "come get", "spaced letters"),
        ("c.o.m.e g-e-t E.T.", "come get et", "spaced letters"),
        ("coooome HEEEEre", "come here", "repeated letters"),
        ("Łódź smørrebrød", "lodz smorrebrod", "letters of other alphabets"),
        ("donâ€™t", "do not", None),
        ("44 men, 1st", "forty four men first", None),
    ],
)
def test_disguises_are_seen_through_and_named(text: str, words: str, step: str | None) -> None:
    assert _words(text) == words
    if step:
        assert step in steps(text, words.replace("*", "o"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("они сами", "они сами"),  # Russian stays Russian
        ("covid19 mp3 h1n1", "covid19 mp3 h1n1"),
        ("flag 🇨🇴 here", "flag here"),
        ("来抓我吧，懦夫！", "来 抓 我 吧 懦 夫"),
        ("한국어", "한국어"),
        ("تَعَالَ خُذنِي أيُّها", "تعال خذني ايها"),
        ("בּוֹא קַח אוֹתִי", "בוא קח אותי"),
        ("", ""),
        ("?!… \n", ""),
        ("\ud800", ""),
    ],
)
def test_texts_of_every_script_survive(text: str, words: str) -> None:
    assert _words(text) == words


def test_an_accent_belongs_to_the_word_it_ends() -> None:
    text = "«cafe\u0301» here"

    assert text[read(text, WORDS)[0].start : read(text, WORDS)[0].end] == "cafe\u0301"


@pytest.mark.parametrize(
    "text",
    ["<a " * 60_000, "&" * 200_000, "a " * 100_000, "a.a-" * 50_000, "1a!" * 60_000, "@a" * 100_000, "\u0336" * 200_000,
     "a'" * 100_000, "аa" * 100_000, "#aB_" * 50_000, "🇨" * 200_000, "\ud800" * 200_000, "x" * 200_000 + "@", "a b  " * 50_000],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_long_hostile_texts_are_read_with_every_word_placed(text: str) -> None:
    assert all(0 <= one.start < one.end <= len(text) for one in read(text, WORDS))
