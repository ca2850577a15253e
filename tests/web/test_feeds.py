"""Addresses of feeds: what lets a feed reader, which cannot sign in, read the matches of one quote."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.feeds import FEED_LIFE, FeedAddress
from monitor.core.model import QuoteId, WantedQuote
from monitor.core.people import Role, UserId
from monitor.signing import Signing
from monitor.store import open_store
from tests.builders import NOON
from tests.web.conftest import ANN, AWAY, Browser, Clock, browser, made_member, token_in

BOB = UserId(7002)
FORM = "/quote/1/feed"


def address_in(html: str) -> str:
    """Return the address of the feed that a quote's page shows, from its path on."""
    shown = html.partition('<input id="address" readonly value="')[2].partition('"')[0].replace("&amp;", "&")
    return shown.partition("127.0.0.1:8010")[2]


async def made(person: Browser) -> str:
    """Press the button that makes an address, and return it."""
    answer = await person.post(FORM, {}, page="/quote/1", follow_redirects=True)
    return address_in(answer.text)


async def read_away(path: Path, clock: Clock, address: str, **options: object) -> int:
    """Return how a feed reader elsewhere, without any cookie, is answered."""
    async with browser(path, clock, client=AWAY, **options) as reader:
        return (await reader.get(address)).status_code


async def test_a_feed_reader_reads_one_quote_by_the_address_of_a_reviewer(
    reviewer: Browser, path: Path, clock: Clock
) -> None:
    address = await made(reviewer)
    async with browser(path, clock, client=AWAY) as reader:
        feed = await reader.get(address)
        again = await reader.get(address, headers={"if-none-match": feed.headers["etag"]})

    assert feed.status_code == 200
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert feed.text.count("<entry>") == 4
    assert (
        f'rel="self" type="application/atom+xml" href="http://127.0.0.1:8010{address.replace("&", "&amp;")}"'
        in feed.text
    )
    assert again.status_code == 304
    assert "private" in feed.headers["cache-control"]


async def test_the_address_opens_nothing_else(reviewer: Browser, path: Path, clock: Clock) -> None:
    token = (await made(reviewer)).partition("token=")[2]
    with open_store(path) as store:
        store.track(WantedQuote(text="The lighthouse keeper never sleeps"), by="test", at=NOON)

    for other in (
        f"/matches.atom?token={token}",
        f"/matches.atom?quote=2&token={token}",
        f"/matches.atom?quote=1&quote=2&token={token}",
        f"/matches.atom?quote=1&kind=variant&token={token}",
        f"/matches.atom?quote=1&token={token}&token={token}",
        f"/matches.csv?quote=1&token={token}",
        f"/matches?quote=1&token={token}",
        f"/quote/1?token={token}",
        f"/match/1?token={token}",
        f"/explore/posts?token={token}",
        f"/sign-in?token={token}",
    ):
        assert await read_away(path, clock, other) in {401, 403}, other


@pytest.mark.parametrize("forged", ["", "x", "e30.e30", "é", "." * 300])
async def test_a_forged_address_reads_nothing(path: Path, clock: Clock, forged: str) -> None:
    assert await read_away(path, clock, f"/matches.atom?quote=1&token={forged}") in {401, 403}


async def test_an_address_signed_with_another_key_or_changed_reads_nothing(
    reviewer: Browser, path: Path, clock: Clock
) -> None:
    address = await made(reviewer)
    row = sqlite3.connect(path).execute("SELECT number FROM feed_addresses").fetchone()
    known = FeedAddress(
        id=1, number=row[0], quote_id=QuoteId(1), user_id=ANN, made_at=NOON, made_by="x", expires_at=NOON + FEED_LIFE
    )
    other_key = Signing(b"k" * 32).feed_token(known)
    of_nobody = reviewer.site.signing.feed_token(replace(known, number="0" * 16))
    changed = address[:-1] + ("A" if address[-1] != "A" else "B")

    for wrong in (f"/matches.atom?quote=1&token={other_key}", f"/matches.atom?quote=1&token={of_nobody}", changed[:-1]):
        assert await read_away(path, clock, wrong) == 403


