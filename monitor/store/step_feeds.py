"""Migration 0006: addresses at which a feed reader, which cannot sign in, reads the matches of one quote."""

TABLES = """
CREATE TABLE feed_addresses (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    quote_id INTEGER NOT NULL REFERENCES quotes (id),
    user_id INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;
CREATE INDEX feed_addresses_of_quote ON feed_addresses (quote_id);
"""
