"""What is found in a folder, and what has changed since it was looked at last."""

import os
import time
from pathlib import Path

import pytest

from collection.index import paths
from collection.index.database import Index
from collection.scan.update import update
from collection.scan.walk import Walk
from tests.collection.conftest import picture

RED = picture("red")


def names(folder: Path) -> list[bytes]:
    return [seen.path for seen in Walk(os.fsencode(folder))]


def test_photos_are_found_in_a_stable_order(folder: Path) -> None:
    assert names(folder) == [b"green.jpg", b"red.jpg", b"sub/blue.png"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("._red.jpg", "hidden file"),
        (".hidden/red.jpg", "hidden or program folder"),
        ("@eaDir/red.jpg", "hidden or program folder"),
        (".thumbnails/red.jpg", "hidden or program folder"),
        ("IMG_1.AAE", "side file"),
        ("red.jpg.xmp", "side file"),
        ("red.xmp", "side file"),
        ("Thumbs.db", "program file"),
        ("film.mov", "video"),
        ("letter.pdf", "document"),
        ("notes", "other file"),
        (".red.jpg.icloud", "not here"),
    ],
)
def test_what_is_no_photo_is_skipped_and_counted_by_kind(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"not a photo")
    walk = Walk(os.fsencode(tmp_path))
    assert (list(walk), walk.failures) == ([], [])
    assert {kind: count for kind, count in walk.skipped.items() if count} == {kind: 1}


def test_a_photo_without_a_suffix_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    (tmp_path / "IMG_0001").write_bytes(RED)
    assert names(tmp_path) == [b"IMG_0001"]


def test_links_are_not_followed_back_into_the_folder(folder: Path) -> None:
    (folder / "again").symlink_to(folder)
    (folder / "sub" / "up").symlink_to(folder.parent)
    (folder / "same.jpg").symlink_to(folder / "red.jpg")
    assert names(folder) == [b"green.jpg", b"red.jpg", b"sub/blue.png"]


def test_links_out_of_the_folder_are_followed_once(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "white.jpg").write_bytes(picture("white"))
    (folder / "x").symlink_to(tmp_path / "elsewhere")
    (folder / "y").symlink_to(tmp_path / "elsewhere")
    assert names(folder)[-1] == b"x/white.jpg"


def test_a_broken_link_and_a_pipe_hold_nothing_up(folder: Path) -> None:
    (folder / "broken.jpg").symlink_to(folder / "nowhere.jpg")
    os.mkfifo(folder / "pipe.jpg")
    os.mkfifo(folder / "pipe")
    assert len(names(folder)) == 3


@pytest.mark.parametrize("name", [b"\xff\xfe.jpg", b"two\nlines.jpg", b"x" * 246 + b".jpg", "ümläut 🐕.jpg".encode()])
def test_every_name_is_kept_byte_for_byte(index: Index, folder: Path, name: bytes) -> None:
    place = os.fsencode(folder) + b"/" + name
    Path(os.fsdecode(place)).write_bytes(picture("white"))
    changes = update(index, folder)
    row = next(row for row in paths.pending(index, changes.root, b"") if row["path"] == name)
    assert paths.absolute(index, row) == place
    assert row["shown"].isprintable()


def test_only_new_and_changed_files_are_pending(index: Index, folder: Path) -> None:
    first = update(index, folder)
    assert (first.changed, first.unchanged) == (3, 0)
    index.run("UPDATE paths SET state = 'known'")
    (folder / "red.jpg").write_bytes(picture("white"))
    again = update(index, folder)
    assert (again.changed, again.unchanged) == (1, 2)
    assert [row["path"] for row in paths.pending(index, again.root, b"")] == [b"red.jpg"]


def test_a_file_that_is_gone_is_forgotten(index: Index, folder: Path) -> None:
    update(index, folder)
    (folder / "red.jpg").unlink()
    assert update(index, folder).gone == 1
    assert index.value("SELECT count(*) FROM paths") == 2


def test_files_of_a_folder_that_cannot_be_listed_are_not_forgotten(
    index: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(index, folder)
    scandir = os.scandir

    def refuse(place: bytes) -> object:
        if place.endswith(b"sub"):
            raise PermissionError(13, "Permission denied")
        return scandir(place)

    monkeypatch.setattr(os, "scandir", refuse)
    changes = update(index, folder)
    assert (changes.gone, [failure.path for failure in changes.failures]) == (0, ["sub"])


def test_an_empty_file_is_not_here_and_is_pending_once_it_has_content(index: Index, folder: Path) -> None:
    (folder / "cloud.jpg").touch()
    changes = update(index, folder)
    assert changes.skipped["not here"] == 1
    assert len(paths.pending(index, changes.root, b"")) == 3
    (folder / "cloud.jpg").write_bytes(picture("white"))
    update(index, folder)
    assert len(paths.pending(index, changes.root, b"")) == 4


def test_a_folder_below_is_part_of_the_same_collection(index: Index, folder: Path) -> None:
    update(index, folder)
    changes = update(index, folder / "sub")
    assert (changes.within, changes.unchanged, changes.gone) == (b"sub", 1, 0)
    assert [row["path"] for row in paths.pending(index, changes.root, changes.within)] == [b"sub/blue.png"]


def test_a_collection_that_is_moved_with_its_index_is_unchanged(folder: Path, tmp_path: Path) -> None:
    with Index.open(folder / ".glimpse" / "index.sqlite3") as index:
        update(index, folder)
    folder.rename(tmp_path / "moved")
    with Index.open(tmp_path / "moved" / ".glimpse" / "index.sqlite3") as index:
        assert update(index, tmp_path / "moved").unchanged == 3


def test_ten_thousand_known_files_are_passed_at_a_thousand_a_second(index: Index, folder: Path) -> None:
    for i in range(10_000):
        (folder / f"{i}.jpg").touch()
        os.truncate(folder / f"{i}.jpg", 1)
    update(index, folder)
    started = time.perf_counter()
    assert update(index, folder).unchanged == 10_003
    assert time.perf_counter() - started < 10
