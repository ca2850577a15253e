import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.errors import ParseError, SourceError
from monitor.core.model import Part, Post, Reading, Request, Source, SourceKind
from monitor.sources import mastodon
from tests.builders import NOON, a_page, a_source

SAMPLES = Path(__file__).parents[1] / "samples" / "mastodon"
READ = '{"newest":"115850000000000000"}'


def mastodon_source(address: str = "#owls@social.example", **given: object) -> Source:
    return a_source(address, kind=SourceKind.MASTODON, **given)


def asked(request: Request) -> tuple[str, dict[str, str]]:
    """The path of a request, and its parameters."""
    parts = urlsplit(request.url)
    return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}


def a_status(number: int | str = 1, content: str = "<p>Hoo.</p>", **given: object) -> dict[str, object]:
    known = {
        "id": str(number),
        "uri": f"https://social.example/users/wren/statuses/{number}",
        "url": f"https://social.example/@wren/{number}",
        "created_at": "2026-01-06T12:00:00.000Z",
        "content": content,
        "account": {"acct": "wren"},
    }
    return known | given


def read(answer: object, source: Source | None = None) -> Reading:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return mastodon.parse(source or mastodon_source(), a_page(body, url="https://social.example/api/v1/x"))


def only(**given: object) -> Post:
    [post] = read([a_status(**given)]).posts
    return post


def parts(post: Post) -> list[tuple[str, str]]:
    return [(part.name, post.text[part.start : part.end]) for part in post.parts]


@pytest.mark.parametrize(
    ("address", "path", "parameters"),
    [
        ("#owls@social.example", "/api/v1/timelines/tag/owls", {"limit": "40"}),
        ("#Eulen_ü@social.example", "/api/v1/timelines/tag/Eulen_ü", {"limit": "40"}),
        ("public@social.example", "/api/v1/timelines/public", {"limit": "40"}),
        ("local@social.example", "/api/v1/timelines/public", {"local": "true", "limit": "40"}),
        ("@wren@social.example", "/api/v1/accounts/lookup", {"acct": "wren"}),
        ("@public@social.example", "/api/v1/accounts/lookup", {"acct": "public"}),
    ],
)
def test_an_address_says_what_is_asked_of_which_instance(address: str, path: str, parameters: dict[str, str]) -> None:
    request = mastodon.request(mastodon_source(address))

    assert request.url.startswith("https://social.example/")
    assert request.url.isascii()
    assert (unquote(asked(request)[0]), asked(request)[1]) == (path, parameters)


@pytest.mark.parametrize(
    ("address", "start"),
    [
        (" public@Social.Example ", "https://social.example/"),
        ("public@social.example:8443", "https://social.example:8443/"),
        ("public@localhost:3000", "https://localhost:3000/"),
        ("public@xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example/"),
    ],
)
def test_a_host_may_have_a_port_and_any_case(address: str, start: str) -> None:
    assert mastodon.request(mastodon_source(address)).url.startswith(start)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "social.example",
        "public",
        "public@",
        "@wren",
        "wren@social.example",
        "#@social.example",
        "@@social.example",
        "#owls/../../admin@social.example",
        "#owls?x=1@social.example",
        "#two words@social.example",
        "@../admin@social.example",
        "@wren@social.example/api",
        "@wren@social.example?x",
        "@wren@social.example#x",
        "@wren@user:pass@social.example",
        "public@social.example\\evil.example",
        "public@social .example",
        "public@social.example\nevil",
        "public@.example",
        "public@-a.example",
        "public@a..example",
        "public@social.example.",
        "public@social.example:",
        "public@social.example:0",
        "public@social.example:99999",
        "public@social.example:80x",
        "public@social.example:８０",
        "public@[::1]",
        "public@münchen.example",
        "public@" + "a" * 64 + ".example",
        "public@" + "a." * 130 + "example",
        "https://social.example/@wren",
    ],
)
def test_what_names_no_place_of_an_instance_is_refused_with_how_to_write_one(address: str) -> None:
    with pytest.raises(SourceError, match=r"@user@host, #tag@host, public@host or local@host"):
        mastodon.request(mastodon_source(address))


@given(st.text(max_size=40))
def test_no_address_leads_anywhere_but_to_the_api_of_the_host_it_ends_with(text: str) -> None:
    try:
        request = mastodon.request(mastodon_source(f"#{text}@social.example"))
    except SourceError:
        return

    assert request.url.isascii()
    assert urlsplit(request.url).netloc == "social.example"
    assert urlsplit(request.url).path.count("/") == 5


