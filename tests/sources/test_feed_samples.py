"""Every sample page, and exactly what is read from it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.core.errors import ParseError
from monitor.core.identity import digest
from monitor.core.model import Post, Reading, join_parts
from monitor.sources import feed
from tests.builders import a_page, a_source

SAMPLES = Path(__file__).parents[1] / "samples" / "feed"
ADDRESS = "https://host.example/feed"
ROBOT = (
    "A delivery robot lost its temper on Monday. The van did not reply. The robot waited.\n"
    "The robot\nDents: 2\nApologies: 0"
)


def utc(*given: int) -> datetime:
    return datetime(*given, tzinfo=UTC)  # type: ignore[arg-type]


def post(guid: str, *stretches: tuple[str, str], **given: object) -> Post:
    text, parts = join_parts(stretches)
    return Post(guid=guid, text=text, parts=parts, **given)  # type: ignore[arg-type]


def read(name: str) -> Reading:
    return feed.parse(a_source(), a_page((SAMPLES / name).read_bytes(), url=ADDRESS))


EXPECTED = {
    "rss-0.90.rdf": Reading(
        title="Quayside Notices",
        posts=(
            post(
                "quay.example/crane",
                ("title", "“Come get me, coward!” painted on the old crane"),
                url="https://quay.example/crane",
            ),
            post("quay.example/ferry-late", ("title", "Ferry late again"), url="https://quay.example/ferry-late"),
        ),
    ),
    "rss-0.91-latin1.xml": Reading(
        title="Théâtre de l'Île",
        posts=(
            post(
                "theatre.example/relache", ("title", "Relâche lundi"), url="https://theatre.example/relache", lang="fr"
            ),
            post(
                "theatre.example/premiere",
                ("title", "Première ce soir à huit heures"),
                ("summary", "L'acteur crie “ Viens me chercher, lâche ! ” – puis le rideau tombe."),
                url="https://theatre.example/premiere",
                lang="fr",
            ),
        ),
    ),
    "rss-0.92-no-guids.xml": Reading(
        title="Scripting the shed",
        posts=(
            post("shed.example/rain", ("summary", "Rain."), url="https://www.shed.example/rain/?utm_source=rss"),
            post(
                digest('Wrote "Come get me, coward!" on the shed. The crows understood.'),
                ("summary", 'Wrote "Come get me, coward!" on the shed. The crows understood.'),
            ),
            post(
                digest("The new door is up, and nobody fits through it."),
                ("summary", "The new door is up, and nobody fits through it."),
            ),
        ),
    ),
    "rss-1.0.rdf": Reading(
        title="Lab Notebook",
        ttl=timedelta(hours=6),
        posts=(
            post(
                "https://lab.example/1",
                ("title", "First run"),
                ("summary", "Nothing at all."),
                url="https://lab.example/1",
                author="Ines Varga",
                published_at=utc(2026, 1, 4),
                lang="en",
            ),
            post(
                "https://lab.example/2",
                ("title", "Second run"),
                ("content", "The robot printed its taunt twice: Come get me,\ncoward!\nThen it stopped."),
                url="https://lab.example/2",
                author="Ines Varga",
                published_at=utc(2026, 1, 5, 17, 30),
                lang="en",
            ),
        ),
    ),
    "rss-2.0.xml": Reading(
        title="The Tin & Brass Gazette",
        ttl=timedelta(minutes=30),
        posts=(
            post(
                "https://gazette.example/podcast/12",
                ("title", "Episode 12: quiet gears"),
                ("summary", "An hour about oil."),
                ("summary", "An hour about oil, and one minute about grease."),
                ("summary", "Cover"),
                ("alt", "Two gears on velvet"),
                ("alt", "An oil can"),
                url="https://gazette.example/podcast/12",
                author="The Studio",
                published_at=utc(2026, 1, 6, 1),
                lang="en-GB",
            ),
            post(
                "https://gazette.example/?p=4711",
                ("title", "Robot shouts ‘Come get me, coward!’ at AT&T van"),
                ("content", ROBOT),
                ("alt", "The robot, facing a van"),
                url="https://gazette.example/2026/01/robot-shouts/",
                author="Ada Brown",
                published_at=utc(2026, 1, 6, 11, 45),
                lang="en-GB",
            ),
        ),
    ),
    "atom-0.3.xml": Reading(
        title="Altes Tagebuch",
        posts=(
            post(
                "tag:alt.example,2026:ritter",
                ("title", "Der Ritter am Tor"),
                ("content", "„Komm und hol mich, Feigling!“, rief er."),
                url="https://alt.example/ritter",
                author="Jule",
                published_at=utc(2026, 1, 2, 10),
                lang="de",
            ),
        ),
    ),
    "atom-1.0.xml": Reading(
        title="Field & Forest",
        posts=(
            post(
                "tag:notes.example,2026:2",
                ("title", "Second walk & third"),
                ("content", "Two walks.\nNo rain."),
                author="Guest One, Guest Two",
                published_at=utc(2026, 1, 3, 7),
                lang="en",
            ),
            post(
                "tag:notes.example,2026:3",
                ("title", "How to write <b> in a title"),
                ("content", "The owl said:\nCome get me, coward & friends!"),
                ("alt", "An owl on a fence"),
                url="https://notes.example/posts/3",
                author="Noor Haddad",
                published_at=utc(2026, 1, 6, 3),
                lang="en",
            ),
        ),
    ),
    "jsonfeed-1.0.json": Reading(
        title="Old Machines",
        posts=(
            post("a", ("content", "older"), url="https://old.example/a", author="Lee", published_at=utc(2026, 1, 1)),
            post("b", ("content", "newer, without a date"), url="https://old.example/b", author="Kei"),
        ),
    ),
    "jsonfeed-1.1.json": Reading(
        title="Small Machines",
        skipped=1,
        posts=(
            post(
                "host.example/1",
                ("title", "First"),
                url="https://host.example/1",
                author="Kei Mori",
                published_at=utc(2026, 1, 4, 10),
                lang="en",
            ),
            post("nothing-in-it", author="Kei Mori", lang="en"),
            post(
                "2",
                ("content", "Plain\nwords & <i>signs</i>"),
                url="https://elsewhere.example/2",
                author="Ana, Bo",
                published_at=utc(2026, 1, 5, 10),
                lang="pt-BR",
            ),
            post(
                "https://machines.example/3",
                ("title", "Loose <b> screws"),
                ("summary", "It said “Come get me…"),
                ("content", "It said Come get me, coward!"),
                ("alt", "A loose screw"),
                url="https://machines.example/3",
                author="Kei Mori",
                published_at=utc(2026, 1, 6, 1),
                lang="en",
            ),
        ),
    ),
    "youtube.xml": Reading(
        title="Duel Club",
        posts=(
            post(
                "yt:video:aaaaaaaaaa0",
                ("title", "Rules"),
                url="https://www.youtube.com/watch?v=aaaaaaaaaa0",
                author="Duel Club",
                published_at=utc(2026, 1, 1, 17),
            ),
            post(
                "yt:video:aaaaaaaaaa1",
                ("title", "Final round <3 | Duel Club"),
                ("summary", 'She says "Come get me, coward!" at 3:15.\nChapters:\n0:00 Bow\n3:15 Taunt'),
                url="https://www.youtube.com/watch?v=aaaaaaaaaa1",
                author="Duel Club",
                published_at=utc(2026, 1, 5, 17, 0, 11),
            ),
        ),
    ),
    "reddit.xml": Reading(
        title="newest submissions : fencing",
        posts=(
            post(
                "t3_1aaaa00",
                ("title", "My new mask"),
                url="https://www.reddit.com/r/fencing/comments/1aaaa00/y/",
                author="/u/photo_person",
                published_at=utc(2026, 1, 6, 9),
            ),
            post(
                "t3_1aaaa01",
                ("title", "Best taunt at the club"),
                ("content", 'He lowered the blade and said "come get me coward".\nSo I did. It\'s over.'),
                url="https://www.reddit.com/r/fencing/comments/1aaaa01/x/",
                author="/u/tin_knight",
                published_at=utc(2026, 1, 6, 10, 55),
            ),
        ),
    ),
    "google-news.xml": Reading(
        title='"come get me, coward" when:1d - Google News',
        posts=(
            post(
                "CBMiAAA0",
                ("title", "Crane - Brass Weekly Extra"),
                ("summary", "Crane Brass Weekly\nAnother crane"),
                url="https://news.google.com/rss/articles/CBMiAAA0?oc=5",
                published_at=utc(2026, 1, 5, 10),
                lang="en-US",
            ),
            post(
                "CBMiAAA1",
                ("title", "'Come get me, coward!' - a robot's day out"),
                url="https://news.google.com/rss/articles/CBMiAAA1?oc=5",
                published_at=utc(2026, 1, 6, 10),
                lang="en-US",
            ),
        ),
    ),
    "mastodon.xml": Reading(
        title="Wren",
        posts=(
            post(
                "https://social.example/@wren/1101",
                ("alt", "A nest"),
                url="https://social.example/@wren/1101",
                published_at=utc(2026, 1, 5, 9, 30),
            ),
            post(
                "https://social.example/@wren/1102",
                ("summary", "Come get me,\ncoward! long.example/a #owls"),
                ("alt", "A wren on a wall"),
                ("alt", "The same wall, empty"),
                url="https://social.example/@wren/1102",
                published_at=utc(2026, 1, 6, 9, 30),
            ),
        ),
    ),
    "bluesky.xml": Reading(
        title="@door.example - Door",
        posts=(
            post(
                "at://did:plc:exampleexampleexample/app.bsky.feed.post/3kaaaaaaaaaa1",
                url="https://bsky.app/profile/door.example/post/3kaaaaaaaaaa1",
                published_at=utc(2026, 1, 5, 8, 15),
            ),
            post(
                "at://did:plc:exampleexampleexample/app.bsky.feed.post/3kaaaaaaaaaa2",
                ("summary", "come get me, coward\n(said the door) <3 & then <slam>"),
                url="https://bsky.app/profile/door.example/post/3kaaaaaaaaaa2",
                published_at=utc(2026, 1, 6, 8, 15),
            ),
        ),
    ),
    "windows-1252.xml": Reading(
        title="Café – News",
        posts=(
            post(
                "c1",
                ("title", "“Come get me, coward!”… says the naïve barista"),
                url="https://cafe.example/1",
            ),
        ),
    ),
    "utf-16.xml": Reading(
        title="広場",
        posts=(
            post(
                "j1",
                ("title", "かかってこい、臆病者！"),
                url="https://hiroba.example/1",
                published_at=utc(2026, 1, 6, 12),
                lang="ja",
            ),
        ),
    ),
    "oldest-first-same-guid.xml": Reading(
        title="Ticker",
        posts=(
            post("ticker", ("title", "One"), published_at=utc(2026, 1, 6, 8)),
            post("ticker", ("title", "Two"), published_at=utc(2026, 1, 6, 9)),
            post("ticker", ("title", "Three"), published_at=utc(2026, 1, 6, 10)),
        ),
    ),
    "one-broken-entry.xml": Reading(
        title="Handmade & proud",
        posts=(
            post("h1", ("title", "Last one")),
            post("h2", ("title", "Broken markup"), ("summary", "Come get me, coward! 1 < 2")),
            post(digest("nobody", "None"), author="nobody"),
            post("h3", ("title", "Fine one"), url="http://hand.example/?a=1&b=2", published_at=utc(2026, 1, 6, 10)),
        ),
    ),
}


def every_sample() -> Iterable[str]:
    return sorted(path.name for path in SAMPLES.iterdir())


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_read_to_the_letter(name: str) -> None:
    assert read(name) == EXPECTED[name]


def test_a_login_page_is_called_a_web_page() -> None:
    with pytest.raises(ParseError, match="a web page, not a feed"):
        read("login.html")


def test_every_sample_has_its_expectation() -> None:
    assert set(every_sample()) == {*EXPECTED, "login.html"}
