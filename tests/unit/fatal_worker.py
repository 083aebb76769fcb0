"""A worker process that a black photo kills: `python -m tests.unit.fatal_worker DATA ATTEMPTS`.

Ends by itself when no upload of the folder waits.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from function.app import App
from function.aws.poller import Poller
from function.captioning.captioner import load
from function.settings import Settings
from function.storage.folder import FolderStorage


class Fatal:
    """The released captioner, but for black photos."""

    def __init__(self) -> None:
        self._captioner = load(Settings(threads=1))

    def describe(self, pixels: Any) -> Any:
        if not pixels.any():
            os.kill(os.getpid(), signal.SIGKILL)
        return self._captioner.describe(pixels)


def main() -> None:
    storage = FolderStorage(Path(sys.argv[1]))
    poller = Poller(App(Settings(attempts=int(sys.argv[2])), storage, Fatal()))
    while list(storage.waiting()):
        poller.poll()


if __name__ == "__main__":
    main()
