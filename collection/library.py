"""A collection as a door to the web needs it: by ids, never by paths, and from any thread.

Answers are dictionaries ready for JSON. Raises the GlimpseErrors that the other routes raise.
"""

import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from collection.alike.neighbours import Neighbours
from collection.export.thumbnails import Preview, Thumbnails, no_preview, thumbnail
from collection.index import paths, photos, shelves, tags
from collection.index.database import Index, Row
from collection.search import find
from collection.search.find import Found
from collection.search.query import parse
from function.errors import BadRequest, NotFound
from function.images import formats

MOST_PHOTOS = 200
_RENDERED_SIDE = 2048
_TEXT_LETTERS = 2000
_CHANGES = {"alt_text": str, "tags": list, "reviewed": bool, "favourite": bool, "decorative": bool}
FILTERS = {
    "all": "",
    "missing": "is:captioned is:undescribed",
    "unsure": "is:captioned is:unsure",
    "failed": "is:failed",
    "unreviewed": "is:captioned -is:reviewed",
    "reviewed": "is:reviewed",
}
"""What the page may narrow its list to, as conditions of a question."""
SHELVES = ("favourite", "own")
"""Of the states of photos, those that stand at the side of the page."""


class File(NamedTuple):
    """A photo's file: where it lies, for the door alone, and its media type."""

    place: bytes
    content_type: str


