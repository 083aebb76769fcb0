"""Tags, shelves, albums, marks and duplicates, by the command line."""

import json
import os
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance

from collection.alike import groups
from collection.alike.gallery import Gallery
from collection.captions.model import Model
from collection.export.page import write_page
from collection.index import photos, shelves, tags
from collection.index.database import Index
from collection.search.find import ids
from function.settings import Settings
from tests.collection.conftest import Glimpse
from tests.collection.writer import Writer, caption, photo_of


@pytest.fixture
def captioned(index: Index, folder: Path, writer: Writer) -> Path:
    caption(index, folder, writer)
    return folder


def test_tags_are_shelves_with_their_numbers(captioned: Path, glimpse: Glimpse) -> None:
    assert glimpse("tags", "list", "--folder", captioned).stdout == "3\twall\n1\tblue\n1\tgreen\n1\tred\n"
    assert glimpse("tags", "list", "red", "--folder", captioned).stdout == "1\twall\n"


def test_a_tag_is_added_to_and_removed_from_many_photos(captioned: Path, index: Index, glimpse: Glimpse) -> None:
    done = glimpse("tags", "add", "Our  House", "--query", "wall -red", "--folder", captioned)
    assert done.stderr == "glimpse: 2 of 2 photos have the tag now\n"
    assert len(ids(index, 'tag:"our house"')) == 2
    glimpse("tags", "remove", "our house", captioned / "green.jpg", "--folder", captioned)
    assert len(ids(index, 'tag:"our house"')) == 1


def test_tagging_needs_photos_to_tag(captioned: Path, glimpse: Glimpse) -> None:
    done = glimpse("tags", "add", "house", "--folder", captioned)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_renamed_tag_is_renamed_on_every_photo_and_stays_so(captioned: Path, index: Index, folder: Path) -> None:
    assert tags.merge(index, ["red", "green"], "colour") == 2
    assert dict(tags.counts(index)) == {"wall": 3, "colour": 2, "blue": 1}
    photo = photo_of(index, "red.jpg")["id"]
    photos.keep_record(index, photo, photos.record(index, photo) or {})
    assert "red" not in tags.of(index, photo)


def test_a_tag_merged_into_itself_stays(captioned: Path, index: Index) -> None:
    tags.merge(index, ["red", "Wall"], "wall")
    assert dict(tags.counts(index)) == {"wall": 3, "blue": 1, "green": 1}


def test_photos_that_are_gone_are_on_no_shelf(captioned: Path, index: Index, writer: Writer) -> None:
    (captioned / "red.jpg").unlink()
    caption(index, captioned, writer)
    assert dict(tags.counts(index)) == {"wall": 2, "blue": 1, "green": 1}
    assert shelves.folders(index) == [("sub", 1)]


def test_months_and_years_do_not_count_guesses(captioned: Path, index: Index) -> None:
    for name, at, source in (
        ("red.jpg", "2014-05-02T10:00:00", "name"),
        ("green.jpg", "2014", "XMP-photoshop:DateCreated"),
    ):
        photos.keep_metadata(index, photo_of(index, name)["id"], {"taken_at": at, "taken_source": source}, [])
    photos.keep_metadata(
        index, photo_of(index, "sub/blue.png")["id"], {"taken_at": "2020-01-01T00:00:00", "taken_source": "file"}, []
    )
    assert shelves.times(index, 4) == [("2014", 2), ("", 1)]
    assert shelves.times(index, 7) == [("2014-05", 1), ("", 2)]


def test_a_persons_words_and_marks_are_shown_first(captioned: Path, index: Index, glimpse: Glimpse) -> None:
    glimpse("describe", captioned / "red.jpg", "Our barn.", "--favourite", "--folder", captioned)
    found = json.loads(glimpse("search", "is:favourite", "--json", "--folder", captioned).stdout)
    assert (found["text"], found["alt_text"], found["favourite"]) == ("Our barn.", "A red wall.", True)
    states = dict(line.split("\t")[::-1] for line in glimpse("browse", "--folder", captioned).stdout.splitlines())
    assert (states["favourite"], states["own"], states["undescribed"]) == ("1", "1", "0")


def test_a_decorative_photo_needs_no_description(captioned: Path, index: Index, glimpse: Glimpse) -> None:
    glimpse("describe", captioned / "red.jpg", "--decorative", "--folder", captioned)
    page = BytesIO()
    write_page(index, page)
    assert b"<p>Decorative</p>" in page.getvalue()
    assert b"A red wall." not in page.getvalue()
    assert ids(index, "is:decorative") == [photo_of(index, "red.jpg")["id"]]


def test_an_album_fills_itself(captioned: Path, index: Index, glimpse: Glimpse, writer: Writer) -> None:
    glimpse("albums", "save", "walls", "tag:wall -blue", "--folder", captioned)
    shutil.copy(captioned / "red.jpg", captioned / "again.jpg")
    (captioned / "crimson.png").write_bytes(png("#e00010"))
    caption(index, captioned, writer)
    assert glimpse("albums", "--folder", captioned).stdout == "3\twalls\ttag:wall -blue\n"
    assert len(glimpse("albums", "show", "walls", "--folder", captioned).stdout.splitlines()) == 3
    assert glimpse("albums", "delete", "walls", "--folder", captioned).returncode == 0
    assert glimpse("albums", "show", "walls", "--folder", captioned).returncode == 2


def test_searching_answers_in_words_too(captioned: Path, glimpse: Glimpse) -> None:
    done = glimpse("search", "wall", "-red", "--limit", "1", "--folder", captioned)
    assert (done.returncode, done.stderr) == (0, "glimpse: 1 to 1 of 2 photos\n")
    nothing = glimpse("search", "wal", "red", "--folder", captioned)
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "Did you mean wall?" in nothing.stderr
    assert "1 photos with: red" in nothing.stderr


