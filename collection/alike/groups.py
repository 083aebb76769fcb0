"""Duplicates are three things, and these are three lists: the same bytes, the same picture, a series of shots.

The same bytes have one hash. The same picture was saved again: smaller, recompressed, cropped a little, brightened or
with other metadata. A series are different pictures of one scene, taken within seconds of each other. No file is in
a list because of another list, and nothing is deleted. docs/collections.md has what the thresholds were measured on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from collection.alike.gallery import Gallery, Pair, Rule
from collection.index.database import Index, Row

SAME = (Rule(features=0.8, grey=0.98), Rule(features=0.96, grey=0.7))
"""Two ways to be the same picture: as a whole, which a smaller or brighter copy is, or in content, which a crop is."""
SERIES_FEATURES = 0.85
SERIES_SECONDS = 10

_FILES = """SELECT paths.*, photos.id AS photo, photos.width, photos.height, photos.sharpness
    FROM paths JOIN contents USING (sha256) JOIN photos ON photos.id = contents.photo WHERE photos.listed"""


class Group(NamedTuple):
    """Files that belong together, and the one of them that is proposed to keep."""

    files: list[Row]
    keep: Row


def same_bytes(index: Index) -> list[Group]:
    """Files with the same content under several names; the one with the shortest path is to keep."""
    together: dict[bytes, list[Row]] = defaultdict(list)
    for row in index.all(f"{_FILES} ORDER BY paths.path"):
        together[row["sha256"]].append(row)
    groups = (files for files in together.values() if len(files) > 1)
    return [Group(files, min(files, key=lambda row: len(row["path"]))) for files in groups]


def same_picture(index: Index, gallery: Gallery) -> list[Group]:
    """Different files of one picture; the one of most pixels, then bytes, then sharpness is to keep.

    Photos that were taken in different seconds are different pictures, however much they look alike.
    """
    taken = _taken(index)
    pairs = [photos for pair in gallery.pairs(SAME) if _at_once(taken, photos := gallery.photos(pair))]
    written = index.all(  # words were written into one of two copies
        "SELECT photo FROM contents JOIN paths USING (sha256) GROUP BY photo HAVING count(DISTINCT sha256) > 1"
    )
    clusters = _connected([*pairs, *((row[0], row[0]) for row in written)])
    groups = [_one_file_each(index, photos) for photos in clusters]
    return [Group(files, max(files, key=_size)) for files in groups if len(files) > 1]


def series(index: Index, gallery: Gallery) -> list[Group]:
    """Different pictures of one scene within seconds; the sharpest is to keep."""
    place = {int(id): i for i, id in enumerate(gallery.ids)}
    shots = sorted((_moment(at), photo) for photo, at in _taken(index).items() if photo in place)
    pairs = []
    for i, (moment, photo) in enumerate(shots):
        for later, other in shots[i + 1 :]:
            if later - moment > SERIES_SECONDS:
                break
            if not gallery.comparable(place[photo], place[other]):
                continue
            pair = gallery.compare(place[photo], place[other])
            if pair.features >= SERIES_FEATURES and not (later == moment and _is_same(pair)):
                pairs.append((photo, other))
    groups = [_first_files(index, photos) for photos in _connected(pairs)]
    return [Group(files, max(files, key=lambda row: row["sharpness"] or 0)) for files in groups if len(files) > 1]


def _taken(index: Index) -> dict[int, str]:
    """When photos were taken, to the second, where their metadata says so."""
    statement = """SELECT id, substr(taken_at, 1, 19) FROM photos
        WHERE listed AND taken_source NOT IN ('file', 'name') AND length(taken_at) >= 19"""
    return dict(map(tuple, index.run(statement)))


def _at_once(taken: Mapping[int, str], photos: Iterable[int]) -> bool:
    return len({taken[photo] for photo in photos if photo in taken}) < 2


def _is_same(pair: Pair) -> bool:
    return any(pair.features >= rule.features and pair.grey >= rule.grey for rule in SAME)


def _connected(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Photos that are linked by pairs, directly or through others, in ascending order."""
    parent: dict[int, int] = {}

    def root(photo: int) -> int:
        while parent.setdefault(photo, photo) != photo:
            parent[photo] = photo = parent[parent[photo]]
        return photo

    for first, second in pairs:
        parent[max(root(first), root(second))] = min(root(first), root(second))
    together: dict[int, list[int]] = defaultdict(list)
    for photo in sorted(parent):
        together[root(photo)].append(photo)
    return list(together.values())


def _one_file_each(index: Index, photos: Iterable[int]) -> list[Row]:
    """A file for each content of some photos."""
    rows = [row for photo in photos for row in index.all(f"{_FILES} AND photos.id = ? ORDER BY paths.path", [photo])]
    return list({row["sha256"]: row for row in reversed(rows)}.values())[::-1]


def _first_files(index: Index, photos: Iterable[int]) -> list[Row]:
    """A file for each of some photos."""
    found = (index.one(f"{_FILES} AND photos.id = ? ORDER BY paths.path LIMIT 1", [photo]) for photo in photos)
    return [row for row in found if row is not None]


def _size(row: Row) -> tuple[int, int, float]:
    return (row["width"] or 0) * (row["height"] or 0), row["size"], row["sharpness"] or 0.0


def _moment(taken_at: str) -> float:
    """Seconds of a local time; whatever the offset, shots of one series share it."""
    return datetime.fromisoformat(taken_at[:19]).timestamp()
