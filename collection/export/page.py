"""One self-contained page of a collection: small pictures, texts, tags and a search that needs no server.

It holds names and texts that came with other people's files, so everything is escaped and the page may load nothing.
"""

import base64
from html import escape
from pathlib import Path
from typing import IO, Any

from collection.export.rows import export_rows
from collection.export.thumbnails import thumbnail
from collection.index.database import Index
from collection.metadata import exiftool

_SIDE = 240  # pixels of a thumbnail's longer side: about 8 KB a photo
_TEMPLATE = Path(__file__).parent / "page.html"
_PHOTOS = "<!--photos-->"
NEEDS_A_DESCRIPTION = "Needs a description"
DECORATIVE = "Decorative"


def write_page(index: Index, file: IO[bytes]) -> None:
    """Write the page, one photo at a time, each photo once."""
    head, tail = _TEMPLATE.read_text(encoding="utf-8").split(_PHOTOS)
    file.write(head.encode())
    seen = set()
    decorative = {str(row["id"]) for row in index.run("SELECT id FROM photos WHERE decorative")}
    with exiftool.previews() as preview:
        for place, row in export_rows(index):
            if row["id"] not in seen:
                seen.add(row["id"])
                missing = DECORATIVE if str(row["id"]) in decorative else NEEDS_A_DESCRIPTION
                file.write(_item(row, thumbnail(place, _SIDE, preview), missing).encode())
    file.write(tail.encode())


def _item(row: dict[str, Any], picture: bytes, missing: str) -> str:
    source = f"data:image/jpeg;base64,{base64.b64encode(picture).decode('ascii')}" if picture else "data:,"
    notes = " · ".join(filter(None, ((row["taken_at"] or "")[:10], ", ".join(row["tags"]), row["place"])))
    return (
        f'<li><img loading="lazy" alt="{escape(row["text"])}" src="{source}">'
        f"<p>{escape(row['text'] or missing)}</p>"
        f"<small>{escape(notes)}<br>{escape(row['path'])}</small></li>\n"
    )
