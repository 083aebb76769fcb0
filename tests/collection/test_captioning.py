"""From files to records: what is captioned, kept, tried again, and what a failure costs."""

import shutil
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from collection.captions.model import Described, Model
from collection.captions.pipeline import Outcome, Pipeline
from collection.index import claims, paths, photos
from collection.index.database import Index
from collection.scan.update import update
from function.settings import Settings
from tests.caption_content import tells_of_a_dog
from tests.collection.conftest import picture
from tests.collection.writer import Writer, caption, photo_of, sentence


def codes(outcomes: list[Outcome]) -> list[str]:
    return [outcome.failure.code for outcome in outcomes if outcome.failure]


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [outcome.status for outcome in outcomes]


def test_every_photo_gets_its_record_in_the_order_of_paths(index: Index, folder: Path, writer: Writer) -> None:
    outcomes = caption(index, folder, writer)
    assert [(o.row["shown"], o.record["alt_text"]) for o in outcomes if o.record] == [
        ("green.jpg", "A green wall."),
        ("red.jpg", "A red wall."),
        ("sub/blue.png", "A blue wall."),
    ]
    assert photos.record(index, photo_of(index, "red.jpg")["id"]) == outcomes[1].record


def test_nothing_is_captioned_twice(index: Index, folder: Path, writer: Writer) -> None:
    caption(index, folder, writer)
    assert caption(index, folder, writer) == []
    assert len(writer.described) == 3


def test_a_changed_photo_is_captioned_anew(index: Index, folder: Path, writer: Writer) -> None:
    caption(index, folder, writer)
    (folder / "red.jpg").write_bytes(picture("#00ff01"))
    assert statuses(caption(index, folder, writer)) == ["captioned"]
    assert photo_of(index, "red.jpg")["alt_text"] == "A green wall."


@pytest.mark.parametrize("carry", [shutil.move, shutil.copy])
def test_a_moved_or_copied_photo_keeps_its_record_and_words(
    index: Index, folder: Path, writer: Writer, carry: Any
) -> None:
    caption(index, folder, writer)
    photos.edit(index, photo_of(index, "red.jpg")["id"], own_text="Our barn.")
    (folder / "2020").mkdir()
    carry(folder / "red.jpg", folder / "2020" / "barn.jpg")
    assert statuses(caption(index, folder, writer)) == ["kept"]
    assert photo_of(index, "2020/barn.jpg")["own_text"] == "Our barn."
    assert len(writer.described) == 3


def test_a_photo_that_comes_back_has_its_words_still(index: Index, folder: Path, writer: Writer) -> None:
    caption(index, folder, writer)
    data = (folder / "red.jpg").read_bytes()
    (folder / "red.jpg").unlink()
    caption(index, folder, writer)
    assert index.value("SELECT count(*) FROM photos WHERE listed") == 2
    (folder / "red.jpg").write_bytes(data)
    assert statuses(caption(index, folder, writer)) == ["kept"]
    assert index.value("SELECT count(*) FROM photos WHERE listed") == 3


def test_the_same_bytes_twice_in_one_run_are_captioned_once(index: Index, folder: Path, writer: Writer) -> None:
    for i in range(6):
        shutil.copy(folder / "green.jpg", folder / f"green{i}.jpg")
    outcomes = caption(index, folder, writer, workers=3)
    assert sorted(statuses(outcomes)) == ["captioned"] * 3 + ["kept"] * 6
    assert len(writer.described) == 3


def test_bytes_that_are_no_photo_fail_once(index: Index, folder: Path, writer: Writer) -> None:
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff broken")
    assert codes(caption(index, folder, writer)) == ["corrupt_image"]
    assert caption(index, folder, writer) == []


def test_a_photo_that_vanishes_while_it_is_captioned_fails_alone(index: Index, folder: Path, writer: Writer) -> None:
    changes = update(index, folder)
    rows = paths.pending(index, changes.root, b"")
    (folder / "red.jpg").unlink()
    outcomes = list(Pipeline(index, writer, lambda place: b"", 2).run(changes.root, rows))
    assert statuses(outcomes) == ["captioned", "failed", "captioned"]
    assert codes(outcomes) == ["not_found"]


