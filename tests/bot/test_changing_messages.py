"""A message that was sent changes in place with what becomes of its matches; no other one is sent."""

from dataclasses import replace
from datetime import timedelta

from monitor.core.model import ChatKind, Post
from monitor.core.verdicts import Verdict
from monitor.store import SqliteStore
from tests.bot.delivering import Way, a_store, a_way
from tests.bot.helpers import TOKEN, HeldTime
from tests.builders import QUOTE, a_finding, a_match, a_poll, a_post, a_source
from tests.fakes.botapi import FakeBotApi

CHANNEL = -1001
STORY = (
    f"Speaking to thousands in the main square on Tuesday, the president said: {QUOTE} "
    "Then the crowd went home in peace."
)


def record(store: SqliteStore, post: Post, way: Way, *, deleted: tuple[str, ...] = (), is_found: bool = True) -> None:
    source = a_source()
    arrivals = store.unseen(source, [post])
    findings = [a_finding(a_match(post))] if is_found and arrivals else []
    store.record(a_poll(source, finished_at=way.time.datetime(), deleted=deleted), arrivals, findings)


async def test_one_message_tells_the_whole_life_of_a_post() -> None:
    time = HeldTime()
    store = a_store((str(CHANNEL), ChatKind.CHANNEL), quotes=1)
    async with FakeBotApi(token=TOKEN, clock=time.datetime) as api:
        api.add_chat(id=CHANNEL, type="channel", bot_is_admin=True)
        async with a_way(store, api, time) as way:
            post = a_post(STORY, guid="1")
            told = []

            async def happened() -> None:
                time.now += timedelta(minutes=2).total_seconds()
                await way.go()
                [message] = api.sent(CHANNEL)
                told.append(message.text)

            record(store, post, way)
            await happened()
            store.give_verdict(
                store.appearances()[0].match_id,
                Verdict.WRONG,
                "a song",
                by="telegram:7",
                name="Ann",
                at=time.datetime(),
            )
            await happened()
            record(store, a_post(f"RT @bob: {STORY}"), way)
            await happened()
            record(store, replace(post, text=STORY.replace("Tuesday", "Wednesday")), way, is_found=False)
            await happened()
            record(store, post, way, deleted=("1",), is_found=False)
            await happened()

    assert "Wrong" not in told[0]
    assert "✗ Wrong, says Ann: “a song”" in told[1]
    assert "+1 repost" in told[2]
    assert "Edited, noticed" in told[3]
    assert "Deleted by its source" in told[4]
    assert all("✗ Wrong, says Ann" in text for text in told[1:])
