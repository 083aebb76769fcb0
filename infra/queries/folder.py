"""Answers from a folder of Parquet on this machine, by DuckDB."""

import tempfile
from pathlib import Path
from typing import Any

import duckdb

from infra.queries.answer import Answer, NoAnswer
from infra.queries.statements import Statement

MEMORY = "2GB"
"""What DuckDB may use before it writes to a temporary folder."""
_TRINO = (
    "CREATE MACRO array_join(list, separator) AS array_to_string(list, separator)",
    "CREATE MACRO combinations(sorted, two) AS flatten([[[a, b] for b in sorted if b > a] for a in sorted])",
)
"""What the texts say that only Trino, Athena's engine, knows by that name."""


def answer(folder: Path, statement: Statement) -> Answer:
    """The rows of a statement over the Parquet files of a folder, or over one file. Raises NoAnswer."""
    if not folder.exists():
        raise NoAnswer(f"There is no {folder}.")
    files = sorted(str(file) for file in folder.rglob("*.parquet")) if folder.is_dir() else [str(folder)]
    if not files:
        remedy = f"glimpse export s3://RECORDSBUCKET --format parquet --out {folder}"
        raise NoAnswer(f"There are no Parquet files in {folder}. Make some with: {remedy}")
    with tempfile.TemporaryDirectory() as overflow, connection(overflow) as engine:
        try:
            show(engine, files)
            found = engine.execute(statement.sql, list(statement.parameters))
            return Answer([column[0] for column in found.description], [list(row) for row in found.fetchall()])
        except duckdb.Error as error:
            raise NoAnswer(f"{folder} cannot be searched: {str(error).splitlines()[0]}") from error


def connection(overflow: str) -> Any:
    """An engine that writes to the folder `overflow` what does not fit into `MEMORY`."""
    engine = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": overflow})
    engine.execute("SET enable_progress_bar = false")  # it is printed among the rows
    engine.execute("SET preserve_insertion_order = false")  # which takes memory; statements say their order
    for macro in _TRINO:
        engine.execute(macro)
    return engine


def show(engine: Any, files: list[str]) -> None:
    """Let statements see the rows of files as `records`, as Athena's table has them."""
    rows = engine.read_parquet(files, union_by_name=True, hive_partitioning=False, filename=True)
    rows.create_view("files")
    engine.execute("CREATE VIEW records AS SELECT *, substr(changed_at, 1, 7) AS month FROM files")
