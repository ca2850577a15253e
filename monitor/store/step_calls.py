"""Migration 0005: what was asked of Telegram of late, so that its limits, and a search for a message, go on after a
restart.
"""

TABLES = """
CREATE TABLE calls (
    chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX calls_by_time ON calls (at);

ALTER TABLE alerts ADD COLUMN probe_empty INTEGER NOT NULL DEFAULT 0 CHECK (probe_empty >= 0);
"""
