import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from monitor.core import errors
from tests.docs.reference import DOCS, PARTS, with_part

ROOT = DOCS.parent
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


@pytest.mark.parametrize(("name", "document"), [(name, page) for name, (pages, _) in PARTS.items() for page in pages])
def test_what_the_code_knows_is_what_the_documents_say(name: str, document: str) -> None:
    made = PARTS[name][1]
    text = (DOCS / document).read_text("utf-8")

    assert text == with_part(text, name, made()), "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))

    missing = [link for link in links if "://" not in link and not (page.parent / unquote(link)).exists()]
    assert not missing


def test_the_error_tree_names_every_error() -> None:
    classes = [name for name, thing in vars(errors).items() if isinstance(thing, type) and issubclass(thing, Exception)]

    for name in classes:
        assert re.search(rf"[├└]── {name}\b|^{name}\b", errors.__doc__ or "", re.MULTILINE), name


def test_the_error_tree_draws_the_real_inheritance() -> None:
    parents: dict[int, str] = {}
    for line in re.findall(r"```\n(.*?)```", errors.__doc__ or "", re.DOTALL)[0].splitlines():
        found = re.match(r"([│├└─ ]*)(\w+)", line)
        assert found
        depth = len(found[1]) // 4
        if depth:
            assert getattr(errors, found[2]).__base__.__name__ == parents[depth - 1], line
        parents[depth] = found[2]


def test_the_readme_begins_with_the_two_commands() -> None:
    top = "\n".join((ROOT / "README.md").read_text("utf-8").splitlines()[:40])

    assert "make demo" in top
    assert "make test" in top


def test_the_readme_and_the_package_agree_on_the_python_version() -> None:
    required = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]

    assert required == ">=3.11"
    assert "Python ≥ 3.11" in (ROOT / "README.md").read_text("utf-8")
