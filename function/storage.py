"""Where uploads and records are kept: the small interface, and the folder that keeps it on one machine.

Uploads live under uploads/<id>, records under captions/<id>.json. An id is 128 random bits in
hexadecimal; it is the only key to its record, and nothing else is ever made part of a path.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from function import images
from function.errors import BadRequest, Forbidden, Misconfigured, NotFound, UnsupportedFormat
from function.records import Record

UPLOADS = "uploads/"
_ID = re.compile(r"[0-9a-f]{32}")


class PresignedPost(NamedTuple):
    """A form that lets its holder upload one file: POST `fields`, then the file, to `url` as multipart."""

    url: str
    fields: dict[str, str]


class Storage(Protocol):
    """What the application needs of a store."""

    def presign(self, id: str, content_type: str, seconds: int) -> PresignedPost:
        """A form for one upload of 1 to `images.MAX_BYTES` bytes, valid for `seconds`."""

    def read_upload(self, id: str) -> bytes:
        """The uploaded bytes, at most `images.MAX_BYTES`. Raises NotFound or PayloadTooLarge."""

    def has_upload(self, id: str) -> bool: ...

    def read_record(self, id: str) -> Record | None: ...

    def write_record(self, id: str, record: Record) -> None: ...


def new_id() -> str:
    return secrets.token_hex(16)


def content_id(data: bytes) -> str:
    """The id of a photo that is captioned without being stored: 128 bits of its own SHA-256."""
    return hashlib.sha256(data).hexdigest()[:32]


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


class FolderStorage:
    """A store in a folder that survives restarts; its forms are signed as S3's are.

    The signing key is made once and kept in the folder, readable by its owner only.
    Raises Misconfigured when the folder cannot be made or written.
    """

    def __init__(self, root: Path) -> None:
        self._uploads = root / "uploads"
        self._records = root / "captions"
        try:
            self._uploads.mkdir(parents=True, exist_ok=True)
            self._records.mkdir(parents=True, exist_ok=True)
            key = _secret(root / "signing-key")
        except OSError as error:
            raise Misconfigured(f"The data folder {root} cannot be used ({error.strerror}). Choose another.") from error
        self._signer = URLSafeTimedSerializer(key, salt="upload")

    def presign(self, id: str, content_type: str, seconds: int) -> PresignedPost:
        policy = {"key": UPLOADS + id, "Content-Type": content_type, "seconds": seconds}
        fields = {"key": UPLOADS + id, "Content-Type": content_type, "policy": str(self._signer.dumps(policy))}
        return PresignedPost("/uploads", fields)

    def receive(self, fields: Mapping[str, str], file: IO[bytes]) -> str:
        """Keep an upload whose form is signed, fresh and unaltered, and return its id.

        Raises Forbidden, UnsupportedFormat (another type than the form allows), BadRequest (an empty file)
        or PayloadTooLarge.
        """
        policy = self._policy(fields.get("policy", ""))
        if fields.get("key") != policy["key"]:
            raise Forbidden("The upload form does not allow this key. Use the form's fields as they were given.")
        if fields.get("Content-Type") != policy["Content-Type"]:
            raise UnsupportedFormat("The upload form does not allow this content type. Ask for a form for it.")
        id: str = policy["key"].removeprefix(UPLOADS)
        self._keep(file, self._upload(id))
        return id

    def read_upload(self, id: str) -> bytes:
        try:
            with self._upload(id).open("rb") as file:
                data = file.read(images.MAX_BYTES + 1)
        except FileNotFoundError:
            raise NotFound("There is no such upload. Upload the photo again.") from None
        if len(data) > images.MAX_BYTES:
            raise images.too_large()
        return data

    def has_upload(self, id: str) -> bool:
        return is_id(id) and self._upload(id).exists()

    def read_record(self, id: str) -> Record | None:
        if not is_id(id):
            return None
        try:
            record: Record = json.loads(self._record(id).read_bytes())
        except FileNotFoundError:
            return None
        return record

    def write_record(self, id: str, record: Record) -> None:
        with _replacing(self._record(id)) as file:
            file.write(json.dumps(record).encode())

    def waiting(self) -> Iterator[str]:
        """Ids of uploads without a record, oldest first: what a stopped server still owes its clients."""
        uploads = [path for path in self._uploads.iterdir() if is_id(path.name)]
        for path in sorted(uploads, key=lambda path: path.stat().st_mtime):
            if not self._record(path.name).exists():
                yield path.name

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
            if kept.tell() > images.MAX_BYTES:
                raise images.too_large()

    def _upload(self, id: str) -> Path:
        return self._uploads / id

    def _record(self, id: str) -> Path:
        return self._records / f"{id}.json"


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that appears whole at its path, or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        try:
            yield file
            file.flush()
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink()
            raise


def _secret(path: Path) -> bytes:
    """The key in a file, made on first use."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(descriptor, secrets.token_bytes(32))
        os.close(descriptor)
    except FileExistsError:
        pass
    return path.read_bytes()
