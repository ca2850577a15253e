"""The kinds of public places that are polled: what to ask of each, and what its answer means."""

from collections.abc import Mapping

from monitor.core.model import SourceKind
from monitor.core.ports import Kind
from monitor.sources import feed

KINDS: Mapping[SourceKind, Kind] = {SourceKind.FEED: feed}
