"""What people do with quotes in a chat, over a real desk and store."""

import json

import pytest

from monitor.bot.commands import BY_NAME
from monitor.core.model import ChatKind, MatchId, QuoteId, WantedVariant
from monitor.core.people import Role
from monitor.core.verdicts import Verdict
from monitor.matching import Calibration, Condition
from monitor.matching.score import model
from tests.bot.real_desk import RealDesk, a_real_desk, labels
from tests.builders import NOON

TRACK = "/track Come get me, coward! — Gustavo Petro #petro lang:en"
BY = "telegram:1001"
FORGED = (
    "quote 77", "qset 1", "qset x exact on", "qset 1 drop table", "qhow 1 ", "wno -1", "wordings 1 -3",
    "wyes 99999999999999999999", "qagain 5", "qnear 9", "quotes x", "lookback", "follow 0x1",
)  # fmt: skip


async def test_a_quote_is_tracked_with_all_that_stands_behind_it(desk: RealDesk) -> None:
    answer = await desk.say(TRACK + " near:Petro,Colombia not:parody threshold:80 exact:on")

    [quote] = desk.store.quotes()
    assert (quote.text, quote.speaker, quote.tags, quote.lang) == (
        "Come get me, coward!", "Gustavo Petro", ("petro",), "en",
    )  # fmt: skip
    assert (quote.near, quote.excluded, quote.threshold, quote.exact) == (("Petro", "Colombia"), ("parody",), 80, True)
    assert "Tracking <b>#1 “Come get me, coward!”</b>" in answer.text
    assert "Gustavo Petro · en · #petro" in answer.text
    assert "Never where one of these is said: parody." in answer.text
    assert [quote.id for quote in desk.watchlist.quotes] == [1]


async def test_a_new_quote_looks_back_at_once_and_alerts_nobody(desk: RealDesk) -> None:
    desk.published("He said: come and get me, coward!", "nothing")
    desk.store.subscribe("1", ChatKind.PRIVATE, None, by=BY, at=NOON)

    answer = await desk.say(TRACK)

    assert "Looked back over 2 stored posts: 1 match, recorded without an alert." in answer.text
    assert '<a href="https://news.example/' in answer.text
    assert [found.quote_id for found in desk.found()] == [1]
    assert desk.store.alerts_list() == []


async def test_what_a_quote_would_do_by_accident_comes_with_a_button_that_takes_the_advice() -> None:
    async def calibrated(_text: str) -> Calibration:
        return Calibration(
            bits=25.0, alerts=2.5, said=2.5, posts=100_000, condition=Condition.EXACT, examples=(), why=""
        )

    with a_real_desk(calibrated=calibrated) as desk:
        answer = await desk.say("/track Winter is coming — Ned Stark")
        assert "In everyday posts it alerts about 2.5 times in 100,000." in answer.text
        assert "Better ask for its exact words." in answer.text

        card = await desk.press_label(answer, "Only its exact words")
        assert "Only its exact words." in card.text
        assert desk.store.quotes()[0].exact
        await desk.desk.looking_back.stop()


async def test_a_new_quote_is_undone_and_that_too(desk: RealDesk) -> None:
    answer = await desk.say(TRACK)
    gone = await desk.press_label(answer, "Undo")
    assert desk.store.quotes() == []

    await desk.press_label(gone, "Undo")

    [quote] = desk.store.quotes()
    assert (quote.id, quote.speaker, quote.tags) == (1, "Gustavo Petro", ("petro",))
    assert desk.audited() == [(BY, "track"), (BY, "untrack"), (BY, "track")]


async def test_the_chat_is_told_of_a_quote_by_a_button(desk: RealDesk) -> None:
    answer = await desk.press_label(await desk.say(TRACK), "Alert me here")

    assert answer.toast == "You are told of it here from now on."
    [subscription] = desk.store.subscriptions()
    assert (subscription.chat.address, subscription.quote_id) == ("1001", 1)
    assert (await desk.press("follow 1")).toast == "You are told of it here already."


async def test_further_lines_are_other_wordings_and_a_quote_in_marks_may_have_lines(desk: RealDesk) -> None:
    await desk.say("/track Winter is coming\nSe acerca el invierno lang:es\nDer Winter naht")
    await desk.say("/track “Come get me.\nI'm waiting.” — Petro")

    winter, petro = desk.store.quotes()
    assert [(one.text, one.lang, one.confirmed) for one in winter.variants] == [
        ("Se acerca el invierno", "es", True), ("Der Winter naht", None, True),
    ]  # fmt: skip
    assert (petro.text, petro.speaker, petro.variants) == ("Come get me. I'm waiting.", "Petro", ())