class Library:
    """One collection, by the file of its index."""

    def __init__(self, file: Path, preview: Preview = no_preview) -> None:
        self._file = file
        self._open = threading.local()
        self._preview = preview
        self._neighbours = Neighbours()
        self._thumbnails = Thumbnails(file.parent / "thumbnails", preview=preview)

    @property
    def _index(self) -> Index:
        """The connection of the thread that asks."""
        if not hasattr(self._open, "index"):
            self._open.index = Index.open(self._file)
        index: Index = self._open.index
        return index

    def photos(self, q: str = "", sort: str = "", after: str = "", limit: int = find.LIMIT) -> dict[str, Any]:
        """A page of photos that answer a question, all of them by default; `after` is `next` of the page before."""
        offset = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
        found = find.find(self._index, q, max(1, min(limit, MOST_PHOTOS)), offset, _order(sort), self._neighbours)
        behind = offset + len(found.photos)
        return {
            "photos": [self._listed(row) for row in found.photos],
            "total": found.total,
            "next": str(behind) if found.photos and behind < found.total else None,
            **_help(found),
        }

    def ids(self, q: str = "", sort: str = "", filter: str = "all") -> dict[str, Any]:
        """The ids of all photos that answer a question and are of a filter, in order, or what to ask instead."""
        if filter not in FILTERS:
            raise BadRequest(f"Filter by one of: {', '.join(FILTERS)}.")
        ids = find.ordered(self._index, f"{FILTERS[filter]} {q}", _order(sort), self._neighbours)
        found = Found([], len(ids), [], [], []) if ids else find.find(self._index, q, 1)
        return {"ids": [str(id) for id in ids], **_help(found)}

    def some(self, ids: Iterable[str]) -> dict[str, Any]:
        """Photos of some ids with their whole records, `MOST_PHOTOS` at most; those that are gone are left out."""
        known = [int(id) for id in ids if _is_id(id)][:MOST_PHOTOS]
        return {"photos": [self._whole(row) for row in find.rows(self._index, known)]}

    def photo(self, id: str) -> dict[str, Any]:
        """One photo with its whole record. Raises NotFound."""
        return self._whole(self._row(id))

    def file(self, id: str) -> File:
        """The file of a photo, which is in the collection now. Raises NotFound."""
        row = self._row(id)
        for file in paths.of_photo(self._index, row["id"]):
            place = paths.absolute(self._index, file)
            if os.path.isfile(place):
                types = {recorded.label.upper(): recorded.content_types[0] for recorded in formats.FORMATS}
                return File(place, types.get(row["format"], "application/octet-stream"))
        raise NotFound("The photo's file is no longer there.")

    def thumbnail(self, id: str) -> bytes:
        """A small JPEG of a photo. Raises NotFound."""
        row = self._row(id)
        content = self._index.value("SELECT sha256 FROM contents WHERE photo = ? LIMIT 1", [row["id"]])
        return _made(self._thumbnails.get(content, self.file(id).place))

    def rendering(self, id: str) -> bytes:
        """A large JPEG of a photo, for a browser that cannot show its format. Raises NotFound."""
        return _made(thumbnail(self.file(id).place, _RENDERED_SIDE, self._preview))

    def edit(self, id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Keep what a person says: alt_text ("" for Glimpse's own), tags (all that the photo is to have), marks."""
        row = self._row(id)
        for name, value in changes.items():
            if name not in _CHANGES or not isinstance(value, _CHANGES[name]):
                raise BadRequest(f"A photo has {', '.join(_CHANGES)}; {name} cannot be set to that.")
        with self._index.change():
            if "alt_text" in changes:
                text = " ".join(changes["alt_text"].split())[:_TEXT_LETTERS]
                photos.edit(self._index, row["id"], own_text=text)
            if marks := {name: int(changes[name]) for name in _CHANGES if isinstance(changes.get(name), bool)}:
                photos.edit(self._index, row["id"], **marks)
            if "tags" in changes:
                self._set_tags(row["id"], changes["tags"])
        return self.photo(id)

    def shelves(self) -> dict[str, Any]:
        """Every tag, month, folder and saved question with what is in it, and how many photos each filter has."""
        index = self._index
        counted = {name: find.count(index, parse(conditions)) for name, conditions in FILTERS.items()}
        return {
            "tags": [{"word": word, "photos": count} for word, count in tags.counts(index)],
            "months": [{"month": month, "photos": count} for month, count in shelves.times(index, 7)],
            "folders": [{"folder": folder, "photos": count} for folder, count in shelves.folders(index)],
            "albums": [{"name": name, "q": query} for name, query in shelves.albums(index).items()],
            "filters": counted,
            "states": {name: find.count(index, parse(f"is:{name}")) for name in SHELVES},
        }

    def tidy(self) -> None:
        """Keep the thumbnails within their bound."""
        self._thumbnails.tidy()

    def _set_tags(self, photo: int, wanted: list[Any]) -> None:
        words = [tags.normal(str(word)) for word in wanted]
        tags.remove(self._index, [photo], [word for word in tags.of(self._index, photo) if word not in words])
        tags.add(self._index, [photo], [word for word in words if word not in tags.of(self._index, photo)])

    def _row(self, id: str) -> Row:
        found = find.rows(self._index, [int(id)]) if _is_id(id) else []
        if not found:
            raise NotFound("There is no such photo in this collection.")
        return found[0]

    def _whole(self, row: Row) -> dict[str, Any]:
        return {**self._listed(row), "record": photos.record(self._index, row["id"])}

    def _listed(self, row: Row) -> dict[str, Any]:
        """A photo as lists show it; its name is the file's alone."""
        marks = {name: bool(row[name]) for name, kind in _CHANGES.items() if kind is bool}
        return {
            "id": str(row["id"]),
            "name": paths.shown(os.path.basename(row["path"])),
            "text": photos.text(row),
            "alt_text": row["alt_text"],
            "own_text": row["own_text"],
            "found_text": row["found_text"],
            "certainty": row["certainty"],
            "confidence": row["confidence"],
            "tags": tags.of(self._index, row["id"]),
            "taken_at": row["taken_at"],
            "is_guess": row["taken_source"] == "file",
            **marks,
            "width": row["width"],
            "height": row["height"],
            "bytes": row["bytes"],
        }


def _order(sort: str) -> str:
    if sort not in ("", *find.ORDERS):
        raise BadRequest(f"Sort by one of: {', '.join(find.ORDERS)}.")
    return sort


def _help(found: Found) -> dict[str, Any]:
    return {
        "suggestions": [{"misspelt": word, "word": other} for word, other in found.suggestions],
        "fewer": [{"q": text, "total": total} for text, total in found.fewer],
        "ignored": found.ignored,
    }


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _made(picture: bytes) -> bytes:
    if not picture:
        raise NotFound("No picture can be made of this photo.")
    return picture
