"""Text made plain keeps the way back to where each of its characters stood."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching import normalize
from monitor.matching.letters import COMBINING

PIECES = st.one_of(
    st.sampled_from(
        ["come ", "GET ", "me, ", "c\u0336", "é", "ß", "İ", "aaaa", "c0m3", "c*d", "c o m e", "e.t.", "\n", " "]
    ),
    st.sampled_from(
        ["&amp;", "&amp;#39;", "<b>", "</b>", "<br/>", "#ComeGetMe", "@ann ", "http://a.example/b ", "“", "’", "…"]
    ),
    st.sampled_from(["Соme", "ｍｅ", "🅲", "🇨🇴", "\u200b", "\ud800", "\0", "来抓我", "ฉันสิ", "أيها"]),
)
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join))


@given(TEXTS)
def test_every_plain_character_knows_where_it_stood(text: str) -> None:
    said = normalize(text)

    assert len(said.origin) == len(said.ends) == len(said.text)
    assert list(said.origin) == sorted(said.origin)
    for start, end in zip(said.origin, said.ends, strict=True):
        assert 0 <= start <= end <= len(text)


@given(TEXTS)
def test_plain_text_is_lower_case_words_one_space_apart(text: str) -> None:
    plain = normalize(text).text

    assert plain == " ".join(plain.split())
    assert plain == plain.casefold()


@given(TEXTS)
def test_every_word_stands_somewhere_in_the_source(text: str) -> None:
    said = normalize(text)

    for start, end in said.words():
        left, right = said.source(start, end)
        assert 0 <= left < right <= len(text)


@given(st.lists(st.text(alphabet=string.ascii_lowercase, min_size=2, max_size=8), max_size=12))
def test_plain_words_stay_as_they_are(words: list[str]) -> None:
    plain = normalize(" ".join(words)).text

    assert normalize(plain).text == plain


@given(
    st.lists(
        st.sampled_from(["Come", "gét", "ME,", "‘coward’!", "ｆｕｌｌ", "waiting…", "I’m", "caf\u0065\u0301"]),
        min_size=1,
    )
)
def test_a_passage_cut_out_of_a_text_reads_the_same_alone(words: list[str]) -> None:
    text = " ".join(words)
    said = normalize(text)
    start, end = said.source(0, len(said.text))

    assert normalize(text[start:end]).text == said.text


@pytest.mark.parametrize(
    ("text", "plain", "step"),
    [
        ("COME Get me", "come get me", "letter case"),
        ("“Come—get” (me)!", "come get me", "punctuation"),
        ("I’m don't rock 'n' roll", "im dont rock n roll", "apostrophes"),
        ("c&oacute;me &amp;amp; g&#101;t", "come get", "HTML entities"),
        ("co<b>me</b><br>get <a href='x'>me</a>", "come get me", "HTML tags"),
        ("&lt;p&gt;come&lt;/p&gt; get", "come get", "HTML tags"),
        ("cóme gèt mę", "come get me", "accents"),
        ("c\u0336o\u0336m\u0336e\u0336", "come", COMBINING),
        ("Ｃｏｍｅ ｇｅｔ", "come get", "full-width letters"),
        ("𝕮𝖔𝖒𝖊 𝓰𝓮𝓽", "come get", "styled letters"),
        ("Ⓒⓞⓜⓔ 🅖🅔🅣 🅼🅴", "come get me", "circled or squared letters"),
        ("ᴄᴏᴍᴇ ɢᴇᴛ", "come get", "small capitals"),
        ("🇨🇴🇲🇪🇬 get", "comeg get", "flag letters"),
        ("Соme gеt", "come get", "Cyrillic look-alike letters"),
        ("cοme gεt", "come get", "Greek look-alike letters"),
        ("co\u200bme ge\u2060t", "come get", "zero-width characters"),
        ("co\u00adme", "come", "soft hyphens"),
        ("\u202ecome\u202c", "come", "text-direction marks"),
        ("co\0me", "come", "control characters"),
        ("come 😳 get👨‍👩‍👧me", "come get me", "emoji"),
        ("come @ann@b.example get https://a.example/get?x me", "come get me", "addresses and mentions"),
        ("#ComeGetMe #come_get", "come get me come get", "hashtags"),
        (
            "c0m3 g3t m3, c0w4rd, on the 3rd at 10pm",
            "come get me coward on the 3rd at 10pm",
            "digits and signs for letters",
        ),
        ("c*ward **come** get", "cward come get", "censored words"),
        ("c o m e   g e t", "come get", "spaced letters"),
        ("c.o.m.e g-e-t E.T.", "come get et", "spaced letters"),
        ("cooooome HEEEre", "coome heere", "repeated letters"),
        ("ﬁne", "fine", "ligatures"),
        ("Łódź smørrebrød", "lodz smorrebrod", "letters of other alphabets"),
    ],
)
def test_what_was_needed_is_named_in_human_words(text: str, plain: str, step: str) -> None:
    said = normalize(text)

    assert said.text == plain
    assert step in said.steps


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("они сами", "они сами"),  # Russian stays Russian
        ("le café à 5k, US$5, B2B", "le cafe a 5k us 5 b2b"),
        ("covid19 mp3 h1n1", "covid19 mp3 h1n1"),
        ("flag 🇨🇴 here", "flag here"),
        ("i <3 you, a < b", "i 3 you a b"),
        ("a <coward> said", "a coward said"),
        ("来抓我吧，懦夫！", "来抓我吧 懦夫"),
        ("ไอ้ขี้ขลาด", "ไอ้ขี้ขลาด"),
        ("がぎぐ", "か\u3099き\u3099く\u3099"),
        ("한국어", "한국어"),
        ("تَعَالَ خُذنِي أيُّها", "تعال خذني ايها"),
        ("בּוֹא קַח אוֹתִי", "בוא קח אותי"),
        ("नमस्ते", "नमस्ते"),
        ("", ""),
        ("?!… \n", ""),
        ("\ud800", ""),
    ],
)
def test_texts_of_every_script_survive(text: str, plain: str) -> None:
    assert normalize(text).text == plain


def test_plain_text_needs_nothing() -> None:
    assert normalize("come get me").steps == ()


def test_an_accent_belongs_to_the_word_it_ends() -> None:
    text = "«cafe\u0301» here"
    said = normalize(text)

    assert text[slice(*said.source(0, 4))] == "cafe\u0301"


@pytest.mark.parametrize(
    "text",
    ["<a " * 60_000, "&" * 200_000, "a " * 100_000, "a.a-" * 50_000, "1a!" * 60_000, "@a" * 100_000, "\u0336" * 200_000,
     "a'" * 100_000, "аa" * 100_000, "#aB_" * 50_000, "🇨" * 200_000, "\ud800" * 200_000, "x" * 200_000 + "@"],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_long_hostile_texts_come_out_with_every_character_placed(text: str) -> None:
    normal = normalize(text)

    assert len(normal.text) == len(normal.origin) <= 8 * len(text)
    assert all(0 <= place < len(text) for place in normal.origin)
