"""What a backfill could not caption, and why: the failed records that it left."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, NamedTuple

from function.storage.aws import clients
from function.storage.base import RECORDS

_LARGEST = 1500
"""Bytes of a failed record at most; that of a captioned photo holds attention maps and has thousands."""
_READERS = 32


class Failure(NamedTuple):
    """A photo that has no caption: its key, the stable code of the reason, and what to do."""

    key: str
    code: str
    message: str


def failures(records_bucket: str, photos_bucket: str, since: str) -> Iterator[Failure]:
    """Photos of a bucket whose records say since then that they failed. Lists all records, and reads the small ones."""
    s3 = clients.s3_for_many(_READERS)
    with ThreadPoolExecutor(_READERS) as pool:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=records_bucket, Prefix=RECORDS):
            small = [entry["Key"] for entry in page.get("Contents", []) if entry["Size"] <= _LARGEST]
            for record in pool.map(lambda key: _read(s3, records_bucket, key), small):
                upload = record.get("upload", {})
                is_ours = upload.get("bucket") == photos_bucket and record["created_at"] >= since
                if record["status"] == "failed" and is_ours:
                    yield Failure(upload["key"], record["error"]["code"], record["error"]["message"])


def _read(s3: Any, bucket: str, key: str) -> dict[str, Any]:
    with closing(s3.get_object(Bucket=bucket, Key=key)["Body"]) as body:
        return dict(json.load(body))
