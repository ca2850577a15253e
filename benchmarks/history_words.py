"""Invented quotes, the forms they take, and what stands around them; for `benchmarks.history`."""

import json
import random
from dataclasses import dataclass

FORMS = 48

OPENINGS = (
    "Harbor gazette this morning:",
    "Meridian evening news reports that the minister said",
    "Plaza radio, live from the square: he shouted",
    "Ledger of the week. In her own words:",
    "Commuter daily quotes the captain as saying",
    "Nightdesk: after the final whistle the coach told us",
    "Agora thread, part two. Somebody remembered",
    "Northern post, from the debate:",
    "Old town courier. The mayor answered",
    "Riverside bulletin: on the steps of the court she said",
)
CLOSINGS = (
    "and left the stage. It has been repeated all day, and nobody seems to agree on the exact words.",
    "according to two people who were in the room, and a recording that was shared later.",
    "The crowd laughed. His office did not answer questions about it.",
    "which is not what was said last week, as several readers pointed out.",
    "#news #quote",
    "— more on this after the break, with our correspondent at the harbour.",
    "A spokesperson called it a misunderstanding, and asked for patience until the transcript is out.",
)
SPEAKERS = ("Gustavo Petro", "Ada Lindqvist", "Nora Castell", "Tomás Rey", "Ife Okafor", "Mira Sand", None)
FIRST = ("Ann", "Luis", "Mara", "Ken", "Ola", "Rita", "Sam", "Vera", "Noor", "Jens", "Carmen", "Yuki")
LAST = ("Oduya", "Reyes", "Holm", "Castell", "Brandt", "Silva", "Kerr", "Novak", "Ruiz", "Tan")
AUTHORS = (*(f"{first} {last}" for first in FIRST for last in LAST), *(None,) * 40)
FAMOUS = ("Come get me, coward! I'm waiting for you here.", "The harbour will never sleep again, and neither will we.")

STARTS = (
    "We will",
    "Nobody can",
    "They must",
    "I never",
    "You always",
    "The people",
    "Every child should",
    "No river can",
)
VERBS = ("carry", "forget", "forgive", "follow", "answer", "silence", "outrun", "remember", "borrow", "measure", "bury")
THINGS = ("the mountain", "this promise", "an empty chair", "the winter", "a borrowed crown", "the last word",
          "the tide", "our grandmothers", "a paper lion", "the long road home", "a broken clock",
          "the quiet ones")  # fmt: skip
ENDS = ("until the lights go out", "and call it peace", "while the ink is wet", "before the music stops",
        "with both hands tied", "in the name of order", "as if nothing had happened", "for the price of bread",
        "when nobody is watching", "on a Sunday morning")  # fmt: skip
SWAPS = {
    "will": "shall",
    "never": "will never",
    "the": "that",
    "a": "one",
    "until": "till",
    "nobody": "no one",
    "you": "ya",
}
ADDED = ("and", "just", "really", "then", "my", "only")


@dataclass(frozen=True, slots=True)
class Form:
    """A quote as it is found: what became of each of its words."""

    text: str
    words: tuple[tuple[str, str, str], ...]  # what happened, the quote's word, the post's
    kind: str
    score: float

    @property
    def passage(self) -> str:
        return " ".join(said for _, _, said in self.words if said)

    def explanation(self, start: int) -> str:
        """Return why it matched when it begins at `start`, as the database keeps it."""
        told = []
        at = start
        for op, quoted, said in self.words:
            span = [at, at + len(said)] if said else None
            told.append({"op": op, "quoted": quoted, "said": said, "span": span})
            at += len(said) + 1 if said else 0
        changes = sorted({{"changed": "other word", "inserted": "added word", "missing": "dropped word"}.get(op, "")
                          for op, _, _ in self.words} - {""})  # fmt: skip
        why = f"{self.score:.0f} of 100; by chance less than 0.01 in 100,000 posts"
        return json.dumps({"why": why, "words": told, "normalizations": [], "changes": changes}, ensure_ascii=False)


def invented_quotes(count: int, chance: random.Random) -> list[tuple[str, str | None]]:
    """Return different texts, and who said them."""
    made: dict[str, str | None] = {text: chance.choice(SPEAKERS) for text in FAMOUS}
    while len(made) < count:
        verb = chance.choice(VERBS)
        text = f"{chance.choice(STARTS)} {verb} {chance.choice(THINGS)} {chance.choice(ENDS)}"
        if text in made:
            text = f"{text}, {chance.choice(STARTS).lower()} {chance.choice(VERBS)} {chance.choice(THINGS)}"
        made[text] = chance.choice(SPEAKERS)
    return list(made.items())[:count]


def forms_of(text: str, chance: random.Random) -> list[Form]:
    """Return the forms of a quote: itself, then each made of an earlier one by a change or two."""
    own = tuple(("kept", word, word) for word in text.split())
    found = [Form(text, own, "verbatim", 100.0)]
    while len(found) < FORMS:
        words = list(chance.choice(found).words)
        for _ in range(chance.choice((1, 1, 2))):
            words = _changed(words, chance)
        altered = sum(op != "kept" for op, _, _ in words)
        share = 1 - altered / (len(own) + 2)
        kind = "partial" if sum(op == "missing" for op, _, _ in words) > 2 else "variant" if share > 0.6 else "derived"
        found.append(Form(text, tuple(words), kind, round(60 + 40 * max(share, 0), 1)))
    return found


def _changed(words: list[tuple[str, str, str]], chance: random.Random) -> list[tuple[str, str, str]]:
    said = [index for index, (_, _, word) in enumerate(words) if word]
    at = chance.choice(said)
    op, quoted, word = words[at]
    match chance.randrange(3):
        case 0 if len(said) > 4:
            return words[:at] + ([("missing", quoted, "")] if op != "inserted" else []) + words[at + 1 :]
        case 1:
            return [*words[:at], ("inserted", "", chance.choice(ADDED)), *words[at:]]
        case _ if op != "inserted":
            return [*words[:at], ("changed", quoted, _other(word)), *words[at + 1 :]]
    return words


def _other(word: str) -> str:
    """Return another word, with the punctuation of this one."""
    letters = word.rstrip(",.!?")
    return SWAPS.get(letters.lower(), letters + "s") + word[len(letters) :]
