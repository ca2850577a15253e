import struct
from datetime import date, timedelta

import pytest

from monitor.charts import BARS, bars, png
from monitor.core.history import DayCount


def days(*counts: int) -> list[DayCount]:
    return [DayCount(day=date(2026, 1, 1) + timedelta(days=at), matches=count) for at, count in enumerate(counts)]


@pytest.mark.parametrize(
    ("counts", "drawn"),
    [((), ""), ((0, 0), "▁▁"), ((0, 8, 4), "▁█▅"), ((1, 1_000_000), "▂█"), ((5,), "█")],
)
def test_days_are_bars_and_a_day_with_a_match_is_higher_than_one_without(counts: tuple[int, ...], drawn: str) -> None:
    assert bars(days(*counts)) == drawn
    assert len(BARS) == 8


@pytest.mark.parametrize("title", ["Come get me", "$\\frac{", "$x$ " * 60, "", "“¡Ven por mí!”\n<b>", "\U0001f633 王"])
@pytest.mark.filterwarnings("error")
def test_a_picture_of_any_title_and_any_days(title: str) -> None:
    for counts in ((0,), (0, 3, 1) * 10):
        picture = png(days(*counts), title, "matches a day")
        assert picture.startswith(b"\x89PNG\r\n")
        assert struct.unpack(">II", picture[16:24]) == (960, 432)