def test_a_photo_that_cannot_be_read_is_tried_again(
    index: Index, folder: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(place: bytes, mode: str) -> None:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", refuse)
        assert codes(caption(index, folder, writer)) == ["unreadable"] * 3
    assert statuses(caption(index, folder, writer)) == ["captioned"] * 3


def test_a_full_disk_costs_no_photo_for_good(
    index: Index, folder: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(photos, "keep_record", full)
        outcomes = caption(index, folder, writer)
    assert codes(outcomes) == ["not_stored"] * 3
    assert "disk is full" in str(outcomes[0].failure)
    assert statuses(caption(index, folder, writer)) == ["captioned"] * 3


def test_an_index_that_may_not_grow_keeps_what_it_has(index: Index, folder: Path, writer: Writer) -> None:
    caption(index, folder, writer)
    index.run(f"PRAGMA max_page_count = {index.value('PRAGMA page_count') + 1}")
    for i in range(40):
        (folder / f"{i}.png").write_bytes(picture(f"#{i:02}0000", format="PNG"))
    outcomes = caption(index, folder, Writer(caption="wall " * 2000))
    assert "failed" in statuses(outcomes)
    assert index.value("SELECT count(*) FROM photos WHERE status = 'captioned'") >= 3
    assert index.value("PRAGMA integrity_check") == "ok"


def test_what_another_process_has_in_hand_is_left_to_it(
    index: Index, folder: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "claim", lambda index, sha256: False)
    assert statuses(caption(index, folder, writer)) == ["elsewhere"] * 3
    assert writer.described == []


def test_once_stopped_only_the_photos_in_hand_are_finished(index: Index, folder: Path, writer: Writer) -> None:
    for i in range(40):
        (folder / f"{i}.png").write_bytes(picture(f"#{i:02}0000", format="PNG"))
    changes = update(index, folder)
    rows = paths.pending(index, changes.root, b"")
    stop = threading.Event()
    done = []
    for outcome in Pipeline(index, writer, lambda place: b"", 1).run(changes.root, rows, stop.is_set):
        done.append(outcome)
        stop.set()
    assert statuses(done) == ["captioned"] * len(done)
    assert len(done) <= 4
    assert index.value("SELECT count(*) FROM photos") == len(done)


def test_while_one_photo_is_encoded_the_next_is_decoded(index: Index, folder: Path) -> None:
    class Meeting(Writer):
        """Photos are described two at a time, or not at all."""

        both = threading.Barrier(2, timeout=10)

        def describe(self, data: bytes, sha256: bytes) -> Described:
            self.both.wait()
            return super().describe(data, sha256)

    (folder / "white.jpg").write_bytes(picture("white"))
    assert statuses(caption(index, folder, Meeting(), workers=1)) == ["captioned"] * 4


def test_a_raw_file_is_captioned_from_its_preview(index: Index, folder: Path, writer: Writer) -> None:
    (folder / "shot.CR2").write_bytes(b"raw data")
    changes = update(index, folder)
    rows = paths.pending(index, changes.root, b"")
    list(Pipeline(index, writer, lambda place: picture("blue"), 1).run(changes.root, rows))
    row = photo_of(index, "shot.CR2")
    assert (row["alt_text"], row["format"], row["bytes"]) == ("A blue wall.", "CR2", 8)


def test_without_exiftool_a_raw_file_waits_for_it(index: Index, folder: Path, writer: Writer) -> None:
    (folder / "shot.CR2").write_bytes(b"raw data")
    for preview, status in ((None, "failed"), (lambda place: picture("blue"), "captioned")):
        changes = update(index, folder)
        rows = paths.pending(index, changes.root, b"")
        outcomes = {o.row["shown"]: o for o in Pipeline(index, writer, preview, 1).run(changes.root, rows)}
        assert outcomes["shot.CR2"].status == status


def test_a_raw_file_without_a_preview_says_so(index: Index, folder: Path, writer: Writer) -> None:
    (folder / "shot.CR2").write_bytes(b"raw data")
    (failure,) = (outcome.failure for outcome in caption(index, folder, writer) if outcome.failure)
    assert "no preview" in failure.message


def test_the_released_model_gives_a_record_and_features(photos: Path) -> None:
    model = Model(Settings(), copies=2)
    data = (photos / "dog.jpg").read_bytes()
    described = model.describe(data, b"\x01" * 32)
    assert tells_of_a_dog(described.record["alt_text"])
    assert described.features == model.features(data)
    assert len(described.features) <= 1024


def test_a_record_is_what_searching_finds(index: Index) -> None:
    photo = photos.add(index, b"x", 1)
    photos.keep_record(index, photo, sentence("a dog", ["dog"]))
    assert index.value("SELECT count(*) FROM words") == 0  # no file of it was seen yet
