"""Migration 0004: who asked to be forgotten, known by keyed digests, so that nothing of theirs is stored again."""

TABLES = """
CREATE TABLE forgotten (
    digest TEXT PRIMARY KEY,
    salt BLOB NOT NULL,
    forgotten_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
