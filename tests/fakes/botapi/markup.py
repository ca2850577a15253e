"""Texts and keyboards as bots send them: read, checked, refused in Telegram's words."""

from typing import Any

from tests.fakes.botapi.chats import World
from tests.fakes.botapi.errors import ApiError, bad_request
from tests.fakes.botapi.html import MarkupError, parse_html
from tests.fakes.botapi.links import checked_link
from tests.fakes.botapi.params import Params
from tests.fakes.botapi.text import Entity, Formatted, is_blank, tidy, utf16_length

MAX_BUTTONS = 100
MAX_CALLBACK_DATA = 64  # bytes: core.telegram.org/bots/api#inlinekeyboardbutton

_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
_ENTITY_FIELDS = ("url", "language", "custom_emoji_id")


def read_text(world: World, params: Params, *, name: str, limit: int, too_long: str) -> Formatted:
    """Return a text parameter with its entities, as Telegram would keep it. Raises ApiError.

    `limit` is in UTF-16 code units after entities parsing; `too_long` is the error beyond it. An empty text is returned
    as it is: whether it may be empty is for the caller to know.
    """
    formatted = tidy(_without_strangers(world, _formatted(params, name)))
    if utf16_length(formatted.text) > limit:
        raise bad_request(too_long)
    return Formatted(text="") if is_blank(formatted.text) else formatted


def read_markup(params: Params, *, inline_only: bool = False) -> dict[str, Any] | None:
    """Return the keyboard of a call, or None when it has none. Raises ApiError."""
    markup = params.given("reply_markup")
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if inline_only:
            raise bad_request("inline keyboard expected")
        return markup
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    checked = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, checked)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": checked} if checked else None


def html_as_sent(params: Params, name: str) -> str | None:
    """Return the markup a bot sent, or None when it sent plain text."""
    return params.text(name) if params.text("parse_mode").lower() == "html" else None


def _formatted(params: Params, name: str) -> Formatted:
    source, mode = params.text(name), params.text("parse_mode").lower()
    if mode == "html":
        try:
            return parse_html(source)
        except MarkupError as error:
            raise bad_request(f"can't parse entities: {error}") from error
    if mode not in ("", "none"):
        raise bad_request("unsupported parse_mode")
    given = params.given("entities" if name == "text" else "caption_entities") or []
    try:
        entities = tuple(_entity(one) for one in given)
    except (LookupError, TypeError, ValueError) as error:
        raise bad_request(f"can't parse MessageEntity: {error}") from error
    end = utf16_length(source)
    return Formatted(text=source, entities=tuple(one for one in entities if 0 <= one.offset < one.end <= end))


def _entity(given: dict[str, Any]) -> Entity:
    user = given.get("user")
    return Entity(
        type=given["type"],
        offset=int(given["offset"]),
        length=int(given["length"]),
        user_id=int(user["id"]) if user else None,
        **{name: given[name] for name in _ENTITY_FIELDS if name in given},
    )


def _without_strangers(world: World, formatted: Formatted) -> Formatted:
    """Mentions of users the bot has never met are dropped."""
    known = (one for one in formatted.entities if one.user_id is None or one.user_id in world.users)
    return Formatted(text=formatted.text, entities=tuple(known))


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise _unreadable("expected an Object")
    if not isinstance(button.get("text"), str):
        raise _unreadable('Can\'t find field "text"')
    actions = [name for name in _ACTIONS if button.get(name) not in (None, "")]
    if not actions:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if is_blank(button["text"]):
        raise bad_request("BUTTON_TEXT_INVALID")
    if len(str(button.get("callback_data", "")).encode()) > MAX_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in actions:
        return button | {"url": _button_link(button["url"])}
    return button


def _button_link(url: str) -> str:
    checked = checked_link(url)
    if checked is None:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return checked


def _unreadable(why: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {why}")
