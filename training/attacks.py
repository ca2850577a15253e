# ruff: noqa: ARG001, ARG005  (every form has the same two arguments)
"""The mechanical forms a quote takes in the wild, as functions of (quote, chance): for training and for measuring.

Each gives a passage that is still the quote (`FORMS`), a part of it (`PARTS`), or one that only looks like it
(`NOT_IT`).
`placed` sets a passage into a post. Everything is drawn from the `Random` given, so a seed repeats a run.
"""

import re
from collections.abc import Callable, Mapping
from random import Random

Form = Callable[[str, Random], str]
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def _series(first: int, capitals: int) -> dict[int, int]:
    return {97 + k: first + k for k in range(26)} | {65 + k: capitals + k for k in range(26)}


_BOLD, _SCRIPT = _series(0x1D41A, 0x1D400), _series(0x1D4EA, 0x1D4D0)
_WIDE, _CIRCLED = _series(0xFF41, 0xFF21), _series(0x24D0, 0x24B6)
_SQUARED, _REGIONAL = _series(0x1F130, 0x1F130), _series(0x1F1E6, 0x1F1E6)
_SMALL = str.maketrans("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ")
_CYRILLIC = str.maketrans("aeopcyxisj", "аеорсухіѕј")
_GREEK = str.maketrans("oviaAEO", "ονιαΑΕΟ")
_LEET = str.maketrans("aeiost", "431057")
_ACCENTS = str.maketrans("aeiounc", "áéíöúñç")
_OCR = [("rn", "m"), ("cl", "d"), ("l", "1"), ("I", "l"), ("O", "0"), ("h", "b"), ("e", "c"), ("vv", "w"), ("t", "f")]
_HEARD = {
    "you are": "your",
    "you're": "your",
    "their": "there",
    "there": "their",
    "two": "to",
    "too": "to",
    "your": "you're",
    "know": "no",
    "here": "hear",
    "right": "write",
    "would have": "would of",
    "for": "four",
    "its": "it's",
    "than": "then",
}
_PERSON = {
    "i": "you",
    "you": "I",
    "my": "your",
    "your": "my",
    "me": "him",
    "we": "they",
    "our": "their",
    "he": "she",
    "his": "her",
    "him": "her",
    "she": "he",
    "her": "his",
    "i'm": "he's",
    "you're": "they're",
    "myself": "himself",
}
_TENSE = {
    "is": "was",
    "are": "were",
    "was": "is",
    "have": "had",
    "do": "did",
    "will": "would",
    "can": "could",
    "come": "came",
    "get": "got",
    "go": "went",
    "know": "knew",
    "see": "saw",
    "take": "took",
    "make": "made",
    "say": "said",
    "think": "thought",
}
_LIKE = {
    "big": "large",
    "small": "little",
    "want": "need",
    "like": "love",
    "man": "guy",
    "kill": "murder",
    "think": "believe",
    "good": "great",
    "bad": "terrible",
    "never": "ever",
    "really": "truly",
    "people": "folks",
    "talk": "speak",
    "start": "begin",
    "money": "cash",
    "house": "home",
    "look": "see",
    "always": "forever",
    "happy": "glad",
    "stop": "quit",
    "tell": "ask",
    "thing": "stuff",
    "anything": "something",
    "nothing": "anything",
    "way": "path",
    "about": "of",
    "the": "a",
    "a": "the",
    "this": "that",
    "that": "this",
    "and": "but",
    "just": "only",
    "going": "about",
    "get": "have",
    "when": "if",
    "who": "that",
}
_NUMBERS = dict(
    zip(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "twenty",
            "thirty",
            "fifty",
            "hundred",
        ],
        ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "20", "30", "50", "100"],
        strict=True,
    )
)
_FULL = {
    "i'm": "I am",
    "you're": "you are",
    "it's": "it is",
    "don't": "do not",
    "can't": "cannot",
    "won't": "will not",
    "i'll": "I will",
    "that's": "that is",
    "we're": "we are",
    "they're": "they are",
    "isn't": "is not",
    "didn't": "did not",
    "i've": "I have",
}
_DIALECT = {
    "going to": "gonna",
    "want to": "wanna",
    "got to": "gotta",
    "you": "ya",
    "them": "'em",
    "because": "cuz",
    "color": "colour",
    "gray": "grey",
    "favor": "favour",
    "honor": "honour",
    "theater": "theatre",
    "mom": "mum",
    "are": "r",
    "to": "2",
    "for": "4",
}
_EMOJI = "😂🔥😳💀❤👀🙏😭🎬💯"
_FILLERS = ["uh", "um", "like", "well", "er"]
_SPEAKERS = ["the president", "Ann", "the coach", "my uncle", "she", "he", "the old man", "Petro", "they"]
_EXTRA = [
    "really",
    "just",
    "so",
    "very",
    "even",
    "still",
    "now",
    "then",
    "here",
    "actually",
    "simply",
    "only",
    "fucking",
    "always",
]


