"""Migration 0002: people and their wishes, and an outbox that can hold, group and check what it tells."""

TABLES = """
CREATE TABLE members (
    user_id INTEGER PRIMARY KEY,
    name TEXT,
    role TEXT NOT NULL CHECK (role IN ('editor', 'reviewer', 'subscriber', 'banned')),
    added_at TEXT NOT NULL,
    added_by TEXT NOT NULL,
    reason TEXT
) STRICT;

CREATE TABLE invitations (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('editor', 'reviewer', 'subscriber')),
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    used_by INTEGER
) STRICT;

ALTER TABLE chats ADD COLUMN lang TEXT;
ALTER TABLE chats ADD COLUMN zone TEXT;
ALTER TABLE chats ADD COLUMN quiet_from TEXT;
ALTER TABLE chats ADD COLUMN quiet_to TEXT;
ALTER TABLE chats ADD COLUMN digest TEXT CHECK (digest IN ('hourly', 'daily', 'weekly'));
ALTER TABLE chats ADD COLUMN digest_at TEXT;
ALTER TABLE chats ADD COLUMN silent INTEGER NOT NULL DEFAULT 0 CHECK (silent IN (0, 1));

CREATE TABLE mutes (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    quote_id INTEGER REFERENCES quotes (id),
    until TEXT,
    muted_at TEXT NOT NULL,
    muted_by TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX muted_once ON mutes (chat_id, coalesce(quote_id, 0));

ALTER TABLE quotes ADD COLUMN tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags));
ALTER TABLE quotes ADD COLUMN paused_at TEXT;
ALTER TABLE quotes ADD COLUMN paused_by TEXT;

ALTER TABLE subscriptions ADD COLUMN tag TEXT;
DROP INDEX subscribed_once;
CREATE UNIQUE INDEX subscribed_once
    ON subscriptions (chat_id, coalesce(thread_id, 0), coalesce(quote_id, 0), coalesce(tag, ''));

ALTER TABLE audit ADD COLUMN undoes INTEGER REFERENCES audit (id);
CREATE INDEX audit_by_actor ON audit (actor, id);
CREATE INDEX audit_undoing ON audit (undoes) WHERE undoes IS NOT NULL;

DROP VIEW match_history;
CREATE TABLE new_alerts (
    id INTEGER PRIMARY KEY,
    match_id INTEGER NOT NULL REFERENCES matches (id),
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    thread_id INTEGER,
    state TEXT NOT NULL CHECK (state IN ('pending', 'in flight', 'sent', 'digested', 'held', 'dead')),
    told_in INTEGER REFERENCES alerts (id),
    alone INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1)),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at TEXT NOT NULL,
    anchor INTEGER,
    probe_at TEXT,
    probe_from INTEGER,
    resent INTEGER NOT NULL DEFAULT 0 CHECK (resent IN (0, 1)),
    message_id INTEGER,
    stale_at TEXT,
    reason TEXT,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    edited_at TEXT,
    closed_at TEXT
) STRICT;
INSERT INTO new_alerts (id, match_id, chat_id, thread_id, state, attempts, next_at, anchor, message_id, reason,
    created_at, sent_at, closed_at)
    SELECT id, match_id, chat_id, thread_id, state, attempts, next_at, anchor, message_id, reason,
        created_at, sent_at, closed_at FROM alerts;
DROP TABLE alerts;
ALTER TABLE new_alerts RENAME TO alerts;
CREATE UNIQUE INDEX alerted_once ON alerts (match_id, chat_id, coalesce(thread_id, 0));
CREATE INDEX alerts_by_state ON alerts (state);
CREATE INDEX alerts_waiting ON alerts (chat_id, next_at) WHERE state IN ('pending', 'in flight', 'held');
CREATE INDEX alerts_stale ON alerts (stale_at) WHERE stale_at IS NOT NULL;
CREATE INDEX alerts_of_chat ON alerts (chat_id, message_id);
CREATE INDEX alerts_told_in ON alerts (told_in) WHERE told_in IS NOT NULL;

CREATE TABLE alert_windows (
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    thread_id INTEGER NOT NULL DEFAULT 0,
    quote_id INTEGER NOT NULL REFERENCES quotes (id),
    told_at TEXT NOT NULL,
    window_s REAL NOT NULL CHECK (window_s >= 0),
    PRIMARY KEY (chat_id, thread_id, quote_id)
) STRICT, WITHOUT ROWID;
"""
