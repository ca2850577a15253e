"""From a web page to its feed."""

import pytest

from monitor.core.errors import AddressRefused, FetchError, InputError, SourceError
from monitor.core.model import Page, Reading, Request, Source, SourceKind
from monitor.core.ports import Kind
from monitor.sources.discover import MOST_FOUND, MOST_TRIED, discovered, feeds_in, guesses
from tests.builders import a_page
from tests.work import calls

RSS = b"<rss version='2.0'><channel><title>News</title><item><title>Hi</title></item></channel></rss>"
EMPTY = b"<rss version='2.0'><channel><title>Empty</title></channel></rss>"
UC = "UC_x5XG1OV2P6uZZ5FSM9Ttw"


class Site:
    """Answers from a table of pages; what is not in it is 404. Remembers what was asked."""

    def __init__(self, pages: dict[str, bytes | SourceError]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    async def __call__(self, request: Request) -> Page | None:
        self.asked.append(request.url)
        answer = self.pages.get(request.url, FetchError("answered 404 Not Found"))
        if isinstance(answer, SourceError):
            raise answer
        return Page(url=request.url, body=answer, content_type="text/html")


async def parse(kind: Kind, source: Source, page: Page) -> Reading:
    return kind.parse(source, page)


def urls(body: str, **given: object) -> list[str]:
    return [found.url for found in feeds_in(a_page(body.encode(), **({"url": "https://a.example/blog/"} | given)))]


def link(href: str, *, kind: str = "application/rss+xml", title: str = "") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


@pytest.mark.parametrize(
    "kind", ["application/rss+xml", "application/atom+xml", "application/feed+json", "Application/RSS+XML; x=y"]
)
def test_a_page_names_its_feed_in_each_format(kind: str) -> None:
    assert urls(link("/feed", kind=kind)) == ["https://a.example/feed"]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("feed.xml", "https://a.example/blog/feed.xml"),
        ("../feed.xml", "https://a.example/feed.xml"),
        ("//b.example/f", "https://b.example/f"),
        ("/f?a=1&amp;b=2", "https://a.example/f?a=1&b=2"),
        (" /f ", "https://a.example/f"),
    ],
)
def test_a_relative_link_is_read_from_its_page(href: str, url: str) -> None:
    assert urls(link(href)) == [url]


def test_the_base_of_a_page_holds_for_its_links() -> None:
    assert urls('<base href="https://b.example/x/">' + link("f.xml")) == ["https://b.example/x/f.xml"]
    assert urls('<base href="javascript:x">' + link("f.xml")) == ["https://a.example/blog/f.xml"]


def test_tags_are_read_however_they_are_written() -> None:
    assert urls("<LINK HREF='/f' TYPE=application/rss+xml REL='home Alternate' />") == ["https://a.example/f"]
    assert urls('<link title="a > b" rel="alternate"\n type="application/rss+xml"\n href="/f">') == [
        "https://a.example/f"
    ]


def test_the_feed_of_the_posts_comes_before_those_of_comments() -> None:
    body = link("/post/comments/feed") + link("/c", title="Blog » Kommentar-Feed") + link("/feed") + link("/atom")

    assert urls(body) == [f"https://a.example{path}" for path in ("/feed", "/atom", "/post/comments/feed", "/c")]


@pytest.mark.parametrize(
    "body",
    [
        link("/wp-json/", kind="application/json"),
        link("/oembed", kind="application/json+oembed"),
        link("/es/", kind="text/html"),
        '<link rel="stylesheet alternate" type="application/rss+xml" href="/x">',
        '<link rel="alternate" type="application/rss+xml">',
        link("javascript:alert(1)"),
        link("file:///etc/passwd"),
        "<!-- " + link("/f") + " -->",
        "<!-- " + link("/f"),
        "<script>var x = '" + link("/f") + "'</script>",
        "<SCRIPT>" + link("/f"),
        "<template>" + link("/f") + "</template>",
        "<linkrel>" + "<link-x " + link("/f")[6:],
        "nothing",
        "",
    ],
)
def test_what_is_no_link_to_a_feed_is_none(body: str) -> None:
    assert urls(body) == []


def test_a_feed_named_twice_is_one_and_too_many_are_cut() -> None:
    assert urls(link("/f") + link("/f", title="again")) == ["https://a.example/f"]
    assert len(urls("".join(link(f"/{number}") for number in range(500)))) == MOST_FOUND


def test_a_page_of_a_youtube_channel_names_the_feed_of_the_channel() -> None:
    feed = f"https://www.youtube.com/feeds/videos.xml?channel_id={UC}"
    page = "https://www.youtube.com/@handle"

    assert urls(f'<link rel="canonical" href="https://www.youtube.com/channel/{UC}">', url=page) == [feed]
    assert urls(f"<script>{'x' * 9000}</script>{link(feed, title='RSS')}", url=page) == [feed]


