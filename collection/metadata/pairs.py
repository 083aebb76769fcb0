"""A RAW and its JPEG are two files and one photo in lists: the JPEG stands for the RAW."""

import os
from collections import defaultdict

from collection.index import words
from collection.index.database import Index, Row
from collection.scan import kinds


def link(index: Index, root: int) -> None:
    """Find the pairs of a root: same folder, same name, and the same moment where both say when they were taken."""
    together: dict[bytes, list[Row]] = defaultdict(list)
    for row in index.run(
        """SELECT photos.id, photos.leader, photos.taken_at, photos.taken_source, paths.path, paths.kind
        FROM paths JOIN contents USING (sha256) JOIN photos ON photos.id = photo WHERE root = ?""",
        [root],
    ):
        together[os.path.splitext(row["path"])[0].lower()].append(row)
    with index.change():
        for rows in together.values():
            for raw in (row for row in rows if row["kind"] == kinds.RAW):
                leader = next((r["id"] for r in rows if r["kind"] == kinds.IMAGE and _at_once(raw, r)), None)
                if leader != raw["leader"]:
                    index.run("UPDATE photos SET leader = ? WHERE id = ?", [leader, raw["id"]])
                    for photo in filter(None, (raw["id"], raw["leader"], leader)):
                        words.refresh(index, photo)


def _at_once(raw: Row, jpeg: Row) -> bool:
    """Whether two photos were taken in the same second, as far as both tell; a file's own time tells nothing."""
    times = [row["taken_at"] for row in (raw, jpeg) if row["taken_at"] and row["taken_source"] != "file"]
    return len({time[:19] for time in times}) <= 1
