"""What people look up in a chat, over a real desk and store."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest

from monitor import charts
from monitor.core.model import Post, SourceKind, SourceState
from monitor.core.people import Role
from monitor.matching.score import model
from tests.bot.real_desk import RealDesk, labels
from tests.builders import NOON, a_post

SAID = "He said: come and get me, coward!"


async def tracked(desk: RealDesk, *texts: str) -> None:
    """Track quote 1 with these posts already stored."""
    for number, text in enumerate(texts):
        desk.published(text, at=NOON - timedelta(days=len(texts) - number))
    await desk.say("/track Come get me, coward!")


async def test_a_text_is_tried_with_every_quote_and_explained(desk: RealDesk) -> None:
    await tracked(desk)
    await desk.say("/track Winter is coming")

    answer = await desk.say("/try He said “come and get me, coward”, and: winter is coming!")

    assert "<b>#1 “Come get me, coward!”</b>" in answer.text
    assert "<b>come <u>and</u> get me, coward</b>" in answer.text
    assert f"It would alert: {model().alert:g} is enough." in answer.text
    assert re.search(r"Variant, \d+ of 100: added word\.", answer.text)
    assert "#2 “Winter is coming”" in answer.text
    assert list(desk.found()) == []


async def test_when_nothing_matches_the_nearest_is_told_with_what_it_lacks(desk: RealDesk) -> None:
    await desk.say("/track Winter is coming quoted:on near:Stark not:parody")

    answer = await desk.say("/try I tell you that winter is coming")

    assert "It matches no tracked quote." in answer.text
    assert "Nearest comes <b>#1" in answer.text
    assert "It asks for quotation marks around it." in answer.text
    assert "None of the words it asks for nearby is there." in answer.text
    assert "must not stand with" not in answer.text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/try", "/try He said"),
        ("/try the weather is fine", "nothing in it comes near one"),
        ("/try " + "\u202e<b>&" * 900, "nothing in it comes near one"),
    ],
)
async def test_a_text_that_is_nothing_like_a_quote_says_so(desk: RealDesk, text: str, says: str) -> None:
    await tracked(desk)

    assert says in (await desk.say(text)).text


async def test_trying_without_any_quote_says_that(desk: RealDesk) -> None:
    assert "No quote is tracked yet" in (await desk.say("/try anything at all")).text


async def test_a_forwarded_post_is_checked_and_recorded_with_where_it_came_from(desk: RealDesk) -> None:
    await tracked(desk)
    heard: list[tuple[str, Post]] = []

    async def on_post(source, post) -> None:
        heard.append((source.name, post))
        assert source.last_success_at is not None, "what is pasted first is no baseline"

    desk.desk.on_post = on_post
    post = a_post(SAID, guid="channel/-100/7", author="Radio Uno", url="https://t.me/radio/7", published_at=NOON)

    answer = await desk.paste(post)
    assert "It would alert" in answer.text
    assert heard == []
    recorded = await desk.press_label(answer, "Record it")

    assert "Pasted in chat" in recorded.text
    assert heard == [("Pasted in chat", post)]
    [source] = [source for source in desk.store.all_sources() if source.kind is SourceKind.PASTED]
    await desk.press_label(await desk.paste(post), "Record it")
    assert [one.id for one in desk.store.all_sources() if one.kind is SourceKind.PASTED] == [source.id]


async def test_who_pastes_a_post_of_somebody_who_asked_to_be_forgotten_is_told_that_it_is_not_kept(
    desk: RealDesk,
) -> None:
    await tracked(desk)
    desk.store.forget_person([], author="Ann Example", by="cli", at=NOON)

    answer = await desk.press_label(await desk.paste(a_post(SAID, author="ann example")), "Record it")

    assert "It is not recorded" in (answer.toast or answer.text)


async def test_what_is_pasted_is_not_recorded_by_who_may_not_nor_after_the_source_was_paused(desk: RealDesk) -> None:
    await tracked(desk)
    answer = await desk.paste(a_post(SAID))
    await desk.press_label(answer, "Record it")
    number = next(source.id for source in desk.store.all_sources() if source.kind is SourceKind.PASTED)
    await desk.press(f"spause {number}")

    assert f"/source resume {number}" in (await desk.press_label(answer, "Record it")).toast
    desk.role = Role.SUBSCRIBER
    assert "Record it" not in labels(await desk.paste(a_post(SAID)))
    assert "paste it again" in (await desk.press("record 999")).toast


async def test_the_history_is_paged_newest_first_and_leads_to_the_posts(desk: RealDesk) -> None:
    await tracked(desk, *(f"Come get me, coward! number {number}" for number in range(20)))

    pages = [await desk.say("/history 1")]
    for _ in range(2):
        pages.append(await desk.press_label(pages[-1], "Older"))
    back = await desk.press_label(await desk.press_label(pages[-1], "Newer"), "Newer")

    told = [number for page in pages for number in re.findall(r"number (\d+)", page.text)]
    assert told == [str(number) for number in range(19, -1, -1)]
    assert pages[0].text.count('<a href="https://news.example/') == 8
    assert "Older" not in "".join(labels(pages[-1]))
    assert back.text == pages[0].text
    assert "Newer" not in "".join(labels(back))


async def test_the_history_is_searched_by_words_and_keeps_to_them_when_the_page_is_turned(desk: RealDesk) -> None:
    texts = [f"Come get me, coward! {'radio' if number % 2 else 'paper'} {number}" for number in range(20)]
    await tracked(desk, *texts)

    first = await desk.say("/history 1 radio")
    second = await desk.press_label(first, "Older")

    assert "with the words “radio”" in second.text
    assert re.findall(r"(radio|paper) (\d+)", first.text + second.text) == [
        ("radio", str(number)) for number in range(19, 0, -2)
    ]
    assert "No recorded match" in (await desk.say("/history television")).text


@pytest.mark.parametrize(
    "words", ['"', "radio OR", "NEAR(", "a* b^", "col:x", "-radio", "'; DROP TABLE posts; --", "!!!"]
)
async def test_no_word_of_a_search_is_an_operator(desk: RealDesk, words: str) -> None:
    await tracked(desk, SAID)

    answer = await desk.say(f"/history {words}")

    assert answer.text.startswith("<b>All matches</b>")


async def test_only_sure_matches_are_shown_when_asked_for(desk: RealDesk) -> None:
    await tracked(desk, SAID, "come get me later")
    both = await desk.say("/history")

    sure = await desk.press_label(both, "Only sure ones")

    assert "later" in both.text
    assert "later" not in sure.text
    assert "coward" in sure.text
    assert "☑ Only sure ones" in labels(sure)


@pytest.mark.parametrize("data", ["hist z", "hist q", "hist qx", "hist b-1", "hist q1 q2", "hist w99", "hist q77",
                                  "stats 77", "export exe 1", "export csv x", "exports 77"])  # fmt: skip
async def test_forged_buttons_get_one_line(desk: RealDesk, data: str) -> None:
    await tracked(desk, SAID)

    answer = await desk.press(data)

    assert answer.toast
    assert not answer.attachment


async def test_statistics_count_and_draw_the_days_on_which_posts_were_seen(desk: RealDesk) -> None:
    await tracked(desk, *([SAID] * 3))

    answer = await desk.say("/stats 1")

    assert "3 matches: 0 today, 3 in 7 days, 3 in 30 days." in answer.text
    assert "First seen 2026-01-03." in answer.text
    assert "· Example News: 3" in answer.text
    assert answer.attachment is not None
    assert answer.attachment.is_picture
    assert answer.attachment.content.startswith(b"\x89PNG")


async def test_without_the_extra_the_days_are_drawn_in_letters(desk: RealDesk, monkeypatch) -> None:
    monkeypatch.setattr(charts, "can_draw", lambda: False)
    await tracked(desk, SAID, SAID)

    answer = await desk.say("/stats")

    assert answer.attachment is None
    assert f"<code>{charts.BARS[0] * 27}██{charts.BARS[0]}</code>" in answer.text
    assert "extra charts" in answer.text


async def test_matches_are_exported_in_the_form_a_button_chooses(desk: RealDesk) -> None:
    await tracked(desk, "=HYPERLINK(1) Come get me, coward!", "come get me, coward")
    question = await desk.say("/export 1")

    sheet = await desk.press_label(question, "CSV")
    lines = await desk.press_label(question, "JSONL")

    assert sheet.attachment is not None
    assert lines.attachment is not None
    rows = list(csv.DictReader(io.StringIO(sheet.attachment.content.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ["2", "1"]
    assert rows[0]["passage"] == "come get me, coward"
    assert [json.loads(line)["id"] for line in lines.attachment.content.splitlines()] == [2, 1]
    assert (sheet.attachment.name, sheet.text) == ("matches-1.csv", "2 matches.")


async def test_sources_come_in_pages_and_one_can_be_paused_resumed_and_removed(desk: RealDesk) -> None:
    await tracked(desk)
    one = await desk.press_label(await desk.say("/sources"), "1")
    paused = await desk.press_label(one, "Pause")
    assert "paused" in paused.text
    await desk.press_label(paused, "Resume")
    assert desk.store.active_sources()

    question = await desk.press_label(one, "Remove")
    assert desk.store.all_sources()[0].state is SourceState.ACTIVE
    kept = await desk.press_label(question, "Keep it")
    assert kept.text.startswith("✓ 1. Example News")
    await desk.press_label(question, "Remove")

    assert desk.store.all_sources() == []


async def test_buttons_that_would_be_refused_are_not_there(desk: RealDesk) -> None:
    await tracked(desk, SAID)
    seen = {}
    for role in (Role.STRANGER, Role.SUBSCRIBER, Role.REVIEWER):
        desk.role = role
        seen[role] = [labels(await desk.say(said)) for said in ("/history 1", "/stats 1", "/quote 1")]

    assert ["Statistics" in shown for shown in seen[Role.STRANGER]] == [False, False, False]
    assert ["Statistics" in shown for shown in seen[Role.SUBSCRIBER]] == [True, False, True]
    assert ["Export" in shown for shown in seen[Role.SUBSCRIBER]] == [False, False, False]
    assert "Export" in seen[Role.REVIEWER][1]
