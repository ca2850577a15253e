from zoneinfo import ZoneInfo

from monitor.bot.messages import status_page
from monitor.bot.quote_texts import quote_list
from monitor.core.model import QuoteId
from tests.bot.helpers import a_status
from tests.builders import NOON, a_quote, a_source, a_variant

MADRID = ZoneInfo("Europe/Madrid")


def test_the_list_of_quotes_shows_the_numbers_that_commands_take() -> None:
    family = a_quote("Ven por mí", id=QuoteId(7), variants=(a_variant("Come"),), tags=("petro",), paused=True)

    assert quote_list([a_quote(speaker="Petro"), family]) == (
        "1. “Come get me, coward!” (Petro)\n7. “Ven por mí” (#petro, 1 other wording, paused)"
    )
    assert "/track" in quote_list([])


def test_the_status_says_in_words_what_fails_and_since_when() -> None:
    failing = a_source(name="Slow News", failures=3, last_error="HTTP 503\n<html>", last_success_at=NOON)
    gone = a_source(name="Old News")

    page = status_page(a_status(failing=(failing,), gone=(gone,)), zone=MADRID)

    assert "Sources polled: 12, failing: 1, gone: 1" in page
    assert "Alerts sent: 4, waiting: 1, held: 0, given up: 0" in page
    assert "✗ Slow News: HTTP 503 <html> (3 failures in a row, worked last 2026-01-06 13:00 CET)" in page
    assert "✗ Old News is gone for good and no longer polled." in page
    assert "Last match: none yet" in page
