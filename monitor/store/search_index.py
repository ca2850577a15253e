"""The full-text indexes: making them forget for good.

FTS5 only marks what was deleted and drops it when it next merges what it wrote before; until then the words of a post,
with their places, can be read out of the file. Merging in pages of the index is sqlite.org/fts5.html#the_merge_command:
once with a negative number, which takes up all there is, then with a positive one until nothing more is done.
"""

from monitor.store.database import Database

INDEXES = ("posts_fts", "passages_fts")
AT_ONCE = 100  # pages of the index; then others may write


def merge_some(db: Database, index: str, *, is_first: bool) -> bool:
    """Do a step of merging an index into one piece without what was deleted; return whether there is more to do."""
    before = db.utils.conn.total_changes
    db.change(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", -AT_ONCE if is_first else AT_ONCE)  # noqa: S608
    return db.utils.conn.total_changes - before >= 2  # the statement itself is one
