"""The language the bot speaks: English as written in the code, others from the catalogues in `locale/`.

Catalogues are gettext's (gnu.org/software/gettext): `locale/<lang>/LC_MESSAGES/quote_monitor.po`, compiled to
`.mo` beside it by `make catalogue`. What is said is translated when it is said: whoever answers a chat does it
inside `speaking(lang)`.
A sentence is one message with named fields, `_("Tracking {quote}.").format(quote=...)`, never joined from pieces.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

DOMAIN = "quote_monitor"
LOCALES = Path(__file__).parent / "locale"
ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "es": "Español"}

_speaking: ContextVar[gettext.NullTranslations | None] = ContextVar("_speaking", default=None)


def _(message: str) -> str:
    """Return a message in the language now spoken."""
    spoken = _speaking.get()
    return spoken.gettext(message) if spoken else message


def marked(message: str) -> str:
    """Return a message as it is: it is translated where it is said, and found here by `make catalogue`."""
    return message


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of a message that goes with `count`, in the language now spoken."""
    spoken = _speaking.get()
    return spoken.ngettext(one, many, count) if spoken else (one if count == 1 else many)


@contextmanager
def speaking(lang: str | None) -> Iterator[None]:
    """Speak the language nearest to this tag (`es-CO` is `es`) inside the block; English when there is none."""
    token = _speaking.set(_translations(nearest(lang)))
    try:
        yield
    finally:
        _speaking.reset(token)


def nearest(lang: str | None) -> str:
    """Return the language the bot speaks that is nearest to an IETF tag, as Telegram gives them."""
    primary = (lang or "").replace("_", "-").partition("-")[0].lower()
    return primary if primary in LANGUAGES else ENGLISH


@cache
def _translations(lang: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALES, [lang], fallback=True)  # a broken installation still answers