def test_an_account_is_looked_up_once_and_then_asked_for_by_its_number() -> None:
    source = mastodon_source("@wren@social.example")

    found = read((SAMPLES / "account.json").read_bytes(), source)
    then = mastodon.request(replace(source, cursor=found.cursor))

    assert found == Reading(title="Wren (@wren@social.example)", cursor=found.cursor, more=True)
    assert asked(then) == (
        "/api/v1/accounts/109300000000000001/statuses",
        {"exclude_reblogs": "true", "limit": "40"},
    )


def test_the_first_page_of_an_account_is_its_baseline_and_does_not_forget_who_it_is() -> None:
    source = mastodon_source("@wren@social.example", cursor='{"account":"7"}', last_success_at=NOON)

    first = read([a_status(number) for number in range(140, 100, -1)], source)
    then = mastodon.request(replace(source, cursor=first.cursor))

    assert not first.more
    assert asked(then) == ("/api/v1/accounts/7/statuses", {"exclude_reblogs": "true", "limit": "40", "min_id": "140"})


def test_an_account_without_a_name_is_called_by_its_handle() -> None:
    account = {"id": "7", "acct": "wren", "display_name": " "}

    assert read(account, mastodon_source("@wren@social.example")).title == "@wren@social.example"


@pytest.mark.parametrize(
    "answer", [{}, [], "wren", {"id": 7, "acct": "wren"}, {"id": "../1", "acct": "wren"}, {"id": "7"}]
)
def test_what_is_no_account_is_called_so(answer: object) -> None:
    with pytest.raises(ParseError, match="not an account"):
        read(answer, mastodon_source("@wren@social.example"))


def test_every_text_of_a_status_becomes_a_part_of_the_post() -> None:
    reading = read((SAMPLES / "statuses.json").read_bytes())
    by_guid = {post.guid.rpartition("/")[2]: post for post in reading.posts}

    assert {guid: parts(post) for guid, post in by_guid.items()} == {
        "115850000000000001@social.example": [("alt", "A nest")],
        "115849000000000001": [("text", "Hoo.")],
        "115850000000000003": [("text", "Withdrawn?")],
        "115850000000000004": [
            ("text", "RE: night.example/@owl/1158400\nHe said it."),
            ("quoted post", "boasting"),
            ("quoted post", "I never run from a wren."),
            ("quoted post", "An owl, asleep"),
        ],
        "115850000000000005": [
            ("spoiler", "hedge politics"),
            ("text", "Which tree?"),
            ("poll", "The oak\nThe other oak"),
            ("alt", 'An owl on a gate, "come get me" painted below'),
        ],
        "115850000000000006": [
            ("text", "Come get me,\ncoward! long.example/a #owls"),
            ("link card", "Wren dares owl"),
            ("link card", "A feud in the hedge enters its third week."),
        ],
    }
    assert (reading.skipped, reading.more, reading.deleted) == (1, False, ())


def test_a_post_says_who_wrote_it_where_and_when() -> None:
    *_, owl, wren = read((SAMPLES / "statuses.json").read_bytes()).posts

    assert replace(wren, text="", parts=()) == Post(
        guid="https://social.example/users/wren/statuses/115850000000000006",
        text="",
        url="https://social.example/@wren/115850000000000006",
        author="@wren@social.example",
        published_at=datetime(2026, 1, 6, 9, 30, tzinfo=UTC),
        lang="en",
    )
    assert (owl.author, owl.lang) == ("@owl@night.example", "de")


def test_posts_come_oldest_first() -> None:
    dates = [post.published_at for post in read((SAMPLES / "statuses.json").read_bytes()).posts]

    assert dates == sorted(dates)


def test_a_boost_is_the_post_it_boosts() -> None:
    boosted = a_status(
        5,
        "<p>Mine.</p>",
        uri="https://night.example/5",
        url="https://night.example/@owl/5",
        account={"acct": "owl@night.example"},
    )

    post = only(number=9, reblog=boosted)

    assert (post.guid, post.url, post.author, post.text) == (
        "https://night.example/5",
        "https://night.example/@owl/5",
        "@owl@night.example",
        "Mine.",
    )


def test_a_status_keeps_its_guid_on_every_instance() -> None:
    here, there = (
        mastodon.parse(
            mastodon_source(f"#owls@{host}"), a_page(json.dumps([a_status(number, uri="https://a.example/1")]).encode())
        )
        for host, number in (("social.example", 5), ("night.example", 900))
    )

    assert here.posts[0].guid == there.posts[0].guid == "https://a.example/1"


