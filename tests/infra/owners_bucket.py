"""A bucket of somebody's own, its photos, and its S3 Inventory as S3 writes one."""

import csv
import gzip
import io
import json
from typing import Any
from urllib.parse import quote_plus

import pyarrow
import pyarrow.orc
import pyarrow.parquet

from infra.bulk.state import Plan

BUCKET, LISTS, RECORDS = "owners-photos", "owners-inventory", "kept-records"
KEYS = ["photos/2025/a b.jpg", "photos/2025/é+.png", "photos/2026/c.jpg", "photos/loose.jpg", "photos/2026/d"]
OTHERS = ["photos/2025/film.mp4", "photos/2026/c.jpg.xmp", "other/x.jpg"]


def plan(photos: int = 0) -> Plan:
    return Plan(BUCKET, "photos/", "", "https://queue", 2, photos)


def rows(keys: list[str]) -> list[dict[str, Any]]:
    """An inventory's rows, with an older version and a deletion among them."""
    size = {"size": 7, "e_tag": "e", "is_delete_marker": False}
    there = [{"bucket": BUCKET, "key": key, "is_latest": True, **size} for key in keys]
    older = {**there[0], "is_latest": False, "e_tag": "older"}
    return [older, *there, {**there[0], "key": "photos/gone.jpg", "is_delete_marker": True}]


def as_csv(content: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
        [
            r["bucket"],
            quote_plus(r["key"]),
            str(r["is_latest"]).lower(),
            str(r["is_delete_marker"]).lower(),
            r["size"],
            r["e_tag"],
        ]
        for r in content
    )
    return gzip.compress(text.getvalue().encode())


def as_parquet(content: list[dict[str, Any]]) -> bytes:
    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(content), file)
    return file.getvalue()


def as_orc(content: list[dict[str, Any]]) -> bytes:
    file = io.BytesIO()
    pyarrow.orc.write_table(pyarrow.Table.from_pylist(content), file)
    return file.getvalue()


FORMATS = {"CSV": as_csv, "Parquet": as_parquet, "ORC": as_orc}


def put_inventory(s3: Any, kind: str, *files: list[dict[str, Any]]) -> str:
    """An inventory of the bucket with these files, as S3 writes it; the address of its manifest."""
    names = [f"lists/data/{kind}-{number}" for number in range(len(files))]
    for name, content in zip(names, files, strict=True):
        s3.put_object(Bucket=LISTS, Key=name, Body=FORMATS[kind](content))
    manifest = {
        "sourceBucket": BUCKET,
        "destinationBucket": f"arn:aws:s3:::{LISTS}",
        "fileFormat": kind,
        "fileSchema": "Bucket, Key, IsLatest, IsDeleteMarker, Size, ETag",
        "files": [{"key": name, "size": 1, "MD5checksum": ""} for name in names],
    }
    s3.put_object(Bucket=LISTS, Key=f"lists/{kind}/manifest.json", Body=json.dumps(manifest))
    return f"s3://{LISTS}/lists/{kind}/manifest.json"
