"""How a chat is told: the commands and the buttons for it."""

from datetime import time

import pytest

from monitor.bot.answers import Answer
from monitor.bot.chat_words import hours_of, zone_of
from monitor.core.errors import InputError
from monitor.core.people import Digest, Following, Mute, Preferences
from tests.bot.calling import BY, CHANNEL, OWNER, STRANGER, a_call, labels, press, presses, run, telegram, text_of
from tests.bot.helpers import MemoryDesk
from tests.builders import a_quote


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("22:00-07:00", (time(22), time(7))),
        ("22-7", (time(22), time(7))),
        (" 21:30 – 6:15 ", (time(21, 30), time(6, 15))),
        ("22:00 to 07:00", (time(22), time(7))),
        ("22 a 7", (time(22), time(7))),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(words: str, hours: tuple[time, time]) -> None:
    assert hours_of(words) == hours


@pytest.mark.parametrize(
    "words", ["", "22", "22:00", "25:00-07:00", "22:61-07:00", "22:00-22:00", "night", "22:00-07:00x"]
)
def test_hours_that_are_none_are_refused_with_an_example(words: str) -> None:
    with pytest.raises(InputError) as refused:
        hours_of(words)
    assert any(example in str(refused.value) for example in ("22:00", "/mute"))


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("America/Bogota", "America/Bogota"),
        ("america/bogota", "America/Bogota"),
        ("Bogota", "America/Bogota"),
        ("Bogotá", "America/Bogota"),
        ("são paulo", "America/Sao_Paulo"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(words: str, zone: str) -> None:
    assert zone_of(words) == zone


def test_a_zone_written_wrong_is_asked_back() -> None:
    with pytest.raises(InputError, match="Did you mean America/Bogota"):
        zone_of("Bogata")
    with pytest.raises(InputError, match="write a name such as"):
        zone_of("../../etc/passwd")


@pytest.mark.parametrize(
    ("command", "words", "wanted"),
    [
        ("quiet", "22:00-07:00", Preferences(quiet_from=time(22), quiet_to=time(7))),
        ("quiet", "off", Preferences()),
        ("zone", "Bogota", Preferences(zone="America/Bogota")),
        ("digest", "daily 18:00", Preferences(digest=Digest.DAILY, digest_at=time(18))),
        ("digest", "weekly", Preferences(digest=Digest.WEEKLY)),
        ("digest", "off", Preferences()),
        ("silent", "on", Preferences(silent=True)),
        ("silent", "off", Preferences()),
        ("language", "es", Preferences(lang="es")),
        ("language", "Español", Preferences(lang="es")),
    ],
)
async def test_a_preference_is_kept_and_all_are_shown(command: str, words: str, wanted: Preferences) -> None:
    desk = MemoryDesk()

    answer = await run(command, a_call(words), desk)

    assert desk.calls == [("prefer", str(OWNER), wanted, "private", BY)]
    assert isinstance(answer, Answer)
    assert len(labels(answer)) == 5


@pytest.mark.parametrize(
    ("command", "words", "example"),
    [
        ("quiet", "at night", "/quiet 22:00-07:00"),
        ("zone", "Gondor", "America/Bogota"),
        ("digest", "sometimes", "/digest daily 18:00"),
        ("digest", "hourly 18:00", "/digest hourly"),
        ("digest", "daily noon", "22:00"),
        ("silent", "perhaps", "/silent on"),
        ("language", "klingon", "/language es"),
    ],
)
async def test_a_preference_that_cannot_be_teaches_by_example(command: str, words: str, example: str) -> None:
    desk = MemoryDesk()

    with pytest.raises(InputError) as refused:
        await run(command, a_call(words), desk)
    assert example in str(refused.value)
    assert desk.calls == []


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("language", ["English", "Español", "« Back"]),
        ("quiet", ["22:00–07:00", "23:00–08:00", "Never", "« Back"]),
        ("digest", ["At once", "Hourly", "Daily", "Weekly", "« Back"]),
    ],
)
async def test_without_words_the_choices_are_buttons_and_each_of_them_works(command: str, shown: list[str]) -> None:
    desk = MemoryDesk()

    answer = await run(command, a_call(), desk)

    assert labels(answer) == shown
    for data in presses(answer).values():
        page = await press(data, desk)
        assert "How I tell you" in page.text or "Cómo te aviso" in page.text or desk.preferred[str(OWNER)].lang == "es"


async def test_every_zone_that_is_offered_can_be_chosen() -> None:
    desk = MemoryDesk()

    for data in presses(await run("zone", a_call(), desk)).values():
        await press(data, desk)

    assert desk.preferred[str(OWNER)].zone == "UTC"


async def test_the_page_of_preferences_tells_everything_and_its_buttons_lead_on_and_back() -> None:
    desk = MemoryDesk()
    desk.preferred[str(OWNER)] = Preferences(
        zone="America/Bogota", quiet_from=time(22), quiet_to=time(7), digest=Digest.DAILY, silent=True
    )
    desk.following = [Following(quote=a_quote()), Following(tag="petro")]
    desk.muted = [Mute(quote_id=None, quote=None, until=None)]

    page = await run("preferences", a_call(lang="en"), desk)

    assert text_of(page) == (
        "How I tell you\n\n"
        "Language: English\n"
        "Time zone: America/Bogota\n"
        "Quiet hours: 22:00–07:00\n"
        "Digest: every day at 09:00\n"
        "Sound: off\n"
        "Told of: 1. “Come get me, coward!”, quotes tagged #petro\n"
        "Muted:\n"
        "– every quote, until unmuted"
    )
    question = await press(presses(page)["Digest"], desk)
    back = await press(presses(question)["« Back"], desk, lang="en")
    assert back.text == text_of(page)
    await press(presses(page)["Sound on or off"], desk)
    assert not desk.preferred[str(OWNER)].silent


async def test_a_channels_preferences_are_changed_from_a_private_chat_and_only_by_who_manages_it() -> None:
    desk = MemoryDesk()
    known = telegram(STRANGER)
    known.places["-100777"] = CHANNEL

    page = await run("preferences", a_call("@quotes", user_id=STRANGER, telegram=known), desk)
    await press(presses(page)["Sound on or off"], desk, user_id=STRANGER, telegram=known)

    assert text_of(page).startswith("How I tell Quotes")
    assert desk.preferred == {"-100777": Preferences(silent=True)}
    known.admins = []
    with pytest.raises(InputError, match="Only administrators"):
        await press(presses(page)["Sound on or off"], desk, user_id=STRANGER, telegram=known)


async def test_a_language_is_spoken_from_the_moment_it_is_chosen() -> None:
    desk = MemoryDesk()

    answer = await run("language", a_call("es"), desk)

    assert isinstance(answer, Answer)
    assert "How I tell you" not in answer.text