def test_a_quote_its_author_did_not_agree_to_is_not_read() -> None:
    quoted = {"state": "pending", "quoted_status": a_status(content="<p>private words</p>")}

    assert only(quote=quoted).text == "Hoo."


@pytest.mark.parametrize(
    "field",
    [
        "reblog",
        "account",
        "media_attachments",
        "poll",
        "card",
        "quote",
        "uri",
        "url",
        "language",
        "spoiler_text",
        "created_at",
    ],
)
@pytest.mark.parametrize("value", [None, True, 7, "x", [], ["x", 7, None], {}, {"options": 7}, {"acct": {}}])
def test_a_field_of_another_shape_costs_no_more_than_itself(field: str, value: object) -> None:
    reading = read([a_status(1, **{field: value}), a_status(2, "<p>fine</p>")])

    assert "fine" in [post.text for post in reading.posts]
    assert len(reading.posts) + reading.skipped == 2


@pytest.mark.parametrize(
    "broken", [None, 7, "x", [], {}, {"id": 5, "content": ""}, {"id": "a/b", "content": ""}, {"id": "5"}]
)
def test_what_is_no_status_is_skipped_and_loses_no_other(broken: object) -> None:
    reading = read([broken, a_status(2, "<p>fine</p>")])

    assert ([post.text for post in reading.posts], reading.skipped) == (["fine"], 1)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><title>Just a moment...</title>", "a web page"),
        (b"\xef\xbb\xbf<html>", "a web page"),
        (b"[{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"9" * 5000, "not JSON"),
        (b"null", "not a list of statuses"),
        (b"{}", "not a list of statuses"),
        (b'{"error": 5}', "not a list of statuses"),
        (b'{"error": " The access\\ntoken is invalid "}', "refuses: The access token is invalid"),
        (b'[{"name": "owls"}]', "not of statuses"),
        (b"[1, 2]", "not of statuses"),
        (b"[" + b"{}," * 300 + b"{}]", "301 statuses at once"),
    ],
)
def test_a_page_that_is_no_timeline_is_refused_in_one_line(body: bytes, said: str) -> None:
    with pytest.raises(ParseError, match=said) as caught:
        read(body)

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_refusal_is_told_in_the_servers_words() -> None:
    with pytest.raises(ParseError, match="requires an authenticated user"):
        read((SAMPLES / "refused.json").read_bytes())


def test_the_first_read_takes_the_newest_page_and_walks_no_history() -> None:
    reading = read([a_status(number) for number in range(40, 0, -1)])

    assert len(reading.posts) == 40
    assert not reading.more
    assert "min_id" not in asked(mastodon.request(mastodon_source()))[1]


@pytest.mark.parametrize(("many", "more"), [(0, False), (1, False), (19, False), (20, True), (40, True)])
def test_a_full_page_is_followed_by_another(many: int, more: bool) -> None:
    source = mastodon_source(cursor='{"newest":"100"}', last_success_at=NOON)

    reading = read([a_status(100 + number) for number in range(many, 0, -1)], source)

    assert reading.more is more
    assert asked(mastodon.request(replace(source, cursor=reading.cursor)))[1]["min_id"] == str(100 + many)


def test_a_server_that_repeats_itself_is_not_asked_for_ever() -> None:
    page = [a_status(number) for number in range(140, 100, -1)]
    source = mastodon_source(cursor='{"newest":"100"}')

    first = read(page, source)
    again = read(page, replace(source, cursor=first.cursor))

    assert (first.more, again.more) == (True, False)


def test_a_poll_starts_five_minutes_before_the_newest_status() -> None:
    [after] = [asked(mastodon.request(mastodon_source(cursor=READ)))[1]["min_id"]]

    assert (115850000000000000 >> 16) - (int(after) >> 16) == 300_000


@pytest.mark.parametrize("status_id", ["123", "01HXYZAAAAAAAAAAAAAAAAAAAA", "AbCdEf_-9"])
def test_ids_that_tell_no_time_are_asked_after_as_they_are(status_id: str) -> None:
    source = mastodon_source(cursor=json.dumps({"newest": status_id}))

    assert asked(mastodon.request(source))[1]["min_id"] == status_id


