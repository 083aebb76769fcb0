"""Where the photos of a backfill are listed: the bucket itself, many prefixes at once, or its S3 Inventory.

A source is divided into parts, which are read side by side, each in an order that does not change. A cursor is the
place in a part up to which photos were sent.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from function.storage.aws import clients
from function.storage.photo_bucket import PhotoBucket

PARTS = 4
"""Parts that are read at once."""


class Photo(NamedTuple):
    """A photo as it was listed: its key, its size in bytes, its eTag ("" where the list has none), and its cursor."""

    key: str
    size: int
    etag: str
    cursor: str


class Source(Protocol):
    """A list of photos in parts."""

    def parts(self) -> list[str]:
        """The names of the parts, the same ones every time."""

    def photos(self, part: str, after: str) -> Iterator[Photo]:
        """The photos of a part after a cursor; "" is its beginning. What is named like no photo is left out."""


class Listing:
    """A bucket's keys under a prefix: a part for each folder below it, and one for what is in none of them."""

    LOOSE = "\n"  # in no key's beginning: the part of what lies in no folder

    def __init__(self, bucket: str, prefix: str) -> None:
        self._photos = PhotoBucket(bucket, prefix, "")

    def parts(self) -> list[str]:
        folders = [entry["Prefix"] for page in self._pages(Delimiter="/") for entry in page.get("CommonPrefixes", [])]
        return [self.LOOSE, *folders]

    def photos(self, part: str, after: str) -> Iterator[Photo]:
        where = {"Delimiter": "/"} if part == self.LOOSE else {"Prefix": part}
        for page in self._pages(**where, **({"StartAfter": after} if after else {})):
            for entry in page.get("Contents", []):
                if self._photos.has_photo(entry["Key"]):
                    yield Photo(entry["Key"], entry["Size"], entry["ETag"].strip('"'), entry["Key"])

    def _pages(self, **options: str) -> Iterator[dict[str, Any]]:
        wanted = {"Bucket": self._photos.name, "Prefix": self._photos.prefix, **options}
        yield from clients.s3().get_paginator("list_objects_v2").paginate(**wanted)
