"""The check of an evidence pack: offline, from the file alone.

The seal covers every byte. Beneath it each part is checked against the others, so that a pack that somebody changed and
sealed again is found out too, as far as the chain reaches.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.core.evidence import Entry, chained, link_problems, sha256
from monitor.core.identity import text_digest
from monitor.core.model import Part, Post
from monitor.evidence.pack import CHAIN, ENTRY_FIELDS, FORMAT, INDEX, MANIFEST, SEAL_LENGTH, SEALED, file_of
from monitor.evidence.shown import holds, text_of

MOST_BYTES = 1 << 30  # of all files, unpacked
PIECE = 1 << 20

Manifest = Mapping[str, Any]


class PackBroken(Exception):
    """The pack cannot be read any further; its text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What the check of a pack came to."""

    checked: tuple[str, ...]  # what holds, one line each
    lacks: tuple[str, ...] = ()  # what the pack says it does not hold
    problems: tuple[str, ...]  # what does not; empty: the pack is whole
    head: str | None = None  # the last chain value in the pack

    @property
    def is_whole(self) -> bool:
        return not self.problems


def verify(path: Path) -> Verification:
    """Check a pack. Raises OSError when the file cannot be read at all."""
    checked: list[str] = []
    head = None
    try:
        _check_seal(path)
        checked.append("The seal fits: no byte was changed since the pack was made.")
        files = _files(path)
        manifest = _manifest(files)
        entries = _entries(manifest)
        checked += _bodies(manifest, files)
        line, head = _chain(files[CHAIN], entries)
        checked.append(line)
        checked += _matches(manifest, files)
        lacks = tuple(str(one) for one in manifest.get("lacks", ()))
    except PackBroken as error:
        return Verification(checked=tuple(checked), problems=(str(error),), head=head)
    except (LookupError, TypeError, ValueError, AttributeError) as error:  # a seal proves no sense
        problem = f"manifest.json is not as it must be ({type(error).__name__}: {error})"
        return Verification(checked=tuple(checked), problems=(problem,), head=head)
    return Verification(checked=tuple(checked), lacks=lacks, problems=(), head=head)


def _check_seal(path: Path) -> None:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise PackBroken("the file is larger than any pack")
    found = hashlib.sha256()
    left = max(size - SEAL_LENGTH, 0)
    tail = b""
    with path.open("rb") as file:
        while left and (piece := file.read(min(PIECE, left))):
            found.update(piece)
            left -= len(piece)
            tail = (tail + piece)[-len(SEALED) :]
        seal = file.read()
    if tail != SEALED:
        raise PackBroken("the seal is missing: this is no evidence pack, or its end was cut off or changed")
    if seal != found.hexdigest().encode("ascii"):
        raise PackBroken("the seal does not fit: at least one byte was changed")


def _files(path: Path) -> dict[str, bytes]:
    try:
        with closing(zipfile.ZipFile(path)) as archive:
            told = archive.infolist()
            if len({one.filename for one in told}) != len(told):
                raise PackBroken("a file is in the pack twice")
            if sum(one.file_size for one in told) > MOST_BYTES:
                raise PackBroken("its files are larger than those of any pack")
            return {one.filename: archive.read(one) for one in told}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise PackBroken(f"the archive is damaged: {error}") from error


def _manifest(files: Mapping[str, bytes]) -> Manifest:
    missing = {MANIFEST, CHAIN, INDEX} - files.keys()
    if missing:
        raise PackBroken(f"files are missing: {', '.join(sorted(missing))}")
    manifest = json.loads(files[MANIFEST])
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise PackBroken(f"manifest.json is not of the form {FORMAT!r}: use the version of quote-monitor that made it")
    expected = {MANIFEST, CHAIN, INDEX, *(one["file"] for one in manifest["received"] if one["file"])}
    if expected != files.keys():
        raise PackBroken(f"files are not those listed: {', '.join(sorted(expected ^ files.keys()))}")
    return manifest


def _entries(manifest: Manifest) -> list[Entry]:
    return [Entry(**{name: one[name] for name in ENTRY_FIELDS}) for one in manifest["received"]]


def _bodies(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[str]:
    """Check that what was received is what its digest says."""
    removed = 0
    for one in manifest["received"]:
        if one["file"] is None:
            removed += 1
        elif one["file"] != file_of(one["id"]) or sha256(files[one["file"]]) != one["digest"]:
            raise PackBroken(f"{one['file']} is not what was received: its digest differs")
    there = len(manifest["received"]) - removed
    yield f"{there} received {'body is' if there == 1 else 'bodies are'} as the digests say."
    if removed:
        yield f"{removed} received {'body was' if removed == 1 else 'bodies were'} removed; their digests remain."


def _chain(lines: bytes, entries: Sequence[Entry]) -> tuple[str, str | None]:
    """Check that every entry stands in the chain, and that the chain is unbroken; return that, and its last value."""
    for problem in link_problems(entries):
        raise PackBroken(problem)
    marks = [line.split(" ") for line in lines.decode("ascii").splitlines()]
    if not entries:
        return "Nothing that was received is in the pack, so no chain is either.", None
    first = entries[0].id
    chain = entries[0].previous
    for number, (mark, value) in enumerate(marks, start=first):
        if chained(chain, mark) != value:
            raise PackBroken(f"the chain is broken at entry {number}")
        chain = value
    within = [entry for entry in entries if entry.id - first < len(marks)]
    for entry in within:
        if [entry.mark, entry.chain] != marks[entry.id - first]:
            raise PackBroken(f"entry {entry.id} is not the one in the chain")
    beyond = len(entries) - len(within)
    more = f" {beyond} later ones are not in the part of the chain that is here." if beyond else ""
    last = first + len(marks) - 1
    return f"The chain runs unbroken from entry {first} to {last}, and every entry is in it.{more}", chain


def _matches(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[str]:
    """Check that each passage stands where its match says, and tell which of them what was received shows."""
    received = {one["id"]: one for one in manifest["received"]}
    wordings = {one["id"]: [one] for one in manifest["posts"]}
    redacted = {one["id"] for one in manifest["posts"] if one["redacted_at"]}
    for version in manifest["versions"]:
        wordings[version["post_id"]].append(version)
    stand = shown = 0
    for match in manifest["matches"]:
        if match["evidence_id"] is not None and match["evidence_id"] not in received:
            raise PackBroken(f"match {match['id']} refers to an entry that is not here")
        if match["post_id"] in redacted or not match["passage"]:
            continue
        _check_passage(match, wordings[match["post_id"]])
        stand += 1
        shown += _is_shown(match["passage"], received.get(match["evidence_id"]), files)
    count = len(manifest["matches"])
    yield f"{stand} of {count} passages stand in the text of their posts, at the places given."
    if stand < count:
        yield f"{count - stand} {'was' if count - stand == 1 else 'were'} blanked, so nothing of it is left to check."
    yield f"{shown} of {count} passages can be read word for word in what was received."


def _check_passage(match: Manifest, wordings: Iterable[Manifest]) -> None:
    for one in wordings:
        if one["text_digest"] == match["matched_text_digest"]:
            parts = tuple(Part(name=part["name"], start=part["start"], end=part["end"]) for part in one["parts"])
            if text_digest(Post(guid="", text=one["text"], parts=parts)) != one["text_digest"]:
                raise PackBroken(f"the text of the post of match {match['id']} is not the one its digest says")
            start, end = match["spans"][0][0], match["spans"][-1][1]
            if one["text"][start:end] != match["passage"]:
                raise PackBroken(f"the passage of match {match['id']} is not at its place in the text")
            return
    raise PackBroken(f"the text that match {match['id']} was found in is not here")


def _is_shown(passage: str, entry: Manifest | None, files: Mapping[str, bytes]) -> bool:
    if entry is None or entry["file"] is None:
        return False
    content_type = json.loads(entry["headers"]).get("content-type", "")
    return holds(text_of(files[entry["file"]], content_type), passage)
