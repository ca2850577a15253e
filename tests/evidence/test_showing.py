"""Which kept pages show a person."""

import json

import pytest

from monitor.core.model import Arrival
from monitor.evidence.showing import pages_showing
from tests.builders import QUOTE, a_finding, a_match, a_page, a_poll, a_post, a_store

URL = "https://news.example/p/1?a=1&b=2"
SHOWING = [
    "<p>Ann <b>Example</b> wrote</p>",
    "<rss><author>Ann Example</author><description>words</description></rss>",
    "<rss><description>&lt;a title=&quot;ann example&quot;&gt;x&lt;/a&gt;</description></rss>",
    json.dumps({"by": "Ann Example"}),
    '<a href="https://www.news.example/p/1?a=1&amp;b=2">x</a>',
    json.dumps({"url": URL}).replace("/", "\\/"),
]
NOT_SHOWING = ["", "<p>Ann said to Example</p>", "Joann Example", "https://news.example/p/1?a=1&b=20"]


@pytest.mark.parametrize(("body", "is_shown"), [(one, True) for one in SHOWING] + [(one, False) for one in NOT_SHOWING])
def test_a_page_shows_a_person_by_name_or_by_the_address_of_a_post(body: str, is_shown: bool) -> None:
    with a_store() as store:
        post = a_post(QUOTE, author="Bob")
        store.record(a_poll(page=a_page(body.encode())), [Arrival(post=post)], [a_finding(a_match(post))])

        found = list(pages_showing(store, author="Ann Example", urls=[URL]))

    assert bool(found) is is_shown
