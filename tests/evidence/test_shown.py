"""Whether something that was received shows a passage."""

import json

import pytest

from monitor.evidence.shown import holds, text_of
from tests.builders import QUOTE

SHOWING = [
    f"<p>He said: {QUOTE}</p>",
    "<p>Come <b>get</b> me,<br>coward!</p>",
    "<rss><item><description>&lt;p&gt;COME get me, coward&lt;/p&gt;</description></item></rss>",
    f"<rss><item><title><![CDATA[{QUOTE}]]></title></item></rss>",
    f'<meta property="og:description" content="{QUOTE}">',
    json.dumps({"statuses": [{"content": f"<p>“{QUOTE}”</p>"}]}),
    json.dumps([{"text": "Come get me,\ncoward!"}]),
]
NOT_SHOWING = [
    "", "<p>Come get me</p><p>you coward!</p>", f"<script>{QUOTE}</script>", "<p>Become get me, coward!</p>",
    "<p>Come get me, cowards!</p>", "[" * 5000, json.dumps({QUOTE: 1}),
]  # fmt: skip


@pytest.mark.parametrize("body", SHOWING)
def test_a_passage_is_found_as_a_reader_sees_it(body: str) -> None:
    assert holds(text_of(body.encode()), QUOTE)


@pytest.mark.parametrize("body", NOT_SHOWING)
def test_what_no_reader_sees_is_not_there(body: str) -> None:
    assert not holds(text_of(body.encode()), QUOTE)


@pytest.mark.parametrize("passage", ["", " ", "!?", "…"])
def test_a_passage_without_words_is_nowhere(passage: str) -> None:
    assert not holds("some text", passage)


@pytest.mark.parametrize(
    "body", [b"\x00\xff" * 1000, b"<div>" * 20_000, b'{"a":' * 10_000, b"<meta " + b"a=1 " * 9_000]
)
def test_whatever_was_received_there_is_an_answer(body: bytes) -> None:
    assert isinstance(text_of(body, "text/html; charset=nonsense"), str)