def test_a_folder_without_an_index_says_how_to_make_one(tmp_path: Path, glimpse: Glimpse) -> None:
    done = glimpse("search", "dog", "--folder", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"glimpse {tmp_path}" in done.stderr


def png(colour: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "PNG")
    return file.getvalue()


def jpeg(image: Image.Image, quality: int = 88) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(Settings())


@pytest.fixture
def copies(index: Index, photos: Path, tmp_path: Path, model: Model) -> Path:
    """Two photos of dogs and one of a cat; one of them also as four kinds of copies."""
    folder = tmp_path / "photos"
    shutil.rmtree(folder)
    folder.mkdir()
    index.file.parent.mkdir()
    for name in ("dog.jpg", "two-dogs.jpg", "cat.jpg"):
        shutil.copy(photos / name, folder)
    with Image.open(photos / "dog.jpg") as image:
        width, height = image.size
        saved = {
            "smaller": jpeg(image.resize((width // 2, height // 2))),
            "recompressed": jpeg(image, 40),
            "cropped": jpeg(image.crop((width // 40, height // 40, width - width // 40, height - height // 40))),
            "brighter": jpeg(ImageEnhance.Brightness(image).enhance(1.2)),
        }
    for name, data in saved.items():
        (folder / f"dog {name}.jpg").write_bytes(data)
    shutil.copy(folder / "dog.jpg", folder / "zz the same bytes.jpg")
    with Index.open(folder / ".glimpse" / "index.sqlite3") as fresh:
        caption(fresh, folder, model)
    return folder


def test_the_three_kinds_of_duplicates_are_three_lists(copies: Path) -> None:
    with Index.open(copies / ".glimpse" / "index.sqlite3") as index:
        gallery = Gallery.load(index)
        (same_bytes,) = groups.same_bytes(index)
        assert [row["shown"] for row in same_bytes.files] == ["dog.jpg", "zz the same bytes.jpg"]
        assert same_bytes.keep["shown"] == "dog.jpg"
        (same_picture,) = groups.same_picture(index, gallery)
        assert len(same_picture.files) == 5
        assert all(row["shown"].startswith("dog") for row in same_picture.files)
        assert same_picture.keep["shown"] in ("dog.jpg", "dog brighter.jpg")
        assert groups.series(index, gallery) == []


def test_shots_of_one_scene_within_seconds_are_a_series_and_not_copies(copies: Path) -> None:
    with Index.open(copies / ".glimpse" / "index.sqlite3") as index:
        for second, name in enumerate(("dog.jpg", "dog cropped.jpg", "dog brighter.jpg")):
            taken = {"taken_at": f"2020-05-14T10:51:0{second}", "taken_source": "ExifIFD:DateTimeOriginal"}
            photos.keep_metadata(index, photo_of(index, name)["id"], taken, [])
        (series,) = groups.series(index, Gallery.load(index))
        assert sorted(row["shown"] for row in series.files) == ["dog brighter.jpg", "dog cropped.jpg", "dog.jpg"]


def test_what_different_encoders_saw_is_not_compared(copies: Path, glimpse: Glimpse) -> None:
    with Index.open(copies / ".glimpse" / "index.sqlite3") as index:
        for name in ("dog.jpg", "dog smaller.jpg"):
            photo = photo_of(index, name)["id"]
            packed = index.value("SELECT packed FROM features WHERE photo = ?", [photo])
            photos.keep_features(index, photo, packed, "older")
            taken = {"taken_at": "2020-05-14T10:51:00", "taken_source": "ExifIFD:DateTimeOriginal"}
            photos.keep_metadata(index, photo_of(index, "dog cropped.jpg")["id"], taken, [])
            photos.keep_metadata(index, photo, {**taken, "taken_at": "2020-05-14T10:51:02"}, [])
        gallery = Gallery.load(index)
        assert sorted(len(group.files) for group in groups.same_picture(index, gallery)) == [2, 3]
        assert groups.series(index, gallery) == []
    found = glimpse("search", "--like", copies / "dog.jpg", "--folder", copies)
    assert [Path(line.split("\t")[0]).name for line in found.stdout.splitlines()] == ["dog.jpg", "dog smaller.jpg"]
    told = "glimpse: 5 photos of another model were not compared. Make them comparable: glimpse FOLDER\n"
    assert found.stderr == told
    assert glimpse("duplicates", "picture", "--folder", copies).stderr.startswith(told.replace("5", "2"))


def test_more_like_a_photo_is_what_looks_like_it(copies: Path, photos: Path, glimpse: Glimpse) -> None:
    found = glimpse("search", "--like", photos / "dog.jpg", "--limit", "5", "--folder", copies).stdout.splitlines()
    assert all(Path(line.split("\t")[0]).name.startswith("dog") for line in found)
    assert len(found) == 5


def test_nothing_is_deleted_and_files_move_only_when_asked_to(copies: Path, tmp_path: Path, glimpse: Glimpse) -> None:
    before = sorted(os.listdir(copies))  # noqa: PTH208
    done = glimpse("duplicates", "picture", "--tag", "copy", "--folder", copies)
    assert [line[:4] for line in done.stdout.splitlines()].count("also") == 4
    assert sorted(os.listdir(copies)) == before  # noqa: PTH208
    glimpse("duplicates", "bytes", "--move", tmp_path / "aside", "--folder", copies)
    assert (tmp_path / "aside" / "zz the same bytes.jpg").exists()
    assert (copies / "dog.jpg").exists()
