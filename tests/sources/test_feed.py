import json
import pickle
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.model import Page, Post, Reading, SourceKind
from monitor.sources import KINDS, feed
from monitor.sources.draft import LONGEST_TEXT, MOST_ENTRIES
from tests.builders import a_page, a_source


def rss(items: str, channel: str = "", *, declaration: str = "") -> bytes:
    return f'{declaration}<rss version="2.0"><channel><title>T</title>{channel}{items}</channel></rss>'.encode()


def atom(entries: str) -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{entries}</feed>'.encode()


def read(body: bytes, **given: object) -> Reading:
    return feed.parse(a_source(), a_page(body, **given))


def only(body: bytes, **given: object) -> Post:
    [post] = read(body, **given).posts
    return post


def test_a_feed_is_a_kind_of_source() -> None:
    assert KINDS[SourceKind.FEED] is feed


def test_a_feed_is_asked_for_at_its_address_and_as_a_feed() -> None:
    asked = feed.request(a_source("https://news.example/feed.xml"))

    assert asked.url == "https://news.example/feed.xml"
    assert "application/rss+xml" in asked.headers["Accept"]
    assert "application/feed+json" in asked.headers["Accept"]


def test_a_feed_that_moved_is_asked_for_where_it_is_now() -> None:
    asked = feed.request(a_source(moved_to="https://new.example/feed"))

    assert asked.url == "https://new.example/feed"


@pytest.mark.parametrize("content_type", ["text/html", "text/plain; charset=utf-8", "image/png", "", "nonsense;;"])
def test_a_feed_is_a_feed_whatever_its_server_calls_it(content_type: str) -> None:
    assert only(rss("<item><title>Hi</title></item>"), content_type=content_type).text == "Hi"


@pytest.mark.parametrize(
    "before",
    [
        b"\n\n  ",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\r\n",
        b"<!-- made -- by > hand -->\n",
        b"<?xml version='1.0'?><?pi <rss> ?><!-- <html> -->",
        b"<br />\n<b>Notice</b>: undefined offset in <b>x.php</b><br />\n<?xml version='1.0'?>\n",
        b"Warning: something\n<?xml version='1.0'?>",
    ],
)
def test_a_feed_is_found_behind_what_stands_before_it(before: bytes) -> None:
    assert only(before + rss("<item><title>Hi</title></item>")).text == "Hi"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_read_with_and_without_their_mark(encoding: str) -> None:
    text = "<?xml version='1.0' encoding='UTF-16'?>" + rss("<item><title>Höhö 😀</title></item>").decode()

    assert only(text.encode(encoding)).text == "Höhö 😀"


def test_a_feed_without_entries_has_no_posts() -> None:
    assert read(rss("")) == Reading(title="T")
    assert read(atom("")) == Reading(title="T")
    assert read(b'<feed xmlns="http://www.w3.org/2005/Atom"/>') == Reading()


def test_posts_without_dates_are_taken_to_start_with_the_newest() -> None:
    posts = read(rss("<item><title>new</title></item><item><title>old</title></item>")).posts

    assert [post.text for post in posts] == ["old", "new"]


def test_posts_of_one_moment_keep_the_order_of_the_page() -> None:
    item = "<item><title>{}</title><pubDate>Tue, 06 Jan 2026 12:00:00 GMT</pubDate></item>"

    assert [post.text for post in read(rss(item.format("new") + item.format("old"))).posts] == ["old", "new"]


def test_a_post_without_a_guid_is_named_by_its_link_without_tracking() -> None:
    item = "<item><title>x</title><link>https://www.a.example/p/?utm_source=rss&amp;id=1</link></item>"

    assert only(rss(item)).guid == "a.example/p?id=1"


def test_a_post_with_neither_guid_nor_link_is_named_by_its_words() -> None:
    one, other = (only(rss(f"<item><title>{words}</title></item>")) for words in ("some words", "other words"))

    assert one.guid == only(rss("<item>\n<title> some\nwords </title></item>")).guid
    assert one.guid != other.guid


