"""Files of the data folder: they appear whole, survive a power cut, and what was left half written is removed."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl

TEMPORARY = ".writing-"
"""How the name of a file begins that is still being written."""


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that appears whole at its path, or not at all; only its owner may read it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=TEMPORARY, delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink()
            raise
    _sync_folder(path.parent)


def remove_temporary(folder: Path, older_than: float) -> None:
    """Remove what was left half written in a folder and not touched for so many seconds."""
    for path in folder.glob(f"{TEMPORARY}*"):
        if older_than == 0 or _age(path) > older_than:
            path.unlink(missing_ok=True)


def remove_old(folder: Path, older_than: float) -> None:
    """Remove the files of a folder that were written more than so many seconds ago.

    A file from the future, written before the clock was put back, is as old as if it were written now.
    """
    for path in folder.iterdir():
        if (age := _age(path)) > older_than:
            path.unlink(missing_ok=True)
        elif age < 0:
            os.utime(path)


def _age(path: Path) -> float:
    """Seconds since a file was written; 0 for one that is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0


def lock(path: Path) -> int:
    """Hold a file for this process alone until the returned descriptor is closed or the process ends, however it does.

    Raises BlockingIOError while another process holds it. Where the system has no such locks (Windows), nobody does.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        if sys.platform != "win32":
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _sync_folder(folder: Path) -> None:
    """Make names that were added to a folder survive a power cut, where a folder can be opened (not on Windows)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
