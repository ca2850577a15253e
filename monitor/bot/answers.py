"""What the bot answers: text, with buttons or a file when they serve better than words.

A button either opens a link or is pressed: what it then means is `press`, a verb and its arguments separated by
spaces, which comes back as callback data (1–64 bytes, core.telegram.org/bots/api#inlinekeyboardbutton).
"""

from dataclasses import dataclass

MOST_PRESS_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button under a message: exactly one of `press` and `url` is set."""

    label: str
    press: str | None = None  # a verb of `presses.PRESSES` and its arguments: "right 123"
    url: str | None = None

    def __post_init__(self) -> None:
        assert (self.press is None) != (self.url is None), "a button opens a link or is pressed"
        assert self.press is None or 0 < len(self.press.encode()) <= MOST_PRESS_BYTES, self.press


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that comes with an answer; the answer's text is its caption."""

    name: str
    content: bytes
    is_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the bot says. After a press it takes the place of the message the button was under."""

    text: str = ""  # empty after a press: the message stays as it is
    markup: bool = False  # `text` is Telegram HTML; else it is sent as it is
    buttons: Rows = ()
    attachment: Attachment | None = None
    toast: str = ""  # after a press: shown for a moment over the chat (200 characters at most)
    is_alarm: bool = False  # the toast waits to be closed
    is_apart: bool = False  # after a press: a message of its own, the pressed one stays; from a channel, sent privately