def _words(text: str) -> list[str]:
    return text.split()


def _swap(text: str, table: Mapping[str, str], most: int = 99) -> str:
    left = [most]

    def one(found: re.Match[str]) -> str:
        new = table.get(found.group().lower())
        if new is None or not left[0]:
            return found.group()
        left[0] -= 1
        return new.capitalize() if found.group()[0].isupper() and found.start() == 0 else new

    return re.sub(
        "|".join(rf"\b{re.escape(k)}\b" for k in sorted(table, key=len, reverse=True)), one, text, flags=re.IGNORECASE
    )


def _some(text: str, chance: Random, share: float, change: Callable[[str], str], shortest: int = 4) -> str:
    """Change a share of the words of some length, at least one."""
    words = _words(text)
    able = [k for k, word in enumerate(words) if len(word) >= shortest] or list(range(len(words)))
    for k in chance.sample(able, max(1, round(share * len(able)))):
        words[k] = change(words[k])
    return " ".join(words)


def _typo(word: str, chance: Random) -> str:
    if len(word) < 2:
        return word
    k = chance.randrange(len(word) - 1)
    match chance.randrange(4):
        case 0:
            return word[:k] + word[k + 1] + word[k] + word[k + 2 :]
        case 1:
            return word[:k] + word[k + 1 :]
        case 2:
            return word[:k] + word[k] + word[k:]
        case _:
            return word[:k] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[k + 1 :]


def _between(text: str, chance: Random, what: Callable[[], str], share: float = 0.2) -> str:
    words = _words(text)
    for k in (
        sorted(chance.sample(range(1, len(words)), max(1, round(share * (len(words) - 1)))), reverse=True)
        if len(words) > 1
        else []
    ):
        words.insert(k, what())
    return " ".join(words)


def _marks(text: str, chance: Random, marks: str, share: float) -> str:
    return "".join(c + (chance.choice(marks) if c.isalpha() and chance.random() < share else "") for c in text)


