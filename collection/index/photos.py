"""Photos and their records: what the model wrote, what people wrote, and which of it is shown."""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from collection.index import tags, words
from collection.index.database import Index, Row

MARKS = ("favourite", "reviewed", "decorative")
"""What a person may mark a photo as; a decorative one needs no description."""
EDITABLE = ("own_text", *MARKS)


def with_content(index: Index, sha256: bytes) -> int | None:
    photo: int | None = index.value("SELECT photo FROM contents WHERE sha256 = ?", [sha256])
    return photo


def add(index: Index, sha256: bytes, size: int) -> int:
    """The photo with this content, new or known."""
    with index.change():
        if (photo := with_content(index, sha256)) is not None:
            return photo
        new = int(index.value("INSERT INTO photos (bytes) VALUES (?) RETURNING id", [size]))
        index.run("INSERT INTO contents (sha256, photo) VALUES (?, ?)", [sha256, new])
        return new


def keep_record(index: Index, photo: int, record: Mapping[str, Any], sharpness: float | None = None) -> None:
    """Store what the model says of a photo, in place of what it said before; a person's words stay."""
    image, model = record.get("image", {}), record.get("model", {})
    error = record.get("error", {})
    values = {
        "status": record["status"],
        "format": image.get("format"),
        "width": image.get("width"),
        "height": image.get("height"),
        "alt_text": record.get("alt_text", ""),
        "certainty": record.get("certainty", "none"),
        "confidence": record.get("confidence"),
        "model": " ".join(str(model[part]) for part in ("name", "version", "engine") if part in model) or None,
        "captioned_at": record["created_at"],
        "error_code": error.get("code"),
        "error_message": error.get("message"),
        "sharpness": sharpness,
    }
    with index.change():
        _update(index, photo, values)
        packed = zlib.compress(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode(), 6)
        index.run("INSERT OR REPLACE INTO records (photo, record) VALUES (?, ?)", [photo, packed])
        tags.replace(index, photo, "model", [tag["word"] for tag in record.get("tags", [])])
        words.refresh(index, photo)


def keep_features(index: Index, photo: int, packed: bytes, encoder: str) -> None:
    """Store what a photo is compared by, in place of what another encoder made of it."""
    with index.change():
        statement = "INSERT OR REPLACE INTO features (photo, encoder, packed) VALUES (?, ?, ?)"
        index.run(statement, [photo, encoder, packed])


def record(index: Index, photo: int) -> dict[str, Any] | None:
    """The record as the model gave it, or None while there is none."""
    packed = index.value("SELECT record FROM records WHERE photo = ?", [photo])
    return None if packed is None else dict(json.loads(zlib.decompress(packed)))


def edit(index: Index, photo: int, **values: Any) -> None:
    """Change what a person says of a photo: `EDITABLE` columns only."""
    if unknown := set(values) - set(EDITABLE):
        raise ValueError(f"not for people to edit: {', '.join(sorted(unknown))}")
    with index.change():
        _update(index, photo, values)
        words.refresh(index, photo)


def keep_metadata(index: Index, photo: int, values: Mapping[str, Any], subjects: list[str]) -> None:
    """Store what a file says of itself: found_text, taken_at, taken_source, latitude, longitude, place and tags."""
    with index.change():
        _update(index, photo, values)
        tags.replace(index, photo, "file", subjects)
        words.refresh(index, photo)


def text(row: Row) -> str:
    """The sentence to show: what a person wrote here, else what the file says of itself, else the model's.

    Empty for a photo that needs none, or that needs one and has none.
    """
    return "" if row["decorative"] else str(row["own_text"] or row["found_text"] or row["alt_text"])


def _update(index: Index, photo: int, values: Mapping[str, Any]) -> None:
    if not values:
        return
    columns = ", ".join(f"{name} = ?" for name in values)
    index.run(f"UPDATE photos SET {columns} WHERE id = ?", [*values.values(), photo])
