"""CSV, JSON, Parquet and one page of HTML; each writer takes the index and an open binary file."""

import csv
import io
import json
from collections.abc import Callable
from typing import IO, Any

from collection.commands.output import formula_safe
from collection.export.page import write_page
from collection.export.rows import COLUMNS, export_rows
from collection.index.database import Index

_ROWS_A_GROUP = 10_000


def write_csv(index: Index, file: IO[bytes]) -> None:
    """A row a file, for spreadsheets: UTF-8 with a byte order mark, tags with semicolons between them."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for _, row in export_rows(index):
        writer.writerow([formula_safe(_cell(value)) for value in row.values()])
    text.flush()
    text.detach()


def write_json(index: Index, file: IO[bytes]) -> None:
    """One array, an object a file."""
    file.write(b"[")
    for i, (_, row) in enumerate(export_rows(index)):
        file.write((",\n" if i else "\n").encode() + json.dumps(row, ensure_ascii=False).encode())
    file.write(b"\n]\n")


def write_parquet(index: Index, file: IO[bytes]) -> None:
    """Apache Parquet with typed columns; needs the package pyarrow."""
    import pyarrow
    import pyarrow.parquet

    types = {int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_(), str: pyarrow.string()}
    schema = pyarrow.schema(
        [(name, pyarrow.list_(pyarrow.string()) if kind is list else types[kind]) for name, kind in COLUMNS.items()]
    )
    rows: list[dict[str, Any]] = []
    with pyarrow.parquet.ParquetWriter(file, schema) as writer:
        for _, row in export_rows(index):
            rows.append(row)
            if len(rows) == _ROWS_A_GROUP:
                writer.write_table(pyarrow.Table.from_pylist(rows, schema))
                rows = []
        writer.write_table(pyarrow.Table.from_pylist(rows, schema))


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(value)
    return int(value) if isinstance(value, bool) else value


FORMATS: dict[str, Callable[[Index, IO[bytes]], None]] = {
    "csv": write_csv,
    "json": write_json,
    "parquet": write_parquet,
    "html": write_page,
}
