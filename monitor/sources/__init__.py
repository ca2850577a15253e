"""The kinds of public places that are read: what to ask of each, and what its answer means."""

from collections.abc import Mapping

from monitor.core.model import SourceKind
from monitor.core.ports import Kind, StreamKind
from monitor.sources import bluesky, feed, gdelt, hackernews, jetstream, mastodon, telegram_channel
from monitor.sources.mastodon_stream import MastodonStream

KINDS: Mapping[SourceKind, Kind] = {
    SourceKind.FEED: feed,
    SourceKind.MASTODON: mastodon,
    SourceKind.BLUESKY: bluesky,
    SourceKind.HACKERNEWS: hackernews,
    SourceKind.TELEGRAM_CHANNEL: telegram_channel,
    SourceKind.GDELT: gdelt,
}
"""Those that are polled."""


def streams(mastodon_tokens: Mapping[str, str]) -> Mapping[SourceKind, StreamKind]:
    """Return those that are listened to; the tokens are by host."""
    return {SourceKind.JETSTREAM: jetstream, SourceKind.MASTODON_STREAM: MastodonStream(mastodon_tokens)}
