"""Migration 0007: what every table's rows add up to, so that a change by damage or by another program is noticed."""

TABLES = """
CREATE TABLE seals (
    "table" TEXT NOT NULL,
    block INTEGER NOT NULL,
    rows INTEGER NOT NULL CHECK (rows >= 0),
    total INTEGER NOT NULL CHECK (total >= 0),
    PRIMARY KEY ("table", block)
) STRICT, WITHOUT ROWID;
"""
