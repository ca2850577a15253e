"""Charts as SVG, drawn on the server: no script, colours from the style sheet, a text for those who cannot see them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from monitor.core.coverage import Coverage
from monitor.web.watching import DayWatched

WIDTH, PLOT = 720, 130  # the picture is stretched to its place; what is written beside it is not
GAP, STRIP = 5, 8  # height of the strip that shows when nobody looked
HEIGHT = PLOT + GAP + STRIP
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
    marks = (1, 0) if top % 2 else (1, 0.5, 0)
    step = WIDTH / max(len(shown), 1)
    drawn = [*(_line(share) for share in marks), *_bars(shown, top, step), *_strip(shown, step)]
    return Markup(
        '<div class="timeline"><div class="counts" aria-hidden="true">{}</div>'
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}" preserveAspectRatio="none">'
        '<defs><pattern id="blind" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" class="blind-ground"/><rect width="3" height="6" class="blind-line"/>'
        '</pattern></defs>{}</svg><div class="days" aria-hidden="true">{}</div></div>'
    ).format(
        Markup("").join(Markup("<span>{}</span>").format(f"{top * share:,.0f}") for share in marks),
        WIDTH,
        HEIGHT,
        title,
        Markup("".join(drawn)),  # noqa: S704 - numbers and our own words
        Markup("").join(_days(shown)),
    )


def _rect(css: str, x: float, y: float, width: float, height: float, inside: str = "") -> str:
    return f'<rect class="{css}" x="{x:.2f}" y="{y:.1f}" width="{width:.2f}" height="{height:.1f}">{inside}</rect>'


def _line(share: float) -> str:
    y = PLOT * (1 - share)
    return f'<line class="grid" x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _bars(shown: Sequence[Bar], top: int, step: float) -> Iterator[str]:
    width = max(step - (2 if step > 6 else 0.6), 0.8)
    for index, bar in enumerate(shown):
        x = index * step
        if bar.watched is not None and bar.watched < BLIND_BELOW:
            height = PLOT * (1 - bar.watched)
            yield _rect("blind", x, PLOT - height, step, height)
        tip = f"<title>{bar.label}: {bar.sure} matches, {bar.maybe} suggestions; looked {bar.looked}</title>"
        y = float(PLOT)
        for css, count in (("sure", bar.sure), ("maybe", bar.maybe)):
            if count:
                height = max(PLOT * count / top, 1.5)
                y -= height
                yield _rect(f"bar {css}", x, y, width, height, tip)


def _strip(shown: Sequence[Bar], step: float) -> Iterator[str]:
    for index, bar in enumerate(shown):
        css = "unknown" if bar.watched is None else "looked" if bar.watched >= BLIND_BELOW else "blind"
        tip = f"<title>{bar.label}: looked {bar.looked}</title>"
        yield _rect(css, index * step, PLOT + GAP, step + 0.05, STRIP, tip)


def _days(shown: Sequence[Bar]) -> Iterator[Markup]:
    """Yield a few days to write under the bars, as far apart as they are in time."""
    labels = min(5, len(shown))
    for number in range(labels):
        bar = shown[round(number * (len(shown) - 1) / max(labels - 1, 1))]
        day = bar.last if number == labels - 1 else bar.first
        css = "between" if number % 2 else "named"  # the others are left out where there is little room
        yield Markup('<span class="{}">{} {}</span>').format(css, day.day, f"{day:%b %Y}")


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
