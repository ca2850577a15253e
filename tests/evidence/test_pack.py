"""An evidence pack says all that is known, and shows every byte that was changed."""

import json
import random
import zipfile
from pathlib import Path

import pytest

from monitor.core.model import MatchId, PostId
from monitor.evidence.pack import SEAL_LENGTH, packed, sealed
from monitor.evidence.verify import verify
from monitor.store import SqliteStore, open_store, redaction
from tests.builders import NOON, QUOTE, a_poll, a_post
from tests.evidence.filling import MESSAGE, PAGE, fill

BOTH = [MatchId(1), MatchId(2)]


@pytest.fixture
def store() -> SqliteStore:
    store = open_store(":memory:")
    fill(store)
    return store


@pytest.fixture
def pack(store: SqliteStore, tmp_path: Path) -> Path:
    path = tmp_path / "evidence.zip"
    path.write_bytes(packed(store.proof(BOTH), made_at=NOON))
    return path


def test_a_pack_is_whole_and_says_what_was_checked(pack: Path) -> None:
    found = verify(pack)

    assert found.problems == ()
    assert "2 received bodies are as the digests say." in found.checked
    assert "The chain runs unbroken from entry 1 to 2, and every entry is in it." in found.checked
    assert "2 of 2 passages stand in the text of their posts, at the places given." in found.checked
    assert "2 of 2 passages can be read word for word in what was received." in found.checked


def test_a_pack_holds_what_was_received_byte_for_byte(pack: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        assert archive.testzip() is None
        assert archive.read("received/1.txt") == PAGE
        assert archive.read("received/2.txt") == MESSAGE
        manifest = json.loads(archive.read("manifest.json"))
    assert [match["passage"] for match in manifest["matches"]] == [QUOTE, QUOTE]
    assert manifest["posts"][0]["source_address"] == "https://news.example/feed.xml"


def test_the_same_database_gives_the_same_pack(store: SqliteStore) -> None:
    assert packed(store.proof(BOTH), made_at=NOON) == packed(store.proof(BOTH), made_at=NOON)


def test_any_flipped_byte_shows(pack: Path, tmp_path: Path) -> None:
    whole = pack.read_bytes()
    spoilt = tmp_path / "spoilt.zip"
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << (place % 8)
        spoilt.write_bytes(changed)

        assert verify(spoilt).problems, place


def test_a_pack_that_was_cut_or_added_to_shows(pack: Path, tmp_path: Path) -> None:
    whole = pack.read_bytes()
    chance = random.Random(3)
    spoilt = tmp_path / "spoilt.zip"
    for length in (0, 1, SEAL_LENGTH, *(chance.randrange(len(whole)) for _ in range(50))):
        spoilt.write_bytes(whole[:length])
        assert verify(spoilt).problems, length
    for more in (whole + b"\n", b"\n" + whole, whole + whole):
        spoilt.write_bytes(more)
        assert verify(spoilt).problems


def resealed(pack: Path, name: str, old: bytes, new: bytes) -> None:
    """Change a file of a pack and seal it anew, as a forger would."""
    with zipfile.ZipFile(pack) as archive:
        files = {told: archive.read(told) for told in archive.namelist()}
    assert old in files[name]
    files[name] = files[name].replace(old, new)
    pack.write_bytes(sealed(files, NOON))


FORGERIES = [
    ("received/1.txt", b"coward", b"friend"),
    ("manifest.json", b'"passage": "Come get me, coward!"', b'"passage": "Come get me, friend!"'),
    ("manifest.json", b"He said: Come", b"She said: Come"),
    ("manifest.json", b'"fetched_at": "2026-01-06', b'"fetched_at": "2025-01-06'),
    ("manifest.json", b"application/rss+xml", b"application/xss+xml"),
    ("manifest.json", b'"kind": "page"', b'"kind": "recheck"'),
    ("manifest.json", b'"received": [', b'"received": [1, '),
    ("manifest.json", b'"matches": [', b'"matches": [{}, '),
    ("manifest.json", b"{", b"["),
    ("chain.txt", b"a", b"b"),
    ("chain.txt", b"\n", b""),
]


@pytest.mark.parametrize(("name", "old", "new"), FORGERIES)
def test_a_forgery_that_was_sealed_again_shows(name: str, old: bytes, new: bytes, pack: Path) -> None:
    resealed(pack, name, old, new)

    assert verify(pack).problems


def test_what_was_blanked_is_told_as_removed(store: SqliteStore, pack: Path) -> None:
    with store._db.writing():
        redaction.redact(store._db, [PostId(1)], NOON)
    pack.write_bytes(packed(store.proof(BOTH), made_at=NOON))

    found = verify(pack)
    assert found.problems == ()
    assert "1 received body was removed; their digests remain." in found.checked
    with zipfile.ZipFile(pack) as archive:
        assert "received/1.txt" not in archive.namelist()
        assert QUOTE not in archive.read("index.html").decode().split("</blockquote>", 1)[1].split("Match 2")[0]


def test_what_strangers_wrote_is_no_markup_in_the_index(store: SqliteStore, pack: Path) -> None:
    with store._db.writing():
        store._db.change("UPDATE posts SET author = '<script>alert(1)</script>', url = 'javascript:alert(2)'")
    pack.write_bytes(packed(store.proof(BOTH), made_at=NOON))

    with zipfile.ZipFile(pack) as archive:
        page = archive.read("index.html").decode()
    assert "<script" not in page
    assert 'href="javascript' not in page


def test_a_file_that_is_no_pack_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")

    assert verify(path).problems == (
        "the seal is missing: this is no evidence pack, or its end was cut off or changed",
    )


def test_packs_of_before_are_whole_too(pack: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        files = {told: archive.read(told) for told in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    for name in ("holds", "lacks", "looked_in_place"):
        del manifest[name]
    files["manifest.json"] = json.dumps(manifest).encode()
    pack.write_bytes(sealed(files, NOON))

    assert verify(pack).problems == ()


def test_a_pack_of_a_post_that_is_there_again_in_other_words_is_whole(store: SqliteStore, pack: Path) -> None:
    with store._db.writing():
        redaction.redact(store._db, [PostId(1)], NOON)
        store._db.change("UPDATE posts SET deleted_at = ?", NOON)
    (source, _) = store.active_sources()
    (row,) = store._db.rows("SELECT guid, url FROM posts WHERE id = 1")
    post = a_post("in other words", guid=row["guid"], url=row["url"])
    store.record(a_poll(source), store.unseen(source, [post]))
    pack.write_bytes(packed(store.proof(BOTH), made_at=NOON))

    assert verify(pack).problems == ()
    assert "The words it was found in were blanked." in index_of(pack)


def index_of(pack: Path) -> str:
    with zipfile.ZipFile(pack) as archive:
        return archive.read("index.html").decode()
