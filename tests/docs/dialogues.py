"""What people say to the bot and what it answers, for the guide: real commands over a real store."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from html import escape

from monitor.bot.answers import Answer
from monitor.bot.language import speaking
from monitor.core.verdicts import Verdict
from tests.bot.real_desk import RealDesk, a_real_desk, calibrated
from tests.builders import NOON, a_poll, a_post

STORED = (
    ("radio", "As retold on the radio: “Come and get me, coward!” Petro said. It has been quoted loosely ever since."),
    ("weather", "Fine weather all over the country."),
    ("phrase", "«Come get me, coward»: how a phrase travelled"),
    ("later", "If you want the parcel, come get me later."),
)
PASTED = "Radio Uno: he shouted COME GET ME COWARD at the gates"


async def _said() -> AsyncIterator[tuple[str, Answer]]:
    """Yield what is said or pressed, and the answer."""
    with a_real_desk(calibrated=calibrated) as desk:
        _store(desk)
        for said in (
            "/preview Come get me, coward! near:Petro",
            "/track Come get me, coward! — Gustavo Petro #petro",
            "/quote 1",
            "/edit 1 not parody, sketch",
            "/variant 1 add ¡Ven por mí, cobarde! lang:es",
            "/try They said: come and get me, you coward",
            "/try In the parody he says: come get me, coward",
        ):
            yield said, await desk.say(said)
        post = a_post(PASTED, url="https://t.me/radiouno/7")
        yield PASTED, await desk.paste(post)
        desk.store.give_verdict(desk.found()[-1].match_id, Verdict.RIGHT, by="telegram:1001", at=NOON)
        for said in ("/history 1", "/history phrase", "/stats 1", "/quotes", "/sources"):
            yield said, await desk.say(said)
        yield "/untrack 1", await desk.say("/untrack 1")
        await desk.desk.looking_back.stop()


def _store(desk: RealDesk) -> None:
    """Store posts of two days before anything is tracked."""
    [source] = desk.store.active_sources()
    for number, (name, text) in enumerate(STORED):
        at = NOON - timedelta(days=2) + timedelta(hours=7 * number)
        post = a_post(text, guid=name, url=f"https://news.example/{name}", published_at=at)
        poll = a_poll(source, started_at=at, finished_at=at, next_poll_at=NOON + timedelta(minutes=5))
        desk.store.record(poll, desk.store.unseen(source, [post]))


def _shown(said: str, answer: Answer) -> str:
    text = (answer.text if answer.markup else escape(answer.text, quote=False)).replace("\n", "<br>\n")
    marked = text.replace("<u>", "<ins>").replace("</u>", "</ins>")
    file = f"<br>\n<i>[{answer.attachment.name}]</i>" if answer.attachment else ""
    keys = "".join(
        "<br>\n" + " ".join(f"<kbd>{escape(button.label, quote=False)}</kbd>" for button in row)
        for row in answer.buttons
    )
    return f"`{said}`\n\n<blockquote>\n{marked}{file}{keys}\n</blockquote>"


async def _page() -> str:
    return "\n\n".join([_shown(said, answer) async for said, answer in _said()])


def page() -> str:
    """Return the dialogues in Markdown, in English."""
    with speaking("en"):
        return asyncio.run(_page())
