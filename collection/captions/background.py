"""Captions a folder in the background while something else, a server, uses its index."""

import logging
import sqlite3
import threading
from pathlib import Path
from typing import Any, NamedTuple

from collection.captions.compare import Comparing, outdated
from collection.captions.model import Describer
from collection.captions.pipeline import Pipeline
from collection.index import paths
from collection.index.database import Index, Row
from collection.index.errors import CollectionError
from collection.metadata import exiftool, pairs, read
from collection.scan.update import Changes, update
from collection.scan.watch import changes
from function.errors import Misconfigured

_SLICE = 50  # photos captioned before the folder is looked at for newer ones


class Progress(NamedTuple):
    """How far it is: files still `waiting`, those `done` and `failed` since it began, and whether it is at work.

    `changes` grows with everything that lists may show otherwise; `problem` is why nothing is captioned any more.
    """

    waiting: int
    done: int
    failed: int
    busy: bool
    changes: int = 0
    problem: str = ""


class Background:
    """A thread that captions what a folder has and gets, newest first."""

    def __init__(self, file: Path, folder: Path, model: Describer, workers: int = 1) -> None:
        self._file, self._folder, self._model, self._workers = file, folder, model, workers
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="collection", daemon=True)
        self.progress = Progress(0, 0, 0, True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the photos in hand."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        tool = exiftool.ExifTool() if exiftool.is_installed() else None
        try:
            with Index.open(self._file) as index:
                self._catch_up(index, tool)
                if not self._stop.is_set():
                    for _ in changes(self._folder, self._stop):
                        self._catch_up(index, tool)
        except (
            CollectionError,
            Misconfigured,
            OSError,
            sqlite3.Error,
        ) as error:  # what is known is served
            logging.exception("new photos are not captioned any more")
            self.progress = self.progress._replace(busy=False, problem=f"New photos are not captioned: {error}")
        finally:
            if tool is not None:
                tool.close()

    def _catch_up(self, index: Index, tool: exiftool.ExifTool | None) -> None:
        """Caption until nothing is left that has not been tried, then compare anew what another encoder saw."""
        preview = tool.preview if tool else None
        pipeline = Pipeline(index, self._model, preview, self._workers)
        tried: set[int] = set()
        while not self._stop.is_set():
            seen = update(index, self._folder)
            rows = [r for r in paths.pending(index, seen.root, seen.within, newest=True) if r["id"] not in tried]
            self._tell(waiting=len(rows), busy=bool(rows), changed=seen.changed + seen.gone)
            if tool is not None and rows:
                tool.start()
            self._work_on(pipeline, seen.root, rows[:_SLICE])
            tried |= {row["id"] for row in rows[:_SLICE]}
            if tool is not None:
                for count in read.read_all(index, tool, paths.again(index, rows[:_SLICE])):
                    self._tell(changed=count)
            if not rows:
                pairs.link(index, seen.root)
                if not self._compared(index, Comparing(index, self._model, preview, self._workers), seen, tried):
                    return

    def _compared(self, index: Index, comparing: Comparing, seen: Changes, tried: set[int]) -> bool:
        """Compare some of what another encoder saw anew; whether there was anything that had not been tried."""
        rows = [row for row in outdated(index, self._model, seen.root, seen.within) if row["id"] not in tried]
        self._tell(waiting=len(rows), busy=bool(rows), changed=0)
        self._work_on(comparing, seen.root, rows[:_SLICE])
        tried |= {row["id"] for row in rows[:_SLICE]}
        return bool(rows)

    def _work_on(self, pipeline: Pipeline, root: int, rows: list[Row]) -> None:
        for outcome in pipeline.run(root, rows, self._stop.is_set):
            name = "failed" if outcome.status == "failed" else "done"
            counted = {name: getattr(self.progress, name) + 1, "waiting": max(0, self.progress.waiting - 1)}
            self._tell(**counted, changed=1)

    def _tell(self, changed: int, **values: Any) -> None:
        self.progress = self.progress._replace(changes=self.progress.changes + changed, **values)
