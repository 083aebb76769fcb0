import io
import os
import time
from pathlib import Path

import pytest

from function.errors import BadRequest, Forbidden, GlimpseError, Misconfigured, PayloadTooLarge, UnsupportedFormat
from function.images import formats
from function.storage.base import is_id, new_id
from function.storage.folder import FolderStorage
from tests.records import record_of

ID = "0" * 31 + "a"


@pytest.fixture
def folder(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path)


def form(folder: FolderStorage, seconds: int = 300) -> dict[str, str]:
    return folder.presign(ID, "image/png", seconds).fields


def test_ids_are_128_random_bits_in_hexadecimal() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(is_id(id) and len(id) == 32 for id in ids)


@pytest.mark.parametrize("text", ["", "a", ID + "0", ID.upper(), "../" + ID[3:], ID[:-1] + "\n", "²" * 32])
def test_nothing_else_is_an_id(text: str) -> None:
    assert not is_id(text)


def test_an_upload_with_its_form_is_kept(folder: FolderStorage) -> None:
    assert folder.receive(form(folder), io.BytesIO(b"pixels")) == ID
    assert folder.has_upload(ID)
    assert folder.read_upload(ID).data == b"pixels"


@pytest.mark.parametrize("size", [1, formats.MAX_BYTES])
def test_sizes_up_to_the_limit_are_kept(folder: FolderStorage, size: int) -> None:
    folder.receive(form(folder), io.BytesIO(bytes(size)))
    assert len(folder.read_upload(ID).data) == size


@pytest.mark.parametrize(
    ("change", "file", "error"),
    [
        ({"key": "uploads/" + "b" * 32}, b"pixels", Forbidden),
        ({"key": "../../etc/passwd"}, b"pixels", Forbidden),
        ({"Content-Type": "text/html"}, b"pixels", UnsupportedFormat),
        ({"policy": "forged"}, b"pixels", Forbidden),
        ({"policy": ""}, b"pixels", Forbidden),
        ({}, b"", BadRequest),
        ({}, bytes(formats.MAX_BYTES + 1), PayloadTooLarge),
    ],
    ids=["another key", "a path", "another type", "forged", "unsigned", "empty", "too large"],
)
def test_an_upload_that_breaks_its_form_is_refused_and_leaves_nothing(
    folder: FolderStorage, tmp_path: Path, change: dict[str, str], file: bytes, error: type[GlimpseError]
) -> None:
    with pytest.raises(error):
        folder.receive(form(folder) | change, io.BytesIO(file))
    assert list((tmp_path / "uploads").iterdir()) == []


def test_one_altered_character_breaks_the_signature(folder: FolderStorage) -> None:
    fields = form(folder)
    middle = len(fields["policy"]) // 2
    swapped = "A" if fields["policy"][middle] != "A" else "B"
    fields["policy"] = fields["policy"][:middle] + swapped + fields["policy"][middle + 1 :]
    with pytest.raises(Forbidden, match="altered"):
        folder.receive(fields, io.BytesIO(b"pixels"))


def test_a_form_of_another_store_is_refused(folder: FolderStorage, tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        folder.receive(form(FolderStorage(tmp_path / "other")), io.BytesIO(b"pixels"))


def test_everything_survives_a_restart(folder: FolderStorage, tmp_path: Path) -> None:
    fields = form(folder)
    again = FolderStorage(tmp_path)
    again.receive(fields, io.BytesIO(b"pixels"))
    again.write_record(ID, {"id": ID}, replaces=None)
    assert record_of(folder, ID) == {"id": ID}


def test_uploads_without_a_record_are_waiting_oldest_first(folder: FolderStorage) -> None:
    ids = [new_id() for _ in range(4)]
    for id in ids:
        folder.receive(folder.presign(id, "image/png", 300).fields, io.BytesIO(b"pixels"))
        time.sleep(0.01)
    folder.write_record(ids[1], {"id": ids[1]}, replaces=None)
    assert list(folder.waiting()) == [ids[0], ids[2], ids[3]]


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"\xff", bytes(100)], ids=range(5))
def test_a_damaged_record_counts_as_none_and_is_replaced(folder: FolderStorage, tmp_path: Path, content: bytes) -> None:
    folder.receive(form(folder), io.BytesIO(b"pixels"))
    (tmp_path / "captions" / f"{ID}.json").write_bytes(content)
    assert folder.read_record(ID) is None
    assert list(folder.waiting()) == [ID]
    folder.write_record(ID, {"id": ID}, replaces=None)
    assert record_of(folder, ID) == {"id": ID}


