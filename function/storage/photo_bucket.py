"""A bucket of somebody's own, whose photos are captioned where they lie."""

import hashlib
import hmac
from pathlib import PurePosixPath
from typing import NamedTuple

from function.images import formats
from function.settings import Settings

_SUFFIXES = frozenset(suffix for row in formats.FORMATS for suffix in row.suffixes)


class PhotoBucket(NamedTuple):
    """The bucket's name, the prefix of the keys that are captioned, and what ids are derived with."""

    name: str
    prefix: str
    secret: str

    @classmethod
    def of(cls, settings: Settings) -> "PhotoBucket | None":
        """The bucket that the settings name, or None."""
        if not settings.photo_bucket:
            return None
        return cls(settings.photo_bucket, settings.photo_prefix, settings.photo_secret)

    def id_of(self, key: str) -> str:
        """The id of a photo: 128 bits that nobody knows without the secret, and the same ones every time."""
        place = f"{self.name}\n{key}".encode()
        return hmac.new(self.secret.encode(), place, hashlib.sha256).hexdigest()[:32]

    def has_photo(self, key: str) -> bool:
        """Whether a key is one of a photo to caption: within the prefix, and named like a photo or without a suffix."""
        suffix = PurePosixPath(key).suffix.lower()
        return key.startswith(self.prefix) and not key.endswith("/") and (not suffix or suffix in _SUFFIXES)
