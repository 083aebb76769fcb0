"""`glimpse watch FOLDER`: caption what is there, newest first, and then what comes, until Ctrl-C."""

import signal
import threading
from collections.abc import Sequence
from types import FrameType

from collection.commands import caption
from collection.index.database import Index, locate
from collection.index.errors import CollectionError
from collection.scan.watch import changes


def main(given: Sequence[str]) -> int:
    args = caption.parser().parse_args(given)
    if len(args.folders) != 1:
        raise CollectionError("Watch one folder at a time.")
    folder = args.folders[0]
    run = caption.begun(args)
    stop = threading.Event()

    def end(_: int, __: FrameType | None) -> None:
        run.stop.asked = True
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    with Index.open(args.index or locate(folder)) as index:
        run.folder(index, folder, newest=True)
        if not stop.is_set():
            for _ in changes(folder, stop):
                run.folder(index, folder, newest=True)
    run.summary()
    return 0
