"""Words in photos and beside them, with the real exiftool."""

import hashlib
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from collection.commands import caption as command
from collection.index import paths, photos, tags
from collection.index.database import Index
from collection.index.errors import CollectionError, Failure
from collection.metadata import exiftool
from collection.metadata.exiftool import ExifTool
from collection.metadata.write import Options, write_words
from tests.collection.conftest import picture
from tests.collection.exif import DESCRIBED, exif, pixels_of, read_folder, shown, write
from tests.collection.writer import Writer, caption, photo_of


def test_what_a_photo_says_is_read(index: Index, folder: Path, tool: ExifTool, writer: Writer) -> None:
    exif(
        folder / "red.jpg",
        "-XMP-dc:Description=Our barn, painted",
        "-XMP-dc:Subject=Barn",
        "-XMP-dc:Subject=farm house",
        "-ExifIFD:DateTimeOriginal=2014:05:02 10:51:39",
        "-XMP-photoshop:City=Bern",
        "-GPSLatitude=46.9",
        "-GPSLatitudeRef=N",
        "-GPSLongitude=7.4",
        "-GPSLongitudeRef=E",
    )
    read_folder(index, tool, folder, writer)
    row = photo_of(index, "red.jpg")
    assert photos.text(row) == "Our barn, painted"
    assert (row["taken_at"], row["taken_source"]) == ("2014-05-02T10:51:39", "ExifIFD:DateTimeOriginal")
    assert (row["latitude"], row["longitude"], row["place"]) == (pytest.approx(46.9), pytest.approx(7.4), "Bern")
    assert tags.of(index, row["id"]) == ["barn", "farm house", "red", "wall"]


def test_what_cameras_write_into_every_photo_is_no_description(
    index: Index, folder: Path, tool: ExifTool, writer: Writer
) -> None:
    exif(folder / "red.jpg", "-IFD0:ImageDescription=OLYMPUS DIGITAL CAMERA")
    read_folder(index, tool, folder, writer)
    assert photos.text(photo_of(index, "red.jpg")) == DESCRIBED


@pytest.mark.parametrize(
    "name", [b"two\nlines.jpg", b"\xff.jpg", b"-option.jpg", b"#hash.jpg", b"back\\slash.jpg", b"x" * 246 + b".jpg"]
)
def test_photos_of_every_name_are_read_and_written(
    index: Index, folder: Path, tool: ExifTool, writer: Writer, name: bytes
) -> None:
    place = os.fsencode(folder) + b"/" + name
    Path(os.fsdecode(place)).write_bytes(picture("#ff0001"))
    done = write(index, tool, folder, writer)
    assert not isinstance(done[paths.shown(name)], Failure)
    assert tool.read([place], ["XMP-dc:Description"]) == [{"XMP-dc:Description": DESCRIBED}]


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "HEIF"])
def test_words_go_into_every_format_and_nothing_else_changes(
    index: Index, tmp_path: Path, folder: Path, tool: ExifTool, writer: Writer, format: str
) -> None:
    place = folder / f"new.{format.lower()}"
    Image.new("RGB", (64, 48), "#fe0000").save(place, format)
    os.utime(place, ns=(1_400_000_000_123_456_789,) * 2)
    place.chmod(0o640)
    before, pixels = shown(place), pixels_of(place)
    write(index, tool, folder, writer)
    after = shown(place)
    assert after["XMP-dc:Description"] == after["XMP-iptcCore:AltTextAccessibility"] == DESCRIBED
    assert after["XMP-dc:Subject"] == ["red", "wall"]
    assert pixels_of(place) == pixels
    assert (place.stat().st_mtime_ns, place.stat().st_mode & 0o777) == (1_400_000_000_123_456_789, 0o640)
    moved = ("System:", "File:ExifByteOrder", "File:FileType", "RIFF:", "GIF:GIFVersion", "QuickTime:MediaDataSize")
    kept = {name: value for name, value in before.items() if not name.startswith(moved) and "Offset" not in name}
    assert {name: after.get(name) for name in kept} == kept


def test_somebodys_own_words_stay_unless_they_are_to_be_overwritten(
    index: Index, folder: Path, tool: ExifTool, writer: Writer
) -> None:
    exif(folder / "red.jpg", "-XMP-dc:Description=Our barn", "-XMP-dc:Subject=barn", "-IPTC:Caption-Abstract=Our barn")
    write(index, tool, folder, writer)
    assert shown(folder / "red.jpg")["XMP-dc:Description"] == "Our barn"
    assert shown(folder / "red.jpg")["XMP-dc:Subject"] == ["barn", "red", "wall"]
    write(index, tool, folder, writer, Options(overwrite=True))
    after = shown(folder / "red.jpg")
    assert (after["XMP-dc:Description"], after["IPTC:Caption-Abstract"]) == (DESCRIBED, DESCRIBED)


@pytest.mark.parametrize(
    "field", ["IPTC:Caption-Abstract", "IFD0:ImageDescription", "XMP-iptcCore:AltTextAccessibility"]
)
def test_words_in_another_field_are_somebodys_words_too(
    index: Index, folder: Path, tool: ExifTool, writer: Writer, field: str
) -> None:
    exif(folder / "red.jpg", f"-{field}=Our barn")
    write(index, tool, folder, writer)
    after = shown(folder / "red.jpg")
    assert (after[field], after.get("XMP-dc:Description")) == ("Our barn", None)


