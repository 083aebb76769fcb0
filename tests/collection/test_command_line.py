"""`glimpse FOLDER` as people run it: in a process of its own, with the released model."""

import csv
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import termios
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from collection.index.database import Index, locate
from tests.collection.conftest import ROOT, Glimpse, picture

COMMAND = [sys.executable, "-m", "collection.cli"]


@pytest.fixture
def dogs(tmp_path: Path, photos: Path) -> Path:
    folder = tmp_path / "dogs"
    folder.mkdir()
    for name in ("dog.jpg", "two-dogs.jpg"):
        shutil.copy(photos / name, folder)
    return folder


def test_a_folder_gets_a_line_for_each_photo(glimpse: Glimpse, dogs: Path) -> None:
    done = glimpse(dogs)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [path for path, _ in lines] == [str(dogs / "dog.jpg"), str(dogs / "two-dogs.jpg")]
    assert all("dog" in sentence for _, sentence in lines)
    assert (done.returncode, done.stderr) == (0, "glimpse: 2 captioned\n")


def test_a_second_run_loads_no_model_and_says_that_nothing_changed(glimpse: Glimpse, dogs: Path) -> None:
    glimpse(dogs)
    done = glimpse(dogs, env={**os.environ, "GLIMPSE_MODEL": "/nowhere"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "glimpse: 2 unchanged\n")


def test_after_a_new_model_photos_are_compared_anew_and_keep_their_records(glimpse: Glimpse, dogs: Path) -> None:
    glimpse(dogs)
    with Index.open(locate(dogs)) as index:
        before = index.all("SELECT packed, encoder FROM features ORDER BY photo")
        index.run("UPDATE features SET encoder = 'an older one', packed = zeroblob(768)")
    done = glimpse(dogs)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "glimpse: 2 unchanged, 2 compared by the new model\n"
    with Index.open(locate(dogs)) as index:
        assert index.all("SELECT packed, encoder FROM features ORDER BY photo") == before


def test_json_and_csv_hold_every_photo(glimpse: Glimpse, dogs: Path, tmp_path: Path) -> None:
    records = [json.loads(line) for line in glimpse(dogs, "--json", "--index", tmp_path / "1").stdout.splitlines()]
    assert [record["status"] for record in records] == ["captioned"] * 2
    rows = list(csv.DictReader(glimpse(dogs, "--csv", "--index", tmp_path / "2").stdout.splitlines()))
    assert [row["alt_text"] for row in rows] == [record["alt_text"] for record in records]


def test_with_the_index_elsewhere_the_folder_stays_as_it_is(glimpse: Glimpse, dogs: Path, tmp_path: Path) -> None:
    before = sorted(dogs.iterdir())
    assert glimpse(dogs, "--index", tmp_path / "index.sqlite3").returncode == 0
    assert sorted(dogs.iterdir()) == before


def test_an_index_that_cannot_be_made_is_told(glimpse: Glimpse, dogs: Path) -> None:
    done = glimpse(dogs, "--index", "/proc/index.sqlite3")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--index FILE" in done.stderr


def test_failures_are_listed_at_the_end_and_cost_no_other_photo(glimpse: Glimpse, dogs: Path) -> None:
    (dogs / "a broken one.jpg").write_text("not a photo")
    (dogs / os.fsdecode(b"\xff.jpg")).write_bytes(picture("red"))
    (dogs / "empty.jpg").touch()
    done = glimpse(dogs)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 3
    assert done.stderr.splitlines() == [
        f"glimpse: {dogs / 'a broken one.jpg'}: This is not an image Glimpse can read. "
        "Send a JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC photo. (unsupported_format)",
        "glimpse: 3 captioned, 1 of them in need of a description, 1 not here skipped, 1 failed",
    ]


def test_photos_alone_are_captioned_without_an_index(glimpse: Glimpse, dogs: Path) -> None:
    done = glimpse(dogs / "dog.jpg")
    plain = [sys.executable, "-m", "function", str(dogs / "dog.jpg")]
    assert done.stdout == subprocess.run(plain, capture_output=True, cwd=ROOT, encoding="utf-8", check=True).stdout
    assert sorted(dogs.iterdir()) == [dogs / "dog.jpg", dogs / "two-dogs.jpg"]


def test_folders_and_photos_do_not_mix(glimpse: Glimpse, dogs: Path) -> None:
    done = glimpse(dogs, dogs / "dog.jpg")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no folder" in done.stderr


def test_ctrl_c_ends_after_the_photo_in_hand_and_the_next_run_goes_on(
    glimpse: Glimpse, dogs: Path, photos: Path
) -> None:
    for i in range(20):
        (dogs / f"copy{i}.jpg").write_bytes((photos / "dog.jpg").read_bytes() + bytes([i]))
    with subprocess.Popen([*COMMAND, dogs], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True) as run:
        assert run.stdout is not None
        first = run.stdout.readline()
        run.send_signal(signal.SIGINT)
        rest, complaints = run.communicate()
    assert run.returncode == 130
    assert "Traceback" not in complaints
    done = (first + rest).splitlines()
    assert len(done) < 22
    assert len(done) + len(glimpse(dogs).stdout.splitlines()) == 22


def test_after_kill_9_nothing_is_done_twice_and_nothing_is_lost(glimpse: Glimpse, dogs: Path, photos: Path) -> None:
    for i in range(12):
        (dogs / f"copy{i:02}.jpg").write_bytes((photos / "dog.jpg").read_bytes() + bytes([i]))
    with subprocess.Popen([*COMMAND, dogs, "--workers", "1"], stdout=subprocess.PIPE, cwd=ROOT, text=True) as run:
        assert run.stdout is not None
        for _ in range(4):
            run.stdout.readline()
        run.kill()
    with Index.open(locate(dogs)) as index:
        kept = index.value("SELECT count(*) FROM photos WHERE status = 'captioned'")
        times = index.all("SELECT id, captioned_at FROM photos ORDER BY id")
    assert kept >= 4
    assert len(glimpse(dogs).stdout.splitlines()) == 14 - kept
    with Index.open(locate(dogs)) as index:
        assert [tuple(row) for row in index.all("SELECT id, captioned_at FROM photos ORDER BY id")][:kept] == [
            tuple(row) for row in times
        ]
        assert index.value("SELECT count(*) FROM photos WHERE status = 'captioned'") == 14
        assert index.value("PRAGMA integrity_check") == "ok"


def test_two_runs_at_once_share_the_work(dogs: Path, photos: Path) -> None:
    for i in range(12):
        (dogs / f"copy{i:02}.jpg").write_bytes((photos / "dog.jpg").read_bytes() + bytes([i]))
    both = [subprocess.Popen([*COMMAND, dogs], stdout=subprocess.PIPE, cwd=ROOT, text=True) for _ in range(2)]
    lines = [line for run in both for line in run.communicate()[0].splitlines()]
    assert [run.returncode for run in both] == [0, 0]
    assert sorted(lines) == sorted(set(lines))
    assert len(lines) == 14


def test_a_reader_that_has_seen_enough_ends_it_quietly(dogs: Path) -> None:
    reader, output = os.pipe()
    os.close(reader)
    done = subprocess.run([*COMMAND, dogs], stdout=output, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    os.close(output)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, b"")


def test_a_full_disk_for_the_output_is_one_line(dogs: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*COMMAND, dogs], stdout=full, stderr=subprocess.PIPE, cwd=ROOT, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "No space left on device" in done.stderr


def test_a_terminal_sees_the_progress_and_a_pipe_does_not(dogs: Path) -> None:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    with subprocess.Popen([*COMMAND, dogs], stdout=subprocess.DEVNULL, stderr=theirs, cwd=ROOT):
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # how a terminal ends
            while part := os.read(ours, 1000):
                shown += part
    os.close(ours)
    assert b"2/2" in shown
    assert b"photos" in shown


def test_no_arguments_explain_the_command(glimpse: Glimpse) -> None:
    done = glimpse()
    assert done.returncode == 2
    assert "FOLDER" in done.stderr
    assert "search" in glimpse("--help").stdout


def test_watching_captions_what_comes_until_ctrl_c(dogs: Path, photos: Path) -> None:
    command = [*COMMAND, "watch", str(dogs), "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True) as run:
        assert run.stdout is not None
        first = [run.stdout.readline() for _ in range(2)]
        shutil.copy(photos / "cat.jpg", dogs / "new.jpg")
        new = run.stdout.readline()
        run.send_signal(signal.SIGINT)
        _, complaints = run.communicate(timeout=30)
    assert all("dog" in line for line in first)
    assert new.startswith(str(dogs / "new.jpg"))
    assert (run.returncode, "Traceback" in complaints) == (0, False)


def test_serve_answers_until_it_is_ended(folder: Path) -> None:
    command = [*COMMAND, "serve", os.fspath(folder / "sub"), "--port", "0"]
    (folder / "sub" / "blue.png").unlink()  # nothing to caption, so no model is loaded
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-4]
        with urllib.request.urlopen(f"{url}/api/progress") as answer:
            assert json.load(answer)["failed"] == 0
        process.terminate()
        assert process.wait(timeout=20) == 0
