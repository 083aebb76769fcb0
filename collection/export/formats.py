"""CSV, JSON, JSON lines and Parquet; each writer takes rows of `COLUMNS` as they come, and an open binary file."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from typing import IO, Any

from collection.commands.output import formula_safe
from function.storage.columns import COLUMNS, Row

_ROWS_A_GROUP = 10_000
Writer = Callable[[Iterable[Row], IO[bytes]], None]


def write_csv(rows: Iterable[Row], file: IO[bytes]) -> None:
    """A row each, for spreadsheets: UTF-8 with a byte order mark, tags with semicolons between them."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow([formula_safe(_cell(value)) for value in row.values()])
    finally:
        text.detach()  # flushed, and `file` left open


def write_json(rows: Iterable[Row], file: IO[bytes]) -> None:
    """One array, an object for each row."""
    file.write(b"[")
    for i, row in enumerate(rows):
        file.write((",\n" if i else "\n").encode() + json.dumps(row, ensure_ascii=False).encode())
    file.write(b"\n]\n")


def write_ndjson(rows: Iterable[Row], file: IO[bytes]) -> None:
    """An object a line."""
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def write_parquet(rows: Iterable[Row], file: IO[bytes]) -> None:
    """Apache Parquet with typed columns; needs the package pyarrow."""
    import pyarrow
    import pyarrow.parquet

    types = {int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_(), str: pyarrow.string()}
    schema = pyarrow.schema(
        [(name, pyarrow.list_(pyarrow.string()) if kind is list else types[kind]) for name, kind in COLUMNS.items()]
    )
    group: list[Row] = []
    with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for row in rows:
            group.append(row)
            if len(group) == _ROWS_A_GROUP:
                writer.write_table(pyarrow.Table.from_pylist(group, schema))
                group = []
        writer.write_table(pyarrow.Table.from_pylist(group, schema))


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(value)
    return int(value) if isinstance(value, bool) else value


FORMATS: dict[str, Writer] = {"csv": write_csv, "json": write_json, "ndjson": write_ndjson, "parquet": write_parquet}
