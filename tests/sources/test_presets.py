"""What people type becomes the source they mean, or nothing: never another host, path or parameter."""

import re
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import FetchError
from monitor.core.model import Keep, SourceKind
from monitor.sources import feed
from monitor.sources.mastodon_stream import MastodonStream
from monitor.sources.presets import can_follow, of_kind, page_of, recognized
from tests.builders import a_source

FEED, MASTODON, BLUESKY = SourceKind.FEED, SourceKind.MASTODON, SourceKind.BLUESKY
HN, GDELT, TELEGRAM, JETSTREAM = (
    SourceKind.HACKERNEWS,
    SourceKind.GDELT,
    SourceKind.TELEGRAM_CHANNEL,
    SourceKind.JETSTREAM,
)
BOT, STREAM = SourceKind.BOT_CHANNEL, SourceKind.MASTODON_STREAM
DID = "did:plc:z72i7hdynmk6r22z27h6tvur"
UC = "UC_x5XG1OV2P6uZZ5FSM9Ttw"
CHANNEL = f"https://www.youtube.com/feeds/videos.xml?channel_id={UC}"
REDDIT = "https://www.reddit.com"
NEWS = "https://news.google.com/rss/search"
US = "hl=en-US&gl=US&ceid=US:en"

TABLE = [
    # Reddit
    ("r/python", FEED, f"{REDDIT}/r/python/new.rss?limit=100", "r/python"),
    ("/r/python/", FEED, f"{REDDIT}/r/python/new.rss?limit=100", "r/python"),
    ("r/a1+b_2", FEED, f"{REDDIT}/r/a1+b_2/new.rss?limit=100", "r/a1+b_2"),
    ("r/rss", FEED, f"{REDDIT}/r/rss/new.rss?limit=100", "r/rss"),
    ("https://old.reddit.com/r/python/", FEED, f"{REDDIT}/r/python/new.rss?limit=100", "r/python"),
    ("https://new.reddit.com/r/python/top/?t=day", FEED, f"{REDDIT}/r/python/new.rss?limit=100", "r/python"),
    ("https://www.reddit.com/r/rss", FEED, f"{REDDIT}/r/rss/new.rss?limit=100", "r/rss"),
    ("reddit.com/r/python", FEED, f"{REDDIT}/r/python/new.rss?limit=100", "r/python"),
    ("u/some-one", FEED, f"{REDDIT}/user/some-one/.rss", "u/some-one"),
    ("https://www.reddit.com/user/some-one/comments/", FEED, f"{REDDIT}/user/some-one/.rss", "u/some-one"),
    (
        'reddit:"come get me"',
        FEED,
        f"{REDDIT}/search.rss?q=%22come+get+me%22&sort=new",
        "Reddit: come get me",
    ),
    (
        "https://www.reddit.com/search/?q=come+get&type=link",
        FEED,
        f"{REDDIT}/search.rss?q=come+get&sort=new",
        "Reddit: come get",
    ),
    # Mastodon
    ("@user@host.social", MASTODON, "@user@host.social", "@user@host.social"),
    (" @User@Host.Social ", MASTODON, "@user@host.social", "@User@host.social"),
    ("https://host.social/@user", MASTODON, "@user@host.social", "@user@host.social"),
    ("https://host.social/@user/", MASTODON, "@user@host.social", "@user@host.social"),
    ("https://host.social/@user@other.social", MASTODON, "@user@other.social", "@user@other.social"),
    ("https://host.social/@user/with_replies", MASTODON, "@user@host.social", "@user@host.social"),
    ("#tag@host.social", MASTODON, "#tag@host.social", "#tag@host.social"),
    ("#Málaga@host.social", MASTODON, "#málaga@host.social", "#Málaga@host.social"),
    ("https://host.social/tags/tag", MASTODON, "#tag@host.social", "#tag@host.social"),
    ("https://host.social/tags/M%C3%A1laga", MASTODON, "#málaga@host.social", "#Málaga@host.social"),
    ("local@host.social", MASTODON, "local@host.social", "host.social, local posts"),
    ("Public@host.social", MASTODON, "public@host.social", "host.social, public posts"),
    ("@ann@münchen.social", MASTODON, "@ann@xn--mnchen-3ya.social", "@ann@xn--mnchen-3ya.social"),
    # Bluesky
    ("@name.bsky.social", BLUESKY, "@name.bsky.social", "@name.bsky.social"),
    ("@Example.ORG", BLUESKY, "@example.org", "@example.org"),
    (DID, BLUESKY, DID, f"Bluesky {DID}"),
    (f"bluesky:{DID}", BLUESKY, DID, f"Bluesky {DID}"),
    ("https://bsky.app/profile/name.bsky.social", BLUESKY, "@name.bsky.social", "@name.bsky.social"),
    (f"https://bsky.app/profile/{DID}/", BLUESKY, DID, f"Bluesky {DID}"),
    ("bluesky:come get me", BLUESKY, "search:come get me", "Bluesky: come get me"),
    ("https://bsky.app/search?q=come%20get", BLUESKY, "search:come get", "Bluesky: come get"),
    ("https://bsky.app/profile/a.example/rss", FEED, "https://bsky.app/profile/a.example/rss", None),
    ("jetstream", JETSTREAM, "jetstream", "Bluesky, all posts"),
    ("wss://jet.example/subscribe?x=1", JETSTREAM, "wss://jet.example/subscribe?x=1", "Bluesky, jet.example/subscribe"),
    # Mastodon, as a stream
    ("stream:#Tag@host.social", STREAM, "#tag@host.social", "#Tag@host.social, stream"),
    ("Stream: #mañana@Host.social", STREAM, "#mañana@host.social", "#mañana@host.social, stream"),
    ("stream:public@host.social", STREAM, "public@host.social", "host.social, public posts, stream"),
    ("stream:local@host.social", STREAM, "local@host.social", "host.social, local posts, stream"),
    # YouTube
    (f"https://www.youtube.com/channel/{UC}", FEED, CHANNEL, CHANNEL),
    (f"https://m.youtube.com/channel/{UC}/videos?view=0", FEED, CHANNEL, CHANNEL),
    (f"youtube:{UC}", FEED, CHANNEL, CHANNEL),
    (CHANNEL, FEED, CHANNEL, CHANNEL),
    (
        "https://www.youtube.com/playlist?list=PLabcdefghij012&si=x",
        FEED,
        "https://www.youtube.com/feeds/videos.xml?playlist_id=PLabcdefghij012",
        None,
    ),
    # Google News
    ('news:"come get me"', FEED, f"{NEWS}?q=%22come+get+me%22+when:1d&{US}", "Google News: come get me"),
    ("news: come get me", FEED, f"{NEWS}?q=come+get+me+when:1d&{US}", "Google News: come get me"),
    ("news:“come get me”", FEED, f"{NEWS}?q=%22come+get+me%22+when:1d&{US}", "Google News: come get me"),
    ('news:"come get me', FEED, f"{NEWS}?q=come+get+me+when:1d&{US}", "Google News: come get me"),
    ("news:petro when:7d", FEED, f"{NEWS}?q=petro+when:7d&{US}", "Google News: petro when:7d"),
    (
        "news/es-419:ven por mí",
        FEED,
        f"{NEWS}?q=ven+por+m%C3%AD+when:1d&hl=es-419&gl=US&ceid=US:es-419",
        "Google News es-419: ven por mí",
    ),
    (
        "news/es-CO:petro",
        FEED,
        f"{NEWS}?q=petro+when:1d&hl=es-419&gl=CO&ceid=CO:es-419",
        "Google News es-CO: petro",
    ),
    ("news/es:petro", FEED, f"{NEWS}?q=petro+when:1d&hl=es&gl=ES&ceid=ES:es", None),
    ("news/fr:petro", FEED, f"{NEWS}?q=petro+when:1d&hl=fr&gl=FR&ceid=FR:fr", None),
    ("news/en-gb:petro", FEED, f"{NEWS}?q=petro+when:1d&hl=en-GB&gl=GB&ceid=GB:en", None),
    ("news/pt-BR:petro", FEED, f"{NEWS}?q=petro+when:1d&hl=pt-BR&gl=BR&ceid=BR:pt-419", None),
    ("news/pt-PT:petro", FEED, f"{NEWS}?q=petro+when:1d&hl=pt-PT&gl=PT&ceid=PT:pt-150", None),
    ("news/zh-CN:petro", FEED, f"{NEWS}?q=petro+when:1d&hl=zh-CN&gl=CN&ceid=CN:zh-Hans", None),
    (
        "https://news.google.com/search?q=petro&hl=es-419&gl=MX&ceid=MX%3Aes-419",
        FEED,
        f"{NEWS}?q=petro+when:1d&hl=es-419&gl=MX&ceid=MX:es-419",
        None,
    ),
    (f"{NEWS}?q=petro&{US}", FEED, f"{NEWS}?q=petro&{US}", None),
    # Hacker News, GDELT
    ("hn", HN, "all", "Hacker News"),
    ("HN:all", HN, "all", "Hacker News"),
    ("https://news.ycombinator.com/newest", HN, "all", "Hacker News"),
    ("hn:come  get me", HN, "search:come get me", "Hacker News: come get me"),
    ('hn:"come get me"', HN, 'search:"come get me"', "Hacker News: come get me"),
    ("https://hn.algolia.com/?q=come+get", HN, "search:come get", "Hacker News: come get"),
    ("gdelt:come get me", GDELT, "search:come get me", "GDELT: come get me"),
    # Telegram
    ("t.me/SomeChannel", TELEGRAM, "@somechannel", "t.me/SomeChannel"),
    ("https://t.me/s/SomeChannel?before=7", TELEGRAM, "@somechannel", "t.me/SomeChannel"),
    ("https://t.me/SomeChannel/123", TELEGRAM, "@somechannel", "t.me/SomeChannel"),
    ("telegram:@SomeChannel", TELEGRAM, "@somechannel", "t.me/SomeChannel"),
    ("bot:-1001234567890", BOT, "-1001234567890", "Telegram -1001234567890"),
    ("bot: @SomeChannel", BOT, "@somechannel", "Telegram @SomeChannel"),
    # Lemmy, Tumblr
    ("!books@lemmy.example", FEED, "https://lemmy.example/feeds/c/books.xml?sort=New", "!books@lemmy.example"),
    ("https://lemmy.example/c/books", FEED, "https://lemmy.example/feeds/c/books.xml?sort=New", "!books@lemmy.example"),
    (
        "https://lemmy.example/c/books@other.example",
        FEED,
        "https://other.example/feeds/c/books.xml?sort=New",
        "!books@other.example",
    ),
    ("https://some-blog.tumblr.com/archive", FEED, "https://some-blog.tumblr.com/rss", "Tumblr: some-blog"),
    ("https://www.tumblr.com/some-blog", FEED, "https://some-blog.tumblr.com/rss", "Tumblr: some-blog"),
    ("tumblr:Some-Blog", FEED, "https://some-blog.tumblr.com/rss", "Tumblr: some-blog"),
    # any feed, as it is
    ("https://news.example/feed/", FEED, "https://news.example/feed/", "https://news.example/feed/"),
    ("HTTP://127.0.0.1:8080/a?b=c", FEED, "HTTP://127.0.0.1:8080/a?b=c", None),
    ("https://www.google.com/alerts/feeds/0123/4567", FEED, "https://www.google.com/alerts/feeds/0123/4567", None),
    ("feed://news.example/rss", FEED, "https://news.example/rss", None),
    ("feed:http://news.example/rss", FEED, "http://news.example/rss", None),
    ("https://host.social/@user.rss", FEED, "https://host.social/@user.rss", None),
    ("https://host.social/tags/tag.rss", FEED, "https://host.social/tags/tag.rss", None),
    ("https://blog.example/tags/python/", FEED, "https://blog.example/tags/python/", None),
    ("https://medium.com/@user", FEED, "https://medium.com/@user", None),
    ("https://host.social:8443/@user", FEED, "https://host.social:8443/@user", None),
    (f"{REDDIT}/r/python/.rss?feed=SECRET&user=me", FEED, f"{REDDIT}/r/python/.rss?feed=SECRET&user=me", None),
    ("https://me:pw@news.example/feed", FEED, "https://me:pw@news.example/feed", "news.example/feed"),
]