@pytest.mark.parametrize(
    ("said", "teaches"),
    [
        ("/track", "/track Come get me, coward!"),
        ("/track “ ”", "/track Come get me, coward!"),
        ("/track no", "fewer than 4 letters"),
        ("/track Come get me threshold:20", "from 50 to 100"),
        ("/track Come get me lang:klingonese!", "such as en, es or pt-BR"),
        ("/preview", "/preview Come get me, coward!"),
        ("/edit", "/edit 3 threshold 80"),
        ("/edit 1", "/edit 1 threshold 80"),
        ("/edit 1 colour red", "write threshold, exact, quoted, near"),
        ("/edit 1 threshold high", "write threshold 80"),
        ("/edit 1 threshold nan", "from 50 to 100"),
        ("/edit 1 exact maybe", "Write exact on or exact off."),
        ("/edit 1 near !!!", "write a name"),
        ("/edit 9 exact on", "No tracked quote is “9”"),
        ("/variant", "/variant 3 add"),
        ("/variant 1 rename x", "/variant 1 add"),
        ("/variant 1 remove x", "the number of the wording"),
        ("/variant 1 remove 77", "There is no other wording #77"),
        ("/variant 1 add Come get me, coward", "already tracked as #1"),
        ("/pause", "/pause 3"),
        ("/resume x", "/resume 3"),
        ("/untrack", "/untrack 3"),
        ("/untrack 99999999999999999999999", "No tracked quote"),
        ("/quote 9", "No tracked quote is “9”"),
    ],
)
async def test_an_argument_that_is_wrong_teaches_in_one_message_and_changes_nothing(
    desk: RealDesk, said: str, teaches: str
) -> None:
    await desk.say(TRACK)
    before = desk.store.quotes()

    answer = await desk.say(said)

    assert teaches in answer.text
    assert desk.store.quotes() == before
    assert len(desk.audited()) == 1


async def test_the_card_shows_what_is_asked_how_often_it_was_seen_and_how_right_that_is(desk: RealDesk) -> None:
    desk.published("He said: come and get me, coward!", "“Come get me, coward!” again")
    await desk.say(TRACK + "\n¡Ven por mí, cobarde! lang:es")
    desk.store.add_variant(QuoteId(1), WantedVariant(text="Catch me, coward"), confirmed=False, by="ann", at=NOON)
    desk.store.give_verdict(MatchId(1), Verdict.RIGHT, by="b", at=NOON)

    card = await desk.say("/quote 1")

    assert card.text == (
        "<b>#1 “Come get me, coward!”</b>\n"
        "Gustavo Petro · en · #petro\n"
        "\n"
        "Also as: “¡Ven por mí, cobarde!” (es)\n"
        "1 proposed wording waits for a yes.\n"
        "\n"
        "Seen 2 times, last 2026-01-06 12:00 UTC in Example News.\n"
        "1 of 1 judged match is right.\n"
        "Tracked since 2026-01-06."
    )


async def test_buttons_of_the_card_change_the_quote_and_show_it_anew(desk: RealDesk) -> None:
    card = await desk.press_label(await desk.say(TRACK), "Its card")
    for label in ("▲", "Exact words", "In quotation marks", "Only with Gustavo Petro"):
        card = await desk.press_label(card, label)

    [quote] = desk.store.quotes()
    assert quote.threshold == 5 * round((model().alert + 5) / 5)
    assert (quote.exact, quote.quoted_only, quote.near) == (True, True, ("Gustavo Petro", "Petro"))
    assert {"☑ Exact words", "☑ In quotation marks"} <= set(labels(card))
    assert f"Alerts from a score of {quote.threshold:g} on." in card.text

    for label in ("Alerts from", "☑ Exact words", "☑ In quotation marks", "☑ Only with"):
        card = await desk.press_label(card, label)

    [quote] = desk.store.quotes()
    assert (quote.threshold, quote.exact, quote.quoted_only, quote.near) == (None, False, False, ())


async def test_steps_of_the_threshold_end_at_what_may_be_asked(desk: RealDesk) -> None:
    await desk.say(TRACK)
    for end, button in ((100, "▲"), (50, "▼")):
        for _ in range(12):
            await desk.press_label(await desk.say("/quote 1"), button)
        assert desk.store.quotes()[0].threshold == end


async def test_a_reader_sees_the_card_without_what_changes_it(desk: RealDesk) -> None:
    await desk.say(TRACK)
    desk.role = Role.SUBSCRIBER

    assert labels(await desk.say("/quote 1")) == ["History", "Statistics", "Alert me here"]


async def test_editing_is_audited_with_before_and_after_and_only_when_something_changes(desk: RealDesk) -> None:
    await desk.say(TRACK)
    for change in ("threshold 80", "threshold 80", "near Petro, Colombia", "not none", "tags #a, b", "speaker none"):
        await desk.say(f"/edit 1 {change}")

    rows = desk.store._db.rows("SELECT action, before, after FROM audit WHERE action = 'edit' ORDER BY id")
    changed = [
        {key for key, value in json.loads(row["before"]).items() if value != json.loads(row["after"])[key]}
        for row in rows
    ]
    assert changed == [{"threshold"}, {"near"}, {"tags"}, {"speaker"}]
    assert desk.store.quotes()[0].tags == ("a", "b")


