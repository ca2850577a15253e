import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.errors import FetchError
from monitor.fetch import shown
from monitor.fetch.addresses import UNREADABLE, Hop, next_hop, parsed

SECRETS = {"authorization": "Bearer s3cret", "if-none-match": '"s3cret"', "x-key": "s3cret"}


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://ann:s3cret@example.org/feed", "https://example.org/feed"),
        ("https://s3cret@example.org/feed", "https://example.org/feed"),
        ("https://example.org/feed?token=s3cret", "https://example.org/feed?…"),
        ("https://example.org/feed#s3cret", "https://example.org/feed"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://social.example/@ann", "https://social.example/@ann"),
        ("https://ann:s3/cret@example.org/", UNREADABLE),
        ("ann:s3cret@example.org", UNREADABLE),
        ("//ann:s3cret@example.org", UNREADABLE),
        ("http://[::s3cret", UNREADABLE),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, text: str) -> None:
    assert shown(url) == text


def test_a_long_address_is_shown_short() -> None:
    assert len(shown("https://example.org/" + "x" * 5000)) == 200


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=20))
def test_any_text_is_an_address_or_one_kind_of_error_and_can_be_shown(text: str, more: str) -> None:
    for url in (text, f"http://{text}", f"https://{text}@{more}/", f"http://example.org/{text}"):
        assert shown(url).isprintable()
        try:
            hop = next_hop(Hop(url=parsed(url)), more)
        except FetchError:
            continue
        assert hop.url.scheme in ("http", "https")


@pytest.mark.parametrize(
    ("here", "location", "there"),
    [
        ("http://example.org/a/b?c", "../d", "http://example.org/d"),
        ("http://example.org/a", "?q=1", "http://example.org/a?q=1"),
        ("https://example.org/a", "//other.example/x", "https://other.example/x"),
        ("http://example.org/a", "https://example.org/a#top", "https://example.org/a"),
        ("http://example.org/", "/größe", "http://example.org/gr%C3%B6%C3%9Fe"),
        ("http://ann:pw@example.org/a", "/b", "http://ann:pw@example.org/b"),
        ("http://ann:pw@example.org/a", "https://example.org/b", "https://ann:pw@example.org/b"),
        ("http://ann:pw@example.org/a", "http://example.org/b", "http://ann:pw@example.org/b"),
        ("https://ann:pw@example.org/a", "http://example.org/b", "http://example.org/b"),
        ("http://ann:pw@example.org/a", "http://example.org:8080/b", "http://example.org:8080/b"),
        ("http://ann:pw@example.org/a", "http://other.example/b", "http://other.example/b"),
    ],
)
def test_a_redirect_is_followed_from_where_it_was_given_and_takes_no_password_elsewhere(
    here: str, location: str, there: str
) -> None:
    assert next_hop(Hop(url=parsed(here)), location).url == httpx.URL(there)


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("/b", True),
        ("http://example.org/b", True),
        ("https://example.org/b", True),
        ("http://other.example/", False),
        ("http://sub.example.org/", False),
        ("http://example.org:81/", False),
    ],
)
def test_another_host_is_told_neither_credentials_nor_validators(location: str, told: bool) -> None:
    hop = Hop(url=parsed("http://example.org/a"), headers={**SECRETS, "Accept": "text/xml"})

    headers = next_hop(hop, location).headers

    assert headers["Accept"] == "text/xml"
    assert ("s3cret" in str(headers)) is told
