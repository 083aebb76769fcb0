"""Rows of records as an analysis keeps them: corrected, deleted, failed, delivered twice."""

from pathlib import Path
from typing import Any

from collection.export.formats import write_parquet
from function.storage import columns


def row(name: str, text: str, tags: str = "", certainty: str = "likely", day: str = "2026-01-05", **more: Any) -> Any:
    """The row of a record that was written on a day, by the first version of the model."""
    record = {
        "id": name,
        "alt_text": text,
        "certainty": certainty,
        "confidence": 0.5,
        "tags": [{"word": tag} for tag in tags.split()],
        "model": {"name": "m", "version": more.pop("version", "1")},
        "created_at": f"{day}T10:00:00Z",
        "upload": {"bucket": "photos", "key": f"{name}.jpg"},
        **more,
    }
    return columns.row(f"captions/{name}.json", record, more.get("changed_at", f"{day}T10:00:01Z"))


ROWS = [
    row("beach", "A dog on a beach.", "dog beach"),
    row("snow", "Dogs run in the snow.", "snow dog", day="2025-12-31"),
    row("cat", "A cat on a mat.", "cat"),
    row("cat", "A cat sits on a red mat.", "cat mat", day="2026-02-01", version="2"),
    row("cat", "A cat sits on a red mat.", "cat mat", day="2026-02-01", version="2"),  # delivered twice
    row("maybe", "Possibly a dog by the sea.", "dog", certainty="possible"),
    row("dull", "", "wall", certainty="none"),
    row("quote", "A dog's bowl on a 100% beach.", "bowl beach dog"),
    row("gone", "A dog that is gone from the beach.", "dog beach"),
    columns.deletion("captions/gone.json", "2026-01-06T00:00:00Z"),
    columns.row(
        "captions/broken.json",
        {"id": "broken", "error": {"code": "corrupt_image"}, "created_at": "2026-01-07T00:00:00Z"},
        "2026-01-07T00:00:00Z",
    ),
]


def write(place: Path) -> Path:
    """The rows in two files, by months."""
    for month, part in (("2026-01", ROWS[::2]), ("2026-02", ROWS[1::2])):
        (place / f"month={month}").mkdir()
        with (place / f"month={month}" / "part.parquet").open("wb") as file:
            write_parquet(part, file)
    return place
