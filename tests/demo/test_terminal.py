from monitor.demo.terminal import BOLD, PLAIN, shown


def test_matched_words_stand_out_with_and_without_colours() -> None:
    html = "he said <b>Come get me</b> &amp; left"

    assert shown(html, colour=False) == "he said **Come get me** & left"
    assert shown(html, colour=True) == f"he said {BOLD}Come get me{PLAIN} & left"


def test_a_quotation_has_a_bar_at_each_line_and_a_link_shows_its_address() -> None:
    html = '<blockquote>one\ntwo</blockquote>\n<a href="https://news.example/?a=1&amp;b=2">Open</a>'

    assert shown(html, colour=False) == "│ one\n│ two\nOpen (https://news.example/?a=1&b=2)"


def test_styles_within_styles_end_one_by_one() -> None:
    assert shown("<b>a <u>b</u> c</b>", colour=False) == "**a _b_ c**"
    assert shown("<b>a <u>b</u> c</b>", colour=True).count(BOLD) == 2
