"""Lists of feeds, from other readers and back."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import InputError
from monitor.core.model import Keep, SourceKind, WantedSource
from monitor.sources import opml
from monitor.sources.opml import MOST_OUTLINES, NAMESPACE, read, write
from monitor.sources.presets import recognized
from tests.builders import a_source


def document(outlines: str, before: str = "") -> bytes:
    return f'{before}<opml version="2.0"><head><title>t</title></head><body>{outlines}</body></opml>'.encode()


def outline(url: str = "https://a.example/f", **given: str) -> str:
    attributes = " ".join(f'{key}="{value}"' for key, value in given.items())
    return f'<outline {attributes} xmlUrl="{url}"/>'


def test_feeds_are_read_from_any_depth_and_folders_are_not_kept() -> None:
    deep = "<outline text='folder'>" * 5_000 + outline(text="Deep") + "</outline>" * 5_000

    assert read(document(outline("https://b.example/f", title="B", text="b") + deep)) == [
        WantedSource(kind=SourceKind.FEED, address="https://b.example/f", name="B"),
        WantedSource(kind=SourceKind.FEED, address="https://a.example/f", name="Deep"),
    ]


def test_a_feed_listed_twice_is_one_and_without_a_name_has_its_address() -> None:
    assert read(document(outline() + outline(text="again"))) == [
        WantedSource(kind=SourceKind.FEED, address="https://a.example/f", name="https://a.example/f")
    ]


@pytest.mark.parametrize("attribute", ["xmlUrl", "xmlurl", "XMLURL"])
def test_attributes_are_read_in_any_case(attribute: str) -> None:
    assert len(read(document(f'<Outline {attribute}="https://a.example/f"/>'))) == 1


@pytest.mark.parametrize("url", ["", "ftp://a.example", "file:///etc/passwd", "javascript:x", "r/python", "https://"])
def test_what_is_no_web_address_is_passed_over(url: str) -> None:
    assert read(document(outline(url) + outline(text="Good")))[0].name == "Good"


@pytest.mark.parametrize(
    "body",
    [
        document(outline("https://a.example/f?a=1&b=2", text="Höhö & Söhne")),
        document(outline("https://a.example/f?a=1&amp;b=2", text="Höhö &amp; Söhne")),
        document(
            outline("https://a.example/f?a=1&b=2", text="Höhö & Söhne"),
            "\ufeff<?xml version='1.0' encoding='UTF-8'?>\n",
        ),
        document(
            outline("https://a.example/f?a=1&amp;b=2", text="Höhö &amp; Söhne"),
            "<?xml version='1.0' encoding='UTF-16'?>",
        )
        .decode()
        .encode("utf-16"),
        document(
            outline("https://a.example/f?a=1&b=2", text="Höhö & Söhne"), "<?xml version='1.0' encoding='latin-1'?>"
        )
        .decode()
        .encode("cp1252"),
        document(
            outline("https://a.example/f?a=1&b=2", text="Höhö\x01 & Söhne"),
            "\n\n<?xml version='1.0' encoding='no-such'?>",
        ),
    ],
    ids=["loose", "proper", "marked", "wide", "latin", "broken"],
)
def test_a_list_is_read_in_whatever_encoding_and_with_loose_ampersands(body: bytes) -> None:
    assert read(body) == [
        WantedSource(kind=SourceKind.FEED, address="https://a.example/f?a=1&b=2", name="Höhö & Söhne")
    ]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "no OPML"),
        (b"hello", "no OPML"),
        (b"<html><body/></html>", "its root element is <html>"),
        (b"<opml><body><outline></body></opml>", "no OPML"),
        (document("&e;", "<!DOCTYPE opml [<!ENTITY e 'x'>]>"), "declares XML entities"),
        (document("&e;", "<!DOCTYPE opml [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"), "declares XML entities"),
        (document("<outline/>" * (MOST_OUTLINES + 1)), "more than 10000 outlines"),
        (b" " * (opml.MOST_BYTES + 1), "more than 20 MiB"),
    ],
)
def test_what_is_no_list_of_feeds_is_one_clear_line(body: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read(body)

    assert "\n" not in str(caught.value)


def test_ten_thousand_feeds_are_not_too_many() -> None:
    assert (
        len(read(document("".join(outline(f"https://a.example/{n}") for n in range(MOST_OUTLINES))))) == MOST_OUTLINES
    )


TYPED = [
    *("https://a.example/f?a=1&b=<2>", "https://me:pw@a.example/f", "r/python", "news:*", "news/es-CO:petro"),
    *("@user@host.social", "#tag@host.social", "local@host.social", "@name.bsky.social", "bluesky:come get me"),
    *("hn", 'hn:"come get me"', "hn:*", "gdelt:a b", "gdelt:*", "t.me/some_channel", "jetstream"),
]
SOURCES = [wanted for wanted in map(recognized, TYPED) if wanted]


def test_what_is_written_is_read_back_the_same() -> None:
    assert len(SOURCES) == len(TYPED)

    assert read(write(SOURCES).encode()) == SOURCES


def test_interval_and_choice_of_what_is_kept_are_written_too() -> None:
    source = a_source(name="<N & “o”>", every=timedelta(minutes=15), keep=Keep.MATCHED, state="paused")

    assert read(write([source]).encode()) == [
        WantedSource(
            kind=SourceKind.FEED,
            address=source.address,
            name="<N & “o”>",
            every=timedelta(minutes=15),
            keep=Keep.MATCHED,
        )
    ]


@given(st.text(max_size=60))
def test_any_name_makes_a_document_that_can_be_read(name: str) -> None:
    [found] = read(write([a_source(name=name)]).encode("utf-8"))

    assert found.address == a_source().address


def test_other_readers_find_the_feed_of_a_place_that_has_one() -> None:
    root = ET.fromstring(write(SOURCES))
    urls = {
        element.get(f"{{{NAMESPACE}}}address"): element.get("xmlUrl")
        for element in root.iter("outline")
        if element.get(f"{{{NAMESPACE}}}kind")
    }

    assert root.get("version") == "2.0"
    assert urls["@user@host.social"] == "https://host.social/@user.rss"
    assert urls["#tag@host.social"] == "https://host.social/tags/tag.rss"
    assert urls["@name.bsky.social"] == "https://bsky.app/profile/name.bsky.social/rss"
    assert urls["all"] is None


@pytest.mark.parametrize(
    "own",
    [
        'q:kind="fax" q:address="x"',
        'q:kind="mastodon" q:address="@a@b/../c"',
        'q:kind="hackernews" q:address="nonsense"',
        'q:kind="feed" q:address="file:///etc/passwd"',
    ],
)
def test_an_address_that_is_not_of_its_kind_is_passed_over(own: str) -> None:
    assert read(document(f'<outline xmlns:q="{NAMESPACE}" {own}/>')) == []


def test_an_ordinary_feed_cannot_follow_and_strange_values_are_left_out() -> None:
    own = f'xmlns:q="{NAMESPACE}" q:follow="true" q:keep="nothing" q:every="0s"'

    [found] = read(document(f'<outline {own} xmlUrl="https://a.example/f"/>'))

    assert (found.follow, found.keep, found.every) == (False, Keep.ALL, None)


def test_outlines_whose_address_cannot_be_polled_are_counted_and_folders_are_not() -> None:
    folder = f'<outline text="Folder">{outline("https://a.example/f")}{outline("feed:x")}{outline("C:/list")}</outline>'

    assert opml.listed(document(folder)).count(None) == 2
    assert [one.address for one in read(document(folder))] == ["https://a.example/f"]
