"""Telegram's HTML in a terminal: bold is bold, a quotation has a bar at its side, a link shows its address."""

from html.parser import HTMLParser

BOLD, UNDERLINE, ITALIC, DIM, PLAIN = "\x1b[1;33m", "\x1b[4m", "\x1b[3m", "\x1b[2m", "\x1b[0m"
STYLES = {"b": BOLD, "strong": BOLD, "u": UNDERLINE, "ins": UNDERLINE, "i": ITALIC, "em": ITALIC, "code": DIM}
MARKS = {"b": "**", "strong": "**", "u": "_", "ins": "_"}  # without colours


class Page(HTMLParser):
    """Collects the lines of a message."""

    def __init__(self, *, colour: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._colour = colour
        self._open: list[str] = []
        self._link = ""
        self.lines: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a style, a link or a quotation."""
        self._open.append(tag)
        if tag == "blockquote":
            self._bar()
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""
        elif self._colour:
            self._add(STYLES.get(tag, ""))
        else:
            self._add(MARKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        """End it; styles around it go on."""
        if tag in self._open:
            self._open.remove(tag)
        if tag == "a":
            self._add(f" ({self._link})")
        elif self._colour and tag in STYLES:
            self._add(PLAIN + self._styles())
        elif not self._colour:
            self._add(MARKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        """Add text, line by line, so that each line of a quotation has its bar."""
        first, *rest = data.split("\n")
        self._add(first)
        for line in rest:
            self.lines.append("")
            if "blockquote" in self._open:
                self._bar()
            self._add(line)

    def _bar(self) -> None:
        self._add(("\x1b[36m│\x1b[0m " + self._styles()) if self._colour else "│ ")

    def _styles(self) -> str:
        return "".join(STYLES.get(tag, "") for tag in self._open)

    def _add(self, text: str) -> None:
        self.lines[-1] += text


def shown(html: str, *, colour: bool) -> str:
    """Return a message in Telegram HTML as a terminal shows it; without `colour`, matched words stand between **."""
    page = Page(colour=colour)
    page.feed(html)
    page.close()
    return "\n".join(page.lines)