async def test_an_address_ends_after_a_year(reviewer: Browser, path: Path, clock: Clock) -> None:
    address = await made(reviewer)
    clock.at += FEED_LIFE - timedelta(minutes=31)
    before = await read_away(path, clock, address)
    clock.at += timedelta(minutes=32)

    assert (before, await read_away(path, clock, address)) == (200, 403)


async def test_a_revoked_address_is_good_for_nobody_and_the_next_one_is_another(
    reviewer: Browser, path: Path, clock: Clock
) -> None:
    address = await made(reviewer)
    same = await made(reviewer)
    await reviewer.post(FORM, {"revoke": "1"}, page="/quote/1")
    after = await read_away(path, clock, address)
    other = await made(reviewer)

    assert same == address
    assert after == 403
    assert other != address
    assert await read_away(path, clock, other) == 200


async def test_an_address_ends_with_the_role_of_whom_it_was_made_for(
    reviewer: Browser, path: Path, clock: Clock
) -> None:
    address = await made(reviewer)
    with open_store(path) as store:
        made_member(store, ANN, Role.SUBSCRIBER)

    assert await read_away(path, clock, address) == 403


async def test_only_the_own_address_is_shown_and_revoked_but_by_owners(path: Path, clock: Clock) -> None:
    with open_store(path) as store:
        made_member(store, BOB, Role.REVIEWER)
        store.make_feed_address("b" * 16, QuoteId(1), user_id=BOB, by=f"telegram:{BOB}", at=NOON)
    async with browser(path, clock, client=AWAY) as ann:
        await ann.sign_in()
        page = (await ann.get("/quote/1")).text
        refused = await ann.post(FORM, {"revoke": "1"}, page="/quote/1")
    async with browser(path, clock, client=AWAY, owners=frozenset({ANN})) as owner:
        await owner.sign_in()
        owners = (await owner.get("/quote/1")).text
        revoked = await owner.post(FORM, {"revoke": "1"}, page="/quote/1")
        twice = await owner.post(FORM, {"revoke": "1"}, page="/quote/1")

    assert f"telegram:{BOB}" not in page
    assert refused.status_code == 400
    assert f"telegram:{BOB}" in owners
    assert not address_in(owners)
    assert (revoked.status_code, twice.status_code) == (303, 400)


async def test_making_and_revoking_is_in_the_audit_without_the_address(reviewer: Browser, path: Path) -> None:
    address = await made(reviewer)
    await reviewer.post(FORM, {"revoke": "1"}, page="/quote/1")
    rows = sqlite3.connect(path).execute("SELECT actor, action, subject, before, after FROM audit ORDER BY id DESC")
    newest, earlier = rows.fetchmany(2)

    assert newest[:3] == (f"telegram:{ANN}", "revoke", "feed 1")
    assert earlier[:3] == (f"telegram:{ANN}", "make", "feed 1")
    assert address.partition("token=")[2] not in f"{newest}{earlier}"


async def test_readers_and_strangers_make_no_address(here: Browser, away: Browser, path: Path, clock: Clock) -> None:
    async with browser(path, clock, client=AWAY) as subscriber:
        with open_store(path) as store:
            made_member(store, ANN, Role.SUBSCRIBER)
        await subscriber.sign_in(role=Role.SUBSCRIBER)
        answers = [await person.client.post(FORM, data={"csrftoken": ""}) for person in (here, away, subscriber)]
        page = (await subscriber.get("/quote/1")).text

    assert all(answer.status_code in {401, 403} for answer in answers)
    assert "feed address of your own" not in page
    assert sqlite3.connect(path).execute("SELECT count(*) FROM feed_addresses").fetchone() == (0,)


async def test_no_address_is_made_of_a_quote_that_is_not_tracked(reviewer: Browser, path: Path) -> None:
    token = token_in((await reviewer.get("/quote/1")).text)
    answer = await reviewer.client.post("/quote/999/feed", data={"csrftoken": token})

    assert answer.status_code == 400
    assert "not tracked" in answer.text
