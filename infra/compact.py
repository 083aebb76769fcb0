"""Make the Parquet files of an analysis again, fewer and larger, without the rows of records that are deleted.

    python -m infra.compact ANALYSISBUCKET

Files younger than two days stay as they are: rows may still be on their way. Of a record that is there, the last row of
each model stays, so that captions can be compared. Killed, it leaves rows twice, which no answer shows; run it again.
"""

import argparse
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from function.__main__ import guarded
from function.storage.aws import clients
from function.storage.columns import COLUMNS
from infra import remedies
from infra.queries.statements import PHOTOS

ROWS = "rows/"
KEPT_DAYS = 2
_COLUMNS = ", ".join(COLUMNS)
_KEPT = f"""{PHOTOS}, kept AS (
  SELECT *, 1 AS nth FROM records WHERE NOT deleted AND id NOT IN (SELECT id FROM several)
  UNION ALL
  SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY id, model ORDER BY changed_at DESC) AS nth FROM records
    WHERE id IN (SELECT id FROM several)
  )
  WHERE nth = 1 AND NOT deleted AND id IN (SELECT id FROM photos)
)
SELECT {_COLUMNS}, substr(created_at, 1, 7) AS month FROM kept WHERE filename IN (SELECT name FROM old)
"""


class Done(NamedTuple):
    """Files that were made again, and the files that are in their place."""

    old: int
    new: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bucket", help="AnalysisBucket")
    args = parser.parse_args()
    return guarded(lambda: _run(args.bucket))


def _run(bucket: str) -> int:
    try:
        done = compact(bucket, datetime.now(UTC) - timedelta(days=KEPT_DAYS))
    except (BotoCoreError, ClientError) as error:
        print(f"compact: {remedies.told(error)}", file=sys.stderr)
        return 2
    print(f"compact: {done.old:,} files became {done.new:,}", file=sys.stderr)
    return 0


def compact(bucket: str, before: datetime) -> Done:
    """Make the files again that were written before a time. Raises what S3's client and DuckDB raise."""
    pages = clients.s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=ROWS)
    there = [entry for page in pages for entry in page.get("Contents", [])]
    old = sorted((e for e in there if e["LastModified"] < before), key=lambda entry: entry["LastModified"])
    if not old:
        return Done(0, 0)
    with tempfile.TemporaryDirectory() as place:
        files = _fetch(bucket, [entry["Key"] for entry in there], Path(place) / "there")
        made = _make(files, [files[entry["Key"]] for entry in old], Path(place) / "made")
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        for file in made:
            clients.s3().upload_file(str(file), bucket, f"{ROWS}{file.parent.name}/{stamp}-{file.name}")
    for entry in old:  # the oldest first: a row goes before the one that says that it is deleted
        clients.s3().delete_object(Bucket=bucket, Key=entry["Key"])
    return Done(len(old), len(made))


def _fetch(bucket: str, keys: list[str], place: Path) -> dict[str, Path]:
    place.mkdir()
    files = {key: place / f"{number:06}.parquet" for number, key in enumerate(keys)}
    for key, file in files.items():
        clients.s3().download_file(bucket, key, str(file))
    return files


def _make(files: dict[str, Path], old: list[Path], out: Path) -> list[Path]:
    """The rows of the old files that are to stay, in files by month."""
    from infra.queries import folder  # needs DuckDB, which not every installation has

    with tempfile.TemporaryDirectory() as overflow, folder.connection(overflow) as connection:
        folder.show(connection, list(map(str, files.values())))
        connection.execute("CREATE TABLE old (name VARCHAR)")
        connection.executemany("INSERT INTO old VALUES (?)", [[str(file)] for file in old])
        rows: Any = connection.sql(_KEPT)
        rows.write_parquet(str(out), partition_by=["month"], compression="zstd")
    return sorted(out.rglob("*.parquet"))


if __name__ == "__main__":
    sys.exit(main())
