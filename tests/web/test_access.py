"""Who gets in: from this machine, by a link, and what each may see and do."""

from datetime import timedelta

import pytest

from monitor.core.people import Role, UserId
from monitor.signing import LINK_LIFE, OPERATOR, SESSION_LIFE, Signing
from monitor.store import open_store
from monitor.web.access import Access, is_here, is_own_form, needed, of_role
from tests.builders import NOON
from tests.web.conftest import ANN, AWAY, Browser, Clock, browser, made_member

OPEN = ("/", "/matches", "/quotes", "/quote/1", "/match/1", "/coverage", "/explore", "/explore/matches")
PEOPLE = (
    "members",
    "invitations",
    "chats",
    "subscriptions",
    "alerts",
    "audit",
    "sources",
    "polls",
    "evidence",
    "verdicts",
    "mutes",
)


@pytest.mark.parametrize("address", OPEN)
async def test_from_elsewhere_nothing_is_seen_without_signing_in(away: Browser, address: str) -> None:
    answer = await away.get(address)

    assert answer.status_code == 401
    assert "coward" not in answer.text


@pytest.mark.parametrize("address", OPEN)
async def test_public_pages_are_read_by_everybody(path, clock: Clock, address: str) -> None:
    async with browser(path, clock, client=AWAY, public=True) as away:
        assert (await away.get(address)).status_code == 200


@pytest.mark.parametrize("table", PEOPLE)
async def test_tables_of_people_and_addresses_need_a_sign_in_even_when_public(path, clock: Clock, table: str) -> None:
    async with browser(path, clock, client=AWAY, public=True) as away:
        assert (await away.get(f"/explore/{table}")).status_code == 403
        assert (await away.get(f"/explore/{table}.json")).status_code == 403
        assert f'href="/explore/{table}"' not in (await away.get("/explore")).text
        await away.sign_in()
        assert (await away.get(f"/explore/{table}")).status_code == 200


async def test_the_audit_and_who_was_told_need_a_sign_in(here: Browser) -> None:
    assert (await here.get("/audit")).status_code == 401
    assert "Alerts</bdi>" not in (await here.get("/match/1")).text

    await here.sign_in()

    assert (await here.get("/audit")).status_code == 200
    assert "Alerts</bdi>" in (await here.get("/match/1")).text


@pytest.mark.parametrize(
    ("client", "headers", "public_url", "is_trusted"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:8010"}, None, True),
        ("127.0.0.1", {"host": "localhost:8010"}, None, True),
        ("::1", {"host": "[::1]:8010"}, None, True),
        ("203.0.113.9", {"host": "127.0.0.1:8010"}, None, False),
        ("127.0.0.1", {"host": "evil.example"}, None, False),  # DNS rebinding
        ("127.0.0.1", {"host": "localhost.evil.example"}, None, False),
        ("127.0.0.1", {"host": "127.0.0.1", "x-forwarded-for": "203.0.113.9"}, None, False),
        ("127.0.0.1", {"host": "127.0.0.1", "forwarded": "for=203.0.113.9"}, None, False),
        ("127.0.0.1", {"host": "127.0.0.1"}, "https://quotes.example.org", False),
        ("127.0.0.1", {"host": "127.0.0.1"}, "http://localhost:8010", True),
        ("127.0.0.1", {}, None, False),
        ("127.0.0.1", {"host": "127.0.0.1@evil.example"}, None, False),
        (None, {"host": "127.0.0.1"}, None, False),
        ("", {"host": ""}, None, False),
    ],
)
def test_who_is_on_this_machine(client, headers, public_url, is_trusted: bool) -> None:
    assert is_here(client, headers, public_url) is is_trusted


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({"host": "a.example"}, True),
        ({"host": "a.example", "origin": "http://a.example", "sec-fetch-site": "same-origin"}, True),
        ({"host": "127.0.0.1", "origin": "https://quotes.example.org"}, True),
        ({"host": "a.example", "origin": "https://evil.example"}, False),
        ({"host": "a.example", "origin": "null"}, False),
        ({"host": "a.example", "sec-fetch-site": "cross-site"}, False),
        ({"host": "a.example", "sec-fetch-site": "same-site"}, False),
    ],
)
def test_a_form_of_another_site_is_known(headers, is_own: bool) -> None:
    assert is_own_form(headers, "https://quotes.example.org") is is_own


@pytest.mark.parametrize("address", ["/", "/matches", "/match/1", "/explore/posts.json", "/explore"])
def test_reading_needs_no_more_than_reading(address: str) -> None:
    assert needed(address) is Access.READ


@pytest.mark.parametrize("address", ["/audit", "/match/1/verdict"])
def test_judging_needs_a_role(address: str) -> None:
    assert needed(address) is Access.REVIEW