def test_an_endless_guid_is_shortened_and_still_tells_posts_apart() -> None:
    one, other = read(rss("".join(f"<item><guid>{'x' * 9000}{i}</guid><title>t</title></item>" for i in (1, 2)))).posts

    assert one.guid != other.guid
    assert len(one.guid) < 100


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/a/b?c=1", "https://news.example/a/b?c=1"),
        ("b", "https://news.example/b"),
        ("//other.example/x", "https://other.example/x"),
        ("HTTPS://Other.example/x", "https://Other.example/x"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,hi", None),
        ("file:///etc/passwd", None),
        ("ftp://a.example/", None),
        ("https://", None),
        ("http://[bad/", None),
        ("https://a.example/" + "x" * 5000, None),
    ],
)
def test_a_link_leads_to_the_web_or_nowhere(link: str, url: str | None) -> None:
    assert only(rss(f"<item><title>x</title><link>{link}</link></item>")).url == url
    assert only(atom(f"<entry><title>x</title><link href='{link}'/></entry>")).url == url


def test_an_opaque_guid_is_not_mistaken_for_a_link() -> None:
    post = only(rss("<item><title>x</title><guid>abc-1</guid></item>"))

    assert (post.guid, post.url) == ("abc-1", None)


def test_a_guid_that_is_a_link_is_the_link() -> None:
    assert only(rss("<item><title>x</title><guid>https://a.example/1</guid></item>")).url == "https://a.example/1"


def test_links_are_relative_to_the_base_the_feed_declares() -> None:
    entry = '<entry xml:base="https://base.example/dir/"><title>x</title><link href="p"/></entry>'

    assert only(atom(entry)).url == "https://base.example/dir/p"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("&lt;b&gt;com&lt;/b&gt;e get me", "come get me"),
        ("AT&amp;amp;T &amp;#8211; news", "AT&T – news"),
        ("The &amp;lt;b&amp;gt; element", "The <b> element"),
        ("1 &lt; 2 &amp; 3 &gt; 2", "1 < 2 & 3 > 2"),
        ("I &lt;3 you", "I <3 you"),
        ("&lt;sigh&gt; fine", "<sigh> fine"),
        ("<![CDATA[<i>Come</i> get me]]>", "Come get me"),
        ("Come <i>get</i> me", "Come get me"),
    ],
)
def test_an_rss_title_is_read_as_it_was_meant(title: str, text: str) -> None:
    assert only(rss(f"<item><title>{title}</title></item>")).text == text


@pytest.mark.parametrize(
    ("sort", "title", "text"),
    [
        ("", "&lt;b&gt; is a tag", "<b> is a tag"),
        ('type="text"', "&amp;amp; is an entity", "&amp; is an entity"),
        ('type="html"', "&lt;b&gt;bold&lt;/b&gt; &amp;amp; plain", "bold & plain"),
        ('type="xhtml"', "<div xmlns='http://www.w3.org/1999/xhtml'><b>b</b>old &lt;3</div>", "bold <3"),
    ],
)
def test_an_atom_title_is_of_the_sort_it_says(sort: str, title: str, text: str) -> None:
    assert only(atom(f"<entry><title {sort}>{title}</title></entry>")).text == text


def test_text_escaped_once_too_often_loses_its_tags() -> None:
    item = "<item><description>&amp;lt;p&amp;gt;Come get me&amp;lt;/p&amp;gt;</description></item>"

    assert only(rss(item)).text == "Come get me"


def test_what_is_said_twice_is_kept_once() -> None:
    item = (
        "<item><title>Come get me</title><description>Come get me</description>"
        '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">&lt;p&gt;Come  get me&lt;/p&gt;'
        "</content:encoded></item>"
    )

    assert [part.name for part in only(rss(item)).parts] == ["title"]


def test_half_a_word_is_no_repeat() -> None:
    post = only(rss("<item><title>forget men</title><description>get me</description></item>"))

    assert post.text == "forget men\n\nget me"


def test_the_reddit_footer_goes_only_from_the_end() -> None:
    footer = "submitted by /u/a [link] [comments]"
    entry = f"<entry><title>x</title><content>{footer} he said. {footer}</content></entry>"

    assert only(atom(entry)).text == f"x\n\n{footer} he said."


def test_a_headline_keeps_a_name_that_is_not_its_publishers() -> None:
    item = "<item><title>Duel - The Times</title><source url='https://t.example'>Times</source></item>"

    assert only(rss(item)).text == "Duel - The Times"


