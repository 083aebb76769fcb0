"""The photos of a collection as plain rows: what every export writes."""

import os
from collections.abc import Iterator

from collection.index import paths, photos, tags
from collection.index.database import Index
from function.storage.columns import COLUMNS, Row


def export_rows(index: Index) -> Iterator[tuple[bytes, Row]]:
    """Every file of a listed photo, in the order of paths: where it lies, and its row of `COLUMNS`."""
    statement = """SELECT photos.*, paths.root, paths.path, paths.shown, paths.sha256, photos.error_code AS error
        FROM paths JOIN contents USING (sha256) JOIN photos ON photos.id = contents.photo
        WHERE listed ORDER BY paths.root, paths.path"""
    for row in index.all(statement):
        place = paths.absolute(index, row)
        folder = paths.shown(paths.root_folder(index, row["root"]))
        values = {name: row[name] for name in COLUMNS if name in row.keys()}  # noqa: SIM118 - of a Row, not a dict
        values |= {
            "id": str(row["id"]),
            "path": os.path.join(folder, row["shown"]),
            "text": photos.text(row),
            "tags": tags.of(index, row["id"]),
            "favourite": bool(row["favourite"]),
            "reviewed": bool(row["reviewed"]),
            "sha256": row["sha256"].hex(),
            "created_at": row["captioned_at"],
            "changed_at": row["captioned_at"],
            "deleted": False,
        }
        yield place, {name: values[name] for name in COLUMNS}
