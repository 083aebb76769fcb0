"""Tells when something in a folder may have changed, through the operating system's own notifications."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

from watchfiles import Change, watch

from collection.scan import kinds

_TURN_MILLISECONDS = 500
_SETTLE_MILLISECONDS = 1600  # a camera or a sync program writes a photo in many pieces


def changes(folder: Path, stop: threading.Event) -> Iterator[None]:
    """Comes back once the folder is watched, and then after every burst of changes below it, until `stop` is set.

    So whoever looks at the folder each time misses nothing that came before it was watched.
    """
    is_first = True
    for burst in watch(
        folder,
        watch_filter=_is_of_interest,
        stop_event=stop,
        debounce=_SETTLE_MILLISECONDS,
        rust_timeout=_TURN_MILLISECONDS,
        yield_on_timeout=True,
    ):
        if burst or is_first:
            is_first = False
            yield


def _is_of_interest(_: Change, path: str) -> bool:
    """Hidden files and folders, the index itself among them, hold no photos."""
    return not any(kinds.is_program_folder(part) for part in Path(os.fsdecode(path)).parts[-3:])
