"""The records of a bucket as plain rows, read many at once and handed out in the order of their keys."""

import json
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from collection.index.errors import CollectionError
from function.storage.aws import clients
from function.storage.base import RECORDS
from function.storage.columns import Row, row

READERS = 32
"""Records that are read at once."""
_AHEAD = 8 * READERS  # records that are read before their turn: bounds the memory, keeps every reader at work


class Source(NamedTuple):
    """Where records are: a bucket, a prefix of their keys, and the address of a store that is not AWS's."""

    bucket: str
    prefix: str = RECORDS
    endpoint: str | None = None

    @classmethod
    def at(cls, address: str, endpoint: str | None = None) -> "Source":
        """The source at s3://BUCKET or s3://BUCKET/captions/PREFIX. Raises CollectionError."""
        place = urlsplit(address)
        prefix = place.path.lstrip("/") or RECORDS
        if not place.netloc or not prefix.startswith(RECORDS):
            raise CollectionError(f"{address} holds no records: they are at s3://BUCKET/{RECORDS}")
        return cls(place.netloc, prefix, endpoint)


def record_rows(source: Source, after: str = "") -> Iterator[tuple[str, Row]]:
    """Every record whose key comes after that one: its key, and its row of `COLUMNS`.

    A record that is deleted meanwhile is left out. Raises what S3's client raises, and CollectionError for a record
    that is none.
    """
    s3 = clients.s3_for_many(READERS, source.endpoint)
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=source.bucket, Prefix=source.prefix, StartAfter=after or source.prefix
    )
    under_way: deque[Future[tuple[str, Row | None]]] = deque()
    with ThreadPoolExecutor(READERS) as pool:
        try:
            for listed in (entry for page in pages for entry in page.get("Contents", [])):
                if listed["Key"].endswith(".json"):
                    under_way.append(pool.submit(_read, s3, source.bucket, listed))
                if len(under_way) > _AHEAD:
                    yield from _there(under_way.popleft())
            while under_way:
                yield from _there(under_way.popleft())
        finally:
            pool.shutdown(cancel_futures=True)


def _there(reading: "Future[tuple[str, Row | None]]") -> Iterator[tuple[str, Row]]:
    key, read = reading.result()
    if read is not None:
        yield key, read


def _read(s3: Any, bucket: str, listed: dict[str, Any]) -> tuple[str, Row | None]:
    key: str = listed["Key"]
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return key, None
        raise
    with closing(answer["Body"]) as body:
        content = body.read()
    changed_at = answer["LastModified"].strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        return key, row(key, json.loads(content), changed_at)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CollectionError(f"s3://{bucket}/{key} is no record. Remove it, or export a prefix without it.") from None
