"""The schema of the index and its migrations, which only go forward.

`PRAGMA user_version` is the number of migrations that a file has been through. A column that is added is a new
entry of `MIGRATIONS`, never a change of one that was released. docs/collections.md explains the tables.
"""

import sqlite3

from collection.index.errors import CollectionError

_FIRST = """
CREATE TABLE roots (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE          -- absolute, as the file system has it; empty: the folder that holds the index
);
CREATE TABLE photos (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'waiting',  -- waiting, captioned or failed
    bytes INTEGER NOT NULL,
    format TEXT, width INTEGER, height INTEGER,
    alt_text TEXT NOT NULL DEFAULT '', certainty TEXT NOT NULL DEFAULT 'none', confidence REAL, model TEXT,
    captioned_at TEXT,
    error_code TEXT, error_message TEXT,
    own_text TEXT NOT NULL DEFAULT '',       -- what a person wrote in Glimpse
    found_text TEXT NOT NULL DEFAULT '',     -- what the file says of itself, unless Glimpse wrote that
    taken_at TEXT, taken_source TEXT,        -- local time, as precise as it is known; which field said so
    latitude REAL, longitude REAL, place TEXT NOT NULL DEFAULT '',
    favourite INTEGER NOT NULL DEFAULT 0, reviewed INTEGER NOT NULL DEFAULT 0,
    sharpness REAL,
    leader INTEGER REFERENCES photos(id),    -- the JPEG that stands for this RAW in lists
    listed INTEGER NOT NULL DEFAULT 0        -- a file of it is there, and no JPEG stands for it
);
CREATE INDEX photos_by_time ON photos(listed, taken_at);
CREATE INDEX photos_undescribed ON photos(listed, taken_at, own_text, found_text, alt_text)
    WHERE listed = 1 AND own_text = '' AND found_text = '' AND alt_text = '';
CREATE INDEX photos_unsure ON photos(listed, taken_at, own_text, found_text, certainty)
    WHERE listed = 1 AND own_text = '' AND found_text = '' AND certainty = 'possible';
CREATE INDEX photos_by_leader ON photos(leader) WHERE leader IS NOT NULL;
CREATE TABLE contents (                      -- a photo is known by its bytes, before and after words were written in
    sha256 BLOB PRIMARY KEY,
    photo INTEGER NOT NULL REFERENCES photos(id)
) WITHOUT ROWID;
CREATE INDEX contents_by_photo ON contents(photo);
CREATE TABLE records (photo INTEGER PRIMARY KEY REFERENCES photos(id), record BLOB NOT NULL);  -- zlib of JSON
CREATE TABLE features (photo INTEGER PRIMARY KEY REFERENCES photos(id), packed BLOB NOT NULL);  -- alike.features
CREATE TABLE paths (
    id INTEGER PRIMARY KEY,
    root INTEGER NOT NULL REFERENCES roots(id),
    path BLOB NOT NULL,                      -- relative to its root, as the file system has it
    shown TEXT NOT NULL,                     -- the same, printable
    kind TEXT NOT NULL,                      -- image or raw
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'new',       -- new, known or away (no bytes here yet)
    sha256 BLOB REFERENCES contents(sha256),
    sidecars TEXT NOT NULL DEFAULT '',       -- names and times of the side files that were read
    metadata_read INTEGER NOT NULL DEFAULT 0,
    UNIQUE (root, path)
);
CREATE INDEX paths_by_content ON paths(sha256);
CREATE TABLE tags (
    word TEXT NOT NULL, photo INTEGER NOT NULL REFERENCES photos(id),
    origin TEXT NOT NULL,                    -- model, file or person
    hidden INTEGER NOT NULL DEFAULT 0,       -- a person removed it: it stays away when the model names it again
    PRIMARY KEY (word, photo)
) WITHOUT ROWID;
CREATE INDEX tags_by_photo ON tags(photo, word, hidden);
CREATE TABLE albums (name TEXT PRIMARY KEY, query TEXT NOT NULL);
CREATE TABLE claims (sha256 BLOB PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(
    own, caption, possible, withheld, tags, alternatives, files,  -- a caption is in one column, by its certainty
    tokenize = "porter unicode61 remove_diacritics 2"
);
CREATE TABLE lexicon (word TEXT PRIMARY KEY) WITHOUT ROWID;  -- as written somewhere once, to suggest spellings
"""

_DECORATIVE = """
ALTER TABLE photos ADD COLUMN decorative INTEGER NOT NULL DEFAULT 0;  -- a person says that it needs no description
DROP INDEX photos_undescribed;
DROP INDEX photos_unsure;
CREATE INDEX photos_undescribed ON photos(listed, taken_at, own_text, found_text, alt_text, decorative)
    WHERE listed = 1 AND own_text = '' AND found_text = '' AND alt_text = '';
CREATE INDEX photos_unsure ON photos(listed, taken_at, own_text, found_text, certainty, decorative)
    WHERE listed = 1 AND own_text = '' AND found_text = '' AND certainty = 'possible';
"""

_ENCODERS = """
CREATE TABLE compared (
    id INTEGER PRIMARY KEY AUTOINCREMENT,    -- grows with whatever is written, so that what is new is read alone
    photo INTEGER NOT NULL UNIQUE REFERENCES photos(id),
    encoder TEXT NOT NULL,                   -- which one made them; empty: from before that was noted
    packed BLOB NOT NULL                     -- alike.features
);
INSERT INTO compared (photo, encoder, packed) SELECT photo, '', packed FROM features ORDER BY photo;
DROP TABLE features;
ALTER TABLE compared RENAME TO features;
"""

_SHELVES = """
CREATE INDEX photos_favourite ON photos(listed, taken_at) WHERE listed = 1 AND favourite;
CREATE INDEX photos_own ON photos(listed, taken_at) WHERE listed = 1 AND (own_text != '' OR found_text != '');
"""

MIGRATIONS = (_FIRST, _DECORATIVE, _ENCODERS, _SHELVES)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an index to the newest schema, each step whole or not at all, also while another process does the same.

    Raises CollectionError for an index of a newer Glimpse.
    """
    while (version := _version(connection)) < len(MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _version(connection) == version:  # nobody else was faster
                for statement in _statements(MIGRATIONS[version]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    if version > len(MIGRATIONS):
        raise CollectionError(
            f"The index has version {version}, and this Glimpse knows {len(MIGRATIONS)}. Install a newer Glimpse."
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> list[str]:
    """The statements of a script; `executescript` would commit between them."""
    statements, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements
