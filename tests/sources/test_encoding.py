import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.encoding import decoded

WORDS = "“naïve café” – œuvre"


def xml(encoding: str, text: str = WORDS) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?><a>{text}</a>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be", "cp1252"])
def test_a_page_is_decoded_as_it_was_encoded(encoding: str) -> None:
    text = xml(encoding)

    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("shift_jis", "かかってこい"),
        ("euc-kr", "덤벼라"),
        ("gbk", "来抓我啊"),
        ("koi8-r", "Трус"),
        ("windows-1251", "Трус"),
    ],
)
def test_the_declaration_or_the_server_names_the_encoding(encoding: str, text: str) -> None:
    assert decoded(xml(encoding, text).encode(encoding)) == xml(encoding, text)
    assert decoded(text.encode(encoding), f'text/xml; charset="{encoding.upper()}"') == text


@pytest.mark.parametrize("claim", ["iso-8859-1", "us-ascii", "windows-1252", "utf-16", "nonsense", "hex", "utf-7"])
def test_valid_utf_8_is_utf_8_whatever_it_claims(claim: str) -> None:
    assert decoded(xml(claim).encode()) == xml(claim)
    assert decoded(WORDS.encode(), f"text/xml; charset={claim}") == WORDS


def test_latin_1_means_windows_1252() -> None:
    assert decoded(xml("ISO-8859-1").encode("cp1252")) == xml("ISO-8859-1")


def test_one_stray_byte_does_not_spoil_a_page_of_utf_8() -> None:
    assert decoded("naïve ".encode() + b"\x93caf\xe9\x94" + " 😀".encode()) == "naïve “café” 😀"


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_bytes_and_any_header_give_text(body: bytes, content_type: str) -> None:
    assert isinstance(decoded(body, content_type), str)
    assert isinstance(decoded(b"<?xml version='1.0' encoding='" + body + b"'?>", f"a/b; charset={content_type}"), str)


@pytest.mark.parametrize("ending", ["", "\n"])
def test_a_page_that_only_claims_to_be_utf_16_is_not_read_as_chinese(ending: str) -> None:
    assert decoded((xml("UTF-16", "plain") + ending).encode()) == xml("UTF-16", "plain") + ending
