import pytest

from monitor.core.model import Span
from monitor.core.repeats import Story, says_the_same, story
from tests.builders import QUOTE

WIRE = (
    "BOGOTÁ (Wire) - Speaking to a crowd of thousands in the main square on Tuesday, the president answered the threat "
    f"from Washington. “{QUOTE}” he shouted, and the crowd shouted with him. Officials in the capital declined to "
    "comment, while the opposition called the speech a provocation that the country could not afford."
)


def of(text: str, *, names: tuple[str, ...] = ()) -> Story:
    start = text.index(QUOTE)
    return story(text, (Span(start=start, end=start + len(QUOTE)),), names=names)


def same(one: str, other: str, *, names: tuple[str, ...] = ()) -> bool:
    return says_the_same(of(one, names=names), of(other, names=names))


@pytest.mark.parametrize(
    "repost",
    [
        f"RT @ann: {WIRE}",
        f"{WIRE} https://t.co/abc123",
        f"{WIRE} via @ann@mastodon.example",
        f"@bob @carol {WIRE}",
        f"{WIRE} | The Evening Ledger",
        f"{WIRE} - Harbor Wire",
        WIRE.upper().replace(QUOTE.upper(), QUOTE),
        WIRE.replace(". ", ".\n\n"),
        f"Look at this, everybody: {WIRE} What do you say to that?",
        WIRE[: WIRE.index("Officials")] + "…",
        WIRE[WIRE.index("the president") :],
        WIRE.replace("thousands", "hundreds").replace("a provocation", "provocative"),
    ],
)
def test_a_repost_says_the_same(repost: str) -> None:
    assert same(WIRE, repost, names=("Harbor Wire",))
    assert same(repost, WIRE, names=("Harbor Wire",))


@pytest.mark.parametrize(
    "other",
    [
        f"A year ago the president said “{QUOTE}” and nobody came, as historians like to point out these days.",
        f"{QUOTE} is now printed on shirts that street sellers offer in every town of the country for little money.",
        f"Speaking to a crowd of thousands in the main square on Tuesday, the minister repeated: {QUOTE}",
        f"“{QUOTE}” he shouted. Later that day the senator answered with words that cannot be printed in a newspaper.",
        QUOTE,
        f"The president dares Washington: {QUOTE}",
    ],
)
def test_a_story_that_only_has_the_quote_in_common_is_another(other: str) -> None:
    assert not same(WIRE, other)
    assert not same(other, WIRE)


def test_two_articles_of_one_house_are_two_although_they_end_alike() -> None:
    ending = " Subscribe to our newsletter to get the five stories of the day every morning, free of charge, by mail."

    assert not same(
        f"The president was asked about tariffs and said only: {QUOTE}{ending}",
        f"Her new song begins with the famous line {QUOTE}{ending}",
    )


def test_the_bare_quote_said_by_two_people_is_the_same() -> None:
    assert same(QUOTE, f"“{QUOTE}” 😳")
    assert same(QUOTE, f"RT @ann: {QUOTE} https://t.co/x")


def test_another_speaker_makes_another_story() -> None:
    assert not same(f"{QUOTE} - Petro", f"{QUOTE} - Maduro")


def test_whatever_is_alike_around_the_passage_shares_a_mark() -> None:
    reposts = [WIRE, f"Look: {WIRE}", WIRE[: WIRE.index("Officials")] + "…", WIRE[WIRE.index("the president") :]]

    for repost in reposts:
        assert says_the_same(of(WIRE), of(repost))
        assert set(of(WIRE).nearest()) & set(of(repost).nearest())


def test_japanese_is_compared_by_its_characters() -> None:
    text = f"昨日の集会で大統領は聴衆の前でこう叫んだと報じられた{QUOTE}そして会場は大きな拍手に包まれたという"

    assert same(text, f"速報:{text}")
    assert not same(text, f"新しい歌の冒頭はこの有名な言葉で始まり、若者の間で話題になっている{QUOTE}と歌う")


@pytest.mark.parametrize("text", [" " * 200_000, "| " * 100_000, "via " * 60_000, "@" * 200_000, "RT @" * 50_000])
def test_hostile_text_takes_no_longer_than_its_length(text: str) -> None:
    told = story(f"{text}{QUOTE}{text}", (Span(start=len(text), end=len(text) + len(QUOTE)),), names=(" ", "x" * 99))

    assert len(told.near.before) <= 60
    assert len(told.near.after) <= 60
