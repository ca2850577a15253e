"""Changing one preference of a chat: what `/digest daily` and a button's `set here digest daily` have in common."""

from dataclasses import replace

from monitor.bot import chat_texts
from monitor.bot.answers import Answer
from monitor.bot.chat_words import OFF, Target, digest_of, hours_of, switch_of, zone_of
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.language import LANGUAGES, speaking
from monitor.core.errors import InputError
from monitor.core.model import ChatKind
from monitor.core.people import Preferences, Role, UserId
from monitor.core.quiet import zone_of as zone_preferred


def changed(preferences: Preferences, key: str, value: str) -> Preferences:
    """Return preferences with one of them changed to what a person wrote. Raises InputError saying what to write."""
    match key:
        case "lang":
            return replace(preferences, lang=_language(value))
        case "zone":
            return replace(preferences, zone=zone_of(value))
        case "quiet":
            begin, end = (None, None) if value.strip().lower() in OFF else hours_of(value)
            return replace(preferences, quiet_from=begin, quiet_to=end)
        case "digest":
            digest, at = digest_of(value)
            return replace(preferences, digest=digest, digest_at=at)
        case _:
            return replace(preferences, silent=_silence(value, preferences))


async def set_one(call: Call, desk: Desk, target: Target, key: str, value: str) -> Answer:
    """Change one preference of a chat, and show them all."""
    wanted = changed(await desk.preferences(target.address), key, value)
    await desk.prefer(target.address, wanted, kind=target.kind, title=target.title, by=call.by)
    if key == "lang" and wanted.lang:
        await _show_menus(call, target, wanted.lang)
    with speaking(wanted.lang if target.is_here and wanted.lang else call.lang):
        page = await overview(call, desk, target)
        return replace(page, toast=chat_texts.saved())


async def show_menu(call: Call, desk: Desk, user_id: UserId, role: Role) -> None:
    """Show a person whose role changed the commands of the new one, in the language of their private chat."""
    lang = (await desk.preferences(str(user_id))).lang
    await call.ask_telegram().show_menu(user_id, role, call.policy, lang=lang)


async def _show_menus(call: Call, target: Target, lang: str) -> None:
    """Let the menus of commands of a chat follow the language it chose. A channel has none."""
    if target.kind in (ChatKind.GROUP, ChatKind.SUPERGROUP):
        await call.ask_telegram().show_group_menu(target.address, lang)
    elif target.kind is ChatKind.PRIVATE and call.user_id is not None:
        await call.ask_telegram().show_menu(call.user_id, call.role, call.policy, lang=lang)


async def overview(call: Call, desk: Desk, target: Target) -> Answer:
    """Return how a chat is told, with buttons to change it."""
    preferences = await desk.preferences(target.address)
    text = chat_texts.preferences_page(
        preferences,
        await desk.followed(target.address, thread_id=target.thread_id),
        await desk.mutes(target.address),
        target,
        zone=zone_preferred(preferences, call.zone),
        lang=call.lang,
    )
    return Answer(text=text, buttons=chat_texts.page_buttons(where(target)))


def question(key: str, target: Target) -> Answer:
    """Return the choices for one preference."""
    text, buttons = chat_texts.choices(key, where(target))
    return Answer(text=text, buttons=buttons)


def where(target: Target) -> str:
    """Return a chat as buttons name it."""
    return "here" if target.is_here else target.address


def _language(value: str) -> str:
    wanted = value.strip().lower()
    by_name = {spoken.lower(): lang for lang, spoken in LANGUAGES.items()}
    found = wanted if wanted in LANGUAGES else by_name.get(wanted)
    if found is None:
        raise InputError("I speak {languages}: write for example /language es", languages=", ".join(LANGUAGES.values()))
    return found


def _silence(value: str, preferences: Preferences) -> bool:
    if value == "toggle":
        return not preferences.silent
    wanted = switch_of(value)
    if wanted is None:
        raise InputError("Write /silent on or /silent off.")
    return wanted