def test_a_file_is_on_the_disk_before_it_has_its_name(folder: FolderStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(file: int) -> None:
        done.append("sync")
        fsync(file)

    def named(path: Path, target: Path) -> None:
        done.append("name")
        replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", named)
    folder.receive(form(folder), io.BytesIO(b"pixels"))
    folder.write_record(ID, {"id": ID}, replaces=None)
    assert done == ["sync", "name", "sync"] * 2  # the file, its name, the folder that holds the name


DAY = 24 * 3600


def aged(path: Path, days: float) -> Path:
    """A file that was written so many days ago."""
    path.write_bytes(b"pixels")
    written = time.time() - days * DAY
    os.utime(path, (written, written))
    return path


def test_uploads_are_removed_after_their_days_and_records_stay(tmp_path: Path) -> None:
    folder = FolderStorage(tmp_path, days=7)
    folder.write_record(ID, {"id": ID}, replaces=None)
    os.utime(tmp_path / "captions" / f"{ID}.json", (0, 0))
    old, new = aged(tmp_path / "uploads" / ID, 7.01), aged(tmp_path / "uploads" / ("b" * 32), 6.99)
    folder.tidy()
    assert (old.exists(), new.exists(), record_of(folder, ID)) == (False, True, {"id": ID})


def test_uploads_stay_for_ever_where_nothing_else_is_said(folder: FolderStorage, tmp_path: Path) -> None:
    old = aged(tmp_path / "uploads" / ID, 10_000)
    folder.tidy()
    assert old.exists()


def test_an_upload_from_the_future_has_its_days_from_now_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock was put back: the upload is neither removed at once nor kept for years."""
    folder = FolderStorage(tmp_path, days=7)
    upload, now = aged(tmp_path / "uploads" / ID, -1000), time.time()
    folder.tidy()
    monkeypatch.setattr(time, "time", lambda: now + 6.9 * DAY)
    folder.tidy()
    assert upload.exists()
    monkeypatch.setattr(time, "time", lambda: now + 7.1 * DAY)
    folder.tidy()
    assert not upload.exists()


def left_half_written(root: Path, days: float) -> list[Path]:
    return [aged(root / folder / ".writing-abc", days) for folder in ("", "uploads", "captions")]


def test_what_was_left_half_written_is_removed_and_what_is_being_written_is_not(
    folder: FolderStorage, tmp_path: Path
) -> None:
    old = left_half_written(tmp_path, 1)
    folder.tidy()
    assert not any(path.exists() for path in old)
    new = left_half_written(tmp_path, 0)
    folder.tidy()
    assert all(path.exists() for path in new)


def test_a_server_that_starts_removes_what_the_last_one_was_writing(folder: FolderStorage, tmp_path: Path) -> None:
    left_half_written(tmp_path, 0)
    folder.source(attempts=1)
    assert [list((tmp_path / name).iterdir()) for name in ("uploads", "captions")] == [[], []]


def test_one_store_at_a_time_has_the_events_of_a_folder(folder: FolderStorage, tmp_path: Path) -> None:
    folder.source(attempts=1)
    folder.source(attempts=1)
    with pytest.raises(Misconfigured, match="Another server runs"):
        FolderStorage(tmp_path).source(attempts=1)
