"""An evidence pack: a ZIP file with all that is known of some matches, which proves that it is whole.

    manifest.json    matches, posts with their earlier wordings, rechecks, quotes, and the entries of what was received
    received/N.txt   what was received, byte for byte: entry N of the chain
    chain.txt        mark and chain value of each entry from the first in the pack to the newest of the database
    index.html       the same, to read

The last 64 characters of the file are the SHA-256 of all before them, in the comment of the archive: no byte can change
unseen. That seal and the chain prove that nothing was changed since; that nothing was invented before, they cannot.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

from monitor import __version__
from monitor.core.evidence import Entry
from monitor.evidence.holding import captures, holds, lacks, look_note, looks_missing
from monitor.evidence.reading import index
from monitor.matching import ENGINE
from monitor.store.proof import Proof

FORMAT = "quote-monitor evidence 1"
SEALED = b"quote-monitor evidence pack; SHA-256 of all before it: "
SEAL_LENGTH = 64
MANIFEST, CHAIN, INDEX = "manifest.json", "chain.txt", "index.html"
ENTRY_FIELDS = Entry.__slots__


def packed(proof: Proof, *, made_at: datetime) -> bytes:
    """Return a pack of what is known."""
    manifest = manifest_of(proof, made_at=made_at)
    files = {
        MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=1).encode("utf-8", "replace"),
        INDEX: index(manifest).encode("utf-8", "replace"),
        CHAIN: "".join(f"{mark} {chain}\n" for mark, chain in proof.marks).encode("ascii"),
    }
    files |= {file_of(kept.entry.id): kept.body for kept in proof.received if kept.body is not None}
    return sealed(files, made_at)


def manifest_of(proof: Proof, *, made_at: datetime) -> dict[str, object]:
    """Return what a pack says of itself and of its matches."""
    found, missing = captures(proof), looks_missing(proof)
    return {
        "format": FORMAT,
        "made_at": made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "made_by": f"quote-monitor {__version__}",
        "engine": ENGINE,
        "holds": holds(proof),
        "lacks": lacks(proof, made_at),
        "matches": [{**match, "received": found[int(str(match["id"]))].value} for match in proof.matches],
        "posts": [{**post, "not_looked_at": missing.get(int(str(post["id"])))} for post in proof.posts],
        "versions": proof.versions,
        "rechecks": [{**look, "note": look_note(look, made_at)} for look in proof.rechecks],
        "looked_in_place": proof.in_place,
        "quotes": proof.quotes,
        "variants": proof.variants,
        "received": [
            {name: getattr(kept.entry, name) for name in ENTRY_FIELDS}
            | {"file": None if kept.body is None else file_of(kept.entry.id)}
            for kept in proof.received
        ],
    }


def file_of(number: int) -> str:
    """Return the name of the file that holds what was received. Never .html: it is the words of strangers."""
    return f"received/{number}.txt"


def sealed(files: Mapping[str, bytes], made_at: datetime) -> bytes:
    """Return an archive of these files with its seal."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            told = zipfile.ZipInfo(name, made_at.astimezone(UTC).timetuple()[:6])
            told.compress_type = zipfile.ZIP_DEFLATED
            told.external_attr = 0o644 << 16
            archive.writestr(told, content)
        archive.comment = SEALED + b"0" * SEAL_LENGTH
    before = out.getvalue()[:-SEAL_LENGTH]
    return before + hashlib.sha256(before).hexdigest().encode("ascii")
