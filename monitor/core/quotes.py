"""What a person may track: the text of a quote and what is asked beside it, checked before anything is stored."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TypedDict

from monitor.core.errors import InputError
from monitor.core.model import Quote, QuoteId, Variant, VariantId, WantedQuote

LONGEST = 300  # characters; longer passages are said as several quotes, and matching cost stays bounded
FEWEST_LETTERS = 4  # "no" or "ok" would be in every other post
LEAST_THRESHOLD, MOST_THRESHOLD = 50, 100  # below, a score says the passage is rather not the quote
MOST_TERMS, MOST_TAGS, MOST_VARIANTS = 20, 10, 100
LONGEST_NAME = 100  # characters of a speaker or a term
LONGEST_TAG = 32
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # an IETF tag: rfc-editor.org/rfc/rfc5646


class QuoteChanges(TypedDict, total=False):
    """What a person changes of a quote; what is left out stays as it is."""

    speaker: str | None
    lang: str | None
    threshold: float | None  # 0-100; None: the engine's own
    exact: bool
    quoted_only: bool
    near: tuple[str, ...]
    excluded: tuple[str, ...]
    tags: tuple[str, ...]


def checked_text(text: str) -> str:
    """Return the text of a quote with its white space made plain. Raises InputError saying what to write instead."""
    plain = " ".join(text.split())
    letters = sum(character.isalnum() for character in plain)
    if not plain:
        raise InputError("The quote is empty: write its words, for example: Come get me, coward!")
    if len(plain) > LONGEST:
        raise InputError(
            "The quote has {count} characters, at most {most} can be tracked: "
            "choose its most telling sentence, or track it as several quotes.",
            count=len(plain),
            most=LONGEST,
        )
    if letters < FEWEST_LETTERS:
        raise InputError(
            "“{text}” has fewer than {fewest} letters and would be found everywhere: write more of the quote.",
            text=plain,
            fewest=FEWEST_LETTERS,
        )
    return plain


def checked_wishes(wanted: WantedQuote) -> WantedQuote:
    """Return a quote with what is asked beside its text as it is kept. Raises InputError saying what to write."""
    if len(wanted.variants) > MOST_VARIANTS:
        raise InputError(
            "These are {count} other wordings: a quote has at most {most}.",
            count=len(wanted.variants),
            most=MOST_VARIANTS,
        )
    return replace(
        wanted,
        speaker=checked_speaker(wanted.speaker),
        lang=checked_language(wanted.lang),
        threshold=checked_threshold(wanted.threshold),
        near=checked_terms(wanted.near),
        excluded=checked_terms(wanted.excluded),
        tags=checked_tags(wanted.tags),
    )


def as_quote(wanted: WantedQuote, *, text: str, number: int = 0) -> Quote:
    """Return a wanted quote as if it were tracked under this number, to try it."""
    return Quote(
        id=QuoteId(number),
        text=text,
        variants=tuple(
            Variant(id=VariantId(number), text=variant.text, lang=variant.lang, threshold=variant.threshold)
            for number, variant in enumerate(wanted.variants, start=1)
        ),
        speaker=wanted.speaker,
        lang=wanted.lang,
        threshold=wanted.threshold,
        exact=wanted.exact,
        quoted_only=wanted.quoted_only,
        near=wanted.near,
        excluded=wanted.excluded,
        tags=wanted.tags,
    )


def checked_changes(changes: QuoteChanges) -> QuoteChanges:
    """Return changes as they are kept. Raises InputError saying what to write instead."""
    checked = changes.copy()
    if "speaker" in checked:
        checked["speaker"] = checked_speaker(checked["speaker"])
    if "lang" in checked:
        checked["lang"] = checked_language(checked["lang"])
    if "threshold" in checked:
        checked["threshold"] = checked_threshold(checked["threshold"])
    if "near" in checked:
        checked["near"] = checked_terms(checked["near"])
    if "excluded" in checked:
        checked["excluded"] = checked_terms(checked["excluded"])
    if "tags" in checked:
        checked["tags"] = checked_tags(checked["tags"])
    return checked


def checked_speaker(speaker: str | None) -> str | None:
    """Return a name with its white space made plain, None when nothing is left of it. Raises InputError."""
    plain = " ".join((speaker or "").split())
    if len(plain) > LONGEST_NAME:
        raise InputError(
            "The speaker's name has {count} characters: write at most {most}.", count=len(plain), most=LONGEST_NAME
        )
    return plain or None


def checked_language(lang: str | None) -> str | None:
    """Return the tag of a language, None when it is empty. Raises InputError."""
    plain = (lang or "").strip()
    if plain and not LANGUAGE.fullmatch(plain):
        raise InputError("“{text}” is no language: write its short tag, such as en, es or pt-BR.", text=plain[:20])
    return plain or None


def checked_threshold(threshold: float | None) -> float | None:
    """Return a score that is enough to alert. Raises InputError."""
    if threshold is not None and not LEAST_THRESHOLD <= threshold <= MOST_THRESHOLD:
        raise InputError(
            "A threshold is a number from {least} to {most}: the higher it is, the more alike a passage must be.",
            least=LEAST_THRESHOLD,
            most=MOST_THRESHOLD,
        )
    return threshold


def checked_terms(terms: Iterable[str]) -> tuple[str, ...]:
    """Return terms that a post must or must not hold, each once. Raises InputError."""
    plain = tuple(dict.fromkeys(kept for term in terms if (kept := " ".join(term.split()))))
    if len(plain) > MOST_TERMS:
        raise InputError(
            "These are {count} terms: write at most {most}, with commas between them.",
            count=len(plain),
            most=MOST_TERMS,
        )
    for term in plain:
        if len(term) > LONGEST_NAME or not any(character.isalnum() for character in term):
            raise InputError("“{text}” is no term: write a name or a few words, such as Petro.", text=term[:40])
    return plain


def checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags without their "#", in lower case, each once. Raises InputError."""
    plain = tuple(dict.fromkeys(kept for tag in tags if (kept := tag.strip().removeprefix("#").casefold())))
    if len(plain) > MOST_TAGS:
        raise InputError("These are {count} tags: a quote has at most {most}.", count=len(plain), most=MOST_TAGS)
    for tag in plain:
        if len(tag) > LONGEST_TAG or not re.fullmatch(r"[\w-]+", tag):
            raise InputError("“#{text}” is no tag: write one word, such as #petro.", text=tag[:40])
    return plain


def same_words(text: str) -> str:
    """Return a form of a quote's text that is equal for texts differing only in case, punctuation or white space."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
