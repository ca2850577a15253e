"""Migration 0003: what a review of the history needs: search, counts by day, verdicts, evidence, retention."""

TABLES = """
ALTER TABLE sources ADD COLUMN keep_days REAL CHECK (keep_days > 0);
ALTER TABLE sources ADD COLUMN keep_mb REAL CHECK (keep_mb > 0);
ALTER TABLE sources ADD COLUMN when_deleted TEXT CHECK (when_deleted IN ('redact', 'keep'));
ALTER TABLE posts ADD COLUMN redacted_at TEXT;

CREATE TABLE schema_notes (
    "table" TEXT NOT NULL,
    "column" TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY ("table", "column")
) STRICT, WITHOUT ROWID;
CREATE INDEX posts_by_author ON posts (author COLLATE NOCASE);
CREATE INDEX posts_by_link ON posts (link) WHERE link <> '';

CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    post_id INTEGER REFERENCES posts (id),
    kind TEXT NOT NULL CHECK (kind IN ('page', 'message', 'recheck')),
    url TEXT,
    fetched_at TEXT NOT NULL,
    status INTEGER,
    headers TEXT NOT NULL CHECK (json_valid(headers)),
    body BLOB,
    digest TEXT NOT NULL,
    previous TEXT NOT NULL,
    chain TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_of_post ON evidence (post_id) WHERE post_id IS NOT NULL;

CREATE TABLE rechecks (
    id INTEGER PRIMARY KEY,
    post_id INTEGER NOT NULL REFERENCES posts (id),
    after_s REAL NOT NULL,
    due_at TEXT NOT NULL,
    done_at TEXT,
    outcome TEXT CHECK (outcome IN ('same', 'edited', 'gone', 'unclear', 'unreachable', 'no address')),
    evidence_id INTEGER REFERENCES evidence (id),
    UNIQUE (post_id, after_s)
) STRICT;
CREATE INDEX rechecks_due ON rechecks (due_at) WHERE done_at IS NULL;

CREATE TABLE new_matches (
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
    quiet TEXT CHECK (quiet IN ('suggested', 'baseline', 'backfill')),
    repeats INTEGER REFERENCES matches (id),
    evidence_id INTEGER REFERENCES evidence (id),
    found_at TEXT NOT NULL,
    UNIQUE (post_id, quote_id)
) STRICT;
INSERT INTO new_matches (id, post_id, quote_id, variant_id, wording, matched_text_digest, spans, start, "end", passage,
    part, score, threshold, tier, kind, explanation, engine, quiet, found_at)
    SELECT id, post_id, quote_id, variant_id, wording, matched_text_digest, spans, start, "end", passage, part, score,
        threshold, tier, kind, explanation, engine, quiet, found_at FROM matches;
DROP TABLE matches;
ALTER TABLE new_matches RENAME TO matches;
CREATE INDEX matches_of_quote ON matches (quote_id, id);
CREATE INDEX matches_by_time ON matches (found_at, quote_id);
CREATE INDEX matches_of_quote_by_time ON matches (quote_id, found_at);
CREATE INDEX matches_by_kind ON matches (kind, found_at);
CREATE INDEX matches_by_tier ON matches (tier, found_at);
CREATE INDEX posts_by_lang ON posts (lang) WHERE lang IS NOT NULL;
CREATE INDEX matches_repeating ON matches (repeats) WHERE repeats IS NOT NULL;

CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY,
    match_id INTEGER NOT NULL REFERENCES matches (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('right', 'wrong', 'variant', 'unsure')),
    note TEXT,
    given_at TEXT NOT NULL,
    given_by TEXT NOT NULL,
    given_name TEXT
) STRICT;
CREATE INDEX verdicts_of_match ON verdicts (match_id, id);
CREATE INDEX verdicts_by_verdict ON verdicts (verdict, match_id);

CREATE TABLE stories (
    quote_id INTEGER NOT NULL REFERENCES quotes (id),
    mark TEXT NOT NULL,
    match_id INTEGER NOT NULL REFERENCES matches (id) ON DELETE CASCADE,
    PRIMARY KEY (quote_id, mark, match_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX stories_of_match ON stories (match_id);

CREATE TABLE match_daily (
    day TEXT NOT NULL,
    quote_id INTEGER NOT NULL REFERENCES quotes (id),
    source_id INTEGER NOT NULL REFERENCES sources (id),
    tier TEXT NOT NULL CHECK (tier IN ('alert', 'suggest')),
    matches INTEGER NOT NULL CHECK (matches >= 0),
    PRIMARY KEY (quote_id, day, source_id, tier)
) STRICT, WITHOUT ROWID;
CREATE INDEX match_daily_by_day ON match_daily (day, quote_id, matches);
INSERT INTO match_daily (day, quote_id, source_id, tier, matches)
    SELECT substr(iif(matches.quiet = 'backfill', posts.first_seen_at, matches.found_at), 1, 10), matches.quote_id,
        posts.source_id, matches.tier, count(*)
    FROM matches JOIN posts ON posts.id = matches.post_id GROUP BY 1, 2, 3, 4;

CREATE VIRTUAL TABLE posts_fts USING fts5 (
    text, author, content = 'posts', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO posts_fts (posts_fts) VALUES ('rebuild');
CREATE TRIGGER posts_fts_insert AFTER INSERT ON posts BEGIN
    INSERT INTO posts_fts (rowid, text, author) VALUES (new.id, new.text, new.author);
END;
CREATE TRIGGER posts_fts_delete AFTER DELETE ON posts BEGIN
    INSERT INTO posts_fts (posts_fts, rowid, text, author) VALUES ('delete', old.id, old.text, old.author);
END;
CREATE TRIGGER posts_fts_update AFTER UPDATE OF text, author ON posts BEGIN
    INSERT INTO posts_fts (posts_fts, rowid, text, author) VALUES ('delete', old.id, old.text, old.author);
    INSERT INTO posts_fts (rowid, text, author) VALUES (new.id, new.text, new.author);
END;

CREATE VIRTUAL TABLE passages_fts USING fts5 (
    passage, content = 'matches', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO passages_fts (passages_fts) VALUES ('rebuild');
CREATE TRIGGER passages_fts_insert AFTER INSERT ON matches BEGIN
    INSERT INTO passages_fts (rowid, passage) VALUES (new.id, new.passage);
END;
CREATE TRIGGER passages_fts_delete AFTER DELETE ON matches BEGIN
    INSERT INTO passages_fts (passages_fts, rowid, passage) VALUES ('delete', old.id, old.passage);
END;
CREATE TRIGGER passages_fts_update AFTER UPDATE OF passage ON matches BEGIN
    INSERT INTO passages_fts (passages_fts, rowid, passage) VALUES ('delete', old.id, old.passage);
    INSERT INTO passages_fts (rowid, passage) VALUES (new.id, new.passage);
END;

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
    (SELECT count(*) FROM alerts WHERE alerts.match_id = matches.id AND alerts.state IN ('sent', 'digested'))
        AS alerted,
    (SELECT verdict FROM verdicts WHERE verdicts.match_id = matches.id ORDER BY verdicts.id DESC LIMIT 1) AS verdict,
    sources.kind AS source_kind,
    posts.lang AS lang,
    matches.repeats AS repeats,
    matches.quote_id AS quote_id,
    matches.post_id AS post_id
FROM matches
JOIN quotes ON quotes.id = matches.quote_id
JOIN posts ON posts.id = matches.post_id
JOIN sources ON sources.id = posts.source_id;
"""
