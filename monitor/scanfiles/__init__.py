"""Files of posts for `scan`: JSONL, CSV, Parquet and plain text, read as a stream; one bad row loses no other."""

from monitor.scanfiles.forms import Form, Given, Wanted
from monitor.scanfiles.names import expanded
from monitor.scanfiles.reader import Reader

__all__ = ["Form", "Given", "Reader", "Wanted", "expanded"]
