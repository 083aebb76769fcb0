"""The one process that sends a backfill, known to all others by a lock that ends with it, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(Exception):
    """Another process sends this backfill."""


@contextmanager
def alone(state: Path) -> Iterator[None]:
    """Be the one that sends the backfill of a state file. Raises Busy."""
    with state.with_suffix(".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(
                f"Another process sends the backfill of {state}. Watch it with status, stop it with pause."
            ) from None
        yield


def is_there(state: Path) -> bool:
    """Whether a process sends the backfill of a state file."""
    try:
        with alone(state):
            return False
    except Busy:
        return True