@pytest.mark.parametrize(
    ("role", "access"),
    [
        (Role.OWNER, Access.REVIEW),
        (Role.EDITOR, Access.REVIEW),
        (Role.REVIEWER, Access.REVIEW),
        (Role.SUBSCRIBER, Access.READ),
        (Role.STRANGER, Access.NOTHING),
        (Role.BANNED, Access.NOTHING),
    ],
)
def test_what_each_role_may_do(role: Role, access: Access) -> None:
    assert of_role(role) is access


async def test_a_link_signs_in_once(away: Browser) -> None:
    link = away.site.signing.sign_in_link(
        "", user_id=ANN, name="Ann", role=Role.REVIEWER, now=NOON + timedelta(minutes=29)
    )
    token = link.partition("token=")[2]
    first = await away.post("/sign-in", {"token": token}, page=link)

    assert first.status_code == 303
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie.replace("Lax", "lax")
    assert (await away.get("/matches")).status_code == 200
    away.client.cookies.clear()
    assert (await away.get(link)).status_code == 403
    assert (await away.get("/matches")).status_code == 401


async def test_looking_at_a_link_does_not_use_it_up(away: Browser) -> None:
    link = away.site.signing.sign_in_link("", user_id=ANN, name="Ann", role=Role.REVIEWER, now=away.site.now())

    assert [(await away.get(link)).status_code for _ in range(3)] == [200, 200, 200]
    assert (await away.get("/matches")).status_code == 401


async def test_a_link_ends_after_ten_minutes(away: Browser, clock: Clock) -> None:
    link = away.site.signing.sign_in_link("", user_id=ANN, name="Ann", role=Role.REVIEWER, now=clock.at)
    clock.at += LINK_LIFE

    answer = await away.get(link)

    assert answer.status_code == 403
    assert "ask the bot for a new one" in answer.text


async def test_a_session_ends_after_a_week(reviewer: Browser, clock: Clock) -> None:
    clock.at += SESSION_LIFE - timedelta(seconds=1)
    assert (await reviewer.get("/audit")).status_code == 200

    clock.at += timedelta(seconds=1)

    assert (await reviewer.get("/audit")).status_code == 401


@pytest.mark.parametrize("role", [Role.SUBSCRIBER, Role.BANNED])
async def test_a_lost_role_is_lost_at_once(reviewer: Browser, path, role: Role) -> None:
    with open_store(path) as store:
        made_member(store, ANN, role)

    assert (await reviewer.get("/audit")).status_code == (401 if role is Role.BANNED else 403)
    assert (await reviewer.get("/matches")).status_code == (401 if role is Role.BANNED else 200)


async def test_a_link_of_somebody_without_a_role_lets_nobody_in(away: Browser) -> None:
    answer = await away.sign_in(UserId(4242), Role.OWNER)

    assert answer.status_code == 403
    assert (await away.get("/matches")).status_code == 401


async def test_owners_are_known_from_the_settings(path, clock: Clock) -> None:
    async with browser(path, clock, client=AWAY, owners=frozenset({UserId(1)})) as away:
        await away.sign_in(UserId(1), Role.OWNER)

        assert (await away.get("/audit")).status_code == 200


async def test_whoever_has_the_command_line_is_an_owner(away: Browser) -> None:
    await away.sign_in(OPERATOR, Role.OWNER)

    assert "<small>owner</small>" in (await away.get("/")).text


@pytest.mark.parametrize("what", ["forged", "other key", "session as link", "cut", "empty", "not ascii", "long"])
async def test_a_token_that_is_not_ours_lets_nobody_in(away: Browser, signing: Signing, what: str) -> None:
    now = away.site.now()
    link = signing.sign_in_link("", user_id=ANN, name="Ann", role=Role.REVIEWER, now=now)
    token = link.partition("token=")[2]
    one = signing.signed_in(token, now)
    assert one
    forged = {
        "forged": ("A" if token[0] != "A" else "B") + token[1:],
        "other key": Signing(b"0" * 32).sign_in_link("", user_id=ANN, name="Ann", role=Role.OWNER, now=now)[15:],
        "session as link": signing.session(one, now),
        "cut": token[:-1],
        "empty": ".",
        "not ascii": token + "%C3%A9",
        "long": token + "a" * 2000,
    }[what]

    assert (await away.get(f"/sign-in?token={forged}")).status_code == 403
    away.client.cookies.set("quote_monitor_session", forged if what != "session as link" else token)
    assert (await away.get("/matches")).status_code == 401


async def test_signing_out_forgets_the_browser(reviewer: Browser) -> None:
    answer = await reviewer.post("/sign-out", {}, page="/")

    assert answer.status_code == 303
    assert (await reviewer.get("/matches")).status_code == 401


async def test_the_cookie_travels_only_encrypted_when_the_pages_do(path, clock: Clock) -> None:
    url = "https://quotes.example.org"
    async with browser(path, clock, client=AWAY, host="quotes.example.org", public_url=url) as away:
        answer = await away.sign_in()

        assert "; Secure" in answer.headers["set-cookie"]
        assert "max-age" in answer.headers["strict-transport-security"]