def _clauses(text: str) -> list[str]:
    parts = [p for p in re.split(r"(?<=[.!?;,])\s+", text) if p]
    if len(parts) > 1:
        return parts
    words = _words(text)
    return [" ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])] if len(words) > 3 else parts


def _attributed(quote: str, chance: Random) -> str:
    words = _words(quote)
    k = chance.randrange(max(1, len(words) // 3), max(2, 2 * len(words) // 3 + 1)) if len(words) > 2 else 1
    verb = chance.choice(("said", "told reporters", "says", "shouted"))
    return f'"{" ".join(words[:k]).rstrip(",.")}," {chance.choice(_SPEAKERS)} {verb}. "{" ".join(words[k:])}"'


def _elided(quote: str, chance: Random) -> str:
    words = _words(quote)
    if len(words) < 6:
        return quote
    k, n = chance.randrange(2, len(words) - 3), max(1, len(words) // 6)
    return " ".join([*words[:k], chance.choice(("...", "…", "[...]", "")), *words[k + n :]])


def _dropped(quote: str, chance: Random) -> str:
    words = _words(quote)
    for _ in range(max(1, len(words) // 7)):
        if len(words) > 3:
            words.pop(chance.randrange(len(words)))
    return " ".join(words)


def _leet(word: str) -> str:
    return word.translate(_LEET)


def _censored(word: str) -> str:
    letters = word.rstrip(".,!?")
    return (
        letters[0] + "*" * max(1, len(letters) // 3) + letters[1 + max(1, len(letters) // 3) :] + word[len(letters) :]
    )


def _hashtag(quote: str, camel: bool) -> str:
    words = [w.replace("'", "").replace("’", "") for w in _WORD.findall(quote)]
    return "#" + "".join(w[0].upper() + w[1:].lower() if camel else w.lower() for w in words)


FORMS: Mapping[str, Form] = {
    "verbatim": lambda q, r: q,
    "lower": lambda q, r: q.lower(),
    "shouted": lambda q, r: q.upper() + "!!",
    "mocking": lambda q, r: "".join(c.upper() if k % 2 else c.lower() for k, c in enumerate(q)),
    "no punctuation": lambda q, r: re.sub(r"[^\w\s']", "", q).lower(),
    "quoted": lambda q, r: r.choice(("“{}”", '"{}"', "«{}»", "„{}“", "‘{}’", "「{}」")).format(q),
    "no apostrophes": lambda q, r: re.sub(r"['’]", "", q),
    "contractions": lambda q, r: _swap(q, _FULL),
    "line breaks": lambda q, r: re.sub(" ", lambda m: r.choice((" ", "\n", "  ", "\t", "\u00a0")), q),
    "markdown": lambda q, r: r.choice(("**{}**", "*{}*", "> {}", "_{}_", "~~{}~~", "`{}`")).format(q),
    "html": lambda q, r: "<p>" + q.replace("'", "&#39;").replace(" ", "&nbsp;", 2).replace('"', "&quot;") + "</p>",
    "escaped twice": lambda q, r: q.replace("'", "&amp;#39;").replace(",", "&amp;#44;"),
    "tags inside": lambda q, r: _some(q, r, 0.2, lambda w: f"<b>{w}</b>"),
    "accents": lambda q, r: _some(q, r, 0.4, lambda w: w.translate(_ACCENTS)),
    "zero width": lambda q, r: _marks(q, r, "\u200b\u200d\u2060\ufeff", 0.2),
    "soft hyphens": lambda q, r: _marks(q, r, "\u00ad", 0.2),
    "bidi": lambda q, r: "\u202a" + _marks(q, r, "\u200e\u200f", 0.1) + "\u202c",
    "bold": lambda q, r: q.translate(r.choice((_BOLD, _SCRIPT))),
    "wide": lambda q, r: q.translate(_WIDE),
    "circled": lambda q, r: q.translate(_CIRCLED),
    "small capitals": lambda q, r: q.lower().translate(_SMALL),
    "squared": lambda q, r: q.translate(_SQUARED),
    "Cyrillic": lambda q, r: "".join(c.translate(_CYRILLIC) if r.random() < 0.5 else c for c in q),
    "Greek": lambda q, r: "".join(c.translate(_GREEK) if r.random() < 0.5 else c for c in q),
    "struck": lambda q, r: _marks(q, r, "\u0336", 1.0),
    "zalgo": lambda q, r: _marks(_marks(q, r, "\u0300\u0315\u0328\u0363", 0.8), r, "\u031b\u0321", 0.4),
    "leet": lambda q, r: _some(q, r, 0.5, _leet),
    "censored": lambda q, r: _some(q, r, 0.25, _censored),
    "spaced": lambda q, r: "  ".join(" ".join(w) for w in _WORD.findall(q.replace("'", ""))),
    "dotted": lambda q, r: " ".join(".".join(w) for w in _WORD.findall(q.replace("'", ""))),
    "elongated": lambda q, r: _some(
        q, r, 0.3, lambda w: re.sub(r"([aeiou])", lambda m: m.group() * r.randrange(3, 7), w, count=1)
    ),
    "typos": lambda q, r: _some(q, r, 0.3, lambda w: _typo(w, r)),
    "scanned": lambda q, r: _some(
        q, r, 0.4, lambda w: w.replace(*r.choice([p for p in _OCR if p[0] in w] or [("", "")]), 1)
    ),
    "dictated": lambda q, r: re.sub(r"[^\w\s']", "", _swap(q, _HEARD)).lower(),
    "camel hashtag": lambda q, r: _hashtag(q, True),
    "lower hashtag": lambda q, r: _hashtag(q, False),
    "glued": lambda q, r: re.sub(r"(\w) (\w)", r"\1\2", q, count=max(1, len(q) // 25)),
    "cut words": lambda q, r: _some(q, r, 0.2, lambda w: w[: len(w) // 2] + " " + w[len(w) // 2 :], 5),
    "emoji": lambda q, r: _between(q, r, lambda: r.choice(_EMOJI)),
    "emoji for a word": lambda q, r: _some(q, r, 0.1, lambda w: r.choice(_EMOJI)) if len(q.split()) > 5 else q,
    "mention inside": lambda q, r: _between(q, r, lambda: r.choice(("@ann", "https://t.co/x1Yz", "@realname")), 0.1),
    "added": lambda q, r: _between(q, r, lambda: r.choice(_EXTRA), 0.15),
    "dropped": _dropped,
    "brackets": lambda q, r: _between(q, r, lambda: r.choice(("[sic]", "[the city]", "[he said]", "[laughs]")), 0.1),
    "attribution": _attributed,
    "elided": _elided,
    "reordered": lambda q, r: " ".join(reversed(_clauses(q))),
    "person": lambda q, r: _swap(q, _PERSON, 3),
    "tense": lambda q, r: _swap(q, _TENSE, 3),
    "misremembered": lambda q, r: _swap(q, _LIKE, max(1, len(q.split()) // 6)),
    "numerals": lambda q, r: _swap(q, _NUMBERS),
    "dialect": lambda q, r: _swap(q, _DIALECT),
    "disfluent": lambda q, r: _between(q, r, lambda: r.choice(_FILLERS) + ",", 0.2),
    "repeated": lambda q, r: f"{q} {q} {q}",
    "damaged": lambda q, r: ("“" + q.replace("'", "’") + "”").encode().decode("cp1252", errors="ignore"),
    "reply": lambda q, r: "RT @someone: " + q + " — via @other",
    "two changes": lambda q, r: _swap(_dropped(q, r), _LIKE, 1),
    "rough": lambda q, r: _between(_swap(_dropped(q, r), _LIKE, 2), r, lambda: r.choice(_EXTRA), 0.1),
}
"""Passages that are the quote."""


def _beginning(quote: str, chance: Random, share: float) -> str:
    words = _words(quote)
    return " ".join(words[: max(3, round(share * len(words)))])


PARTS: Mapping[str, Form] = {
    "cut with dots": lambda q, r: (
        _beginning(q, r, r.uniform(0.45, 0.8)) + r.choice(("…", "...", " [...]", "… https://t.co/a1"))
    ),
    "cut": lambda q, r: _beginning(q, r, r.uniform(0.5, 0.85)),
    "only the end": lambda q, r: " ".join(_words(q)[round(r.uniform(0.15, 0.4) * len(_words(q))) :]),
}
"""Passages that are enough of the quote, for quotes that say much; they end the post."""


def _shuffled(quote: str, chance: Random, fillers: str) -> str:
    words, extra = _WORD.findall(quote), _WORD.findall(fillers)
    chance.shuffle(words)
    out: list[str] = []
    for word in words[: max(2, round(0.8 * len(words)))]:
        out += [word, *chance.sample(extra, min(len(extra), chance.randrange(0, 4)))]
    return " ".join(out)


def _scattered(quote: str, chance: Random, fillers: str) -> str:
    words, extra = _WORD.findall(quote), _WORD.findall(fillers)
    out: list[str] = []
    for word in words:
        if chance.random() < 0.8:
            out += [word, *(chance.choice(extra) for _ in range(chance.randrange(1, 6)) if extra)]
    return " ".join(out)


def _frame(quote: str, chance: Random, fillers: str) -> str:
    words, extra = _words(quote), _words(fillers)
    k = max(1, round(chance.uniform(0.3, 0.5) * len(words)))
    rest = " ".join(extra[: max(3, len(words) - k)])
    return f"{' '.join(words[:k])} {rest}" if chance.random() < 0.6 else f"{rest} {' '.join(words[-k:])}"


def _parody(quote: str, chance: Random, fillers: str) -> str:
    words = _words(quote)
    long = [k for k, word in enumerate(words) if len(word) > 3]
    extra = [word for word in _words(fillers) if len(word) > 4 and word.isalpha()] or ["pizza", "dentist"]
    for k in chance.sample(long, max(1, round(0.6 * len(long)))) if long else []:
        words[k] = chance.choice(extra)
    return " ".join(words)


NOT_IT: Mapping[str, Callable[[str, Random, str], str]] = {
    "shuffled": _shuffled,
    "scattered": _scattered,
    "frame": _frame,
    "parody": _parody,
}
"""Posts that only look like the quote, made of it and of another post's words."""


def placed(passage: str, chance: Random, posts: list[str]) -> str:
    """Set a passage into a post: alone, before, after or between words of others, or deep in a long text."""
    other = chance.choice(posts)
    match chance.randrange(6):
        case 0:
            return passage
        case 1:
            return f"{other[:200]} {passage}"
        case 2:
            return f"{passage} {other[:200]}"
        case 3:
            return f"{other[:120]}: {passage} - {chance.choice(posts)[:120]}"
        case 4:
            return f"{other[:150]}. {passage}. {chance.choice(posts)[:150]}"
        case _:
            return f"{other[:120]}\n\n{passage}\n{chance.choice(posts)[:100]}"
