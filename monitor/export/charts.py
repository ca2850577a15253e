"""A chart of matches by day as an SVG file of its own: no script, its colours in it, light and dark."""

from collections.abc import Sequence
from html import escape

from monitor.core.history import DayCount
from monitor.sources.text import clean

WIDTH, HEIGHT = 760, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 8, 40, 28
LONGEST_TITLE = 60
MOST_BARS = 400  # beyond it, each bar is several days
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#56606a}.title{font-size:15px;fill:#1d2327}"
    "rect{fill:#1f6f8b}line{stroke:#d4d9dd}"
    "@media(max-width:600px){text{font-size:22px}.title{font-size:22px}}"  # shown at half its size, as on a phone
    "@media(prefers-color-scheme:dark){text{fill:#a6afb7}.title{fill:#e8eaec}rect{fill:#7cc0da}line{stroke:#3a4148}}"
)


def svg(days: Sequence[DayCount], title: str) -> str:
    """Return the days, oldest first, as an SVG document."""
    bars = _merged(days)
    most = max((bar.matches for _, bar in bars), default=0)
    total = sum(bar.matches for _, bar in bars)
    spoken = f"{clean(title)}: {total} matches"
    if bars:
        spoken += f" from {bars[0][0].day} to {bars[-1][1].day}"
    root = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
    drawn = [
        f'{root} aria-label="{escape(spoken)}"><style>{STYLE}</style>',
        f'<text class="title" x="{LEFT}" y="20">{escape(_short(clean(title)))}</text>',
        *_axis(max(most, 1)),
        *_bars(bars, max(most, 1)),
        *_days(bars),
        "</svg>\n",
    ]
    return "\n".join(drawn)


Bar = tuple[DayCount, DayCount]  # its first day, and its last with what all its days brought


def _merged(days: Sequence[DayCount]) -> list[Bar]:
    size = max(1, -(-len(days) // MOST_BARS))
    groups = [days[start : start + size] for start in range(0, len(days), size)]
    return [(group[0], DayCount(day=group[-1].day, matches=sum(one.matches for one in group))) for group in groups]


def _axis(most: int) -> list[str]:
    bottom, top = HEIGHT - BOTTOM, TOP
    return [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{count}</text>'
        for y, count in ((top, most), (bottom, 0))
    ]


def _bars(bars: Sequence[Bar], most: int) -> list[str]:
    step = (WIDTH - LEFT - RIGHT) / max(len(bars), 1)
    drawn = []
    for number, (first, last) in enumerate(bars):
        if last.matches:
            height = max((HEIGHT - TOP - BOTTOM) * last.matches / most, 1)
            label = f"{first.day}" if first.day == last.day else f"{first.day} to {last.day}"
            drawn.append(
                f'<rect x="{LEFT + number * step:.2f}" y="{HEIGHT - BOTTOM - height:.2f}"'
                f' width="{max(step * 0.85, 0.5):.2f}" height="{height:.2f}">'
                f"<title>{label}: {last.matches}</title></rect>"
            )
    return drawn


def _days(bars: Sequence[Bar]) -> list[str]:
    if not bars:
        return []
    y = HEIGHT - 8
    drawn = [f'<text x="{LEFT}" y="{y}">{bars[0][0].day}</text>']
    if len(bars) > 1:
        drawn.append(f'<text x="{WIDTH - RIGHT}" y="{y}" text-anchor="end">{bars[-1][1].day}</text>')
    return drawn


def _short(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"
