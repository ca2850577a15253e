"""HTML of documents that stand alone: one file, no script, nothing from elsewhere, good on paper."""

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
:root { color-scheme: light dark; --ink: #1d2327; --quiet: #56606a; --line: #d4d9dd; --paper: #fff; --mark: #ffe9a8;
    --accent: #1f6f8b }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaec; --quiet: #a6afb7; --line: #3a4148; --paper: #16191c;
    --mark: #5c4a12; --accent: #7cc0da } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 50rem;
    margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem }
blockquote { margin: .5rem 0; padding: .25rem 0 .25rem .9rem; border-left: 3px solid var(--accent);
    white-space: pre-wrap }
mark { background: var(--mark); color: inherit } a { color: var(--accent) }
.quiet { color: var(--quiet); font-size: .9rem } code { font-size: .85em }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 } caption { text-align: left; color: var(--quiet) }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line) }
th { overflow-wrap: normal } .short { white-space: nowrap }
section { break-inside: avoid }
svg { width: 100%; height: auto }
@media print { :root { --ink: #000; --quiet: #444; --line: #bbb; --paper: #fff; --mark: #eee; --accent: #000 }
    body { font-size: 10pt; max-width: none; padding: 0 } .quiet { font-size: 8.5pt } a { text-decoration: none }
    h1, h2, h3 { break-after: avoid } thead { display: table-header-group } tr { break-inside: avoid }
    section { margin: 0 0 .6rem } section p { margin: .15rem 0 } blockquote { margin: .2rem 0; padding-top: 0 }
    @page { size: A4; margin: 18mm 18mm 20mm;
        @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; color: #444 } } }
"""


def page(title: str, parts: Iterable[str]) -> str:
    """Return a whole document; the parts are markup, the title is text."""
    return "".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
            f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n",
            *(f"{part}\n" for part in parts),
            "</main>\n</body>\n</html>\n",
        ]
    )


def element(tag: str, text: object, css: str = "") -> str:
    """Return an element around a text."""
    return f'<{tag} class="{css}">{escape(str(text))}</{tag}>' if css else f"<{tag}>{escape(str(text))}</{tag}>"


def link(url: object, text: object | None = None) -> str:
    """Return a link to a web address; to anything else it only shows it."""
    shown = escape(str(url if text is None else text))
    if not str(url).lower().startswith(("http://", "https://")):
        return shown
    return f'<a href="{escape(str(url))}" rel="noreferrer">{shown}</a>'


def marked(text: str, spans: Iterable[Sequence[int]]) -> str:
    """Return a text with stretches of it marked; they do not overlap and are in order."""
    done: list[str] = []
    last = 0
    for start, end in spans:
        done += [escape(text[last:start]), f"<mark>{escape(text[start:end])}</mark>"]
        last = end
    return "".join([*done, escape(text[last:])])


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """Return a table; its cells are markup, its head is text."""
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{above}<thead><tr>{heads}</tr></thead><tbody>\n{body}</tbody></table>"


def moment(text: object) -> str:
    """Return a time as the database writes it, as people read it: 2026-01-06 12:00:00 UTC."""
    written = str(text)
    return f"{written[:10]} {written[11:19]} UTC" if len(written) >= 19 and written[10] == "T" else written
