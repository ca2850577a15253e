"""What a person may track: the text of a quote, checked before anything is stored."""

from monitor.core.errors import InputError

LONGEST = 300  # characters; longer passages are said as several quotes, and matching cost stays bounded
FEWEST_LETTERS = 4  # "no" or "ok" would be in every other post


def checked_text(text: str) -> str:
    """Return the text of a quote with its white space made plain. Raises InputError saying what to write instead."""
    plain = " ".join(text.split())
    letters = sum(character.isalnum() for character in plain)
    if not plain:
        raise InputError("The quote is empty: write its words, for example: Come get me, coward!")
    if len(plain) > LONGEST:
        raise InputError(
            f"The quote has {len(plain)} characters, at most {LONGEST} can be tracked: "
            "choose its most telling sentence, or track it as several quotes."
        )
    if letters < FEWEST_LETTERS:
        raise InputError(
            f"“{plain}” has fewer than {FEWEST_LETTERS} letters and would be found everywhere: write more of the quote."
        )
    return plain


def same_words(text: str) -> str:
    """Return a form of a quote's text that is equal for texts differing only in case, punctuation or white space."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
