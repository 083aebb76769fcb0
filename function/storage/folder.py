"""A store in a folder on one machine, whose upload forms are signed as S3's are.

One process at a time asks for its events; a lock holds that.
"""

import hashlib
import json
import logging
import os
import shutil
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from function.errors import BadRequest, Forbidden, Misconfigured, NotFound, TooManyRequests, UnsupportedFormat
from function.images import formats
from function.records import Record
from function.settings import Settings
from function.storage.base import RECEPTION, UPLOADS, PresignedPost, RecordChanged, Stored, Upload, is_id
from function.storage.local.deliveries import DeliveriesInFolder
from function.storage.local.files import lock, remove_old, remove_temporary, replacing
from function.storage.local.signing import Signer
from function.storage.queue import LocalQueue

logger = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 5
DAY_SECONDS = 24 * 3600


class FolderStorage:
    """A store in a folder that survives restarts.

    What is acknowledged survives a power cut: files are synced before they get their names. The keys that sign
    upload forms are kept in the folder, readable by their owner only (`function.storage.local.signing`).
    Raises Misconfigured when the folder cannot be made or written, or a key is damaged.
    """

    upload_origin = ""

    def __init__(self, root: Path, waiting: int = Settings.waiting, days: int = Settings.upload_days) -> None:
        """`waiting` uploads may wait in the queue before others are refused; `tidy` deletes them after `days`."""
        self._root = root
        self._uploads = root / "uploads"
        self._records = root / "captions"
        self._writing = threading.Lock()
        self._queue: LocalQueue | None = None
        self._waiting = waiting
        self._days = days
        try:
            self._uploads.mkdir(parents=True, exist_ok=True)
            self._records.mkdir(parents=True, exist_ok=True)
            self._signer = Signer(root)
        except OSError as error:
            raise self._unusable(error) from error

    def presign(self, id: str, content_type: str, seconds: int) -> PresignedPost:
        self._check_room()
        allowed = {"key": UPLOADS + id, "Content-Type": content_type}
        return PresignedPost(RECEPTION, {**allowed, "policy": self._signer.sign(allowed, seconds)})

    def receive(self, fields: Mapping[str, str], file: IO[bytes]) -> str:
        policy = self._signer.read(fields.get("policy", ""))
        if fields.get("key") != policy["key"]:
            raise Forbidden("The upload form does not allow this key. Use the form's fields as they were given.")
        if fields.get("Content-Type") != policy["Content-Type"]:
            raise UnsupportedFormat("The upload form does not allow this content type. Ask for a form for it.")
        self._check_room()
        id: str = policy["key"].removeprefix(UPLOADS)
        if self.has_upload(id):
            raise Forbidden("The upload form has been used. Ask for a new one for another photo.")
        self._keep(file, self._upload(id))
        if self._queue is not None:
            self._queue.send(id)
        return id

    def source(self, attempts: int) -> LocalQueue:
        if self._queue is None:
            self._lock()
        for folder in (self._uploads, self._records):
            remove_temporary(folder, older_than=0)
        waiting = list(self.waiting())
        deliveries = DeliveriesInFolder(self._root / "deliveries")
        deliveries.keep_only(set(waiting))
        self._queue = LocalQueue(attempts, deliveries)
        for name in waiting:
            self._queue.send(name)
        return self._queue

    def tidy(self) -> None:
        for folder in (self._root, self._uploads, self._records):
            remove_temporary(folder, older_than=3600)
        if self._days:
            remove_old(self._uploads, older_than=self._days * DAY_SECONDS)

    def read_upload(self, name: str) -> Upload:
        try:
            with self._upload(name).open("rb") as file:
                data = file.read(formats.MAX_BYTES + 1)
        except FileNotFoundError:
            raise NotFound("There is no such upload. Upload the photo again.") from None
        return Upload(data, _etag(data))

    def has_upload(self, name: str) -> bool:
        return self._upload(name).exists()

    def upload_age(self, name: str) -> float | None:
        try:
            return time.time() - self._upload(name).stat().st_mtime
        except FileNotFoundError:
            return None

    def read_record(self, name: str) -> Stored | None:
        try:
            content = self._record(name).read_bytes()
            record = json.loads(content)
        except FileNotFoundError:
            return None
        except ValueError:
            record = None
        if not isinstance(record, dict):
            logger.warning("a record is damaged and counts as none")
            return None
        return Stored(record, _etag(content))

    def write_record(self, name: str, record: Record, replaces: str | None) -> None:
        with self._writing:
            stored = self.read_record(name)
            if (stored and stored.version) != replaces:
                raise RecordChanged
            with replacing(self._record(name)) as file:
                file.write(json.dumps(record).encode())

    def delete(self, name: str) -> bool:
        with self._writing:
            paths = [path for path in (self._upload(name), self._record(name)) if path.exists()]
            for path in paths:
                path.unlink()
            return bool(paths)

    def waiting(self) -> Iterator[str]:
        """Ids of uploads without a record, oldest first."""
        uploads = [path for path in self._uploads.iterdir() if is_id(path.name)]
        for path in sorted(uploads, key=lambda path: path.stat().st_mtime):
            if self.read_record(path.name) is None:
                yield path.name

    def _lock(self) -> None:
        """Have the folder for this store alone. Raises Misconfigured while another one has it."""
        try:
            weakref.finalize(self, os.close, lock(self._root / "lock"))
        except BlockingIOError:
            raise Misconfigured(
                f"Another server runs on the data folder {self._root}. Stop that one, or choose another folder."
            ) from None
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> Misconfigured:
        return Misconfigured(f"The data folder {self._root} cannot be used ({error.strerror}). Choose another.")

    def _check_room(self) -> None:
        if self._queue is not None and len(self._queue) >= self._waiting:
            raise TooManyRequests(RETRY_AFTER_SECONDS)

    def _keep(self, file: IO[bytes], path: Path) -> None:
        with replacing(path) as kept:
            shutil.copyfileobj(file, kept)
            if kept.tell() == 0:
                raise BadRequest("The upload is empty. Choose a photo with something in it.")
            if kept.tell() > formats.MAX_BYTES:
                raise formats.too_large()

    def _upload(self, name: str) -> Path:
        return self._uploads / _file_name(name)

    def _record(self, name: str) -> Path:
        return self._records / f"{_file_name(name)}.json"


def _file_name(name: str) -> str:
    """An id is its own file name; of any other name only a hash becomes part of a path."""
    return name if is_id(name) else f"name-{hashlib.sha256(name.encode()).hexdigest()}"


def _etag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
