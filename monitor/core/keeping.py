"""What becomes of a post that its source took back."""

from monitor.core.model import Source, SourceKind, WhenDeleted

ASKED_TO_FORGET = frozenset({SourceKind.BLUESKY, SourceKind.JETSTREAM, SourceKind.MASTODON, SourceKind.MASTODON_STREAM})
"""Kinds whose posts go when their authors delete them.

Bluesky asks it of whoever keeps its posts (docs.bsky.app/docs/support/developer-guidelines); Mastodon sends a deletion
to every server that has the post (docs.joinmastodon.org/spec/activitypub, "Delete").
"""


def when_deleted(source: Source) -> WhenDeleted:
    """Return what a deletion does in this source: as its settings say, else as its service asks."""
    if source.when_deleted is not None:
        return source.when_deleted
    return WhenDeleted.REDACT if source.kind in ASKED_TO_FORGET else WhenDeleted.KEEP
