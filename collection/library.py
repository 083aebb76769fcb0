"""A collection as a door to the web needs it: by ids, never by paths, and from any thread.

Answers are dictionaries ready for JSON. Raises the GlimpseErrors that the other routes raise.
"""

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from collection.export.thumbnails import Thumbnails
from collection.index import paths, photos, shelves, tags
from collection.index.database import Index, Row
from collection.search import find
from function.errors import BadRequest, NotFound
from function.images import formats

MOST_PHOTOS = 200
_TEXT_LETTERS = 2000
_CHANGES = {"alt_text": str, "tags": list, "reviewed": bool, "favourite": bool}


class File(NamedTuple):
    """A photo's file: where it lies, for the door alone, and its media type."""

    place: bytes
    content_type: str


class Library:
    """One collection, by the file of its index."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._open = threading.local()
        self._thumbnails = Thumbnails(file.parent / "thumbnails")

    @property
    def _index(self) -> Index:
        """The connection of the thread that asks."""
        if not hasattr(self._open, "index"):
            self._open.index = Index.open(self._file)
        index: Index = self._open.index
        return index

    def photos(self, q: str = "", sort: str = "", after: str = "", limit: int = find.LIMIT) -> dict[str, Any]:
        """A page of photos that answer a question, all of them by default; `after` is `next` of the page before."""
        if sort not in ("", *find.ORDERS):
            raise BadRequest(f"Sort by one of: {', '.join(find.ORDERS)}.")
        offset = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
        found = find.find(self._index, q, max(1, min(limit, MOST_PHOTOS)), offset, sort)
        behind = offset + len(found.photos)
        return {
            "photos": [self._listed(row) for row in found.photos],
            "total": found.total,
            "next": str(behind) if found.photos and behind < found.total else None,
            "suggestions": [{"misspelt": word, "word": other} for word, other in found.suggestions],
            "fewer": [{"q": text, "total": total} for text, total in found.fewer],
            "ignored": found.ignored,
        }

    def photo(self, id: str) -> dict[str, Any]:
        """One photo with its whole record. Raises NotFound."""
        row = self._row(id)
        return {**self._listed(row), "record": photos.record(self._index, row["id"])}

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
        made = self._thumbnails.get(content, self.file(id).place)
        if not made:
            raise NotFound("No small picture can be made of this photo.")
        return made

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
            if marks := {name: int(changes[name]) for name in ("reviewed", "favourite") if name in changes}:
                photos.edit(self._index, row["id"], **marks)
            if "tags" in changes:
                self._set_tags(row["id"], changes["tags"])
        return self.photo(id)

    def tags(self) -> dict[str, Any]:
        """Every tag, year and saved question with what is in it."""
        return {
            "tags": [{"word": word, "photos": count} for word, count in tags.counts(self._index)],
            "months": [{"month": month, "photos": count} for month, count in shelves.times(self._index, 7)],
            "albums": [{"name": name, "q": query} for name, query in shelves.albums(self._index).items()],
        }

    def _set_tags(self, photo: int, wanted: list[Any]) -> None:
        words = [tags.normal(str(word)) for word in wanted]
        tags.remove(self._index, [photo], [word for word in tags.of(self._index, photo) if word not in words])
        tags.add(self._index, [photo], [word for word in words if word not in tags.of(self._index, photo)])

    def _row(self, id: str) -> Row:
        known = id.isascii() and id.isdigit() and len(id) < 19
        found = find.rows(self._index, [int(id)]) if known else []
        if not found:
            raise NotFound("There is no such photo in this collection.")
        return found[0]

    def _listed(self, row: Row) -> dict[str, Any]:
        """A photo as lists show it; its name is the file's alone."""
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
            "favourite": bool(row["favourite"]),
            "reviewed": bool(row["reviewed"]),
            "width": row["width"],
            "height": row["height"],
        }