@pytest.mark.parametrize(
    "piece",
    [
        "<link ",
        "<link x='",
        '<link "',
        "<!--",
        "<!-- -->",
        "<script>",
        "<script></script>",
        "<link " + "a" * 3990 + ">",
        "<link " + "a=b " * 900 + ">",
        link("/f"),
        "<base href=x>",
    ],
)
def test_a_page_made_to_be_slow_is_no_more_work_than_its_length(piece: str) -> None:
    def work(length: int) -> int:
        page = a_page((piece * (length // len(piece))).encode())
        return calls(lambda: feeds_in(page))

    assert work(2_000_000) < 2.2 * work(1_000_000) + 1_000


def test_guesses_are_on_the_site_of_the_page() -> None:
    assert [found.url for found in guesses("https://a.example/blog/x?y#z")][:2] == [
        "https://a.example/feed",
        "https://a.example/rss",
    ]


async def test_a_feed_is_itself() -> None:
    site = Site({"https://a.example/f": RSS})

    wanted = await discovered("https://a.example/f", fetch=site, parse=parse)

    assert (wanted.kind, wanted.address, wanted.name) == (SourceKind.FEED, "https://a.example/f", "News")
    assert site.asked == ["https://a.example/f"]


async def test_a_feed_that_moved_for_good_is_where_it_is_now() -> None:
    async def fetch(request: Request) -> Page:
        return Page(url="https://b.example/f", body=RSS, moved_to="https://b.example/f")

    assert (await discovered("https://a.example/f", fetch=fetch, parse=parse)).address == "https://b.example/f"


async def test_the_first_feed_that_can_be_read_and_has_posts_is_taken() -> None:
    body = "".join(map(link, ("/gone", "/html", "/empty", "/good", "/later")))
    pages = {"": body.encode(), "html": b"<html>", "empty": EMPTY, "good": RSS, "later": RSS}
    site = Site({f"https://a.example/{path}": answer for path, answer in pages.items()})

    wanted = await discovered("https://a.example/", fetch=site, parse=parse)

    assert wanted.address == "https://a.example/good"
    assert "https://a.example/later" not in site.asked


async def test_a_feed_without_posts_is_better_than_none() -> None:
    site = Site({"https://a.example/": (link("/empty") + link("/gone")).encode(), "https://a.example/empty": EMPTY})

    assert (await discovered("https://a.example/", fetch=site, parse=parse)).address == "https://a.example/empty"


async def test_usual_places_are_tried_only_when_nothing_is_named() -> None:
    site = Site({"https://a.example/x": b"<html>", "https://a.example/rss.xml": RSS})
    assert (await discovered("https://a.example/x", fetch=site, parse=parse)).address == "https://a.example/rss.xml"

    site = Site({"https://a.example/x": link("/bad").encode(), "https://a.example/rss.xml": RSS})
    with pytest.raises(InputError, match=r"names a feed, a\.example/bad, but it cannot be read"):
        await discovered("https://a.example/x", fetch=site, parse=parse)


async def test_one_page_causes_few_requests() -> None:
    site = Site({"https://a.example/": "".join(link(f"/{number}") for number in range(100)).encode()})

    with pytest.raises(InputError):
        await discovered("https://a.example/", fetch=site, parse=parse)

    assert len(site.asked) == 1 + MOST_TRIED


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (FetchError("answered 403 Forbidden"), "could not be read: answered 403"),
        (AddressRefused("is not on the public internet"), "not on the public internet"),
        (b"<html>nothing here", "names none: look on the page for"),
        (b"", "names none"),
    ],
)
async def test_a_page_without_a_feed_is_explained_without_its_secrets(answer: bytes | SourceError, says: str) -> None:
    url = "https://me:hunter2@a.example/x?token=hunter2"

    with pytest.raises(InputError, match=says) as caught:
        await discovered(url, fetch=Site({url: answer}), parse=parse)

    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("a.example/x ")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (
            b"<!DOCTYPE rss [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><rss><channel><title>&c;</title></channel></rss>",
            "XML",
        ),
        (b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'></rdf:RDF>", "RDF"),
    ],
)
async def test_a_feed_that_is_refused_is_told_why_and_none_is_sought_elsewhere(answer: bytes, says: str) -> None:
    site = Site({"https://a.example/feed": answer})

    with pytest.raises(InputError, match=f"^a.example/feed could not be read: .*{says}"):
        await discovered("https://a.example/feed", fetch=site, parse=parse)
    assert site.asked == ["https://a.example/feed"]


async def test_a_feed_in_a_private_network_is_asked_for_through_the_same_guard() -> None:
    site = Site(
        {
            "https://a.example/": link("http://169.254.169.254/latest").encode(),
            "http://169.254.169.254/latest": AddressRefused("is not on the public internet"),
        }
    )

    with pytest.raises(InputError, match="cannot be read"):
        await discovered("https://a.example/", fetch=site, parse=parse)

    assert site.asked[-1] == "http://169.254.169.254/latest"
