"""The index: its versions, two processes at once, and what is kept of a photo."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from collection.index import claims, photos, schema, tags
from collection.index.database import Index, locate
from collection.index.errors import CollectionError
from tests.collection.conftest import ROOT
from tests.collection.writer import Writer, caption, photo_of, sentence


def test_a_new_index_has_the_newest_version(index: Index) -> None:
    assert index.value("PRAGMA user_version") == len(schema.MIGRATIONS)
    assert index.value("PRAGMA journal_mode") == "wal"


def test_an_older_index_is_migrated_and_keeps_its_photos(
    folder: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Index.open(locate(folder)) as index:
        caption(index, folder, writer)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "ALTER TABLE photos ADD COLUMN mood TEXT;"))
    with Index.open(locate(folder)) as index:
        assert index.value("PRAGMA user_version") == len(schema.MIGRATIONS)
        assert index.value("SELECT count(*) FROM photos WHERE mood IS NULL") == 3


def test_features_of_an_older_index_are_of_no_encoder_that_is_known(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:2])
        with Index.open(locate(folder)) as index:
            photo = photos.add(index, b"x", 1)
            index.run("INSERT INTO features (photo, packed) VALUES (?, ?)", [photo, b"features"])
    with Index.open(locate(folder)) as index:
        assert [tuple(row) for row in index.all("SELECT photo, encoder, packed FROM features")] == [
            (photo, "", b"features")
        ]


def test_a_migration_that_fails_leaves_the_index_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Index.open(locate(folder)).close()
    broken = "ALTER TABLE photos ADD COLUMN mood TEXT;\nALTER TABLE nothing ADD COLUMN mood TEXT;"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
    with pytest.raises(CollectionError):
        Index.open(locate(folder))
    columns = sqlite3.connect(locate(folder)).execute("SELECT name FROM pragma_table_info('photos')").fetchall()
    assert ("mood",) not in columns


def test_an_index_of_a_newer_glimpse_is_left_alone(folder: Path) -> None:
    Index.open(locate(folder)).close()
    sqlite3.connect(locate(folder)).execute("PRAGMA user_version = 99")
    with pytest.raises(CollectionError, match="newer Glimpse"):
        Index.open(locate(folder))


def test_a_file_that_is_no_index_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite3").write_bytes(b"something else" * 100)
    with pytest.raises(CollectionError, match=r"index\.sqlite3"):
        Index.open(tmp_path / "index.sqlite3")


def test_the_nearest_index_above_a_folder_is_its_index(folder: Path) -> None:
    assert locate(folder / "sub") == folder / "sub" / ".glimpse" / "index.sqlite3"
    Index.open(locate(folder)).close()
    assert locate(folder / "sub") == folder / ".glimpse" / "index.sqlite3"


def test_an_index_on_a_read_only_medium_can_be_searched(index: Index, folder: Path, writer: Writer) -> None:
    caption(index, folder, writer)
    index.run("PRAGMA wal_checkpoint(TRUNCATE)")
    with Index.open_read_only(locate(folder)) as reader:
        assert reader.value("SELECT count(*) FROM words WHERE words MATCH 'red'") == 1
        with pytest.raises(sqlite3.OperationalError):
            reader.run("DELETE FROM words")


def test_what_a_person_wrote_outlives_a_new_caption(index: Index, folder: Path, writer: Writer) -> None:
    caption(index, folder, writer)
    photo = photo_of(index, "red.jpg")["id"]
    photos.edit(index, photo, own_text="Our barn.", favourite=1)
    tags.add(index, [photo], ["barn"])
    tags.remove(index, [photo], ["wall"])
    photos.keep_record(index, photo, sentence("a red door", ["door", "wall"]))
    row = photo_of(index, "red.jpg")
    assert (photos.text(row), row["favourite"], row["alt_text"]) == ("Our barn.", 1, "A red door.")
    assert tags.of(index, photo) == ["barn", "door"]


def test_a_claim_of_a_running_process_holds_and_that_of_a_killed_one_does_not(index: Index) -> None:
    program = (
        "import sys, time; from pathlib import Path; from collection.index import claims;"
        "from collection.index.database import Index;"
        "print(claims.claim(Index.open(Path(sys.argv[1])), b'photo'), flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(index.file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert not claims.claim(index, b"photo")
        other.send_signal(signal.SIGKILL)
        other.wait()
        assert claims.claim(index, b"photo")


def test_two_processes_write_at_once(index: Index) -> None:
    program = (
        "import sys; from pathlib import Path; from collection.index import photos;"
        "from collection.index.database import Index;"
        "index = Index.open(Path(sys.argv[1]));"
        "[photos.add(index, f'{sys.argv[2]} {i}'.encode(), i) for i in range(300)]"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", program, str(index.file), name], cwd=ROOT) for name in ("one", "two")
    ]
    assert [process.wait() for process in both] == [0, 0]
    assert index.value("SELECT count(*) FROM photos") == 600
    assert index.value("PRAGMA integrity_check") == "ok"


def test_many_processes_make_the_index_at_once(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from collection.index.database import Index;"
        "sys.stdin.read(); Index.open(Path(sys.argv[1])).close()"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "index.sqlite3")]
    processes = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) for _ in range(6)]
    time.sleep(1)  # until all of them wait for the word
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    assert [process.wait() for process in processes] == [0] * 6


def test_a_killed_process_leaves_a_sound_index_with_whole_photos(index: Index) -> None:
    program = (
        "import sys; from pathlib import Path; from collection.index import photos;"
        "from collection.index.database import Index; from tests.collection.writer import sentence;"
        "index = Index.open(Path(sys.argv[1])); i = int(sys.argv[2])\n"
        "while True:\n"
        "    i += 1\n"
        "    with index.change():\n"
        "        photos.keep_record(index, photos.add(index, str(i).encode(), i), sentence('a dog', ['dog']))\n"
    )
    for _ in range(3):
        before = index.value("SELECT count(*) FROM photos")
        command = [sys.executable, "-c", program, str(index.file), str(before)]
        process = subprocess.Popen(command, cwd=ROOT)
        while index.value("SELECT count(*) FROM photos") < before + 20:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert index.value("PRAGMA integrity_check") == "ok"
    assert index.value("SELECT count(*) FROM photos WHERE status = 'waiting'") == 0
    assert index.value("SELECT count(*) FROM photos") == index.value("SELECT count(*) FROM records")


def test_a_copy_of_the_index_opens(index: Index, folder: Path, writer: Writer, tmp_path: Path) -> None:
    caption(index, folder, writer)
    index.run("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(index.file, tmp_path / "copy.sqlite3")
    with Index.open(tmp_path / "copy.sqlite3") as copy:
        assert copy.value("SELECT count(*) FROM photos") == 3
