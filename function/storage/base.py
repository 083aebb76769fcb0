"""Where uploads and records are kept: the interface that every store has.

The upload <name> lives under uploads/<name>, its record under captions/<name>.json. A name made by the api is
an id: 128 random bits in hexadecimal, the only key to its record. A photo copied into the bucket by hand keeps
the name that it was given.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import IO, Any, NamedTuple, Protocol

from function.records import Record

UPLOADS = "uploads/"
RECORDS = "captions/"
RECEPTION = "/uploads"
"""Where upload forms lead whose store has no server of its own: the local server hands what comes to `receive`."""
_ID = re.compile(r"[0-9a-f]{32}")
_ID_IN_TEXT = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_LONGEST_KEY = 1024  # bytes of UTF-8 that S3 allows


class PresignedPost(NamedTuple):
    """A form that lets its holder upload one file: POST `fields`, then the file, to `url` as multipart."""

    url: str
    fields: dict[str, str]


class Upload(NamedTuple):
    """An upload's bytes, at most one more than `formats.MAX_BYTES`, and the eTag of this very content."""

    data: bytes
    etag: str


class Stored(NamedTuple):
    """A record and the version it had when it was read."""

    record: Record
    version: str


class RecordChanged(Exception):
    """Another worker wrote the record since it was read."""


Message = Mapping[str, Any]
"""One delivery of an event of S3, as Lambda's event source mapping for SQS hands it to a function."""


class EventSource(Protocol):
    """The news of a store's uploads. A message is delivered again and again until it is done with."""

    def receive(self) -> Sequence[Message]:
        """Wait a while for messages; none if none came."""

    def settle(self, message: Message, done: bool) -> None:
        """Forget a message that is done with; deliver another one again, a limited number of times."""


class Storage(Protocol):
    """What Glimpse needs of a store. Anything but the errors named here is a fault that may pass."""

    @property
    def upload_origin(self) -> str:
        """Scheme and host that upload forms lead to; "" for those that lead to `RECEPTION`."""

    def presign(self, id: str, content_type: str, seconds: int) -> PresignedPost:
        """A form for one upload of 1 to `formats.MAX_BYTES` bytes, valid for `seconds`.

        Raises TooManyRequests while the store takes no more uploads.
        """

    def receive(self, fields: Mapping[str, str], file: IO[bytes]) -> str:
        """Keep an upload whose form leads to `RECEPTION`, and return its name.

        Raises Forbidden for a form that is not signed, fresh and unaltered, UnsupportedFormat (another type
        than the form allows), BadRequest (an empty file), PayloadTooLarge, TooManyRequests, or NotFound where
        forms lead elsewhere.
        """

    def source(self, attempts: int) -> EventSource:
        """The events of uploads, those that wait already included. One process at a time asks for it.

        A source that counts deliveries itself gives a message up after `attempts`. Raises Misconfigured.
        """

    def read_upload(self, name: str) -> Upload:
        """The upload as it is now. Raises NotFound."""

    def has_upload(self, name: str) -> bool: ...

    def upload_age(self, name: str) -> float | None:
        """Seconds since the upload arrived; None where there is none."""

    def read_record(self, name: str) -> Stored | None: ...

    def write_record(self, name: str, record: Record, replaces: str | None) -> None:
        """Write over the version `replaces`, or where no record is (None). Raises RecordChanged."""

    def delete(self, name: str) -> bool:
        """Remove the upload, then its record; whether there was either."""

    def tidy(self) -> None:
        """Remove uploads that are past their days, where the store does not do so itself. Whoever serves calls it."""


def new_id() -> str:
    return secrets.token_hex(16)


def content_id(data: bytes) -> str:
    """The id of a photo that is captioned without being stored: 128 bits of its own SHA-256."""
    return hashlib.sha256(data).hexdigest()[:32]


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def without_ids(text: str) -> str:
    """Text for a log: ids are blanked, since each opens its record."""
    return _ID_IN_TEXT.sub("<id>", text)


def record_key(name: str) -> str:
    """The key of a record; a name too long to be part of a longer key is replaced by its SHA-256."""
    key = f"{RECORDS}{name}.json"
    if len(key.encode()) <= _LONGEST_KEY:
        return key
    return f"{RECORDS}sha256-{hashlib.sha256(name.encode()).hexdigest()}.json"