NOTHING = [
    "",
    "   ",
    "word",
    "come get me, coward",
    "r/",
    "r/a",
    "r/a/../../x",
    "r/python?x=1",
    "r/python/new.rss",
    "r/py\u212athon",  # the sign of kelvin is no K
    "u/a b c",
    "u/ab",
    "@user",
    "@user@host",
    "@user@host.social@more.social",
    "@user@host.social/x",
    "@user@127.0.0.1",
    "@user@host.social:80",
    "@user@ho\u200dst.social",
    "@../x@host.social",
    "#@host.social",
    "#a b@host.social",
    "#a/b@host.social",
    "public@host",
    "other@host.social",
    "@-a.example",
    "@name..example",
    "@1.2.3.4",
    "did:plc:short",
    "did:web:a.example/x",
    "news:",
    'news:""',
    "news:!!!",
    "news/xx-YYY:words",
    "news/en&gl=X:words",
    "hn:",
    "hn:" + "x" * 301,
    "gdelt: ",
    "telegram:abc",
    "telegram:a/b/c/d",
    "t.me/+AbCdEfGhIjK",
    "t.me/joinchat/AAAA",
    "telegram:joinchat",
    "tumblr:a.b",
    "tumblr:-a",
    "!x@host",
    "!a/b@lemmy.example",
    "youtube:UCshort",
    "https://www.youtube.com/@handle",
    "https://youtu.be/dQw4w9WgXcQ",
    "https://www.youtube.com/c/name",
    "https://",
    "https:// x.example",
    "https://a.example\\@b.example/",
    "https://news.example:99999/",
    "https://news.example/\x00",
    "stream:@user@host.social",
    "stream:#tag",
    "stream:private@host.social",
    "ftp://news.example/feed",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://news.example/" + "x" * 2_000,
]


