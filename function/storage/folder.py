"""A store in a folder on one machine, whose upload forms are signed as S3's are. One process at a time uses it."""

import hashlib
import json
import logging
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from function.errors import BadRequest, Forbidden, Misconfigured, NotFound, TooManyRequests, UnsupportedFormat
from function.images import formats
from function.records import Record
from function.settings import Settings
from function.storage.base import RECEPTION, UPLOADS, PresignedPost, RecordChanged, Stored, Upload, is_id
from function.storage.queue import LocalQueue

logger = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 5
KEY_BYTES = 32


class FolderStorage:
    """A store in a folder that survives restarts.

    What is acknowledged survives a power cut: files are synced before they get their names. The signing key is
    made once and kept in the folder, readable by its owner only.
    Raises Misconfigured when the folder cannot be made or written, or its key is damaged.
    """

    upload_origin = ""

    def __init__(self, root: Path, waiting: int = Settings.waiting) -> None:
        """`waiting` is how many uploads may wait in the queue before forms and uploads are refused."""
        self._uploads = root / "uploads"
        self._records = root / "captions"
        self._writing = threading.Lock()
        self._queue: LocalQueue | None = None
        self._waiting = waiting
        try:
            self._uploads.mkdir(parents=True, exist_ok=True)
            self._records.mkdir(parents=True, exist_ok=True)
            key = _secret(root / "signing-key")
        except OSError as error:
            raise Misconfigured(f"The data folder {root} cannot be used ({error.strerror}). Choose another.") from error
        self._signer = URLSafeTimedSerializer(key, salt="upload")

    def presign(self, id: str, content_type: str, seconds: int) -> PresignedPost:
        self._check_room()
        policy = {"key": UPLOADS + id, "Content-Type": content_type, "seconds": seconds}
        fields = {"key": UPLOADS + id, "Content-Type": content_type, "policy": str(self._signer.dumps(policy))}
        return PresignedPost(RECEPTION, fields)

    def receive(self, fields: Mapping[str, str], file: IO[bytes]) -> str:
        policy = self._policy(fields.get("policy", ""))
        if fields.get("key") != policy["key"]:
            raise Forbidden("The upload form does not allow this key. Use the form's fields as they were given.")
        if fields.get("Content-Type") != policy["Content-Type"]:
            raise UnsupportedFormat("The upload form does not allow this content type. Ask for a form for it.")
        self._check_room()
        id: str = policy["key"].removeprefix(UPLOADS)
        self._keep(file, self._upload(id))
        if self._queue is not None:
            self._queue.send(id)
        return id

    def source(self, attempts: int) -> LocalQueue:
        self._queue = LocalQueue(attempts)
        for name in self.waiting():
            self._queue.send(name)
        return self._queue

    def read_upload(self, name: str) -> Upload:
        try:
            with self._upload(name).open("rb") as file:
                data = file.read(formats.MAX_BYTES + 1)
        except FileNotFoundError:
            raise NotFound("There is no such upload. Upload the photo again.") from None
        return Upload(data, _etag(data))

    def has_upload(self, name: str) -> bool:
        return self._upload(name).exists()

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
            with _replacing(self._record(name)) as file:
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

    def _check_room(self) -> None:
        if self._queue is not None and len(self._queue) >= self._waiting:
            raise TooManyRequests(RETRY_AFTER_SECONDS)

    def _policy(self, token: str) -> dict[str, Any]:
        try:
            policy: dict[str, Any] = self._signer.loads(token)
            self._signer.loads(token, max_age=policy["seconds"])
        except SignatureExpired:
            raise Forbidden("The upload form has expired. Ask for a new one.") from None
        except BadSignature:
            raise Forbidden("The upload form is missing or was altered. Ask for a new one.") from None
        return policy

    def _keep(self, file: IO[bytes], path: Path) -> None:
        with _replacing(path) as kept:
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


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that appears whole at its path, or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink()
            raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make names that were added to a folder survive a power cut, where a folder can be opened (not on Windows)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _secret(path: Path) -> bytes:
    """The key in a file, made on first use. Raises Misconfigured for one that was cut off: any form could be forged."""
    if not path.exists():
        with _replacing(path) as file:  # a temporary file is for its owner only
            file.write(secrets.token_bytes(KEY_BYTES))
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise Misconfigured(f"{path} is damaged. Delete it: a new key is made, and forms of the old one end.")
    return key
