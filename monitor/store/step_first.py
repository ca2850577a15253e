"""Migration 0001: sources and polls, posts and their versions, quotes, matches, the outbox, the audit."""

TABLES = """
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    renamed_by TEXT,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'gone', 'removed')),
    paused_by TEXT,
    every_s REAL CHECK (every_s > 0),
    follow INTEGER NOT NULL DEFAULT 0 CHECK (follow IN (0, 1)),
    keep TEXT NOT NULL DEFAULT 'all' CHECK (keep IN ('all', 'matched')),
    moved_to TEXT,
    etag TEXT,
    last_modified TEXT,
    cursor TEXT,
    interval_s REAL CHECK (interval_s >= 0),
    failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    last_polled_at TEXT,
    last_success_at TEXT,
    next_poll_at TEXT,
    last_error TEXT,
    origin TEXT NOT NULL CHECK (origin IN ('config', 'person')),
    listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
    added_at TEXT NOT NULL,
    UNIQUE (kind, address)
) STRICT;

CREATE TABLE polls (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'unchanged', 'failed', 'gone')),
    seen INTEGER NOT NULL,
    new INTEGER NOT NULL,
    edited INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    matches INTEGER NOT NULL,
    error TEXT,
    bytes INTEGER,
    more INTEGER NOT NULL CHECK (more IN (0, 1)),
    next_at TEXT NOT NULL
) STRICT;
CREATE INDEX polls_of_source ON polls (source_id, started_at, finished_at, next_at, outcome, more, seen);
CREATE INDEX polls_by_end ON polls (finished_at);

CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    guid TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    text_digest TEXT NOT NULL,
    link TEXT NOT NULL,
    url TEXT,
    author TEXT,
    lang TEXT,
    text TEXT NOT NULL,
    parts TEXT NOT NULL CHECK (json_valid(parts)),
    published_at TEXT,
    first_seen_at TEXT NOT NULL,
    edited_at TEXT,
    deleted_at TEXT,
    back_at TEXT,
    UNIQUE (source_id, guid)
) STRICT;
CREATE INDEX posts_by_fingerprint ON posts (source_id, fingerprint);
CREATE INDEX posts_by_time ON posts (source_id, first_seen_at, published_at);

CREATE TABLE post_versions (
    id INTEGER PRIMARY KEY,
    post_id INTEGER NOT NULL REFERENCES posts (id),
    text TEXT NOT NULL,
    parts TEXT NOT NULL CHECK (json_valid(parts)),
    text_digest TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    UNIQUE (post_id, text_digest)
) STRICT;
CREATE INDEX post_versions_by_fingerprint ON post_versions (fingerprint);

CREATE TABLE quotes (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    words TEXT NOT NULL,
    speaker TEXT,
    lang TEXT,
    threshold REAL CHECK (threshold BETWEEN 0 AND 100),
    exact INTEGER NOT NULL DEFAULT 0 CHECK (exact IN (0, 1)),
    quoted_only INTEGER NOT NULL DEFAULT 0 CHECK (quoted_only IN (0, 1)),
    near TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(near)),
    excluded TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(excluded)),
    added_at TEXT NOT NULL,
    added_by TEXT NOT NULL,
    removed_at TEXT,
    removed_by TEXT
) STRICT;
CREATE UNIQUE INDEX quotes_tracked_once ON quotes (words) WHERE removed_at IS NULL;
CREATE INDEX quotes_by_words ON quotes (words);

CREATE TABLE variants (
    id INTEGER PRIMARY KEY,
    quote_id INTEGER NOT NULL REFERENCES quotes (id),
    text TEXT NOT NULL,
    words TEXT NOT NULL,
    lang TEXT,
    origin TEXT NOT NULL CHECK (origin IN ('config', 'person')),
    confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    threshold REAL CHECK (threshold BETWEEN 0 AND 100),
    added_at TEXT NOT NULL,
    added_by TEXT NOT NULL,
    removed_at TEXT,
    UNIQUE (quote_id, words)
) STRICT;
CREATE INDEX variants_by_words ON variants (words);

CREATE TABLE matches (
    id INTEGER PRIMARY KEY,
    post_id INTEGER NOT NULL REFERENCES posts (id),
    quote_id INTEGER NOT NULL REFERENCES quotes (id),
    variant_id INTEGER REFERENCES variants (id),
    wording TEXT NOT NULL,
    matched_text_digest TEXT NOT NULL,
    spans TEXT NOT NULL CHECK (json_valid(spans)),
    start INTEGER NOT NULL CHECK (start >= 0),
    "end" INTEGER NOT NULL CHECK ("end" >= start),
    passage TEXT NOT NULL,
    part TEXT,
    score REAL NOT NULL CHECK (score BETWEEN 0 AND 100),
    threshold REAL NOT NULL CHECK (threshold BETWEEN 0 AND 100),
    tier TEXT NOT NULL CHECK (tier IN ('alert', 'suggest')),
    kind TEXT NOT NULL CHECK (kind IN ('verbatim', 'variant', 'partial', 'derived')),
    explanation TEXT NOT NULL CHECK (json_valid(explanation)),
    engine TEXT NOT NULL,
    quiet TEXT CHECK (quiet IN ('suggested', 'baseline')),
    found_at TEXT NOT NULL,
    UNIQUE (post_id, quote_id)
) STRICT;
CREATE INDEX matches_of_quote ON matches (quote_id);
CREATE INDEX matches_by_time ON matches (found_at);

CREATE TABLE chats (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE COLLATE NOCASE,
    kind TEXT NOT NULL CHECK (kind IN ('private', 'group', 'supergroup', 'channel')),
    title TEXT,
    unreachable TEXT,
    unreachable_at TEXT,
    hold_until TEXT,
    added_at TEXT NOT NULL
) STRICT;

CREATE TABLE subscriptions (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    thread_id INTEGER,
    quote_id INTEGER REFERENCES quotes (id),
    added_at TEXT NOT NULL,
    added_by TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX subscribed_once ON subscriptions (chat_id, coalesce(thread_id, 0), coalesce(quote_id, 0));

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    match_id INTEGER NOT NULL REFERENCES matches (id),
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    thread_id INTEGER,
    state TEXT NOT NULL CHECK (state IN ('pending', 'in flight', 'sent', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at TEXT NOT NULL,
    anchor INTEGER,
    message_id INTEGER,
    reason TEXT,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    closed_at TEXT
) STRICT;
CREATE UNIQUE INDEX alerted_once ON alerts (match_id, chat_id, coalesce(thread_id, 0));
CREATE INDEX alerts_by_state ON alerts (state);
CREATE INDEX alerts_of_chat ON alerts (chat_id, message_id);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT CHECK (before IS NULL OR json_valid(before)),
    after TEXT CHECK (after IS NULL OR json_valid(after))
) STRICT;

CREATE VIEW match_history AS
SELECT
    matches.id AS id,
    matches.found_at AS found_at,
    quotes.text AS quote,
    matches.wording AS wording,
    matches.passage AS passage,
    matches.kind AS kind,
    matches.tier AS tier,
    round(matches.score, 1) AS score,
    sources.name AS source,
    posts.author AS author,
    posts.url AS url,
    posts.published_at AS published_at,
    posts.first_seen_at AS first_seen_at,
    posts.deleted_at AS deleted_at,
    matches.part AS part,
    json_extract(matches.explanation, '$.why') AS why,
    (SELECT count(*) FROM alerts WHERE alerts.match_id = matches.id AND alerts.state = 'sent') AS alerted
FROM matches
JOIN quotes ON quotes.id = matches.quote_id
JOIN posts ON posts.id = matches.post_id
JOIN sources ON sources.id = posts.source_id;
"""
