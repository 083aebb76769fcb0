"""What changed in a folder since the index last looked: new, changed and vanished files."""

import os
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from collection.index import paths
from collection.index.database import Index
from collection.index.errors import Failure
from collection.scan.walk import Walk

_BATCH = 1000  # files noted in one transaction


class Changes(NamedTuple):
    """`root` and `within` say which folder it was, as `paths.pending` takes them."""

    root: int
    within: bytes
    unchanged: int
    changed: int
    gone: int
    skipped: Counter[str]
    failures: list[Failure]


def update(index: Index, folder: Path) -> Changes:
    """Compare a folder with the index by names, sizes and times; no photo is opened."""
    root, within = _place(index, folder)
    known = paths.known(index, root, within)
    walk = Walk(paths.root_folder(index, root), within)
    unchanged, changed, batch = 0, 0, []
    for seen in walk:
        if known.pop(seen.path, None) == (seen.size, seen.mtime_ns):
            unchanged += 1
            continue
        changed += 1
        batch.append(seen)
        if len(batch) == _BATCH:
            paths.note(index, root, batch)
            batch = []
    paths.note(index, root, batch)
    gone = [path for path in known if not any(_is_in(path, folder) for folder in walk.unread)]
    paths.forget(index, root, gone)
    return Changes(root, within, unchanged, changed, len(gone), walk.skipped, walk.failures)


def _place(index: Index, folder: Path) -> tuple[int, bytes]:
    """The root that a folder belongs to, and where below it; a folder of no root becomes one."""
    target = os.path.realpath(os.fsencode(folder.absolute()))
    for row in index.all("SELECT id FROM roots ORDER BY id"):
        root = os.path.realpath(paths.root_folder(index, row["id"]))
        if target == root:
            return row["id"], b""
        if _is_in(target, root):
            return row["id"], target[len(os.path.join(root, b"")) :]
    home = paths.home(index)
    if home is not None and _is_in(target, place := os.path.realpath(os.fsencode(home))):
        return paths.add_root(index, home), target[len(os.path.join(place, b"")) :]
    return paths.add_root(index, folder), b""


def _is_in(path: bytes, folder: bytes) -> bool:
    return not folder or path == folder or path.startswith(os.path.join(folder, b""))
