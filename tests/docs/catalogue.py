"""The catalogue of messages: taken from the code, kept beside its translations, compiled. `make catalogue` runs it.

Messages are what is given to `_`, `marked`, `ngettext` and `InputError`, and the help text of every command. They are
read from the syntax tree, since Python before 3.12 hides what stands inside an f-string from tools that read tokens.
"""

import ast
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from monitor.bot.commands import COMMANDS
from monitor.bot.language import DOMAIN, ENGLISH, LANGUAGES, LOCALES

ROOT = Path(__file__).parents[2]
CODE = ROOT / "monitor"
SINGULAR, PLURAL = {"_", "marked", "InputError"}, "ngettext"
TRANSLATED = tuple(lang for lang in LANGUAGES if lang != ENGLISH)
Message = str | tuple[str, str]
WIDTH = 110
NEVER_IN_CHATS = ("cli/", "web/", "demo/", "care/", "export/", "quotefile.py", "sources/opml.py")  # English only


def messages_in(tree: ast.Module, texts: Mapping[str, str]) -> Iterator[Message]:
    """Yield the messages of a module: a text, or the two forms of one that counts. `texts` have a name there."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        given = [text for arg in node.args if (text := _text(arg, texts)) is not None]
        if node.func.id in SINGULAR and given:
            yield given[0]
        elif node.func.id == PLURAL and len(given) == 2:
            yield given[0], given[1]


def template() -> Catalog:
    """Return every message of the program, and where it stands."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(CODE.rglob("*.py"))}
    named = {_module(path): dict(_constants(tree)) for path, tree in trees.items()}
    found = Catalog(project="quote-monitor", fuzzy=False)
    for path, tree in trees.items():
        if path.relative_to(CODE).as_posix().startswith(NEVER_IN_CHATS):
            continue
        for message in messages_in(tree, named[_module(path)] | dict(_imported(tree, named))):
            _add(found, message, path.relative_to(ROOT).as_posix())
    for command in COMMANDS:
        _add(found, command.written, "docs/commands.md")
    return found


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the texts that a module gives a name, for what is said in several places."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text


def _imported(tree: ast.Module, named: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            texts = named.get(node.module or "", {})
            yield from ((alias.name, texts[alias.name]) for alias in node.names if alias.name in texts)


def _text(node: ast.expr, texts: Mapping[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return texts.get(node.id) if isinstance(node, ast.Name) else None


def po_of(lang: str) -> Path:
    """Return the file that holds the translations into a language."""
    return LOCALES / lang / "LC_MESSAGES" / f"{DOMAIN}.po"


def translations(lang: str) -> Catalog:
    """Return the translations as they are written down."""
    if not po_of(lang).exists():
        return Catalog(
            locale=lang,
            domain=DOMAIN,
            project="quote-monitor",
            version="1",
            header_comment="# What the bot says, in another language. `make catalogue` keeps it in step with the code.",
            msgid_bugs_address="see CONTRIBUTING.md",
            last_translator="the contributors of quote-monitor",
            language_team=lang,
            fuzzy=False,
        )
    with po_of(lang).open("rb") as file:
        return read_po(file, locale=lang, domain=DOMAIN)


def brought_up_to_date(lang: str) -> Catalog:
    """Return the translations with what is new in the code added and what is gone left out."""
    kept, now = translations(lang), template()
    now.creation_date = kept.creation_date  # so that nothing changes where nothing did
    revised = kept.revision_date
    kept.update(now, no_fuzzy_matching=True)
    kept.revision_date = revised
    kept.obsolete.clear()
    return kept


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as programs read it."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as people read it."""
    out = BytesIO()
    write_po(out, catalogue, width=WIDTH, sort_output=True, include_lineno=False)
    return out.getvalue()


def _add(catalogue: Catalog, message: Message, place: str) -> None:
    first = message[0] if isinstance(message, tuple) else message
    flags = {"python-brace-format"} if "{" in first else set()
    catalogue.add(message, locations=[(place, 0)], flags=flags)


def main() -> None:
    """Write the catalogue of every language anew, and say what is not translated yet."""
    for lang in TRANSLATED:
        path, catalogue = po_of(lang), brought_up_to_date(lang)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalogue))
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        missing = [message.id for message in catalogue if message.id and not _is_translated(message.string)]
        print(f"{lang}: {len(list(catalogue)) - 1} messages, {len(missing)} not translated yet")


def _is_translated(string: str | tuple[str, ...] | list[str]) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    main()
