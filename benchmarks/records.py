"""Measure many records: as JSON and as Parquet, exported from a bucket, and searched with DuckDB.

    python -m benchmarks.records make --out FOLDER --count 1000000    made-up records in Parquet, and file sizes
    python -m benchmarks.records export --out NEW --count 100000      `glimpse export` from a store without delay
    python -m benchmarks.records search --out FOLDER                  `infra/search` and the saved queries
    python -m benchmarks.records partition --out FOLDER               its rows by month and by day: files, search times

Prints JSON. Of the rows, one in twenty changed later and one in a hundred was deleted.
"""

import argparse
import base64
import gzip
import io
import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.collection import DOES, LOOKS, WHERE, WHO, record
from collection.export.parts import Parts
from collection.export.records import Source, record_rows
from function.storage.aws import clients
from function.storage.columns import COLUMNS
from infra.queries import folder, statements
from infra.queries.statements import Statement

ROWS_A_FILE = 1_000_000
SAMPLE = 2_000
FIRST_SECOND, SECONDS = 1_735_689_600, 600 * 24 * 3600  # from 2025-01-01 on
TYPES = {str: pa.string(), float: pa.float64(), int: pa.int64(), bool: pa.bool_(), list: pa.list_(pa.string())}
SCHEMA = pa.schema([(name, TYPES[kind]) for name, kind in COLUMNS.items()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("make", "export", "search", "partition"))
    parser.add_argument("--out", type=Path, required=True, help="the folder with the rows")
    parser.add_argument("--count", type=int, default=1_000_000, help="records")
    args = parser.parse_args()
    started = time.perf_counter()
    report = {"make": make, "export": export, "search": search, "partition": partition}[args.what](args.out, args.count)
    seconds = round(time.perf_counter() - started, 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({**report, "seconds": seconds, "peak_mb": peak}, indent=2))


def make(out: Path, count: int) -> dict[str, Any]:
    """Rows in Parquet, their size, and the size that the same number of records has as JSON."""
    out.mkdir(parents=True)
    for number, start in enumerate(range(0, count, ROWS_A_FILE)):
        table = rows(start, min(ROWS_A_FILE, count - start))
        pq.write_table(table, out / f"part-{number:06}.parquet", compression="zstd", row_group_size=100_000)
    rng = random.Random(0)
    sample = [json.dumps(whole_record(rng)).encode() for _ in range(SAMPLE)]
    return {
        "records": count,
        "parquet_mb": sum(file.stat().st_size for file in out.iterdir()) / 1e6,
        "json_mb": sum(map(len, sample)) / SAMPLE * count / 1e6,
        "json_gzip_mb": sum(len(gzip.compress(text)) for text in sample) / SAMPLE * count / 1e6,
    }


def whole_record(rng: random.Random, number: int = 0) -> dict[str, Any]:
    """A record as the captioner writes it, attention maps included."""
    made = record(rng)
    image = {**made["image"], "bytes": 2_811_904, "sha256": rng.randbytes(32).hex()}
    words = [{**word, "attention": base64.b64encode(rng.randbytes(196)).decode()} for word in made["words"]]
    upload = {"etag": rng.randbytes(16).hex(), "sequencer": "", "bucket": "photos", "key": f"IMG_{number:08}.jpg"}
    times = {"decode": 21.4, "encode": 36.0, "search": 14.2}
    return {
        **made,
        "id": rng.randbytes(16).hex(),
        "image": image,
        "words": words,
        "milliseconds": times,
        "upload": upload,
    }


def rows(start: int, count: int) -> pa.Table:
    """The rows of `count` records from number `start` on, and of what became of some of them."""
    rng = np.random.default_rng(start)
    first = _table(rng, np.arange(start, start + count), rng.integers(0, SECONDS, count))
    changed = rng.integers(0, count, count // 20)
    again = _table(rng, changed + start, SECONDS + rng.integers(0, 1000, len(changed)), version="2")
    gone = np.unique(rng.integers(0, count, count // 100))
    deleted = _table(rng, gone + start, np.full(len(gone), SECONDS + 2000), deleted=True)
    return pa.concat_tables([first, again, deleted])


def _table(
    rng: np.random.Generator, numbers: Any, seconds: Any, version: str = "1", *, deleted: bool = False
) -> pa.Table:
    count = len(numbers)
    look, who, does, where = (pa.array(words).take(pa.array(_common(rng, len(words), count))) for words in _WORDS)
    certainty = rng.choice(["likely", "possible", "none"], count, p=[0.6, 0.3, 0.1])
    plain = pc.binary_join_element_wise("A ", look, " ", who, " is ", does, " in the ", where, ".", "")
    text = pc.if_else(pc.equal(pa.array(certainty), "none"), "", plain)
    times = np.datetime_as_string(np.datetime64(FIRST_SECOND, "s") + seconds.astype("timedelta64[s]"))
    created = pc.binary_join_element_wise(pa.array(times), "Z", "")
    ids = [f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}" for number in numbers.tolist()]
    values = {
        "id": pa.array(ids),
        "path": pa.array([f"s3://photos/{number % 1000:03}/IMG_{number:08}.jpg" for number in numbers.tolist()]),
        "text": text,
        "alt_text": text,
        "certainty": pa.array(certainty),
        "confidence": pa.array(rng.random(count).round(4)),
        "tags": _lists([who, where, look]),
        "format": pa.repeat("JPEG", count),
        "width": pa.repeat(4032, count),
        "height": pa.repeat(3024, count),
        "bytes": pa.array(rng.integers(1_000_000, 6_000_000, count)),
        "sha256": pa.array([rng.bytes(32).hex() for _ in range(count)]),
        "model": pa.repeat(f"glimpse {version} litert", count),
        "created_at": created,
        "changed_at": created,
    }
    flags = {"favourite": False, "reviewed": False, "deleted": deleted}
    if deleted:
        values = {name: values[name] for name in ("id", "changed_at")}
    columns = {name: pa.repeat(flag, count) for name, flag in flags.items()} | values
    return pa.table({n: columns.get(n, pa.nulls(count, SCHEMA.field(n).type)) for n in COLUMNS}, SCHEMA)


_WORDS = (LOOKS, WHO, DOES, WHERE)


def _common(rng: np.random.Generator, words: int, count: int) -> Any:
    """Indices of words, the first of which are common, as in real captions."""
    return np.minimum((rng.random(count) ** 2 * words).astype(np.int64), words - 1)


def _lists(columns: list[pa.Array]) -> pa.ListArray:
    """One list for each row, of what the columns hold there."""
    count = len(columns[0])
    order = np.arange(3 * count).reshape(3, count).T.ravel()
    flat = pa.concat_arrays([pa.array(column) for column in columns]).take(pa.array(order))
    return pa.ListArray.from_arrays(pa.array(np.arange(0, 3 * count + 1, 3), pa.int32()), flat)


class Store:
    """S3 as far as an export asks it, with records that are there at once: what is left is the export's own work."""

    def __init__(self, count: int) -> None:
        rng = random.Random(0)
        self._count = count
        self._records = [json.dumps(whole_record(rng)).encode() for _ in range(SAMPLE)]
        self._changed = datetime(2026, 11, 28, tzinfo=UTC)

    def get_paginator(self, _: str) -> "Store":
        return self

    def paginate(self, **_: str) -> Iterator[dict[str, Any]]:
        for start in range(0, self._count, 1000):
            page = range(start, min(start + 1000, self._count))
            yield {"Contents": [{"Key": f"captions/{number:032x}.json"} for number in page]}

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        content = self._records[int(Key[9:-5], 16) % SAMPLE]
        return {"Body": io.BytesIO(content), "LastModified": self._changed}


def export(out: Path, count: int) -> dict[str, Any]:
    """Records a second, and the most memory that it took."""
    with mock.patch.object(clients, "s3_for_many", lambda *_: Store(count)):
        started = time.perf_counter()
        Parts(out, "made up", "parquet").write(partial(record_rows, Source("records")))
        seconds = time.perf_counter() - started
    return {"records": count, "records_a_second": round(count / seconds)}


def search(out: Path, _: int) -> dict[str, Any]:
    """Seconds and memory of each question, the first of its process: nothing is cached but what the system keeps."""
    questions = {
        "dog beach": statements.search(["dog", "beach"]),
        "dog beach, since a month, likely": statements.search(["dog", "beach"], "2026-08", certainty="likely"),
        "zebra (nothing)": statements.search(["zebra"]),
        **{name: statements.saved(name, ["dog"] if name == "by-tag" else []) for name in statements.names()},
    }
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        return {name: pool.submit(_ask, out, question).result() for name, question in questions.items()}


def partition(out: Path, _: int) -> dict[str, Any]:
    """Files, their median size and `infra/search "dog beach"`, with a file for each month and one for each day."""
    report: dict[str, Any] = {}
    for name, letters in (("month", 7), ("day", 10)):
        place = out.with_name(f"{out.name}-by-{name}")
        with tempfile.TemporaryDirectory() as overflow, folder.connection(overflow) as engine:
            folder.show(engine, [str(file) for file in sorted(out.glob("*.parquet"))])
            written = (
                f"SELECT {', '.join(COLUMNS)}, substr(changed_at, 1, {letters}) AS part FROM records ORDER BY part"
            )
            engine.sql(written).write_parquet(str(place), partition_by=["part"], compression="zstd")
        sizes = [file.stat().st_size for file in place.rglob("*.parquet")]
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            asked = pool.submit(_ask, place, statements.search(["dog", "beach"])).result()
        report[name] = {"files": len(sizes), "median_kb": round(statistics.median(sizes) / 1e3)}
        report[name] |= {unit: asked[unit] for unit in ("seconds", "processor_seconds")}
    return report


def _ask(out: Path, question: Statement) -> dict[str, float]:
    started = time.perf_counter()
    found = len(folder.answer(out, question).rows)
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds, processor_seconds = time.perf_counter() - started, used.ru_utime + used.ru_stime
    return {
        "seconds": round(seconds, 2),
        "processor_seconds": round(processor_seconds, 2),
        "rows": found,
        "peak_mb": used.ru_maxrss // 1024,
    }


if __name__ == "__main__":
    main()
