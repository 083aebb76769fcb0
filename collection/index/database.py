"""One index: an SQLite file in write-ahead mode, opened by as many processes as like to.

Every change is one transaction (`Index.change`). A process that is killed loses at most the change it was making;
with `synchronous = NORMAL` a power cut may take back the last ones, but never damages the file.
"""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from collection.index.errors import CollectionError
from collection.index.schema import migrate

FOLDER = ".glimpse"
NAME = "index.sqlite3"
_PATIENCE_SECONDS = 60.0  # for another process's transaction
Row = sqlite3.Row


class Index:
    """A connection to an index; use it from the thread that opened it."""

    def __init__(self, connection: sqlite3.Connection, file: Path) -> None:
        self.file = file
        self._connection = connection
        self._depth = 0

    @classmethod
    def open(cls, file: Path) -> "Index":
        """Open or make the index. Raises CollectionError where it cannot be made, read or brought up to date."""
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            return cls(_connect(file), file)
        except (OSError, sqlite3.Error) as error:
            if file.exists() and not os.access(file.parent, os.W_OK):
                return cls.open_read_only(file)
            raise CollectionError(
                f"The index {file} cannot be used ({_reason(error)}). Choose another place with --index FILE."
            ) from error

    @classmethod
    def open_read_only(cls, file: Path) -> "Index":
        """An index on a medium that cannot be written to, for searching. Raises CollectionError."""
        try:
            connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            connection.row_factory = sqlite3.Row
            connection.execute("SELECT 1 FROM photos LIMIT 1")
        except sqlite3.Error as error:
            raise CollectionError(f"The index {file} cannot be read ({_reason(error)}).") from error
        return cls(connection, file)

    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction; a change within a change is part of it."""
        if self._depth == 0:
            self._connection.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0 and self._connection.in_transaction:  # a full disk has rolled back already
                self._connection.execute("ROLLBACK")
            raise
        self._depth -= 1
        if self._depth == 0:
            self._commit()

    def _commit(self) -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def run(self, statement: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(statement, tuple(values))

    def run_many(self, statement: str, rows: Iterable[Iterable[Any]]) -> None:
        self._connection.executemany(statement, (tuple(row) for row in rows))

    def all(self, statement: str, values: Iterable[Any] = ()) -> list[Row]:
        return self.run(statement, values).fetchall()

    def one(self, statement: str, values: Iterable[Any] = ()) -> Row | None:
        row: Row | None = self.run(statement, values).fetchone()
        return row

    def value(self, statement: str, values: Iterable[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.one(statement, values)
        return None if row is None else row[0]

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def locate(folder: Path) -> Path:
    """The index of a folder: its own, else the one of the nearest folder above it; where none is, its own to be."""
    folder = folder.absolute()
    for place in (folder, *folder.parents):
        if (place / FOLDER / NAME).is_file():
            return place / FOLDER / NAME
    return folder / FOLDER / NAME


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=_PATIENCE_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -65536")  # KiB
        _write_ahead(connection)
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch a new index to its write-ahead log, for which SQLite does not wait while another process does the same."""
    ends = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                raise
            time.sleep(0.01)


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
