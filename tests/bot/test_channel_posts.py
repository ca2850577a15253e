import json
from datetime import UTC

from monitor.bot.client import TelegramBot, TelegramOptions
from monitor.core.model import Post
from tests.bot.helpers import OWNER, TOKEN, MemoryDesk
from tests.fakes.botapi import FakeBotApi

CHANNEL = -1001


async def heard(*texts: str, username: str | None = None) -> list[tuple[tuple[str, ...], Post]]:
    """Return what the desk was told of these posts of a channel."""
    desk = MemoryDesk()
    async with FakeBotApi(token=TOKEN) as api:
        api.add_user(id=OWNER)
        api.add_chat(id=CHANNEL, type="channel", title="News", username=username, bot_is_admin=True)
        options = TelegramOptions(token=TOKEN, api_url=api.url, owners=frozenset({OWNER}))
        async with TelegramBot(options, desk):
            await api.wait_for(lambda: api.updates.is_polled)
            for text in texts:
                api.post_by_other(chat_id=CHANNEL, text=text)
            await api.wait_for(lambda: not api.updates.pending and api.updates.is_polled)
    return [(addresses, post) for name, addresses, post in desk.calls if name == "heard"]


async def test_a_post_of_a_channel_is_heard_with_all_about_it() -> None:
    [(addresses, post)] = await heard("Come get me, coward!", username="News_Channel")

    assert addresses == (str(CHANNEL), "@news_channel")
    assert (post.guid, post.text, post.author) == (f"{CHANNEL}/1", "Come get me, coward!", "News")
    assert post.url == "https://t.me/News_Channel/1"
    assert post.published_at
    assert post.published_at.tzinfo == UTC
    assert post.part_at(0) == "text"
    told = json.loads(post.raw)
    assert (told["text"], told["chat"]["id"], told["message_id"]) == (post.text, CHANNEL, 1)


async def test_a_command_in_a_channel_is_a_post_and_no_command() -> None:
    [(_, post)] = await heard("/track Come get me, coward!")

    assert post.text == "/track Come get me, coward!"
