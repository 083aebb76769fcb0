"""Folders, months and states of a collection with their numbers of photos, and queries saved under a name."""

import os
from collections import Counter

from collection.index.database import Index


def folders(index: Index) -> list[tuple[str, int]]:
    """Every folder with its number of listed photos, those of its subfolders included, by name."""
    counts: Counter[str] = Counter()
    for (shown,) in index.run(
        "SELECT paths.shown FROM paths JOIN contents USING (sha256) JOIN photos ON photos.id = photo WHERE listed"
    ):
        folder = os.path.dirname(shown)
        while folder:
            counts[folder] += 1
            folder = os.path.dirname(folder)
    return sorted(counts.items())


def times(index: Index, letters: int) -> list[tuple[str, int]]:
    """Years (4 letters of a date) or months (7), newest first, "" for photos whose date is not known that well.

    A date that is a guess, the file's own time, counts as not known.
    """
    rows = index.run(
        """SELECT CASE WHEN taken_source != 'file' AND length(taken_at) >= ?1 THEN substr(taken_at, 1, ?1) ELSE '' END,
        count(*) FROM photos WHERE listed GROUP BY 1 ORDER BY 1 DESC""",
        [letters],
    )
    return [(row[0], row[1]) for row in rows]


def save_album(index: Index, name: str, query: str) -> None:
    """Save a question under a name, in the place of one saved so before."""
    with index.change():
        index.run("INSERT OR REPLACE INTO albums (name, query) VALUES (?, ?)", [name, query])


def delete_album(index: Index, name: str) -> bool:
    """Forget a saved question, its photos stay; whether there was one."""
    with index.change():
        return index.run("DELETE FROM albums WHERE name = ?", [name]).rowcount > 0


def albums(index: Index) -> dict[str, str]:
    """Saved questions by name."""
    return dict(map(tuple, index.run("SELECT name, query FROM albums ORDER BY name")))