@pytest.mark.parametrize(("text", "kind", "address", "name"), TABLE)
def test_what_people_type_becomes_the_source_they_mean(
    text: str, kind: SourceKind, address: str, name: str | None
) -> None:
    wanted = recognized(text)

    assert wanted
    assert (wanted.kind, wanted.address) == (kind, address)
    assert name is None or wanted.name == name


@pytest.mark.parametrize("text", NOTHING)
def test_what_means_nothing_or_something_else_is_no_source(text: str) -> None:
    assert recognized(text) is None


@pytest.mark.parametrize(("text", "kind", "address", "name"), TABLE)
def test_a_canonical_address_of_a_kind_is_known_as_it_is(
    text: str, kind: SourceKind, address: str, name: str | None
) -> None:
    wanted = of_kind(kind, address)

    assert wanted
    assert (wanted.kind, wanted.address) == (kind, address)


@pytest.mark.parametrize(("text", "kind", "address", "name"), [row for row in TABLE if row[1] is not BOT])
def test_the_kind_reads_the_address(text: str, kind: SourceKind, address: str, name: str | None) -> None:
    read_by = MastodonStream({"host.social": "t"}) if kind is STREAM else import_module(f"monitor.sources.{kind.value}")

    asked = read_by.request(a_source(address, kind=kind)).url

    assert asked.lower().startswith(("http", "wss://"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("news:*", FEED),
        ("news/es-CO:*", FEED),
        ("reddit:*", FEED),
        ("hn:*", HN),
        ("gdelt:*", GDELT),
        ("bluesky:*", BLUESKY),
    ],
)
def test_a_star_follows_the_tracked_quotes(text: str, kind: SourceKind) -> None:
    wanted = recognized(text)

    assert wanted
    assert wanted.follow
    assert wanted.kind is kind
    assert wanted.name.endswith(": tracked quotes")
    assert can_follow(wanted)


