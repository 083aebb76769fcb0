"""A record as a row of a table: what every export writes, and what the table of an analysis holds.

A row tells of one change: of two rows with the same id the one with the later `changed_at` holds, and an id whose last
row is `deleted` is gone.
"""

from collections.abc import Mapping
from typing import Any

from function.records import Record
from function.storage.base import RECORDS

COLUMNS: Mapping[str, type] = {
    "id": str,
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
    "created_at": str,
    "changed_at": str,
    "deleted": bool,
}
"""Columns and their types. `text` is the sentence to show, empty where the photo needs a description; times are UTC as
in 2026-11-28T08:00:00Z."""
Row = dict[str, Any]


def name_of(key: str) -> str:
    """The id of a row: the name in the key of its record, captions/NAME.json."""
    return key.removeprefix(RECORDS).removesuffix(".json")


def row(key: str, record: Record, changed_at: str) -> Row:
    """The row of a record that is under `key`. What only people or files can say stays empty."""
    image, model = record.get("image", {}), record.get("model", {})
    alt_text = record.get("alt_text", "")
    return {
        **_empty(key, changed_at),
        "path": _path(record),
        "text": alt_text,
        "alt_text": alt_text,
        "certainty": record.get("certainty", "none"),
        "confidence": record.get("confidence"),
        "tags": [tag["word"] for tag in record.get("tags", [])],
        **{name: image.get(name) for name in ("format", "width", "height", "bytes", "sha256")},
        "model": model_name(model),
        "error": record.get("error", {}).get("code"),
        "created_at": record["created_at"],
    }


def deletion(key: str, changed_at: str) -> Row:
    """The row that says that there is no record under `key` any more."""
    return {**_empty(key, changed_at), "deleted": True}


def model_name(model: Mapping[str, str]) -> str | None:
    """A model as one text: its name, version and engine."""
    return " ".join(str(model[part]) for part in ("name", "version", "engine") if part in model) or None


def _empty(key: str, changed_at: str) -> Row:
    nothing: dict[type, Any] = {list: [], bool: False}
    values = {name: nothing.get(kind) for name, kind in COLUMNS.items()}
    return {**values, "id": name_of(key), "changed_at": changed_at}


def _path(record: Record) -> str:
    """Where the photo lies, or lay: in a bucket of its own, or under uploads/."""
    upload = record.get("upload", {})
    return f"s3://{upload['bucket']}/{upload['key']}" if "bucket" in upload else f"uploads/{record['id']}"