async def test_a_paused_quote_is_not_looked_for_until_it_is_resumed_and_what_it_missed_is_found_then(
    desk: RealDesk,
) -> None:
    await desk.say(TRACK)
    card = await desk.say("/pause 1")
    assert "Paused" in card.text
    assert desk.watchlist.quotes == []

    desk.published("Come get me, coward!")
    card = await desk.press_label(card, "Resume")
    await desk.press("lookback 1")

    assert [quote.id for quote in desk.watchlist.quotes] == [1]
    assert len(desk.found()) == 1
    assert "Paused" not in card.text


async def test_a_wording_is_added_listed_and_removed(desk: RealDesk) -> None:
    desk.published("Dijo: ¡Ven por mí, cobarde!")
    await desk.say(TRACK)
    page = await desk.say("/variant 1 add ¡Ven por mí, cobarde! lang:es")
    assert "1. “¡Ven por mí, cobarde!” (es)" in page.text
    await desk.press("lookback 1")
    assert len(desk.found()) == 1

    page = await desk.press_label(page, "Remove 1")

    assert "in these words only" in page.text
    assert desk.store.quotes()[0].variants == ()
    assert len(desk.found()) == 1


async def test_a_proposed_wording_suggests_until_it_is_confirmed(desk: RealDesk) -> None:
    await desk.say(TRACK)
    wanted = WantedVariant(text="¡Ven por mí, cobarde!", lang="es")
    desk.store.add_variant(QuoteId(1), wanted, confirmed=False, by="ann", at=NOON)
    page = await desk.say("/variant 1")
    assert "proposed: it alerts once you confirm it" in page.text

    await desk.press_label(page, "Confirm 1")

    assert desk.store.quotes()[0].variants[0].confirmed
    assert desk.audited()[1:] == [("ann", "propose variant"), (BY, "confirm variant")]


async def test_a_preview_counts_on_stored_and_everyday_posts_without_recording_and_a_button_tracks(
    desk: RealDesk,
) -> None:
    desk.published("He said: come and get me, coward!", "Petro: come and get me, coward", "nothing")

    answer = await desk.say("/preview Come get me, coward! near:Petro")
    assert "In 3 stored posts: 1 alert." in answer.text
    assert "In everyday posts, asked for like this, it alerts less than 0.1 times in 100,000." in answer.text
    assert (desk.store.quotes(), list(desk.found()), desk.audited()) == ([], [], [])

    await desk.press_label(answer, "Track it")

    assert desk.store.quotes()[0].near == ("Petro",)


async def test_a_preview_that_a_restart_forgot_says_so(desk: RealDesk) -> None:
    assert "send /track" in (await desk.press("tracknow 1")).toast
    assert desk.store.quotes() == []


@pytest.mark.parametrize("data", FORGED)
async def test_forged_buttons_change_nothing(desk: RealDesk, data: str) -> None:
    await desk.say("/track Come get me, coward!")
    before = desk.store.quotes()

    assert (await desk.press(data)).toast
    assert desk.store.quotes() == before


async def test_many_quotes_come_in_pages_each_with_its_button(desk: RealDesk) -> None:
    for number in range(23):
        await desk.say(f"/track Quote number {number} of a long list of quotes")

    first = await desk.say("/quotes")
    last = await desk.press_label(await desk.press_label(first, "▶"), "▶")

    assert [label for label in labels(first) if label.isdigit()] == [str(n) for n in range(1, 11)]
    assert [label for label in labels(last) if label.isdigit()] == ["21", "22", "23"]
    assert "◀" in labels(last)
    assert "▶" not in labels(last)
    assert (await desk.say("/quotes 999")).text == last.text


async def test_a_hostile_quote_is_shown_harmless(desk: RealDesk) -> None:
    await desk.say("/track <b>Come</b> & get \u202eme — <i>Eve</i>")
    card = await desk.say("/quote 1")

    assert "&lt;b&gt;Come&lt;/b&gt; &amp; get me" in card.text
    assert "\u202e" not in card.text


async def test_every_card_fits_a_message(desk: RealDesk) -> None:
    long = "wörd😳 " * 60
    await desk.say(f"/track {long[:290]} — {'N' * 90}")
    for number in range(12):
        await desk.say(f"/variant 1 add {number} {long[:250]}")
    terms = ", ".join(f"{number} {'t' * 90}" for number in range(20))
    for key in ("near", "not"):
        await desk.say(f"/edit 1 {key} {terms}")

    for answer in (await desk.say("/quote 1"), await desk.say("/variant 1"), await desk.say("/quotes")):
        assert len(answer.text.encode("utf-16-le")) // 2 <= 4096


@pytest.mark.parametrize(
    "name", ["track", "preview", "quotes", "quote", "edit", "variant", "pause", "resume", "untrack"]
)
def test_help_shows_an_example_of_each(name: str) -> None:
    assert f"/{name}" in BY_NAME[name].written.partition("\n")[2] or name == "quotes"