def test_what_databases_refuse_is_removed_from_every_field() -> None:
    bad = "a\x00b\x08c&#0;d&#xD800;e&#x1F;f\ufffe&#99999999999;g"
    item = (
        f"<item><title>{bad}</title><guid>{bad}</guid><author>{bad}</author>"
        f"<link>https://a.example/{bad}</link><pubDate>{bad}</pubDate></item>"
    )

    post = only(rss(item))

    assert post.text == post.guid == post.author == "abcdefg"
    assert post.url == "https://a.example/abcdefg"


def test_lone_surrogates_of_json_are_removed() -> None:
    body = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "\ud800", "title": "a\udfffb\x00"}]}
    )

    post = only(body.encode())

    assert post.text == "ab"
    post.guid.encode()


def test_an_entry_that_breaks_the_parser_costs_no_other() -> None:
    breaking = "<item><title>bad</title><textinput><name>feedparser stumbles over it</name></textinput></item>"

    reading = read(rss(f"<item><title>b</title></item>{breaking}<item><title>a</title></item>"))

    assert [post.text for post in reading.posts] == ["a", "b"]
    assert reading.skipped == 1


@pytest.mark.parametrize("date", ["Mon, 2026/13/01 12:00:00 GMT", "the day before", "0000-00-00", "\u0663"])
def test_a_nonsense_date_costs_the_date_and_no_post(date: str) -> None:
    reading = read(rss(f"<item><title>a</title><pubDate>{date}</pubDate></item>"))

    assert [(post.text, post.published_at) for post in reading.posts] == [("a", None)]
    assert reading.skipped == 0


@pytest.mark.parametrize("order", ["newest first", "oldest first"])
def test_of_too_many_entries_the_newest_are_read(order: str) -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    numbers = range(MOST_ENTRIES + 5)
    items = [
        f"<item><title>{n}</title><pubDate>{start + timedelta(hours=n):%d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for n in (numbers if order == "oldest first" else reversed(numbers))
    ]

    reading = read(rss("".join(items)))

    assert [post.text for post in reading.posts] == [str(n) for n in numbers[5:]]
    assert reading.skipped == 5


def test_of_too_many_items_of_a_json_feed_the_newest_are_read() -> None:
    items = [{"id": str(n), "title": "x"} for n in range(MOST_ENTRIES + 3)]

    reading = read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode())

    assert (reading.posts[-1].guid, len(reading.posts), reading.skipped) == ("0", MOST_ENTRIES, 3)


def test_an_endless_text_is_cut_and_its_parts_still_fit() -> None:
    post = only(rss(f"<item><title>t</title><description>{'word ' * 100_000}</description></item>"))

    assert len(post.text) <= LONGEST_TEXT
    assert post.parts[-1].end == len(post.text)


@pytest.mark.parametrize(
    ("channel", "ttl"),
    [
        ("<ttl>60</ttl>", timedelta(hours=1)),
        ("<ttl> 5\n</ttl>", timedelta(minutes=5)),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>99999999999999999999</ttl>", None),
        ("<ttl>999999</ttl>", timedelta(days=1)),
        (
            '<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">hourly</sy:updatePeriod>',
            timedelta(hours=1),
        ),
        ('<ttl x="y">5</ttl>', None),
    ],
)
def test_a_feed_says_how_long_to_leave_it_alone_within_reason(channel: str, ttl: timedelta | None) -> None:
    assert read(rss("", channel)).ttl == ttl


def test_the_language_is_the_entrys_own_or_the_feeds() -> None:
    items = (
        "<item><title>a</title></item>"
        "<item><title xml:lang='pt_BR'>b</title></item>"
        "<item><title xml:lang='no such language'>c</title></item>"
    )

    assert [post.lang for post in read(rss(items, "<language>en</language>")).posts] == [None, "pt-BR", "en"]


def test_a_repeated_poll_reads_the_same() -> None:
    body = rss(
        "<item><title>a</title><pubDate>Mon, 05 Jan 2026 10:00 GMT</pubDate></item><item><title>b</title></item>"
    )

    assert read(body) == read(body)


def test_page_and_reading_travel_between_processes() -> None:
    page = a_page(rss("<item><title>a</title></item>"))
    reading = feed.parse(a_source(), page)

    assert pickle.loads(pickle.dumps(page)) == page
    assert isinstance(page, Page)
    assert pickle.loads(pickle.dumps(reading)) == reading
