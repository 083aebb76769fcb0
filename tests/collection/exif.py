"""Files with metadata, read and written with the real exiftool, and folders of them captioned and written."""

import json
import subprocess
from pathlib import Path
from typing import Any

from PIL import Image

from collection.index.database import Index
from collection.metadata import pairs, read
from collection.metadata.exiftool import ExifTool
from collection.metadata.write import Options, write_words
from tests.collection.writer import Writer, caption

DESCRIBED = "A red wall."


def exif(place: Path, *options: str) -> None:
    subprocess.run(["exiftool", "-q", "-m", "-overwrite_original", *options, place], check=True)


def shown(place: Path) -> dict[str, Any]:
    answer = subprocess.run(["exiftool", "-json", "-G1", place], check=True, capture_output=True).stdout
    return dict(json.loads(answer)[0])


def pixels_of(place: Path) -> bytes:
    with Image.open(place) as image:
        return image.convert("RGB").tobytes()


def read_folder(index: Index, tool: ExifTool, folder: Path, writer: Writer) -> None:
    caption(index, folder, writer)
    root = index.value("SELECT id FROM roots")
    list(read.read_all(index, tool, read.unread(index, root, b"")))
    pairs.link(index, root)


def write(index: Index, tool: ExifTool, folder: Path, writer: Writer, options: Options = Options()) -> dict[str, Any]:  # noqa: B008
    """Caption, read and write a folder as `glimpse FOLDER --write`; what was done to each file."""
    read_folder(index, tool, folder, writer)
    return dict(write_words(index, tool, index.value("SELECT id FROM roots"), b"", options, lambda: False))