def test_without_a_star_nothing_follows() -> None:
    assert not any(wanted.follow for wanted in map(recognized, (row[0] for row in TABLE)) if wanted)
    assert not can_follow(recognized("https://news.example/feed"))


def test_a_feed_that_follows_asks_for_the_words_of_the_quote_and_nothing_else() -> None:
    wanted = recognized("news/es-CO:*")
    assert wanted
    source = a_source(
        wanted.address, follow=True, query="Come & get me=x#y&gl=US, 50% off?", moved_to="https://x.example"
    )

    url = feed.request(source).url

    assert urlsplit(url).hostname == "news.google.com"
    assert parse_qs(urlsplit(url).query) == {
        "q": ['"come get me x y gl" when:1d'],
        "hl": ["es-419"],
        "gl": ["CO"],
        "ceid": ["CO:es-419"],
    }


@pytest.mark.parametrize("query", [None, "", "!?!"])
def test_a_feed_that_follows_nothing_asks_for_nothing(query: str | None) -> None:
    with pytest.raises(FetchError, match="tracked quotes"):
        feed.request(a_source("https://a.example/?q={query}", follow=True, query=query))


def test_braces_in_an_ordinary_address_are_part_of_it() -> None:
    source = a_source("https://a.example/?q={query}", query="words")

    assert feed.request(source).url == "https://a.example/?q={query}"