def test_what_glimpse_wrote_is_not_taken_for_somebodys_words_until_they_change_it(
    index: Index, folder: Path, tool: ExifTool, writer: Writer
) -> None:
    write(index, tool, folder, writer)
    assert photo_of(index, "red.jpg")["found_text"] == ""
    assert write(index, tool, folder, writer) == {}
    photos.edit(index, photo_of(index, "red.jpg")["id"], own_text="Our barn.")
    write(index, tool, folder, writer)
    assert shown(folder / "red.jpg")["XMP-dc:Description"] == "Our barn."
    exif(folder / "red.jpg", "-XMP-dc:Description=Changed in digiKam")
    write(index, tool, folder, writer)
    assert shown(folder / "red.jpg")["XMP-dc:Description"] == "Changed in digiKam"


def test_a_photo_that_was_written_is_still_the_same_photo(
    index: Index, folder: Path, tool: ExifTool, writer: Writer
) -> None:
    data = (folder / "red.jpg").read_bytes()
    write(index, tool, folder, writer)
    assert (folder / "red.jpg").read_bytes() != data
    assert caption(index, folder, writer) == []
    (folder / "old copy.jpg").write_bytes(data)
    assert [outcome.status for outcome in caption(index, folder, writer)] == ["kept"]
    assert index.value("SELECT count(*) FROM photos") == 3


def test_tags_that_a_person_removed_leave_the_file(index: Index, folder: Path, tool: ExifTool, writer: Writer) -> None:
    write(index, tool, folder, writer)
    tags.remove(index, [photo_of(index, "red.jpg")["id"]], ["wall"])
    write(index, tool, folder, writer)
    assert shown(folder / "red.jpg")["XMP-dc:Subject"] == "red"


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    index: Index, folder: Path, tool: ExifTool, writer: Writer
) -> None:
    before = {file: file.read_bytes() for file in folder.rglob("*.*g")}
    done = write(index, tool, folder, writer, Options(dry_run=True))
    assert str(done["red.jpg"]) == 'description "A red wall."; tags +red, +wall'
    assert {file: file.read_bytes() for file in folder.rglob("*.*g")} == before


def test_a_photo_that_needs_a_description_gets_nothing_until_a_person_writes_one(
    index: Index, folder: Path, tool: ExifTool
) -> None:
    silent = Writer(alt_text="", certainty="none", alternatives=[])
    assert write(index, tool, folder, silent) == {}
    photos.edit(index, photo_of(index, "red.jpg")["id"], own_text="Our barn.")
    assert list(write(index, tool, folder, silent)) == ["red.jpg"]


def test_a_decorative_photo_gets_no_words(index: Index, folder: Path, tool: ExifTool, writer: Writer) -> None:
    read_folder(index, tool, folder, writer)
    photos.edit(index, photo_of(index, "red.jpg")["id"], decorative=1)
    assert "red.jpg" not in write(index, tool, folder, writer, Options(dry_run=True))


def test_a_write_that_fails_leaves_the_photo_as_it_was(
    index: Index, folder: Path, tool: ExifTool, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (folder / "red.jpg").read_bytes()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    done = write(index, tool, folder, writer)
    assert "No space left" in done["red.jpg"].message
    assert (folder / "red.jpg").read_bytes() == data
    assert not list(folder.glob(".glimpse-*"))


def test_what_a_killed_process_left_is_removed_and_nothing_else(
    index: Index, folder: Path, tool: ExifTool, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [folder / ".glimpse-0123456789abcdef.jpg", folder / "sub" / ".glimpse-0123456789abcdef.png_exiftool_tmp"]
    others = [folder / ".glimpse-notes.txt", folder / "glimpse-0123456789abcdef.txt"]
    for file in (*left, *others):
        file.write_bytes(b"half a photo")
    write(index, tool, folder, writer, Options(dry_run=True))
    write(index, tool, folder, writer)
    assert all(file.exists() for file in left)  # they are new: another process may be at work
    monkeypatch.setattr("collection.metadata.write.LEFT_AFTER_SECONDS", -1)
    write(index, tool, folder, writer)
    assert not any(file.exists() for file in left)
    assert all(file.exists() for file in others)


def test_a_damaged_photo_is_not_replaced(index: Index, folder: Path, tool: ExifTool, writer: Writer) -> None:
    read_folder(index, tool, folder, writer)
    (folder / "red.jpg").write_bytes(b"\xff\xd8 damaged since")
    done = dict(write_words(index, tool, index.value("SELECT id FROM roots"), b"", Options(), lambda: False))
    assert isinstance(done["red.jpg"], Failure)
    assert (folder / "red.jpg").read_bytes() == b"\xff\xd8 damaged since"


def test_exiftool_outlives_a_worker_that_asks_it(photos: Path) -> None:
    asked = [os.fsencode(photos / "dog.jpg")], ["File:MIMEType"]
    with ExifTool() as tool:
        tool.start()
        worker = threading.Thread(target=lambda: tool.read(*asked))
        worker.start()
        worker.join()
        assert tool.read(*asked) == [{"File:MIMEType": "image/jpeg"}]  # it warns where it had to be started again


def test_a_missing_exiftool_is_told_and_captioning_goes_on(
    index: Index, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CollectionError, match="exiftool is not installed"):
        ExifTool()
    monkeypatch.setattr(command, "Model", lambda settings, copies: Writer())
    assert command.main([str(folder)]) == 0
    assert capsys.readouterr().err.startswith(f"glimpse: {exiftool.MISSING}\n")


def test_copies_of_one_photo_are_each_written(index: Index, folder: Path, tool: ExifTool, writer: Writer) -> None:
    shutil.copy(folder / "red.jpg", folder / "red again.jpg")
    done = write(index, tool, folder, writer)
    assert {"red.jpg", "red again.jpg"} <= set(done)
    hashes = {hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("red.jpg", "red again.jpg")}
    assert len(hashes) == 1
