"""Words beside photos: side files of either form, RAW files and their previews, with the real exiftool."""

import os
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from collection.captions.pipeline import Pipeline
from collection.index import paths, photos
from collection.index.database import Index
from collection.metadata import pairs
from collection.metadata.exiftool import ExifTool
from collection.metadata.write import Options
from collection.scan.update import update
from function.images.read import read as read_photo
from tests.collection.conftest import picture
from tests.collection.exif import DESCRIBED, exif, read_folder, shown, write
from tests.collection.writer import Writer, photo_of


@pytest.mark.parametrize("name", ["red.jpg.xmp", "red.xmp"])
def test_both_side_files_are_read_and_again_when_they_change(
    index: Index, folder: Path, tool: ExifTool, writer: Writer, name: str
) -> None:
    exif(folder / name, "-XMP-dc:Description=Our barn")
    read_folder(index, tool, folder, writer)
    assert photos.text(photo_of(index, "red.jpg")) == "Our barn"
    exif(folder / name, "-XMP-dc:Description=Our other barn")
    read_folder(index, tool, folder, writer)
    assert photos.text(photo_of(index, "red.jpg")) == "Our other barn"


def test_a_bitmap_holds_no_words_and_gets_a_side_file(
    index: Index, folder: Path, tool: ExifTool, writer: Writer
) -> None:
    data = picture("#fe0000", format="BMP")
    (folder / "new.bmp").write_bytes(data)
    write(index, tool, folder, writer)
    assert (folder / "new.bmp").read_bytes() == data
    assert shown(folder / "new.bmp.xmp")["XMP-dc:Description"] == DESCRIBED


@pytest.mark.parametrize(("form", "name"), [("full", "red.jpg.xmp"), ("short", "red.xmp")])
def test_side_files_are_made_in_either_form(
    index: Index, folder: Path, tool: ExifTool, writer: Writer, form: Any, name: str
) -> None:
    data = (folder / "red.jpg").read_bytes()
    write(index, tool, folder, writer, Options(sidecar=form))
    assert (folder / "red.jpg").read_bytes() == data
    assert shown(folder / name)["XMP-dc:Description"] == DESCRIBED
    assert write(index, tool, folder, writer, Options(sidecar=form)) == {}


def test_the_side_file_that_is_there_is_updated_and_keeps_the_rest(
    index: Index, folder: Path, tool: ExifTool, writer: Writer
) -> None:
    exif(folder / "red.xmp", "-XMP-xmp:Rating=4", "-XMP-crs:Exposure2012=0.5")
    write(index, tool, folder, writer, Options(sidecar="full"))
    after = shown(folder / "red.xmp")
    assert (after["XMP-dc:Description"], after["XMP-xmp:Rating"]) == (DESCRIBED, 4)
    assert "XMP-crs:Exposure2012" in after
    assert not (folder / "red.jpg.xmp").exists()


@pytest.mark.parametrize("marked", [True, False])
def test_a_short_side_file_of_a_raw_is_not_given_a_jpegs_words(
    index: Index, folder: Path, tool: ExifTool, writer: Writer, marked: bool
) -> None:
    mark = "-XMP-photoshop:SidecarForExtension=CR2"
    exif(folder / "red.xmp", "-XMP-dc:Description=The negative", *([mark] if marked else []))
    if not marked:
        (folder / "red.CR2").write_bytes(b"raw")
    write(index, tool, folder, writer, Options(sidecar="short"))
    assert shown(folder / "red.xmp")["XMP-dc:Description"] == "The negative"
    assert shown(folder / "red.jpg.xmp")["XMP-dc:Description"] == DESCRIBED
    assert photos.text(photo_of(index, "red.jpg")) == DESCRIBED


def raf(jpeg: bytes) -> bytes:
    """A Fujifilm RAW of nothing but its header and the JPEG preview."""
    header = b"FUJIFILMCCD-RAW 0201FF383501" + b"Test".ljust(32, b"\0") + b"0100" + bytes(20)
    return header + struct.pack(">IIIIII", 148, len(jpeg), 0, 0, 0, 0) + bytes(148 - len(header) - 24) + jpeg


def dng(jpeg: bytes, orientation: int) -> bytes:
    """A TIFF of nothing but an orientation and the JPEG it carries."""
    rows = [(0x112, 3, orientation << 16), (0x201, 4, 50), (0x202, 4, len(jpeg))]
    entries = b"".join(struct.pack(">HHII", tag, kind, 1, value) for tag, kind, value in rows)
    return b"MM\0\x2a" + struct.pack(">IH", 8, len(rows)) + entries + bytes(4) + jpeg


def test_a_raw_gives_its_preview_and_gets_its_words_beside_it(
    index: Index, folder: Path, tool: ExifTool, writer: Writer
) -> None:
    data = raf(picture("red"))
    (folder / "shot.RAF").write_bytes(data)
    assert tool.preview(os.fsencode(folder / "shot.RAF")) == picture("red")
    changes = update(index, folder)
    rows = paths.pending(index, changes.root, b"")
    list(Pipeline(index, writer, tool.preview, 1).run(changes.root, rows))
    write(index, tool, folder, writer)
    assert (folder / "shot.RAF").read_bytes() == data
    assert shown(folder / "shot.RAF.xmp")["XMP-dc:Description"] == DESCRIBED


@pytest.mark.parametrize(("own", "side"), [((), "left"), (("-Orientation#=1",), "top")])
def test_a_preview_is_turned_as_its_raw_unless_it_says_so_itself(
    folder: Path, tool: ExifTool, own: tuple[str, ...], side: str
) -> None:
    """A DNG of a camera on its side, made of the JPEG it carries: red above, blue below."""
    preview = Image.new("RGB", (64, 64), "blue")
    preview.paste("red", (0, 0, 64, 32))
    preview.save(folder / "preview.jpg", quality=95)
    exif(folder / "preview.jpg", *own) if own else None
    (folder / "shot.dng").write_bytes(dng((folder / "preview.jpg").read_bytes(), orientation=8))
    seen = read_photo(tool.preview(os.fsencode(folder / "shot.dng"))).pixels
    assert seen[112, 10, 0] > 200 if side == "left" else seen[10, 112, 0] > 200


def test_a_raw_and_its_jpeg_are_one_photo_in_lists(index: Index, folder: Path, tool: ExifTool, writer: Writer) -> None:
    (folder / "red.RAF").write_bytes(raf(picture("red")))
    changes = update(index, folder)
    rows = paths.pending(index, changes.root, b"")
    list(Pipeline(index, writer, tool.preview, 1).run(changes.root, rows))
    assert index.value("SELECT count(*) FROM photos WHERE listed") == 4
    pairs.link(index, changes.root)
    assert index.value("SELECT count(*) FROM photos WHERE listed") == 3
    assert index.value("SELECT count(*) FROM paths") == 4
    (folder / "red.jpg").unlink()
    update(index, folder)
    pairs.link(index, changes.root)
    assert index.value("SELECT count(*) FROM photos WHERE listed") == 3