def test_the_longer_id_is_the_later_one() -> None:
    [newest] = [json.loads(read([a_status(99), a_status(100)]).cursor or "")["newest"]]

    assert newest == "100"


@pytest.mark.parametrize("address", ["#owls@social.example", "public@social.example"])
def test_a_timeline_that_was_empty_is_then_read_from_the_last_look_on(address: str) -> None:
    source = mastodon_source(address)

    nothing = read([], source)
    then = mastodon.request(replace(source, cursor=nothing.cursor, last_success_at=NOON))

    assert (nothing.posts, nothing.more, nothing.cursor) == ((), False, '{"newest":""}')
    after = int(asked(then)[1]["min_id"]) >> 16
    assert datetime.fromtimestamp(after / 1000, UTC) == NOON - timedelta(minutes=5)


def test_an_empty_page_later_moves_nothing() -> None:
    source = mastodon_source(cursor=READ, last_success_at=NOON)

    assert read([], source) == Reading(cursor=READ)


@pytest.mark.parametrize("cursor", ["", "x", "[]", "7", "null", "[" * 5000])
def test_a_cursor_that_is_none_of_ours_counts_as_read_up_to_the_last_look(cursor: str) -> None:
    asking = mastodon.request(mastodon_source(cursor=cursor, last_success_at=NOON))

    assert int(asked(asking)[1]["min_id"]) >> 16 == (NOON - timedelta(minutes=5)).timestamp() * 1000


def snowflake(milliseconds: int, sequence: int) -> str:
    return str((int(NOON.timestamp() * 1000) + milliseconds << 16) + sequence)


class Instance:
    """A timeline as Mastodon pages it: after `min_id` the oldest first, shown newest first; else the newest."""

    def __init__(self, *, most: int = 40) -> None:
        self.ids: set[int] = set()
        self.most = most

    def take(self, ids: Iterable[str]) -> None:
        self.ids |= {int(each) for each in ids}

    def answer(self, request: Request) -> bytes:
        _, parameters = asked(request)
        limit = min(int(parameters["limit"]), self.most)
        if "min_id" in parameters:
            page = sorted(each for each in self.ids if each > int(parameters["min_id"]))[:limit][::-1]
        else:
            page = sorted(self.ids, reverse=True)[:limit]
        return json.dumps([a_status(each) for each in page]).encode()


def poll(source: Source, instance: Instance, told: set[str]) -> Source:
    """Read what there is as the flow does: page by page while there is more, ten at most."""
    for _ in range(10):
        reading = mastodon.parse(source, a_page(instance.answer(mastodon.request(source))))
        told |= {post.guid.rpartition("/")[2] for post in reading.posts}
        source = replace(source, cursor=reading.cursor or source.cursor, last_success_at=NOON)
        if not reading.more:
            break
    return source


ARRIVALS = st.lists(  # what comes in between two polls: how late each status is, in seconds
    st.lists(st.integers(min_value=0, max_value=290), max_size=120), min_size=1, max_size=6
)


@settings(max_examples=60, deadline=None)
@given(
    before=st.integers(min_value=0, max_value=60),
    rounds=ARRIVALS,
    gap=st.integers(min_value=0, max_value=1000),
    most=st.sampled_from([20, 40]),
)
def test_no_status_is_lost_in_bursts_and_none_that_comes_in_late(
    before: int, rounds: list[list[int]], gap: int, most: int
) -> None:
    instance, told, source = Instance(most=most), set[str](), mastodon_source()
    instance.take(snowflake(-600_000 + number, number) for number in range(before))
    source = poll(source, instance, told)
    clock, sequence, expected = 0, 0, set[str]()

    for late in rounds:
        clock += gap * 1000
        for seconds in late:
            sequence += 1
            expected.add(snowflake(clock - seconds * 1000, sequence))
        instance.take(expected)
        source = poll(source, instance, told)
    for _ in range(5):
        source = poll(source, instance, told)

    assert expected <= told


def test_a_long_walk_goes_on_where_the_last_poll_stopped() -> None:
    instance, told = Instance(), set[str]()
    source = poll(mastodon_source(), instance, told)
    instance.take(snowflake(number, 0) for number in range(1000))

    source = poll(source, instance, told)
    assert len(told) == 400
    source = poll(poll(source, instance, told), instance, told)

    assert len(told) == 1000


def test_parts_point_into_the_text() -> None:
    post = only(spoiler_text="warning")

    assert post.parts == (Part(name="spoiler", start=0, end=7), Part(name="text", start=9, end=13))
