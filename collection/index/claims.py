"""Who captions a photo right now, so that two processes on one index never do the same work.

A claim holds while the process that made it runs; what a killed process had claimed is free again.
"""

import os
import socket
from pathlib import Path

from collection.index.database import Index


def claim(index: Index, sha256: bytes) -> bool:
    """Whether this content is ours to caption; False while another running process has claimed it."""
    with index.change():
        owner = index.value("SELECT owner FROM claims WHERE sha256 = ?", [sha256])
        if owner is not None and owner != _owner(os.getpid()) and _runs(owner):
            return False
        index.run("INSERT OR REPLACE INTO claims (sha256, owner) VALUES (?, ?)", [sha256, _owner(os.getpid())])
    return True


def release(index: Index, sha256: bytes) -> None:
    with index.change():
        index.run("DELETE FROM claims WHERE sha256 = ?", [sha256])


def _owner(process: int) -> str:
    return f"{process} {_started(process)} {socket.gethostname()}"


def _runs(owner: str) -> bool:
    """Whether a claim's process still runs; of another machine's, nobody can tell, and its claim does not count."""
    process, _, _ = owner.partition(" ")
    return _started(int(process)) != "" and owner == _owner(int(process))


def _started(process: int) -> str:
    """When a process started, so that another one of the same number is not taken for it; "" when it is gone."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return ""
    except OSError:  # it runs, and is another user's
        pass
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:  # no such file system here: the number has to do
        return "running"
