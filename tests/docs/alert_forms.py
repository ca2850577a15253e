"""Every form a message about matches takes, as the bot renders it, for the guide."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import escape

from monitor.bot import alert_texts
from monitor.bot.language import speaking
from monitor.core.model import (
    Alert,
    AlertId,
    AlertState,
    Appearance,
    Chat,
    ChatId,
    ChatKind,
    MatchId,
    QuoteId,
)
from monitor.core.telling import Telling
from monitor.core.verdicts import Judgement, Verdict
from monitor.matching import Matcher
from tests.builders import NOON, a_post, a_quote

QUOTE = "Come get me, coward! I'm waiting for you here."
RETOLD = (
    "As retold on the radio: “Come and get me, coward!” the president said. “I am waiting for you here.” "
    "It has been quoted loosely ever since."
)
HOUSE = "The house always wins in the end"


def found(number: int, text: str, *, quote: str = QUOTE, quote_id: int = 1, **given: object) -> Appearance:
    """Return what the engine finds in a text, as it is recorded; `number` is that of the match."""
    [match] = Matcher([a_quote(quote, id=QuoteId(quote_id))]).find([a_post(text)])
    known = {
        "match_id": MatchId(number),
        "quote_id": QuoteId(quote_id),
        "quote": quote,
        "variant": None,
        "text": text,
        "spans": match.spans,
        "part": "text",
        "score": match.score,
        "tier": match.tier,
        "kind": match.kind,
        "explanation": match.explanation,
        "source": "The Evening Ledger",
        "url": f"https://ledger.example/n/{number}",
        "author": None,
        "published_at": NOON,
        "first_seen_at": NOON + timedelta(minutes=2 * number),
    }
    return Appearance(**(known | given))  # type: ignore[arg-type]


def usual(**given: object) -> Appearance:
    """Return the match that most forms are shown with."""
    known = {
        "part": "summary",
        "author": "M. Oduya",
        "seen_before": 12,
        "first_appeared_at": NOON - timedelta(days=525),
        "first_appeared_in": "Harbor Wire",
    }
    return found(1, RETOLD, **(known | given))


def telling(*appearances: Appearance, more: int = 0, **given: object) -> Telling:
    """Return what a message tells of these matches, and of `more` that it does not show."""
    chat = Chat(id=ChatId(1), address="@quote_alerts", kind=ChatKind.CHANNEL)
    lead, *others = [
        Alert(
            id=AlertId(number),
            chat=chat,
            thread_id=None,
            appearance=one,
            state=AlertState.PENDING,
            attempts=0,
            created_at=NOON,
        )
        for number, one in enumerate(appearances, start=1)
    ]
    counts = Counter(one.quote_id for one in appearances)
    counts[lead.appearance.quote_id] += more
    return Telling(  # type: ignore[arg-type]
        lead=lead, others=tuple(others), count=counts.total(), counts=counts, **given
    )


def forms() -> Iterator[tuple[str, Telling, str]]:
    """Yield each form: what it shows, the message, the language of its chat."""
    ann = Judgement(verdict=Verdict.RIGHT, note=None, at=NOON, by="telegram:1", name="Ann")
    hour = NOON + timedelta(hours=1)
    answered = RETOLD.replace(
        "“Come and get me, coward!” the president said. “I am waiting for you here.”", "no comment."
    )
    signed = f"This is how it began: {QUOTE} — Frontal News (@frontalnews) January 5, 2026"
    story = [
        found(
            1, f"The president dares Washington: ‘{QUOTE}’", source="Harbor Wire", url="https://harborwire.example/1"
        ),
        found(2, RETOLD, judgement=ann),
        found(3, "COME GET ME C*WARD!!! IM WAITING FOR U HERE", source="Agora", url="https://agora.example/@lou/88"),
        found(4, f"“{QUOTE}” he is said to have shouted.", source="Night Desk", deleted_at=hour),
    ]
    yield "a word for word quote", telling(found(1, f"He said: “{QUOTE}” and left.")), "en"
    yield "with a wording of its own, and reposts", telling(usual(), reposts=12), "en"
    yield "after a long silence", telling(usual(seen_before=3), silent_since=NOON - timedelta(days=525)), "en"
    yield "spreading unusually fast", telling(usual(), times_usual=10.2), "en"
    yield "second-hand", telling(found(1, signed, source="Plaza News")), "en"
    yield "the post was edited, and the quote is new in it", telling(usual(edited_at=hour, said_before=answered)), "en"
    changed = RETOLD.replace("coward", "Mr President")
    yield "the post was edited, and the quote is gone", telling(usual(edited_at=hour, says_now=changed)), "en"
    yield "the post was deleted", telling(usual(deleted_at=hour)), "en"
    yield "somebody said that it is right", telling(usual(judgement=ann)), "en"
    wrong = replace(ann, verdict=Verdict.WRONG, note="the song, not the president")
    yield "somebody said that it is wrong, and why", telling(usual(judgement=wrong)), "en"
    yield "several of one quote in one message", telling(*story, more=22, reposts=30, times_usual=14.0), "en"
    house = found(5, f"The last line of the film: {HOUSE}.", quote=HOUSE, quote_id=2, source="Night Desk")
    yield "a digest", telling(*story, house, is_digest=True, reposts=3, suggestions=4), "en"
    yield "in Spanish", telling(usual(judgement=ann), reposts=12), "es"


def match_page(match_id: MatchId) -> str:
    return f"https://quotes.example/match/{match_id}"


def shown(telling: Telling, lang: str = "en") -> str:
    """Return a message and its buttons, for pages that show HTML."""
    with speaking(lang):
        markup = alert_texts.telling_text(telling, match_url=match_page)
        rows = alert_texts.buttons(telling, match_url=match_page)
    text = markup.replace("<u>", "<ins>").replace("</u>", "</ins>").replace("\n", "<br>\n")
    keys = "<br>\n".join(" ".join(f"<kbd>{escape(button.label)}</kbd>" for button in row) for row in rows)
    return f"<blockquote>\n{text}<br>\n{keys}\n</blockquote>"


def page() -> str:
    """Return every form under a heading."""
    return "\n\n".join(f"### {title[0].upper()}{title[1:]}\n\n{shown(told, lang)}" for title, told, lang in forms())
