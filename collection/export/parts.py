"""An export of many rows as a folder of files, which goes on after the last whole file when it was stopped."""

import json
import os
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path

from collection.export.formats import FORMATS
from collection.index.errors import CollectionError
from function.storage.columns import Row

ROWS = 100_000
"""Rows of one file; what a stopped export has to do again at most."""
_STATE = "export.json"
Rows = Callable[[str], Iterator[tuple[str, Row]]]
"""Rows in the order of their keys, each with its key, from the one after a key on."""


class Parts:
    """The files part-000000.FORMAT, part-000001.FORMAT, … of a folder, and export.json, which tells how far they go."""

    def __init__(self, folder: Path, what: str, format: str) -> None:
        """`what` names the export, as a person would. Raises CollectionError for a folder that holds another one."""
        self._folder, self._format = folder, format
        self._what = f"{what} as {format}"
        folder.mkdir(parents=True, exist_ok=True)
        state = json.loads((folder / _STATE).read_text(encoding="utf-8")) if (folder / _STATE).exists() else {}
        if state.get("what", self._what) != self._what or (not state and any(folder.iterdir())):
            raise CollectionError(f"{folder} holds something else. Give an empty folder, or one that does not exist.")
        self.last: str = state.get("last", "")
        self.rows: int = state.get("rows", 0)
        self._files: int = state.get("files", 0)
        self.is_complete: bool = state.get("is_complete", False)

    def write(self, rows: Rows, size: int = ROWS, tell: Callable[[int], None] = lambda rows: None) -> None:
        """Write what is still to be written; `tell` is told the number of all rows after each file.

        A file gets its name once it is whole, and counts once the state says so: a crash in between writes it again.
        """
        source = rows(self.last)
        for first in source:
            part = _Part(first, islice(source, size - 1))
            new = self._folder / f".{_STATE}.part"
            with new.open("wb") as file:
                FORMATS[self._format](part.rows(), file)
            os.replace(new, self._folder / f"part-{self._files:06}.{self._format}")
            self._files, self.last, self.rows = self._files + 1, part.last, self.rows + part.count
            self._keep()
            tell(self.rows)
        self.is_complete = True
        self._keep()

    def _keep(self) -> None:
        state = {"what": self._what, "last": self.last, "rows": self.rows, "files": self._files}
        new = self._folder / f".{_STATE}.new"
        new.write_text(json.dumps({**state, "is_complete": self.is_complete}), encoding="utf-8")
        os.replace(new, self._folder / _STATE)


class _Part:
    """The rows of one file, which are counted as they pass."""

    def __init__(self, first: tuple[str, Row], others: Iterator[tuple[str, Row]]) -> None:
        self._all = chain([first], others)
        self.last, self.count = "", 0

    def rows(self) -> Iterator[Row]:
        for key, row in self._all:
            self.last, self.count = key, self.count + 1
            yield row
