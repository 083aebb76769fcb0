"""After a new model: photos are compared by what it saw, and everything else about them stays."""

import shutil
from pathlib import Path

import pytest

from collection.captions.background import Background
from collection.captions.compare import Comparing, outdated
from collection.captions.pipeline import Outcome, Pipeline
from collection.index import claims, paths
from collection.index.database import Index
from collection.scan.update import update
from tests.collection.conftest import picture, until
from tests.collection.writer import Writer, caption, photo_of


@pytest.fixture
def captioned(index: Index, folder: Path, writer: Writer) -> Path:
    caption(index, folder, writer)
    return folder


@pytest.fixture
def newer() -> Writer:
    return Writer("newer")


def compare(index: Index, folder: Path, model: Writer, most: int = 99) -> list[Outcome]:
    """What `glimpse FOLDER` does once everything is captioned; it is stopped after `most` photos."""
    changes = update(index, folder)
    done: list[Outcome] = []
    rows = outdated(index, model, changes.root, b"")
    for outcome in Comparing(index, model, lambda place: picture("red"), 1).run(
        changes.root, rows, lambda: len(done) >= most
    ):
        done.append(outcome)
    return done


def encoders(index: Index) -> dict[str, int]:
    return dict(map(tuple, index.run("SELECT encoder, count(*) FROM features GROUP BY encoder")))


def test_only_the_encoder_runs_and_records_stay(captioned: Path, index: Index, newer: Writer) -> None:
    before = [tuple(row) for row in index.all("SELECT * FROM photos")]
    shutil.copy(captioned / "red.jpg", captioned / "again.jpg")
    caption(index, captioned, newer)
    assert [outcome.status for outcome in compare(index, captioned, newer)] == ["compared"] * 3
    assert (encoders(index), newer.encoded, newer.described) == ({"newer": 3}, 3, [])
    assert [tuple(row) for row in index.all("SELECT * FROM photos")] == before
    assert compare(index, captioned, newer) == []


def test_a_run_that_was_stopped_goes_on_where_it_was(captioned: Path, index: Index, newer: Writer) -> None:
    for i in range(9):
        (captioned / f"{i}.png").write_bytes(picture(f"#{i:02}0000", format="PNG"))
    caption(index, captioned, Writer())
    first = compare(index, captioned, newer, 1)
    assert encoders(index) == {"newer": len(first), "test": 12 - len(first)}
    assert len(first) + len(compare(index, captioned, newer)) == 12
    assert (newer.encoded, encoders(index)) == (12, {"newer": 12})


def test_a_photo_that_another_process_compares_is_left_to_it(
    captioned: Path, index: Index, newer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "claim", lambda index, sha256: False)
    assert [outcome.status for outcome in compare(index, captioned, newer)] == ["elsewhere"] * 3
    assert newer.encoded == 0


def test_a_file_that_changed_or_cannot_be_read_costs_no_other(captioned: Path, index: Index, newer: Writer) -> None:
    changes = update(index, captioned)
    rows = outdated(index, newer, changes.root, b"")
    (captioned / "red.jpg").write_bytes(picture("white"))
    (captioned / "green.jpg").unlink()
    outcomes = list(Comparing(index, newer, lambda place: b"", 1).run(changes.root, rows))
    assert [outcome.status for outcome in outcomes] == ["failed", "kept", "compared"]
    assert outcomes[0].failure is not None
    assert outcomes[0].failure.code == "not_found"


def test_a_raw_file_is_compared_by_its_preview(captioned: Path, index: Index, newer: Writer) -> None:
    (captioned / "shot.CR2").write_bytes(b"raw data")
    changes = update(index, captioned)
    rows = paths.pending(index, changes.root, b"")
    list(Pipeline(index, Writer(), lambda place: picture("red"), 1).run(changes.root, rows))
    outcomes = {outcome.row["shown"]: outcome.status for outcome in compare(index, captioned, newer)}
    assert outcomes["shot.CR2"] == "compared"


def test_a_served_folder_is_compared_in_the_background(captioned: Path, index: Index, newer: Writer) -> None:
    background = Background(index.file, captioned, newer)
    background.start()
    until(lambda: background.progress.done == 3 and not background.progress.busy)
    background.stop()
    assert (encoders(index), newer.described) == ({"newer": 3}, [])
    assert photo_of(index, "red.jpg")["alt_text"] == "A red wall."
