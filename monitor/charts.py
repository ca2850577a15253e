"""A chart of how often a quote appeared, day by day: a PNG picture, or a line of text where none can be drawn.

Pictures need matplotlib, the extra `charts`. Drawing takes some tenths of a second of computing: it is done in
another process (`monitor.offload`).
"""

import io
from collections.abc import Container, Sequence
from importlib.util import find_spec

from monitor.core.history import DayCount

BARS = "▁▂▃▄▅▆▇█"
INK, PAPER, QUIET = "#1f6f8b", "#ffffff", "#5c6670"  # 5.5:1 and 5.9:1 on white: w3.org/TR/WCAG21/#contrast-minimum
INCHES, DOTS = (8.0, 3.6), 120
LONGEST_TITLE = 70


def can_draw() -> bool:
    """Tell whether pictures can be drawn here."""
    return find_spec("matplotlib") is not None


def bars(days: Sequence[DayCount]) -> str:
    """Return the days as a line of text, a bar a day; a day without a match is the lowest."""
    most = max((day.matches for day in days), default=0)
    if most == 0:
        return BARS[0] * len(days)
    return "".join(BARS[0 if not day.matches else _height(day.matches, most)] for day in days)


def _height(matches: int, most: int) -> int:
    return max(1, round(matches / most * (len(BARS) - 1)))


def png(days: Sequence[DayCount], title: str, label: str) -> bytes:
    """Return the days as a PNG picture with a title; `label` names what is counted. Needs matplotlib."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.dates import AutoDateLocator, DateFormatter
    from matplotlib.figure import Figure
    from matplotlib.font_manager import findfont, get_font
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=INCHES, dpi=DOTS, facecolor=PAPER, layout="constrained")
    axes = figure.add_subplot()
    axes.bar([day.day for day in days], [day.matches for day in days], color=INK, width=0.8)
    axes.set_title(_plain(_drawable(title, get_font(findfont("DejaVu Sans")).get_charmap())), loc="left", fontsize=13)
    axes.set_ylabel(label, color=QUIET)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(0, max(1, *(day.matches for day in days), 1) * 1.08)
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=6))
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m-%d"))
    axes.tick_params(colors=QUIET)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e3e6e8", linewidth=0.8)
    axes.set_axisbelow(True)
    picture = io.BytesIO()
    FigureCanvasAgg(figure).print_png(picture)
    return picture.getvalue()


def _drawable(title: str, letters: Container[int]) -> str:
    """Return a title without what the font has no letter for, or nothing when that is most of it."""
    line = " ".join(title.split())
    kept = "".join(character for character in line if ord(character) in letters)
    return kept if 2 * len(kept) > len(line) else ""


def _plain(title: str) -> str:
    """Return a title short enough; a dollar sign would begin a formula (matplotlib.org/stable/users/explain/text)."""
    short = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"
    return short.replace("$", r"\$")
