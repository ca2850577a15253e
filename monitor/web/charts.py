"""Charts as SVG, drawn on the server: no script, colours from the style sheet, a text for those who cannot see them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from monitor.core.coverage import Coverage
from monitor.web.watching import DayWatched

WIDTH, HEIGHT = 720, 190
LEFT, RIGHT, TOP, BOTTOM = 46, 6, 16, 44
STRIP = 8  # height of the strip that shows when nobody looked
MOST_BARS = 124
BLIND_BELOW = 0.995  # a day watched for less is shown as one with gaps
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch of days."""

    first: date
    last: date
    sure: int
    maybe: int
    watched: float | None  # share; None: not known

    @property
    def label(self) -> str:
        """The days, as people write them."""
        start = f"{self.first.day} {self.first:%b %Y}"
        return start if self.first == self.last else f"{start} – {self.last.day} {self.last:%b %Y}"

    @property
    def looked(self) -> str:
        """How well it was looked, in words."""
        if self.watched is None:
            return "not known"
        return "all the time" if self.watched >= BLIND_BELOW else f"{self.watched:.0%} of the time"


def bars(by_day: Mapping[date, tuple[int, int]], watched: Sequence[DayWatched], first: date, last: date) -> list[Bar]:
    """Return the days from `first` to `last` as at most `MOST_BARS` stretches of equal length."""
    days = (last - first).days + 1
    length = next((size for size in (1, 7, 28) if days / size <= MOST_BARS), -(-days // MOST_BARS))
    shares = {one.day: one.share for one in watched}
    found = []
    # Stretches end with `last`, so that the newest is a whole one.
    start = last - (-(-days // length) * length - 1) * DAY
    while start <= last:
        within = [start + n * DAY for n in range(length)]
        counts = [by_day.get(day, (0, 0)) for day in within]
        known = [share for day in within if (share := shares.get(day)) is not None]
        found.append(
            Bar(
                first=start,
                last=within[-1],
                sure=sum(sure for sure, _ in counts),
                maybe=sum(maybe for _, maybe in counts),
                watched=sum(known) / len(known) if known else None,
            )
        )
        start += length * DAY
    return found


def timeline(shown: Sequence[Bar], title: str) -> Markup:
    """Return bars with an axis, and under them a strip that shows when the sources were not looked at."""
    most = max((bar.sure + bar.maybe for bar in shown), default=0)
    top = _round_up(most)
    step = (WIDTH - LEFT - RIGHT) / max(len(shown), 1)
    drawn = [*_axis(top), *_bars(shown, top, step), *_strip(shown, step), *_days(shown, step)]
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}" preserveAspectRatio="xMidYMid meet">'
        '<defs><pattern id="blind" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" class="blind-ground"/><rect width="3" height="6" class="blind-line"/>'
        "</pattern></defs>{}</svg>"
    ).format(WIDTH, HEIGHT, title, Markup("".join(drawn)))  # noqa: S704 - numbers and our own words


def _rect(css: str, x: float, y: float, width: float, height: float, inside: str = "") -> str:
    return f'<rect class="{css}" x="{x:.2f}" y="{y:.1f}" width="{width:.2f}" height="{height:.1f}">{inside}</rect>'


def _axis(top: int) -> Iterator[str]:
    plot = HEIGHT - TOP - BOTTOM
    for share in (0, 0.5, 1):
        if share == 0.5 and top % 2:
            continue
        y = TOP + plot * (1 - share)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="axis" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{top * share:,.0f}</text>'


def _bars(shown: Sequence[Bar], top: int, step: float) -> Iterator[str]:
    plot = HEIGHT - TOP - BOTTOM
    width = max(step - (2 if step > 6 else 0.6), 0.8)
    for index, bar in enumerate(shown):
        x = LEFT + index * step
        if bar.watched is not None and bar.watched < BLIND_BELOW:
            height = plot * (1 - bar.watched)
            yield _rect("blind", x, TOP + plot - height, step, height)
        tip = f"<title>{bar.label}: {bar.sure} matches, {bar.maybe} suggestions; looked {bar.looked}</title>"
        y = float(TOP + plot)
        for css, count in (("sure", bar.sure), ("maybe", bar.maybe)):
            if count:
                height = max(plot * count / top, 1.5)
                y -= height
                yield _rect(f"bar {css}", x, y, width, height, tip)


def _strip(shown: Sequence[Bar], step: float) -> Iterator[str]:
    y = HEIGHT - BOTTOM + 5
    for index, bar in enumerate(shown):
        css = "unknown" if bar.watched is None else "looked" if bar.watched >= BLIND_BELOW else "blind"
        tip = f"<title>{bar.label}: looked {bar.looked}</title>"
        yield _rect(css, LEFT + index * step, y, step + 0.05, STRIP, tip)


def _days(shown: Sequence[Bar], step: float) -> Iterator[str]:
    labels = min(5, len(shown))
    for number in range(labels):
        index = round(number * (len(shown) - 1) / max(labels - 1, 1))
        anchor = "start" if number == 0 else "end" if number == labels - 1 else "middle"
        x = LEFT + index * step + (0 if number == 0 else step if number == labels - 1 else step / 2)
        bar = shown[index]
        day = bar.last if number == labels - 1 else bar.first
        css = "axis between" if number % 2 else "axis"  # left out where there is little room
        yield f'<text class="{css}" x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="{anchor}">{day.day} {day:%b %Y}</text>'


def _round_up(most: int) -> int:
    """Return the next number that reads well on an axis."""
    if most <= 4:
        return max(most, 1)
    size: int = 10 ** (len(str(most)) - 1)
    return next(
        step * size // 10 for step in (10, 12, 15, 16, 20, 24, 30, 40, 50, 60, 80, 100) if step * size >= most * 10
    )


def spark(counts: Sequence[int], title: str) -> Markup:
    """Return a small line of bars."""
    most = max([*counts, 1])
    heights = [max(24 * count / most, 1) for count in counts]
    drawn = "".join(_rect("bar sure", index * 5, 24 - height, 4, height) for index, height in enumerate(heights))
    return Markup('<svg class="spark" viewBox="0 0 {} 24" role="img" aria-label="{}">{}</svg>').format(
        len(counts) * 5,
        title,
        Markup(drawn),  # noqa: S704 - numbers
    )


def strip(watched: Coverage | None, days: int, title: str) -> Markup:
    """Return the last days of one source, dark where it was watched and hatched where it was not."""
    drawn: list[str] = []
    if watched is not None:
        span = days * DAY
        begin = watched.until - span

        def place(css: str, start: float, end: float) -> str:
            return _rect(css, start * 280, 0, max((end - start) * 280, 0.8), 14)

        drawn.append(place("looked", max((watched.since - begin) / span, 0), 1))
        drawn += [place("blind", max((one.start - begin) / span, 0), (one.end - begin) / span) for one in watched.blind]
    return Markup(
        '<svg class="strip" viewBox="0 0 280 14" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="unknown" width="280" height="14"/>{}</svg>'
    ).format(title, Markup("".join(drawn)))  # noqa: S704 - numbers
