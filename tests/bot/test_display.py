from hypothesis import given
from hypothesis import strategies as st

from monitor.bot.display import line, name, pages, shortened, shown, utf16, visible

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=300)  # lone surrogates too


def test_controls_that_reorder_or_hide_text_are_dropped() -> None:
    assert shown("a\u202eb\u2066c\u2069d\u200be\ufefff\u00adg\x00h\x1b[31mi") == "abcdefgh[31mi"


def test_tag_characters_cannot_smuggle_words() -> None:
    assert shown("hi" + "".join(chr(0xE0000 + ord(letter)) for letter in "secret")) == "hi"


def test_white_space_is_one_space_and_a_run_of_line_breaks_one_break() -> None:
    assert shown("  one\u00a0 \t two \n\n\r\n \u2029 three\u2028") == "one two\nthree"


def test_a_joiner_stays_where_a_script_or_an_emoji_needs_it_and_nowhere_else() -> None:
    family, persian, hindi = "👨‍👩‍👧", "می‌خواهم", "क्‍ष"

    assert [shown(word) for word in (family, persian, hindi)] == [family, persian, hindi]
    assert shown("co\u200dme\u200c get\u200d") == "come get"
    assert shown("\u200d\u200ca") == "a"


def test_half_a_character_is_shown_as_one_that_is_missing() -> None:
    assert shown("a\ud83db") == "a\ufffdb"


def test_an_accent_that_telegram_would_remove_is_kept_with_its_letter() -> None:
    assert shown("cowa\u030ard") == "cow\u00e5rd"
    assert shown("x\u030a\u0333y") == "xy"


def test_visible_arabic_format_signs_stay() -> None:
    assert shown("\u0600١٢") == "\u0600١٢"


def test_white_space_takes_the_weakest_mark_of_its_run() -> None:
    assert list(visible([("a", 1), (" ", 1), (" ", 0), ("b", 1)])) == [("a", 1), (" ", 0), ("b", 1)]


def test_a_right_to_left_name_is_isolated_from_the_words_around_it() -> None:
    assert name("الجزيرة", 100) == "\u2068الجزيرة\u2069"
    assert name("Example", 100) == "Example"


def test_a_text_is_cut_between_words_and_counted_as_telegram_counts() -> None:
    assert shortened("one two three four", 10) == "one two…"
    assert shortened("😳😳😳", 5) == "😳😳…"
    assert shortened("aaaaaaaaaa", 5) == "aaaa…"


@given(ANY_TEXT, st.integers(min_value=1, max_value=60))
def test_no_text_is_longer_than_its_limit(text: str, limit: int) -> None:
    assert utf16(line(text, limit)) <= limit


@given(ANY_TEXT)
def test_what_is_fit_to_be_shown_stays_as_it_is(text: str) -> None:
    once = shown(text)

    assert shown(once) == once
    once.encode()  # whole characters only


@given(ANY_TEXT, st.integers(min_value=2, max_value=50))
def test_pages_hold_all_the_words_and_none_is_too_long(text: str, limit: int) -> None:
    found = pages(text, limit)

    assert all(0 < utf16(page) <= limit for page in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_pages_end_between_lines() -> None:
    assert pages("one\ntwo\nthree", 8) == ["one\ntwo", "three"]
