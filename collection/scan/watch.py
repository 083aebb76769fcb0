"""Tells when something in a folder may have changed, through the operating system's own notifications."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

from watchfiles import Change, watch

from collection.scan import kinds

_SETTLE_MILLISECONDS = 1600  # a camera or a sync program writes a photo in many pieces


def changes(folder: Path, stop: threading.Event) -> Iterator[None]:
    """Comes back after every burst of changes below a folder, until `stop` is set."""
    for _ in watch(folder, watch_filter=_is_of_interest, stop_event=stop, debounce=_SETTLE_MILLISECONDS):
        yield


def _is_of_interest(_: Change, path: str) -> bool:
    """Hidden files and folders, the index itself among them, hold no photos."""
    return not any(kinds.is_program_folder(part) for part in Path(os.fsdecode(path)).parts[-3:])
