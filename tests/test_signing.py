from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.errors import StoreError
from monitor.core.model import MatchId
from monitor.core.people import Role, UserId
from monitor.signing import LINK_LIFE, OPERATOR, Signing, match_link, signing_beside
from tests.builders import NOON

ANN = UserId(7001)


def a_token(signing: Signing, **given: object) -> str:
    known = {"user_id": ANN, "name": "Ann", "role": Role.REVIEWER, "now": NOON} | given
    return signing.sign_in_link("https://quotes.example.org/", **known).partition("token=")[2]  # type: ignore[arg-type]


def test_a_link_says_who_it_is_of_until_it_ends() -> None:
    signing = Signing(b"k" * 32)
    token = a_token(signing, name="Ann \ud800 Öz" + "x" * 100)

    one = signing.signed_in(token, NOON + LINK_LIFE - timedelta(seconds=1))
    assert one
    assert (one.user_id, one.role, one.by, len(one.name)) == (ANN, Role.REVIEWER, "telegram:7001", 64)
    assert signing.signed_in(token, NOON + LINK_LIFE) is None


def test_a_link_is_written_into_an_address_as_it_is() -> None:
    link = Signing(b"k" * 32).sign_in_link(
        "https://quotes.example.org/", user_id=ANN, name="Ann", role=Role.OWNER, now=NOON
    )

    assert link.startswith("https://quotes.example.org/sign-in?token=")
    assert set(link[42:]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_no_character_of_a_link_can_be_changed() -> None:
    signing = Signing(b"k" * 32)
    token = a_token(signing)

    for place, character in enumerate(token):
        other = "B" if character != "B" else "C"
        changed = token[:place] + other + token[place + 1 :]
        # The last character of base64 holds bits that mean nothing: what is compared is the text, so it counts too.
        assert signing.signed_in(changed, NOON) is None, place


def test_whoever_has_the_command_line_is_written_down_as_such() -> None:
    signing = Signing(b"k" * 32)
    one = signing.signed_in(a_token(signing, user_id=OPERATOR), NOON)

    assert one
    assert one.by == "command line"


def test_a_match_has_its_page() -> None:
    assert match_link("https://quotes.example.org/", MatchId(17)) == "https://quotes.example.org/match/17"


def test_a_session_is_no_link_and_a_link_no_session() -> None:
    signing = Signing(b"k" * 32)
    token = a_token(signing)
    one = signing.signed_in(token, NOON)

    assert one
    assert signing.in_session(token, NOON) is None
    assert signing.signed_in(signing.session(one, NOON), NOON) is None


def test_the_key_is_read_by_its_owner_only_and_stays(tmp_path: Path) -> None:
    first, second = (signing_beside(tmp_path / "q.db") for _ in range(2))

    key = tmp_path / "q.db.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert first.derived("x") == second.derived("x")
    assert [path.name for path in tmp_path.iterdir()] == ["q.db.key"]


def test_a_file_without_a_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "q.db.key").write_text("short\n")

    with pytest.raises(StoreError, match="holds no key: delete it"):
        signing_beside(tmp_path / "q.db")
