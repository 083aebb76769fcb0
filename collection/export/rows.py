"""The photos of a collection as plain rows: what every export writes."""

import os
from collections.abc import Iterator
from typing import Any

from collection.index import paths, photos, tags
from collection.index.database import Index

COLUMNS = {
    "id": int,
    "path": str,
    "text": str,
    "alt_text": str,
    "own_text": str,
    "found_text": str,
    "certainty": str,
    "confidence": float,
    "tags": list,
    "taken_at": str,
    "taken_source": str,
    "latitude": float,
    "longitude": float,
    "place": str,
    "format": str,
    "width": int,
    "height": int,
    "bytes": int,
    "favourite": bool,
    "reviewed": bool,
    "sha256": str,
    "model": str,
    "error": str,
}
"""The columns and their types. `text` is the sentence to show, empty where the photo needs a description."""


def export_rows(index: Index) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Every file of a listed photo, in the order of paths: where it lies, and its row of `COLUMNS`."""
    statement = """SELECT photos.*, paths.root, paths.path, paths.shown, paths.sha256, photos.error_code AS error
        FROM paths JOIN contents USING (sha256) JOIN photos ON photos.id = contents.photo
        WHERE listed ORDER BY paths.root, paths.path"""
    for row in index.all(statement):
        place = paths.absolute(index, row)
        folder = paths.shown(paths.root_folder(index, row["root"]))
        values = {name: row[name] for name in COLUMNS if name in row.keys()}  # noqa: SIM118 - of a Row, not a dict
        values |= {
            "path": os.path.join(folder, row["shown"]),
            "text": photos.text(row),
            "tags": tags.of(index, row["id"]),
            "favourite": bool(row["favourite"]),
            "reviewed": bool(row["reviewed"]),
            "sha256": row["sha256"].hex(),
        }
        yield place, {name: values[name] for name in COLUMNS}
