"""Files in, outcomes out, in the same order: reading ahead of decoding, decoding ahead of encoding.

Threads read files and run the model; only the calling thread touches the index. Each photo's record is stored in
one transaction as soon as it is there, so that a process that is killed loses no more than the photos in hand.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Literal, NamedTuple

from collection.captions.load import Loaded, load
from collection.captions.model import CONTENT_ERRORS, Described, Describer
from collection.index import claims, paths, photos
from collection.index.database import Index, Row
from collection.index.errors import Failure
from collection.scan import kinds

_READ_AHEAD = 4
_NONE_IN_IT = "This RAW file carries no preview that could be looked at. Export it as a JPEG."
_NO_EXIFTOOL = (
    "RAW files are captioned from their previews, which exiftool reads. Install it; the file is tried again then."
)


class Outcome(NamedTuple):
    """What became of a file. `kept`: its content has its record already; `elsewhere`: another process is at it.

    `compared`: its record is as it was, and what it is compared by is of today's encoder.
    """

    row: Row
    status: Literal["captioned", "compared", "kept", "failed", "elsewhere"]
    record: dict[str, Any] | None = None
    failure: Failure | None = None


Waiting = tuple[Loaded | Failure, Future[Described] | Outcome | None]
Preview = Callable[[bytes], bytes]


class Pipeline:
    """Captions files with a model.

    `preview` gives the JPEG that a RAW file carries, empty where it has none; without it, as where exiftool is missing,
    RAW files are left for another time.
    """

    def __init__(self, index: Index, model: Describer, preview: Preview | None, workers: int) -> None:
        self._index = index
        self._model = model
        self._preview = preview
        self._workers = workers
        self._in_hand: set[bytes] = set()

    def run(self, root: int, rows: Iterable[Row], stopped: Callable[[], bool] = lambda: False) -> Iterator[Outcome]:
        """Caption the rows of one root; once `stopped`, finish the photos in hand and begin no other."""
        folder = paths.root_folder(self._index, root)
        waiting: deque[tuple[Row, Waiting]] = deque()
        # one thread more than there are captioners: while they encode, it decodes the next photo
        with ThreadPoolExecutor(2) as readers, ThreadPoolExecutor(self._workers + 1) as workers:
            for row, loaded in _ahead(readers, rows, folder, stopped):
                waiting.append((row, (loaded, self._begin(workers, row, loaded))))
                if len(waiting) > self._workers + 1:
                    yield self._finish(*waiting.popleft())
            while waiting:
                yield self._finish(*waiting.popleft())

    def _begin(
        self, workers: ThreadPoolExecutor, row: Row, loaded: Loaded | Failure
    ) -> Future[Described] | Outcome | None:
        """A photo's future, or the outcome where there is nothing to do; None to decide at its turn."""
        if isinstance(loaded, Failure):
            return None
        if loaded.row["kind"] == kinds.RAW and self._preview is None:
            return Outcome(row, "failed", failure=Failure(row["shown"], "no_exiftool", _NO_EXIFTOOL))
        if loaded.size == 0:
            return Outcome(row, "failed", failure=Failure(row["shown"], "not_here", "It has no content yet."))
        if loaded.sha256 in self._in_hand:
            return None
        try:
            with self._index.change():  # one transaction: between look and claim nobody else can finish it
                if (outcome := self._kept(row, loaded)) is not None:
                    return outcome
                if not claims.claim(self._index, loaded.sha256):
                    return Outcome(row, "elsewhere")
        except sqlite3.Error as error:
            return _not_stored(row, error)
        self._in_hand.add(loaded.sha256)
        return workers.submit(self._made, loaded)

    def _made(self, loaded: Loaded) -> Described:
        described = self._model.describe(self._shown(loaded), loaded.sha256)
        if loaded.row["kind"] == kinds.IMAGE:
            return described
        if described.record.get("error", {}).get("code") == "empty_image":
            described.record["error"] = {"code": "empty_image", "message": _NONE_IN_IT}
        suffix = loaded.row["shown"].rpartition(".")[2].upper()
        if "image" in described.record:
            changed = {"format": suffix, "bytes": loaded.size, "sha256": loaded.sha256.hex()}
            described.record["image"] = {**described.record["image"], **changed}
        return described

    def _shown(self, loaded: Loaded) -> bytes:
        """What is looked at of a file: its content or, of a RAW file, its preview."""
        if loaded.row["kind"] == kinds.IMAGE or self._preview is None:
            return loaded.data
        return self._preview(loaded.place)

    def _finish(self, row: Row, photo: Waiting) -> Outcome:
        loaded, begun = photo
        if isinstance(begun, Outcome):
            return begun
        if isinstance(loaded, Failure):
            return Outcome(row, "failed", failure=loaded)
        try:
            if begun is None:
                return self._kept(row, loaded) or Outcome(row, "elsewhere")
            return self._store(row, loaded, begun.result())
        except (sqlite3.Error, MemoryError, OSError) as error:
            return _not_stored(row, error)
        finally:
            self._in_hand.discard(loaded.sha256)

    def _kept(self, row: Row, loaded: Loaded) -> Outcome | None:
        """The outcome for content that has its record, under whatever name it was seen; None for new content."""
        known = self._index.one(
            "SELECT photos.* FROM photos JOIN contents ON photo = photos.id WHERE sha256 = ?", [loaded.sha256]
        )
        if known is None or known["status"] == "waiting":
            return None
        paths.attach(self._index, row["id"], loaded.sha256, loaded.size, loaded.mtime_ns)
        if known["status"] == "failed":
            return Outcome(row, "failed", failure=Failure(row["shown"], known["error_code"], known["error_message"]))
        return Outcome(row, "kept")

    def _store(self, row: Row, loaded: Loaded, described: Described) -> Outcome:
        record = described.record
        error = record.get("error")
        failure = Failure(row["shown"], error["code"], error["message"]) if error else None
        if error and error["code"] not in CONTENT_ERRORS:
            claims.release(self._index, loaded.sha256)
            return Outcome(row, "failed", failure=failure)
        with self._index.change():
            photo = photos.add(self._index, loaded.sha256, loaded.size)
            photos.keep_record(self._index, photo, record, described.sharpness)
            if described.features is not None:
                photos.keep_features(self._index, photo, described.features, self._model.encoder)
            paths.attach(self._index, row["id"], loaded.sha256, loaded.size, loaded.mtime_ns)
            claims.release(self._index, loaded.sha256)
        return Outcome(row, "failed" if failure else "captioned", record, failure)


def _ahead(
    readers: ThreadPoolExecutor, rows: Iterable[Row], folder: bytes, stopped: Callable[[], bool]
) -> Iterator[tuple[Row, Loaded | Failure]]:
    """The files of rows, a few of them read before they are asked for."""
    coming: deque[tuple[Row, Future[Loaded | Failure]]] = deque()
    for row in rows:
        if stopped():
            break
        coming.append((row, readers.submit(load, row, folder)))
        if len(coming) > _READ_AHEAD:
            first, future = coming.popleft()
            yield first, future.result()
    for first, future in coming:
        if stopped():
            return
        yield first, future.result()


def _not_stored(row: Row, error: Exception) -> Outcome:
    """A full disk, a lack of memory or of file descriptors: the photo is tried again next time."""
    return Outcome(row, "failed", failure=Failure(row["shown"], "not_stored", f"Its record cannot be kept ({error})."))
