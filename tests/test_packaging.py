"""The files that no test runs: read, since no Docker engine can be counted on."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
INSTRUCTIONS = [line.split(maxsplit=1) for line in re.sub(r"\\\n", " ", DOCKERFILE).splitlines() if line[:1].isalpha()]


def instruction(name: str) -> list[str]:
    return [rest for word, rest in INSTRUCTIONS if word == name]


def final_stage() -> list[tuple[str, str]]:
    last = max(number for number, (word, _) in enumerate(INSTRUCTIONS) if word == "FROM")
    return [(word, rest) for word, rest in INSTRUCTIONS[last:]]


def test_the_image_is_slim_and_built_in_stages() -> None:
    stages = instruction("FROM")

    assert len(stages) >= 2
    assert all("slim" in stage for stage in stages)
    assert not any(":latest" in stage or ":" not in stage for stage in stages)


def test_the_image_runs_as_a_user_that_is_not_root() -> None:
    users = [rest for word, rest in final_stage() if word == "USER"]

    assert users
    assert users[-1] not in ("root", "0")


def test_the_image_knows_how_it_is_and_has_one_volume() -> None:
    health = [rest for word, rest in final_stage() if word == "HEALTHCHECK"]

    assert len(health) == 1
    assert '"quote-monitor", "healthcheck"' in health[0]
    assert [rest for word, rest in final_stage() if word == "VOLUME"] == ["/data"]
    assert [rest for word, rest in final_stage() if word == "ENTRYPOINT"] == ['["quote-monitor"]']


def test_the_image_installs_only_what_is_locked_and_holds_no_secret() -> None:
    installs = re.findall(r"pip install (.*)", DOCKERFILE)

    assert all("--require-hashes" in one or "--no-deps" in one for one in installs)
    assert not re.search(r"(?i)token\s*=|secret\s*=|password", DOCKERFILE)


def test_what_the_dockerfile_copies_is_there_and_let_through() -> None:
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [path for rest in instruction("COPY") if "--from" not in rest for path in rest.split()[:-1]]

    for path in copied:
        assert (ROOT / path).exists(), path
        assert path.split("/")[0] in let_through, path


def test_the_compose_file_keeps_the_root_read_only_and_the_token_in_a_file() -> None:
    text = (ROOT / "compose.yaml").read_text("utf-8")

    assert "read_only: true" in text
    assert "QUOTE_MONITOR_TELEGRAM__TOKEN_FILE: /run/secrets/" in text
    assert "no-new-privileges" in text


@pytest.mark.parametrize("lock", ["base", "build", "dev", "metrics", "web"])
def test_every_locked_package_has_its_hashes_and_no_download_host(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    pins = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,]+\])?==.*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)

    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)
    assert "://" not in re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    assert "--index-url" not in text
    assert "--find-links" not in text


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    locked = (ROOT / "requirements" / "base.txt").read_text("utf-8")

    for dependency in project["dependencies"]:
        name = re.split(r"[<>=\[]", dependency)[0]
        assert re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE), name


def test_the_ci_script_is_valid_and_runs_all_checks() -> None:
    script = ROOT / ".ci" / "run"

    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert "make check" in script.read_text("utf-8")
    assert script.stat().st_mode & 0o111
