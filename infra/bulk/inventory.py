"""S3 Inventory: the list of a bucket that S3 writes every day or week, as CSV, Parquet or ORC files with a manifest."""

import csv
import gzip
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import IO, Any
from urllib.parse import unquote_plus, urlsplit

from function.storage.aws import clients
from function.storage.photo_bucket import PhotoBucket
from infra.bulk.source import Photo

_COLUMNS = {
    "Key": "key",
    "Size": "size",
    "ETag": "e_tag",
    "IsLatest": "is_latest",
    "IsDeleteMarker": "is_delete_marker",
}
"""The columns that are of use, as manifests name them for CSV and as Parquet and ORC files have them."""
Row = Mapping[str, Any]


class Unusable(Exception):
    """An inventory that is not one of the bucket, or lacks something."""


class Inventory:
    """The photos under a prefix in one inventory, a part for each of its files. Raises Unusable, and what S3 raises.

    A cursor is the number of rows of a file that were read. Older versions and deletions are left out.
    """

    def __init__(self, manifest: str, bucket: str, prefix: str) -> None:
        """`manifest` is the address of manifest.json, s3://DESTINATION/…/manifest.json."""
        place = urlsplit(manifest)
        if place.scheme != "s3" or not place.netloc or not place.path.endswith(".json"):
            raise Unusable(f"{manifest} is no inventory. Name its manifest: s3://BUCKET/…/manifest.json")
        with closing(clients.s3().get_object(Bucket=place.netloc, Key=place.path.lstrip("/"))["Body"]) as body:
            self._manifest = json.load(body)
        if self._manifest.get("sourceBucket") != bucket:
            raise Unusable(f"{manifest} lists the bucket {self._manifest.get('sourceBucket')}, not {bucket}.")
        self._read = {"CSV": self._csv, "Parquet": _parquet, "ORC": _orc}[self._manifest["fileFormat"]]
        self._where: str = self._manifest["destinationBucket"].rpartition(":")[2]
        self._photos = PhotoBucket(bucket, prefix, "")

    def parts(self) -> list[str]:
        return [file["key"] for file in self._manifest["files"]]

    def photos(self, part: str, after: str) -> Iterator[Photo]:
        done = int(after or 0)
        with tempfile.TemporaryFile() as file:
            clients.s3().download_fileobj(self._where, part, file)
            file.seek(0)
            for number, row in enumerate(self._read(file), 1):
                if number > done and self._photos.has_photo(row["key"]) and _is_there(row):
                    yield Photo(row["key"], int(row.get("size") or 0), row.get("e_tag") or "", str(number))

    def _csv(self, file: IO[bytes]) -> Iterator[Row]:
        """CSV files are compressed, have no header, and their keys are encoded as in addresses."""
        names = [_COLUMNS.get(name.strip(), name) for name in self._manifest["fileSchema"].split(",")]
        if "key" not in names:
            raise Unusable("The inventory has no keys.")
        with gzip.open(file) as content, io.TextIOWrapper(content, encoding="utf-8", newline="") as text:
            for values in csv.reader(text):
                row = dict(zip(names, values, strict=True))
                yield {**row, "key": unquote_plus(row["key"])}


def _parquet(file: IO[bytes]) -> Iterator[Row]:
    import pyarrow.parquet

    content = pyarrow.parquet.ParquetFile(file)
    yield from _rows(content.iter_batches(10_000, columns=_known(content.schema_arrow.names)))


def _orc(file: IO[bytes]) -> Iterator[Row]:
    import pyarrow.orc

    content = pyarrow.orc.ORCFile(file)
    columns = _known(content.schema.names)
    yield from _rows(content.read_stripe(i, columns) for i in range(content.nstripes))


def _rows(batches: Iterable[Any]) -> Iterator[Row]:
    for batch in batches:
        yield from batch.to_pylist()


def _known(names: list[str]) -> list[str]:
    return [name for name in names if name in _COLUMNS.values()]


def _is_there(row: Row) -> bool:
    """Whether a row is of an object, not of an older version or a deletion; CSV says so in words."""
    is_latest, is_deletion = row.get("is_latest", True), row.get("is_delete_marker", False)
    return str(is_latest).lower() != "false" and str(is_deletion).lower() != "true"
