"""Links that sign a person in to the review pages, the sessions they become, and addresses of feeds.

A token is `payload.mac`: base64url of JSON, and of its HMAC-SHA256 (RFC 2104) under a key that is kept in a file
beside the database, readable by its owner only. A token says what it is for, so that none serves as another. What a
person may do is looked up anew at each request: a token only proves who somebody is.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.core.errors import StoreError
from monitor.core.feeds import FeedAddress
from monitor.core.model import MatchId, QuoteId
from monitor.core.people import Role, UserId

LINK_LIFE = timedelta(minutes=10)
SESSION_LIFE = timedelta(days=7)
SIGN_IN_PATH = "/sign-in"
OPERATOR = UserId(0)
"""Whoever has the command line of the monitor; Telegram's numbers of people begin at 1."""

_KEY_BYTES = 32
_LONGEST = 1000  # characters of a token; longer ones are not ours
_LONGEST_NAME = 64
_LINK, _SESSION, _FEED = "link", "session", "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Who a valid token is of."""

    user_id: UserId
    name: str
    role: Role  # when the link was made; what holds now is for whoever asks to look up
    number: str  # the token's own, so that a link can be used once
    expires_at: datetime

    @property
    def by(self) -> str:
        """How the person is written down in the database."""
        return "command line" if self.user_id == OPERATOR else f"telegram:{self.user_id}"


class Signing:
    """Makes and reads tokens under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign_in_link(self, base_url: str, *, user_id: UserId, name: str, role: Role, now: datetime) -> str:
        """Return a link that signs a person in to the pages at `base_url`, for ten minutes."""
        token = self._token(_LINK, user_id, name, role, now + LINK_LIFE)
        return f"{base_url.rstrip('/')}{SIGN_IN_PATH}?token={token}"

    def signed_in(self, token: str, now: datetime) -> Pass | None:
        """Return whose link a token is of; None: it is none of ours, not of a link, or over."""
        return self._read(_LINK, token, now)

    def session(self, one: Pass, now: datetime) -> str:
        """Return the token of the session that a link becomes."""
        return self._token(_SESSION, one.user_id, one.name, one.role, now + SESSION_LIFE)

    def in_session(self, token: str, now: datetime) -> Pass | None:
        """Return whose session a token is of; None: it is none of ours, not of a session, or over."""
        return self._read(_SESSION, token, now)

    def feed_token(self, address: FeedAddress) -> str:
        """Return the token of a feed's address: the same each time, since it is shown again and kept nowhere."""
        until = int(address.expires_at.timestamp())
        return self._sealed({"for": _FEED, "quote": address.quote_id, "number": address.number, "until": until})

    def in_feed(self, token: str, quote_id: QuoteId, now: datetime) -> str | None:
        """Return the number of the address a token is of; None: none of ours, of another quote's feed, or over."""
        payload = self._opened(_FEED, token, now)
        return str(payload["number"]) if payload and payload.get("quote") == quote_id else None

    def derived(self, purpose: str) -> str:
        """Return another key in hexadecimal, for one purpose."""
        return hmac.new(self._key, f"key for {purpose}".encode(), hashlib.sha256).hexdigest()

    def _token(self, kind: str, user_id: UserId, name: str, role: Role, until: datetime) -> str:
        payload = {
            "for": kind,
            "user": user_id,
            "name": name.encode("utf-8", "replace").decode()[:_LONGEST_NAME],
            "role": role.value,
            "number": secrets.token_hex(8),
            "until": int(until.timestamp()),
        }
        return self._sealed(payload)

    def _sealed(self, payload: dict[str, object]) -> str:
        body = _base64(json.dumps(payload, ensure_ascii=False).encode())
        return f"{body}.{self._mac(body)}"

    def _mac(self, body: str) -> str:
        return _base64(hmac.new(self._key, body.encode(), hashlib.sha256).digest())

    def _read(self, kind: str, token: str, now: datetime) -> Pass | None:
        payload = self._opened(kind, token, now)
        if payload is None:
            return None
        try:
            return Pass(
                user_id=UserId(payload["user"]),
                name=payload["name"],
                role=Role(payload["role"]),
                number=payload["number"],
                expires_at=datetime.fromtimestamp(payload["until"], UTC),
            )
        except (ValueError, LookupError, TypeError):  # ours, but of another version of the program
            return None

    def _opened(self, kind: str, token: str, now: datetime) -> dict[str, Any] | None:
        """Return what a token says; None: it is none of ours, not of this kind, or over."""
        body, _, mac = token.partition(".")
        if len(token) > _LONGEST or not token.isascii() or not hmac.compare_digest(mac, self._mac(body)):
            return None
        try:
            payload: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
            is_good = payload["for"] == kind and now < datetime.fromtimestamp(payload["until"], UTC)
        except (ValueError, LookupError, TypeError, binascii.Error):  # ours, but of another version of the program
            return None
        return payload if is_good else None


def match_link(base_url: str, match_id: MatchId) -> str:
    """Return where a match is shown, for pages opened at `base_url`."""
    return f"{base_url.rstrip('/')}/match/{match_id}"


def signing_beside(database: Path) -> Signing:
    """Return what signs for a database, with the key in `<database>.key`, which is made when missing. StoreError."""
    path = database.with_name(database.name + ".key")
    try:
        return Signing(_read_key(path) if path.exists() else _made_key(path))
    except OSError as error:
        raise StoreError(f"{path}, the key that signs people in, cannot be used: {error.strerror}.") from error


def _read_key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        key = b""
    if len(key) < _KEY_BYTES:
        raise StoreError(f"{path} holds no key: delete it, and a new one is made (everybody signs in anew).")
    return key


def _made_key(path: Path) -> bytes:
    """Make the key; when two processes do it at once, both take the one that was there first."""
    key = secrets.token_bytes(_KEY_BYTES)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key.hex() + "\n")
        os.link(draft, path)
    except FileExistsError:
        return _read_key(path)
    finally:
        draft.unlink()
    return key


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
