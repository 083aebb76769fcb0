"""What photos and their side files already say: descriptions, tags, dates and places, into the index."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from collection.index import paths, photos
from collection.index.database import Index, Row
from collection.metadata import dates, sidecars
from collection.metadata.exiftool import ExifTool, Tags
from function.records import signature

DESCRIPTIONS = (
    "XMP-dc:Description",
    "XMP-iptcCore:AltTextAccessibility",
    "IPTC:Caption-Abstract",
    "IFD0:ImageDescription",
    "IFD0:XPComment",
    "ExifIFD:UserComment",
    "PNG:Description",
)
"""Fields that hold a sentence about a photo, the one to believe first."""
SUBJECTS = ("XMP-dc:Subject", "IPTC:Keywords", "IFD0:XPKeywords")
PLACES = (
    "XMP-iptcCore:Location",
    "IPTC:Sub-location",
    "XMP-photoshop:City",
    "IPTC:City",
    "XMP-photoshop:State",
    "XMP-photoshop:Country",
    "IPTC:Country-PrimaryLocationName",
)
WRITER = "XMP-photoshop:CaptionWriter"
_PLACED = ("Composite:GPSLatitude", "Composite:GPSLongitude")
_DATES = tuple(name for field in dates.FIELDS for name in field if name)
WANTED = (*DESCRIPTIONS, *SUBJECTS, *PLACES, WRITER, *_PLACED, *_DATES, sidecars.BELONGS_TO)
_NO_DESCRIPTION = frozenset(  # what cameras write into every photo
    (
        "ascii",
        "default",
        "digital camera",
        "minolta digital camera",
        "olympus digital camera",
        "samsung",
        "sony dsc",
        "untitled",
    )
)
_BATCH = 50


class Words(NamedTuple):
    """What a file says: its description, "" for none and for one that Glimpse wrote, and all of its tags."""

    description: str
    subjects: list[str]


def unread(index: Index, root: int, within: bytes) -> list[Row]:
    """Files that were never read or have changed, or whose side files have."""
    rows = paths.with_photo(index, root, within)
    return [r for r in rows if not r["metadata_read"] or r["sidecars"] != sidecars.state(paths.absolute(index, r))]


def read_all(index: Index, tool: ExifTool, rows: Sequence[Row]) -> Iterator[int]:
    """Read the metadata of files into the index; gives how many it has read since the last time."""
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        places = [paths.absolute(index, row) for row in batch]
        found = merged(tool, places)
        with index.change():
            for row, place, tags in zip(batch, places, found, strict=True):
                _keep(index, row, place, tags)
        yield len(batch)


def merged(tool: ExifTool, places: Sequence[bytes]) -> list[Tags]:
    """The tags of photos, those of their side files in the place of their own: that is where programs edit."""
    beside = [sidecars.beside(place) for place in places]
    files = [file for pair in beside for file in pair if file is not None]
    read = dict(zip([*places, *files], tool.read([*places, *files], WANTED), strict=True))
    together = []
    for place, (full, short) in zip(places, beside, strict=True):
        tags = dict(read[place])
        if short is not None and sidecars.is_of(place, read[short]):
            tags |= read[short]
        together.append(tags | (read[full] if full is not None else {}))
    return together


def words(tags: Mapping[str, Any]) -> Words:
    texts = (_text(tags.get(name, "")) for name in DESCRIPTIONS)
    description = next((text for text in texts if text and text.lower() not in _NO_DESCRIPTION), "")
    subjects = [text for name in SUBJECTS for text in _list(tags.get(name), name.startswith("IFD0"))]
    return Words("" if is_ours(description, tags) else description, list(dict.fromkeys(subjects)))


def is_ours(description: str, tags: Mapping[str, Any]) -> bool:
    """Whether Glimpse wrote a description, and nobody has changed it since."""
    return str(tags.get(WRITER, "")) == signature(description)


def _keep(index: Index, row: Row, place: bytes, tags: Tags) -> None:
    photo = photos.with_content(index, row["sha256"])
    index.run("UPDATE paths SET metadata_read = 1, sidecars = ? WHERE id = ?", [sidecars.state(place), row["id"]])
    if photo is None:
        return
    found = words(tags)
    taken = dates.taken(tags, os.fsdecode(os.path.basename(row["path"])), row["mtime_ns"])
    latitude, longitude = (tags.get(name) for name in _PLACED)
    known = isinstance(latitude, (int, float)) and isinstance(longitude, (int, float)) and (latitude or longitude)
    values = {
        "found_text": found.description,
        "taken_at": taken.at if taken else None,
        "taken_source": taken.source if taken else None,
        "latitude": latitude if known else None,
        "longitude": longitude if known else None,
        "place": ", ".join(dict.fromkeys(filter(None, (_text(tags.get(name, "")) for name in PLACES)))),
    }
    photos.keep_metadata(index, photo, values, found.subjects)


def _text(value: Any) -> str:
    """A text field on one line; of several languages the default one."""
    if isinstance(value, dict):
        value = value.get("x-default") or next(iter(value.values()), "")
    return " ".join(str(value).replace("\0", " ").split())


def _list(value: Any, by_semicolon: bool) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        return [text for text in map(_text, value) if text]
    parts = _text(value).split(";") if by_semicolon else [_text(value)]
    return [part.strip() for part in parts if part.strip()]
