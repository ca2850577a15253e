import io
import json
import logging

import pytest
import structlog
import telegram

from monitor.logs import HIDDEN, configure, redact

TOKEN = "123456789:AAcanaryCanaryCanaryCanaryCanary_-1"


@pytest.fixture
def logged():
    """Returns what has been logged; puts logging back afterwards."""
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def begin(**options: object) -> io.StringIO:
        configure(stream=stream, secrets=[TOKEN], **options)
        return stream

    yield begin
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["json", "console"])
def test_the_token_is_never_logged_whatever_holds_it(logged, form: str) -> None:
    stream = logged(level="DEBUG", form=form)
    bot = telegram.Bot(TOKEN)
    log = structlog.get_logger()

    log.info("starting", bot=bot, url=f"https://api.telegram.org/bot{TOKEN}/getMe")
    logging.getLogger("httpx").debug("HTTP Request: POST https://api.telegram.org/bot%s/getMe", TOKEN)
    logging.getLogger("telegram").warning("%r", bot)
    try:
        int(f"failed with {TOKEN}")
    except ValueError:
        log.exception("failed")
        logging.getLogger("elsewhere").exception("failed")

    text = stream.getvalue()
    assert TOKEN not in text
    assert TOKEN.partition(":")[2] not in text
    assert text.count(HIDDEN) >= 5


def test_a_token_that_is_not_ours_is_hidden_too() -> None:
    assert redact("bot987654321:BBotherOtherOtherOtherOtherOther-_2/getMe") == f"bot{HIDDEN}/getMe"


def test_times_and_addresses_are_not_mistaken_for_tokens() -> None:
    text = "at 12:30:59 http://127.0.0.1:8080/a 2026-01-06T12:00:00"

    assert redact(text) == text


def test_each_line_is_one_json_object_where_no_terminal_reads(logged) -> None:
    stream = logged(form="auto")

    structlog.get_logger().info("source read", source="Harbor Wire", posts=2)

    line = json.loads(stream.getvalue())
    assert (line["event"], line["source"], line["posts"], line["level"]) == ("source read", "Harbor Wire", 2, "info")
    assert line["timestamp"].endswith("Z")


def test_libraries_say_only_what_is_wrong(logged) -> None:
    stream = logged(level="INFO", form="console")

    logging.getLogger("httpx").info("HTTP Request")
    logging.getLogger("apscheduler").info("Added job")

    assert stream.getvalue() == ""


def test_a_traceback_tells_where_and_not_what_the_variables_held(logged) -> None:
    stream = logged(form="json")

    def fail(words: str) -> None:
        raise ValueError(len(words))

    try:
        fail("what a stranger wrote")
    except ValueError:
        structlog.get_logger().exception("failed")

    line = json.loads(stream.getvalue())
    assert "fail" in [frame["name"] for frame in line["exception"][0]["frames"]]
    assert "stranger" not in stream.getvalue()
