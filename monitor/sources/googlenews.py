"""Google News: the address of the feed that a search publishes.

Facts: `news.google.com/rss/search?q=…&hl=…&gl=…&ceid=…` is unofficial and undocumented; `hl` (language), `gl`
(country) and `ceid` (edition) must agree, or the answer is a consent page
(github.com/searxng/searxng, searx/engines/google_news.py, which lists the editions). `when:1d` keeps a search
to the last day. Only headlines come back, so only headlines are compared.
"""

import re
from urllib.parse import quote_plus

_EDITION = re.compile(r"([a-z]{2})(?:[-_]([a-z]{2}|419))?", re.IGNORECASE)
_DATED = re.compile(r"(?:^|\s)(?:when|after|before):", re.IGNORECASE)
# where a language is at home, when its country has not the same two letters
_HOME = {"ar": "EG", "bn": "BD", "cs": "CZ", "el": "GR", "en": "US", "he": "IL", "hi": "IN", "ja": "JP", "ko": "KR"} | {
    "pt": "BR", "sl": "SI", "sr": "RS", "sv": "SE", "ta": "IN", "te": "IN", "uk": "UA", "vi": "VN", "zh": "TW"
}  # fmt: skip
_SCRIPTS = {"CN": "zh-Hans", "SG": "zh-Hans"}


def search_url(words: str, edition: str = "") -> str | None:
    """Return the feed of a search in one edition ("es-CO", "fr"; empty: en-US), or None when there is no such form.

    The words may hold Google's operators. They are searched in the last day unless they say `when:`, `after:`
    or `before:` themselves.
    """
    return _url(quote_plus(words if _DATED.search(words) else f"{words} when:1d", safe=":"), edition)


def template_url(placeholder: str, edition: str = "") -> str | None:
    """Return the feed of a search whose words are filled in later, where `placeholder` stands."""
    return _url(f"{placeholder}+when:1d", edition)


def _url(query: str, edition: str) -> str | None:
    found = _EDITION.fullmatch(edition or "en-US")
    if found is None:
        return None
    language, country = found[1].lower(), (found[2] or "").upper()
    if country == "419":  # Latin America as a whole: the Spanish edition of the United States
        country = "US"
    country = country or _HOME.get(language, language.upper())
    hl, spoken = _spoken(language, country)
    return f"https://news.google.com/rss/search?q={query}&hl={hl}&gl={country}&ceid={country}:{spoken}"


def _spoken(language: str, country: str) -> tuple[str, str]:
    """Return a language as `hl` and as `ceid` name it: they differ where it is written in several ways."""
    match language:
        case "en":
            return f"en-{country}", "en"
        case "es" if country != "ES":
            return "es-419", "es-419"
        case "pt":
            return f"pt-{country}", "pt-150" if country == "PT" else "pt-419"
        case "zh":
            return f"zh-{country}", _SCRIPTS.get(country, "zh-Hant")
    return language, language
