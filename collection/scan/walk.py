"""The files below a folder, in a stable order, each once.

Names are bytes from end to end: what is no UTF-8 or holds a newline is a file like any other. A link is followed
where it leads out of the folder; what it would lead back into is listed in its own place. Nothing is opened but
files whose name does not tell what they are.
"""

import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from collection.index.database import FOLDER
from collection.index.errors import Failure
from collection.index.paths import Seen, shown
from collection.scan import kinds

_DATALESS = 0x40000000  # macOS, sys/stat.h SF_DATALESS: an iCloud file whose content is not on this machine
_RECALL = 0x1000 | 0x40000 | 0x400000  # Windows: OFFLINE, RECALL_ON_OPEN, RECALL_ON_DATA_ACCESS


@dataclass
class Walk:
    """One pass over the folder `within` (relative; empty for all) of `root`; iterate over it for the photos.

    Afterwards `skipped` has counts by kind, `failures` the folders and files that could not be listed, and
    `unread` the relative paths of those folders, of which nobody knows what is still there.
    """

    root: bytes
    within: bytes = b""
    skipped: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    unread: list[bytes] = field(default_factory=list)
    _folders: set[tuple[int, int]] = field(default_factory=set)

    def __iter__(self) -> Iterator[Seen]:
        self._root = os.path.realpath(self.root)
        pending = [self.within]
        while pending:
            folder = pending.pop()
            folders: list[bytes] = []
            for entry in self._listed(folder):
                path = os.path.join(folder, entry.name)
                try:
                    if entry.is_dir():
                        folders += [path] if self._is_followed(entry) else []
                    elif (seen := self._seen(entry, path)) is not None:
                        yield seen
                except OSError as error:
                    self._failed(path, error)
            pending += reversed(folders)

    def _listed(self, folder: bytes) -> list["os.DirEntry[bytes]"]:
        place = os.path.join(self.root, folder)
        try:
            status = os.stat(place)
            if (status.st_dev, status.st_ino) in self._folders:  # two links to one folder outside
                return []
            self._folders.add((status.st_dev, status.st_ino))
            with os.scandir(place) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._failed(folder, error)
            self.unread.append(folder)
            return []

    def _is_followed(self, entry: "os.DirEntry[bytes]") -> bool:
        if kinds.is_program_folder(name := os.fsdecode(entry.name)):
            self.skipped["hidden or program folder"] += name != FOLDER
            return False
        return not entry.is_symlink() or not self._leads_back(entry)

    def _leads_back(self, entry: "os.DirEntry[bytes]") -> bool:
        target = os.path.realpath(entry.path)
        inside = os.path.join(self._root, b"")
        if (os.path.join(target, b"")).startswith(inside) or inside.startswith(os.path.join(target, b"")):
            self.skipped["link"] += 1
            return True
        return False

    def _seen(self, entry: "os.DirEntry[bytes]", path: bytes) -> Seen | None:
        name = os.fsdecode(entry.name)
        kind = kinds.of_file(name) or self._by_content(entry)
        if kind == kinds.HIDDEN and name.endswith(".icloud"):  # what macOS leaves of a photo that is in iCloud
            kind = "not here"
        if kind not in (kinds.IMAGE, kinds.RAW):
            self.skipped[f"{kind} file" if kind == kinds.HIDDEN else kind] += 1
            return None
        if entry.is_symlink() and self._leads_back(entry):
            return None
        status = entry.stat()
        if not stat.S_ISREG(status.st_mode):
            self.skipped["device"] += 1
            return None
        size = 0 if _is_elsewhere(status) else status.st_size
        self.skipped["not here"] += size == 0
        return Seen(path, kind, size, status.st_mtime_ns)

    def _by_content(self, entry: "os.DirEntry[bytes]") -> str:
        if not entry.is_file():  # reading a named pipe would wait for ever
            return "device"
        with open(entry.path, "rb") as file:
            return kinds.of_bytes(file.read(kinds.SIGNATURE_BYTES))

    def _failed(self, path: bytes, error: OSError) -> None:
        message = f"It cannot be read ({error.strerror}). Check its permissions."
        self.failures.append(Failure(shown(path) or ".", "forbidden", message))


def _is_elsewhere(status: os.stat_result) -> bool:
    """Whether a cloud drive shows the file without having its bytes here; reading it would fetch it."""
    flags, attributes = getattr(status, "st_flags", 0), getattr(status, "st_file_attributes", 0)
    return bool(flags & _DATALESS or attributes & _RECALL)
