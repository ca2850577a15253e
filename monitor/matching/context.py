"""What stands around a passage: quotation marks, ends of sentences, a post cut short, and the letters themselves.

A few common words prove little by themselves, but somebody who puts them in quotation marks, or says them and nothing
else, means the quote. Patterns are matched against short slices beside the passage, so their cost is bounded.
"""

import re
from functools import lru_cache

from monitor.matching.letters import APOSTROPHES

_OPENS = "\"“„‟«‹「『〝＂❝‘‚‛'"
_CLOSES = "\"”“»›」』〞〟＂❞’'"
_SENTENCE_END = ".!?…。！？\n:;—–|"
_BESIDE = 14  # characters looked at on each side
_CUT = re.compile(
    r"(?:…|\.\.\.|\[\+?\d{0,7} ?(?:chars|more)\]|\[…\]|(?:read|see|show) more)\W{0,3}(?:https?://\S{1,200})?\s{0,20}$",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{0,60}>?|&[a-z#0-9]{1,8};|[*_~`#>]")


def is_cut_short(text: str) -> bool:
    """Say whether a post ends the way feeds and networks end a text that goes on elsewhere."""
    return _CUT.search(text[-260:]) is not None


def is_quoted(text: str, start: int, end: int) -> bool:
    """Say whether quotation marks stand on both sides of `text[start:end]`."""
    before, after = _sides(text, start, end)
    return _opens(before) and _closes(after)


def _sides(text: str, start: int, end: int) -> tuple[str, str]:
    before, after = text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]
    return _TAG.sub(_quote_of, before).rstrip(" ¡¿([…."), _TAG.sub(_quote_of, after).lstrip(" .,!?…)]:;-–—")


def _quote_of(markup: re.Match[str]) -> str:
    return (
        '"'
        if markup.group()
        in ("&quot;", "&#34;", "&ldquo;", "&rdquo;", "&lsquo;", "&rsquo;", "&#39;", "&laquo;", "&raquo;")
        else ""
    )


def _opens(before: str) -> bool:
    return bool(before) and before[-1] in _OPENS and (len(before) < 2 or not before[-2].isalnum())


def _closes(after: str) -> bool:
    return bool(after) and after[0] in _CLOSES and (after[0] not in APOSTROPHES or not after[1:2].isalnum())


def is_apart(text: str, start: int, end: int) -> bool:
    """Say whether the passage is a sentence or a line of its own, not a part of one."""
    before = text[max(0, start - _BESIDE) : start].rstrip(" \t\"“‘'«*_>~`#([¡¿")
    after = text[end : end + _BESIDE].lstrip(" \t\"”’'»*_<~`)]")
    return (not before or before[-1] in _SENTENCE_END or (not before[-1].isalnum() and before[-1] not in ",-/&")) and (
        not after
        or after[0] in _SENTENCE_END
        or _is_picture(after[0])
        or after.startswith(("- ", "-- ", "~ ", "#", "@", "http"))
    )


def _is_picture(character: str) -> bool:
    return ord(character) > 0x2190 and not character.isalnum()


def is_all(text: str, start: int, end: int) -> bool:
    """Say whether the post says nothing else."""
    return not any(c.isalnum() for c in text[max(0, start - 400) : start] + text[end : end + 400]) and start < 400


def has_its_capitals(text: str, start: int, end: int, wording: str) -> bool:
    """Say whether the passage has capitals where the quote has none by rule: "Winter Is Coming", or all shouted.

    Only in a post that does not write everything that way.
    """
    passage, rest = text[start:end], text[:start] + " " + text[end:]
    return _is_title(passage) and not _is_title(rest[:600]) and len(passage.split()) > 1 and wording != ""


@lru_cache(maxsize=1024)
def _is_title(text: str) -> bool:
    words = [word for word in text.split() if word[:1].isalpha()]
    if len(words) < 2:
        return False
    capital = sum(word[0].isupper() for word in words)
    return capital / len(words) >= 0.65 and words[-1][0].isupper()
