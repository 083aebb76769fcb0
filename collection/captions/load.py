"""A file's bytes and their hash; of a RAW file the hash is its own, the bytes are those of its preview."""

import hashlib
import os
from typing import NamedTuple

from collection.index.database import Row
from collection.index.errors import Failure
from collection.scan import kinds
from function.images.formats import MAX_BYTES

_CHUNK = 1 << 20


class Loaded(NamedTuple):
    """A file that was read: `data` is its content, at most one byte more than is allowed, or empty for a RAW file."""

    row: Row
    place: bytes
    data: bytes
    sha256: bytes
    size: int
    mtime_ns: int


def load(row: Row, root: bytes) -> Loaded | Failure:
    """Read a photo. A Failure names the reason for which it may go well another time."""
    place = os.path.join(root, row["path"])
    try:
        with open(place, "rb") as file:
            status = os.fstat(file.fileno())
            digest, kept = hashlib.sha256(), b""
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                if row["kind"] == kinds.IMAGE and len(kept) <= MAX_BYTES:
                    kept += chunk
    except FileNotFoundError:
        return Failure(row["shown"], "not_found", "It is no longer there.")
    except OSError as error:
        code = "forbidden" if isinstance(error, PermissionError) else "unreadable"
        return Failure(row["shown"], code, f"It cannot be read ({error.strerror}). It is tried again next time.")
    return Loaded(row, place, kept[: MAX_BYTES + 1], digest.digest(), status.st_size, status.st_mtime_ns)
