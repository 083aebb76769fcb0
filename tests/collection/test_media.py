"""Photos on a medium that cannot be written to, and on one that is nearly full: real ones, in a mount namespace."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.collection.conftest import ROOT

UNSHARE = ["unshare", "--map-root-user", "--mount"]
GLIMPSE = f"{sys.executable} -m collection.cli"

pytestmark = pytest.mark.skipif(
    shutil.which("unshare") is None
    or subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode != 0,
    reason="needs mount namespaces: Linux, with users' own allowed",
)


def run(script: str, **values: Path) -> subprocess.CompletedProcess[str]:
    """Run shell lines that may mount; what they mount is gone afterwards."""
    environment = {**os.environ, **{name: os.fspath(value) for name, value in values.items()}}
    command = [*UNSHARE, "sh", "-c", script]
    return subprocess.run(command, capture_output=True, cwd=ROOT, encoding="utf-8", check=False, env=environment)


def test_a_folder_that_cannot_be_written_to_is_captioned_with_its_index_elsewhere(
    photos: Path, folder: Path, tmp_path: Path
) -> None:
    shutil.copy(photos / "dog.jpg", folder)
    script = f"""
        mount --bind $FOLDER $FOLDER && mount -o remount,ro,bind $FOLDER || exit 9
        {GLIMPSE} $FOLDER; echo status $?
        {GLIMPSE} $FOLDER --index $INDEX --write; echo status $?
        {GLIMPSE} search dog --index $INDEX; echo status $?
    """
    done = run(script, FOLDER=folder, INDEX=tmp_path / "index.sqlite3")
    lines = done.stdout.splitlines()
    assert lines[0] == "status 2"
    assert [line for line in lines if line.startswith("status")] == ["status 2", "status 1", "status 0"]
    assert lines[-2].startswith(f"{folder}/dog.jpg\t")
    assert "Choose another place with --index" in done.stderr
    assert "dog.jpg: Its words cannot be written (Read-only file system)" in done.stderr
    assert not list(folder.glob(".glimpse*"))


def test_a_nearly_full_disk_keeps_what_fits_and_says_what_does_not(photos: Path, tmp_path: Path) -> None:
    script = f"""
        mount -t tmpfs -o size=600k none $FOLDER || exit 9
        cp $PHOTOS/dog.jpg $PHOTOS/cat.jpg $PHOTOS/wave.jpg $FOLDER || exit 9
        {GLIMPSE} $FOLDER --write; echo status $?
        head -c 1000000 /dev/zero > $FOLDER/filler 2> /dev/null
        {GLIMPSE} $FOLDER --write --overwrite; echo status $?
        ls -A $FOLDER
        {GLIMPSE} search cat --folder $FOLDER
    """
    done = run(script, FOLDER=tmp_path, PHOTOS=photos)
    assert done.returncode == 0, done.stderr
    assert "is full" in done.stderr or "No space left" in done.stderr
    assert ".glimpse-" not in done.stdout  # nothing half written stays
    assert done.stdout.count("status 1") == 2
