"""The whole list for other programs, and the page."""

import csv
import json
from pathlib import Path

import pyarrow.parquet
import pytest

from collection.export.thumbnails import Thumbnails, thumbnail
from collection.index import photos, tags
from collection.index.database import Index
from tests.collection.conftest import Glimpse
from tests.collection.writer import Writer, caption, photo_of


@pytest.fixture
def captioned(index: Index, folder: Path, writer: Writer) -> Path:
    caption(index, folder, writer)
    photo = photo_of(index, "red.jpg")["id"]
    photos.edit(index, photo, own_text='=HYPERLINK("x") <script>alert(1)</script>')
    tags.add(index, [photo], ["barn"])
    return folder


def test_csv_holds_no_formula(captioned: Path, glimpse: Glimpse) -> None:
    rows = list(csv.DictReader(glimpse("export", captioned).stdout.removeprefix("\ufeff").splitlines()))
    assert [Path(row["path"]).name for row in rows] == ["green.jpg", "red.jpg", "blue.png"]
    assert rows[1]["text"].startswith("'=HYPERLINK")
    assert rows[1]["tags"] == "barn; red; wall"


def test_json_and_parquet_hold_the_same(captioned: Path, glimpse: Glimpse, tmp_path: Path) -> None:
    rows = json.loads(glimpse("export", captioned, "--format", "json").stdout)
    glimpse("export", captioned, "--format", "parquet", "--out", tmp_path / "photos.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "photos.parquet").to_pylist() == rows
    assert rows[1]["tags"] == ["barn", "red", "wall"]


def test_the_page_is_one_file_that_loads_nothing_and_runs_nobodys_words(
    captioned: Path, glimpse: Glimpse, tmp_path: Path
) -> None:
    glimpse("export", captioned, "--format", "html", "--out", tmp_path / "photos.html")
    page = (tmp_path / "photos.html").read_text(encoding="utf-8")
    assert page.count("data:image/jpeg;base64,") == 3
    assert "A green wall." in page
    assert "<script>alert" not in page
    assert "default-src 'none'" in page
    assert "http://" not in page.replace("http-equiv", "")
    assert "https://" not in page


def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing(captioned: Path, glimpse: Glimpse) -> None:
    done = glimpse("export", captioned, "--out", "/nowhere/photos.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be written" in done.stderr


def test_a_thumbnail_is_made_once_and_all_of_them_stay_within_their_bound(folder: Path, tmp_path: Path) -> None:
    kept = Thumbnails(tmp_path / "thumbnails", most_bytes=1)
    made = kept.get(b"\x01" * 32, str(folder / "red.jpg").encode())
    (folder / "red.jpg").unlink()
    assert made == kept.get(b"\x01" * 32, str(folder / "red.jpg").encode()) != b""
    kept.tidy()
    assert kept.get(b"\x01" * 32, str(folder / "red.jpg").encode()) == b""


def test_a_damaged_photo_has_no_thumbnail(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff broken")
    assert thumbnail(str(tmp_path / "broken.jpg").encode(), 100) == b""
