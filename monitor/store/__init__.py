"""The store: one SQLite file that holds everything the monitor knows. docs/schema.md describes its tables."""

from monitor.store.lock import InstanceLock, make_folder
from monitor.store.quotes import SeededQuotes
from monitor.store.sources import SeededSources
from monitor.store.store import SqliteStore, open_store

__all__ = ["InstanceLock", "SeededQuotes", "SeededSources", "SqliteStore", "make_folder", "open_store"]
