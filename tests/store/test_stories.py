from dataclasses import replace
from datetime import timedelta

from monitor.core.model import MatchId, Quiet, QuoteId, Tier, WantedQuote
from monitor.store import SqliteStore
from tests.builders import NOON, QUOTE, a_finding, a_match, a_poll, a_post, a_quote
from tests.store.conftest import Look
from tests.store.reviewing import another_source, recorded

STORY = (
    "Speaking to a crowd of thousands in the main square on Tuesday, the president answered the threat. "
    f"“{QUOTE}” he shouted, and the crowd shouted with him for a long time before he went on."
)
OTHER = f"Thirty years later the line {QUOTE} is still printed on shirts that tourists buy on every corner."
DAY = timedelta(days=1)


def repeats(store: SqliteStore, match_id: MatchId) -> MatchId | None:
    found = store.appearance(match_id)
    assert found
    return found.repeats


def test_a_repost_is_known_as_one_of_the_first_that_said_it(store: SqliteStore) -> None:
    first = recorded(store, STORY)
    second = recorded(store, f"RT @ann: {STORY}")
    third = recorded(store, f"{STORY} https://t.co/x")
    other = recorded(store, OTHER)

    assert [repeats(store, match) for match in (first, second, third, other)] == [None, first, first, None]
    found = store.appearance(first)
    assert found
    assert found.reposts == 2


def test_an_article_taken_over_with_another_head_is_a_repost(store: SqliteStore) -> None:
    first = recorded(store, STORY)

    assert repeats(store, recorded(store, f"BOGOTÁ. A wild day in the capital. {STORY} Read on at our site.")) == first


def test_a_week_later_it_is_a_story_of_its_own(store: SqliteStore) -> None:
    first = recorded(store, STORY)

    assert repeats(store, recorded(store, f"{STORY} x", at=NOON + 6 * DAY)) == first
    again = recorded(store, f"{STORY} y", at=NOON + 8 * DAY)
    assert repeats(store, again) is None
    assert repeats(store, recorded(store, f"{STORY} z", at=NOON + 9 * DAY)) == again


def test_the_same_words_about_another_quote_are_another_story(store: SqliteStore) -> None:
    store.track(WantedQuote(text="the crowd shouted with him"), by="ann", at=NOON)
    recorded(store, STORY)
    post = a_post(f"{STORY} again")
    arrivals = store.unseen(a_poll().source, [post])
    store.record(a_poll(), arrivals, [a_finding(a_match(arrivals[0].post, a_quote(id=QuoteId(2))))])

    assert store.appearances(quote_id=QuoteId(2))[0].repeats is None


def test_one_place_read_in_two_ways_is_told_apart_from_nothing(store: SqliteStore) -> None:
    source = another_source(store)
    first = recorded(store, STORY, guid="1", url="https://news.example/1?utm_source=x")
    twin = recorded(store, OTHER, source=source, guid="1", url="http://www.news.example/1")
    neighbour = recorded(store, f"{QUOTE} says a neighbour", source=source, guid="2", url="https://news.example/1")

    assert (repeats(store, twin), repeats(store, neighbour)) == (first, None)


def test_what_was_recorded_in_silence_keeps_nobody_from_hearing_of_a_repost(store: SqliteStore) -> None:
    baseline = recorded(store, STORY, quiet=Quiet.BASELINE)
    suggested = recorded(store, f"{STORY} a", tier=Tier.SUGGEST, quiet=Quiet.SUGGESTED)
    told = recorded(store, f"{STORY} b")
    repost = recorded(store, f"{STORY} c")

    assert repeats(store, suggested) == baseline
    assert repeats(store, told) is None
    assert repeats(store, repost) == told


def test_an_edited_story_is_still_known_by_the_words_it_was_found_in(store: SqliteStore) -> None:
    post = a_post(STORY, guid="1")
    first = recorded(store, STORY, guid="1", url=post.url)
    edited = store.unseen(a_poll().source, [replace(post, text="Withdrawn.")])
    store.record(a_poll(), edited)

    assert repeats(store, recorded(store, f"Look here: {STORY} Wow.")) == first


def test_marks_of_old_stories_are_forgotten(store: SqliteStore, look: Look) -> None:
    recorded(store, STORY)
    recorded(store, OTHER, at=NOON + 8 * DAY)

    assert look("SELECT DISTINCT match_id FROM stories") == [(2,)]
