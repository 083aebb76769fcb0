"""Where photos were seen: the files of an index, each by its root and its path below it.

Paths are bytes inside, since not every name is text; `shown` is what can be printed.
"""

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from collection.index import photos, words
from collection.index.database import FOLDER, Index, Row

_SEPARATOR = os.fsencode(os.sep)


class Seen(NamedTuple):
    """A file as the file system lists it: its path below the root, `image` or `raw`, size and time."""

    path: bytes
    kind: str
    size: int
    mtime_ns: int


def add_root(index: Index, folder: Path) -> int:
    """The id of a root, which may move together with an index that lies inside it."""
    path = b"" if home(index) == folder.absolute() else os.fsencode(folder.absolute())
    with index.change():
        index.run("INSERT OR IGNORE INTO roots (path) VALUES (?)", [path])
    return int(index.value("SELECT id FROM roots WHERE path = ?", [path]))


def root_folder(index: Index, root: int) -> bytes:
    path: bytes = index.value("SELECT path FROM roots WHERE id = ?", [root])
    return path or os.fsencode(home(index) or index.file.parent)


def absolute(index: Index, row: Row) -> bytes:
    """Where a row of `paths` lies on this machine."""
    return os.path.join(root_folder(index, row["root"]), row["path"])


def shown(path: bytes) -> str:
    """A path that can be printed on one line: bytes that are no text and control characters are escaped."""
    text = path.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def known(index: Index, root: int, within: bytes) -> dict[bytes, tuple[int, int]]:
    """Path → (size, mtime_ns) of the files seen before below a folder."""
    statement = f"SELECT path, size, mtime_ns FROM paths WHERE root = ? AND {_BELOW}"
    return {row[0]: (row[1], row[2]) for row in index.run(statement, [root, *_below(within)])}


def note(index: Index, root: int, files: Iterable[Seen]) -> None:
    """Remember files that are new or have changed; a file of no bytes is away until it has some."""
    statement = """INSERT INTO paths (root, path, shown, kind, size, mtime_ns, state) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (root, path) DO UPDATE SET kind = excluded.kind, size = excluded.size,
        mtime_ns = excluded.mtime_ns, state = excluded.state, metadata_read = 0"""
    rows = [(root, f.path, shown(f.path), f.kind, f.size, f.mtime_ns, "away" if f.size == 0 else "new") for f in files]
    with index.change():
        index.run_many(statement, rows)


def forget(index: Index, root: int, gone: Collection[bytes]) -> None:
    """Files that are no longer there. The photo keeps its record and words: it may come back, or have moved."""
    with index.change():
        for path in gone:
            photo = _photo_at(index, root, path)
            index.run("DELETE FROM paths WHERE root = ? AND path = ?", [root, path])
            if photo is not None:
                words.refresh(index, photo)


def pending(index: Index, root: int, within: bytes, newest: bool = False) -> list[Row]:
    """Files whose photo has yet to be read or captioned, in the order of their paths or with the newest first."""
    return index.all(
        f"""SELECT paths.* FROM paths LEFT JOIN contents USING (sha256) LEFT JOIN photos ON photos.id = contents.photo
        WHERE root = ? AND state != 'away' AND (state = 'new' OR photos.status = 'waiting') AND {_BELOW}
        ORDER BY {"paths.mtime_ns DESC" if newest else "paths.path"}""",
        [root, *_below(within)],
    )


def away(index: Index, root: int, within: bytes) -> int:
    """How many files below a folder have no bytes here yet."""
    statement = f"SELECT count(*) FROM paths WHERE root = ? AND state = 'away' AND {_BELOW}"
    return int(index.value(statement, [root, *_below(within)]))


def uncompared(index: Index, root: int, within: bytes, encoder: str) -> list[Row]:
    """A file of each captioned photo that has no features of this encoder, in the order of their paths."""
    return index.all(
        f"""SELECT paths.*, min(paths.path) FROM paths JOIN contents USING (sha256)
        JOIN photos ON photos.id = contents.photo LEFT JOIN features ON features.photo = photos.id AND encoder = ?
        WHERE root = ? AND state = 'known' AND photos.status = 'captioned' AND features.id IS NULL AND {_BELOW}
        GROUP BY contents.photo ORDER BY paths.path""",
        [encoder, root, *_below(within)],
    )


def below(index: Index, root: int, within: bytes) -> list[Row]:
    """All files of photos below a folder, with their photo's columns, in the order of their paths."""
    return index.all(
        f"""SELECT paths.id AS file, paths.root, paths.path, paths.shown, paths.kind, paths.sha256, photos.*
        FROM paths JOIN contents USING (sha256) JOIN photos ON photos.id = contents.photo
        WHERE root = ? AND state = 'known' AND {_BELOW} ORDER BY paths.path""",
        [root, *_below(within)],
    )


def with_photo(index: Index, root: int, within: bytes) -> list[Row]:
    """Files whose photo is known, in the order of their paths."""
    return index.all(
        f"SELECT * FROM paths WHERE root = ? AND state = 'known' AND {_BELOW} ORDER BY path",
        [root, *_below(within)],
    )


def again(index: Index, rows: Iterable[Row]) -> list[Row]:
    """The same files as they are now, those whose photo is known."""
    found = (index.one("SELECT * FROM paths WHERE id = ? AND state = 'known'", [row["id"]]) for row in rows)
    return [row for row in found if row is not None]


def attach(index: Index, file: int, sha256: bytes, size: int, mtime_ns: int) -> None:
    """Remember that a file holds these bytes, of which a photo is known."""
    with index.change():
        before = index.value("SELECT photo FROM contents JOIN paths USING (sha256) WHERE paths.id = ?", [file])
        index.run(
            "UPDATE paths SET sha256 = ?, size = ?, mtime_ns = ?, state = 'known' WHERE id = ?",
            [sha256, size, mtime_ns, file],
        )
        after = photos.with_content(index, sha256)
        for photo in {before, after} - {None}:
            words.refresh(index, photo)


def of_photo(index: Index, photo: int) -> list[Row]:
    return index.all(
        "SELECT paths.* FROM paths JOIN contents USING (sha256) WHERE contents.photo = ? ORDER BY paths.path", [photo]
    )


def _photo_at(index: Index, root: int, path: bytes) -> int | None:
    statement = "SELECT photo FROM contents JOIN paths USING (sha256) WHERE root = ? AND path = ?"
    photo: int | None = index.value(statement, [root, path])
    return photo


def home(index: Index) -> Path | None:
    """The folder that an index in its usual place is about."""
    folder = index.file.absolute().parent
    return folder.parent if folder.name == FOLDER else None


_BELOW = "paths.path >= ? AND paths.path < ?"


def _below(within: bytes) -> tuple[bytes, bytes]:
    """The first path below a folder, and the first one behind them; the empty folder is the root."""
    if not within:
        return b"", b"\xff" * 8
    start = within.rstrip(_SEPARATOR) + _SEPARATOR
    return start, start[:-1] + bytes([start[-1] + 1])
