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
    """Remove what a process that ended while it wrote left in a folder, `older_than` seconds ago or longer."""
    latest = time.time() - older_than
    for path in folder.glob(f"{TEMPORARY}*"):
        if older_than == 0 or path.stat().st_mtime < latest:
            path.unlink(missing_ok=True)


def lock(path: Path) -> IO[bytes]:
    """Hold a file for this process alone until the returned one is closed or the process ends, however it does.

    Raises BlockingIOError while another process holds it. Where the system has no such locks (Windows), nobody does.
    """
    file = path.open("ab")
    try:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file


def _sync_folder(folder: Path) -> None:
    """Make names that were added to a folder survive a power cut, where a folder can be opened (not on Windows)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
