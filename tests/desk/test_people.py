"""People and chats over a real store: what a command comes to is so at once, and what a member may have is bounded."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from monitor.core.errors import InputError
from monitor.core.model import ChatKind, SourceKind, WantedQuote, WantedSource
from monitor.core.people import Role, UserId
from monitor.desk import Quotas, StoreDesk
from monitor.matching import Matcher
from monitor.sources.trying import Tried
from monitor.store import SqliteStore, open_store
from monitor.watchlist import Watchlist
from tests.bot.real_desk import not_calibrated, unasked
from tests.builders import NOON, QUOTE
from tests.fakes.ports import direct

ANN, BEN = UserId(1), UserId(2)
KINDS = ("quote", "source", "chat", "member", "invitation")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with open_store(":memory:", now=lambda: NOON) as store:
        yield store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(store: SqliteStore, clock: Clock) -> StoreDesk:
    return StoreDesk(
        store,
        direct,
        Watchlist(Matcher(), store, direct),
        fetch=unasked,
        parse=unasked,
        calibrated=not_calibrated,
        now=clock,
        quotas=Quotas(owners=frozenset({ANN}), quotes=2, sources=0),
    )


async def test_a_role_holds_from_the_moment_it_is_given_or_taken(desk: StoreDesk) -> None:
    assert await desk.member(BEN) is None

    await desk.give_role(BEN, Role.EDITOR, name="Ben", by="telegram:1")
    member = await desk.member(BEN)
    assert member
    assert member.role is Role.EDITOR

    await desk.give_role(BEN, Role.BANNED, name=None, by="telegram:1")
    banned = await desk.member(BEN)
    assert banned
    assert banned.role is Role.BANNED

    await desk.remove_member(BEN, by="telegram:1")
    assert await desk.member(BEN) is None


async def test_a_role_that_another_program_changed_is_seen_within_half_a_minute(
    desk: StoreDesk, store: SqliteStore, clock: Clock
) -> None:
    assert await desk.member(BEN) is None
    store.give_role(BEN, Role.EDITOR, name="Ben", by="x", at=NOON)

    clock.now += timedelta(seconds=30)

    assert await desk.member(BEN)


async def test_a_clock_set_back_does_not_keep_an_old_role(desk: StoreDesk, store: SqliteStore, clock: Clock) -> None:
    await desk.member(BEN)
    store.give_role(BEN, Role.BANNED, name="Ben", by="x", at=NOON)

    clock.now -= timedelta(days=1)

    assert await desk.member(BEN)


async def test_members_are_not_asked_of_the_store_for_every_update(desk: StoreDesk, store: SqliteStore) -> None:
    await desk.member(BEN)
    store.close()

    assert await desk.member(BEN) is None


async def test_an_invitation_is_a_secret_that_lets_one_person_in_for_seven_days(desk: StoreDesk, clock: Clock) -> None:
    first, second = [await desk.invite(Role.REVIEWER, by="telegram:1") for _ in range(2)]
    assert first != second
    assert len(f"inv_{first}") <= 64

    member = await desk.join(first, user_id=BEN, name="Ben")
    assert member.role is Role.REVIEWER
    assert await desk.member(BEN) == member

    clock.now += timedelta(days=7)
    with pytest.raises(InputError, match="has ended"):
        await desk.join(second, user_id=UserId(3), name=None)


async def test_what_is_taken_back_is_looked_for_again_at_once(desk: StoreDesk) -> None:
    await desk.track(WantedQuote(text=QUOTE), by="telegram:2")
    await desk.untrack("1", by="telegram:2")
    assert desk._watchlist.quotes == []

    change = await desk.undo(by="telegram:2", kinds=KINDS)

    assert change.action == "untrack"
    assert [quote.text for quote in desk._watchlist.quotes] == [QUOTE]


async def test_a_member_tracks_as_many_quotes_as_the_settings_allow_and_an_owner_any_number(desk: StoreDesk) -> None:
    for number in range(2):
        await desk.track(WantedQuote(text=f"Quote of Ben, number {number}"), by="telegram:2")

    with pytest.raises(InputError, match="as many as one person may"):
        await desk.track(WantedQuote(text="One more quote of Ben"), by="telegram:2")

    for number in range(4):
        await desk.track(WantedQuote(text=f"Quote of Ann, number {number}"), by="telegram:1")
    await desk.untrack("1", by="telegram:1")
    await desk.track(WantedQuote(text="One more quote of Ben"), by="telegram:2")
    assert len(await desk.quotes()) == 6


async def test_a_member_who_may_add_no_more_sources_is_told_so(desk: StoreDesk) -> None:
    wanted = WantedSource(kind=SourceKind.FEED, address="https://example.org/feed.xml", name="Example")
    looked_at = Tried(wanted=wanted)

    with pytest.raises(InputError, match="as many as one person may"):
        await desk.add_looked_at(looked_at, by="telegram:2")
    assert (await desk.add_looked_at(looked_at, by="telegram:1")).id == 1


@pytest.mark.parametrize(("words", "tag"), [("#petro", "petro"), ("#PETRO", "petro"), ("#1", None), ("1", None)])
async def test_a_number_sign_before_digits_is_a_quote_and_before_letters_a_tag(
    desk: StoreDesk, words: str, tag: str | None
) -> None:
    await desk.track(WantedQuote(text=QUOTE), by="telegram:1")

    following = await desk.subscribe(
        "7", kind=ChatKind.PRIVATE, title=None, thread_id=None, what=words, lang="es", by="telegram:1"
    )

    assert following.tag == tag
    assert (following.quote is None) == (tag is not None)
    assert (await desk.preferences("7")).lang == "es"
    [followed] = await desk.followed("7", thread_id=None)
    assert (followed.tag, followed.quote) == (following.tag, following.quote)
    assert await desk.followed("7", thread_id=3) == []


@pytest.mark.parametrize(("what", "is_empty"), [("#petro", True), ("#bronze", False), ("1", False), (None, False)])
async def test_a_tag_that_no_quote_has_is_told_from_others(desk: StoreDesk, what: str | None, is_empty: bool) -> None:
    await desk.track(WantedQuote(text=QUOTE, tags=("bronze",)), by="telegram:1")

    following = await desk.subscribe(
        "7", kind=ChatKind.PRIVATE, title=None, thread_id=None, what=what, lang=None, by="telegram:1"
    )

    assert following.is_empty is is_empty


async def test_a_chat_that_is_told_of_nothing_cannot_be_muted(desk: StoreDesk) -> None:
    with pytest.raises(InputError, match="/subscribe first"):
        await desk.mute("7", None, None, "telegram:1")


async def test_without_review_pages_there_is_no_link_to_them(desk: StoreDesk) -> None:
    with pytest.raises(InputError, match=r"web\.public_url"):
        await desk.sign_in_link(user_id=ANN, name="Ann", role=Role.OWNER)

    desk.sign_in = lambda user_id, name, role, at: f"https://example.org/{user_id}/{name}/{role}/{at:%H}"
    assert await desk.sign_in_link(user_id=ANN, name=None, role=Role.OWNER) == "https://example.org/1/1/owner/12"