def test_all_of_bluesky_is_kept_only_where_it_matches() -> None:
    wanted = recognized("jetstream")

    assert wanted
    assert wanted.keep is Keep.MATCHED


def test_searches_that_are_tolerated_rather_than_offered_are_asked_rarely() -> None:
    assert recognized("news:petro") == replace(recognized("news:petro"), every=timedelta(minutes=15))
    assert recognized("r/python").every is None


@given(st.text(min_size=1, max_size=40))
def test_words_never_get_out_of_their_place(words: str) -> None:
    for prefix, host, key in (("news:", "news.google.com", "q"), ("reddit:", "www.reddit.com", "q")):
        wanted = recognized(prefix + words)
        if wanted is None or wanted.follow:
            continue
        parts = urlsplit(wanted.address)
        known = {"news:": {"q", "hl", "gl", "ceid"}, "reddit:": {"q", "sort"}}[prefix]
        assert parts.hostname == host
        assert set(parse_qs(parts.query, strict_parsing=True)) == known
        assert len(parse_qs(parts.query)[key]) == 1
        assert not parts.fragment


@given(st.text(max_size=60))
def test_anything_typed_is_a_source_or_none_and_stays_itself(text: str) -> None:
    wanted = recognized(text)

    if wanted is not None:
        again = of_kind(wanted.kind, wanted.address)
        assert again
        assert again.address == wanted.address


@given(
    st.sampled_from(
        ["@{}@host.social", "@a@{}.social", "#{}@host.social", "!{}@h.example", "r/{}", "t.me/{}", "@{}.b"]
    ),
    st.text("aZ0/._-@:?#&=%\\ \u212a\u017fß", min_size=1, max_size=12),
)
def test_names_never_bring_their_own_host_or_path(form: str, name: str) -> None:
    wanted = recognized(form.format(name))

    if wanted is not None and wanted.kind is not FEED:
        assert not set("/?&=%\\ ") & set(wanted.address)
        assert wanted.address.count("@") <= 2
    elif wanted is not None:
        assert urlsplit(wanted.address).username is None


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("https://www.youtube.com/@handle", "https://www.youtube.com/@handle"),
        ("youtube:@handle", "https://www.youtube.com/@handle"),
        ("news.example", "https://news.example"),
        ("news.example/blog?x=1", "https://news.example/blog?x=1"),
        ("https://news.example/", "https://news.example/"),
        ("word", None),
        ("r/python", None),
        ("@user@host.social", None),
        ("come get me", None),
        ("ftp://news.example", None),
    ],
)
def test_a_page_to_look_at_is_told_from_words(text: str, page: str | None) -> None:
    assert page_of(text) == page


def test_a_kind_named_by_somebody_does_not_change_into_another() -> None:
    assert of_kind(MASTODON, "@name.bsky.social") is None
    assert of_kind(BLUESKY, "@user@host.social") is None
    assert of_kind(HN, "https://news.example") is None
    assert of_kind(FEED, "r/python") is None
    plain = of_kind(FEED, "https://host.social/@user")
    assert plain
    assert plain.address == "https://host.social/@user"


def test_every_form_in_the_documents_is_known() -> None:
    text = (Path(__file__).parents[2] / "docs" / "sources" / "presets.md").read_text("utf-8")
    forms = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)

    assert len(forms) >= 25
    assert [form for form in forms if recognized(form) is None] == ["youtube:@handle"]
    assert page_of("youtube:@handle")
