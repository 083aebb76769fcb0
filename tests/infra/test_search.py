"""`infra/search` and the saved queries: the same rows from DuckDB and from Athena, as far as Athena can be had here."""

from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
import sqlglot
from sqlglot import exp

from infra.queries import athena, folder, statements
from infra.queries.answer import NoAnswer, price
from infra.queries.statements import Statement
from tests.infra.conftest import ROOT

DOC = (ROOT / "docs" / "search.md").read_text()


VALUES = {"by-tag": ["dog"]}
SAVED = {name: statements.saved(name, VALUES.get(name, [])) for name in statements.names()}
SEARCHES = {
    "words": statements.search(["dog", "beach"]),
    "since a month": statements.search(["dog"], since="2026-01"),
    "since a day and certain": statements.search(["dog"], since="2026-01-05", certainty="likely"),
    "until a day": statements.search(["dog"], since="2025-12", until="2026-01-05"),
    "a quote": statements.search(["dog's"]),
    "nothing": statements.search([]),
}


def paths(exported: Path, statement: Statement) -> list[str]:
    answer = folder.answer(exported, statement)
    return [Path(row[answer.columns.index("path")]).stem for row in answer.rows]


def test_all_words_have_to_be_in_the_sentence_or_among_the_tags(exported: Path) -> None:
    assert paths(exported, SEARCHES["words"]) == ["beach", "quote"]
    assert paths(exported, statements.search(["sno"])) == ["snow"]
    assert paths(exported, statements.search(["og"])) == []
    assert paths(exported, statements.search(["wall"])) == ["dull"]


def test_time_and_certainty_narrow_it(exported: Path) -> None:
    assert paths(exported, SEARCHES["since a month"]) == ["beach", "maybe", "quote"]
    assert paths(exported, SEARCHES["since a day and certain"]) == ["beach", "quote"]
    assert paths(exported, statements.search([], since="2026-02")) == ["cat"]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-01-05", "", ["cat", "broken", "beach", "dull", "maybe", "quote"]),
        ("2026-01-06", "", ["cat", "broken"]),
        ("2026-01-07", "2026-01", ["broken"]),
        ("2026-01-08", "2026-01-31", []),
        ("2026-01-05", "2026-01-05", ["beach", "dull", "maybe", "quote"]),
        ("", "2025-12-31", ["snow"]),
        ("", "2025-12", ["snow"]),
        ("", "2025-12-30", []),
    ],
)
def test_days_and_months_are_included(exported: Path, since: str, until: str, expected: list[str]) -> None:
    assert paths(exported, statements.search([], since=since, until=until)) == expected


@pytest.mark.parametrize(
    ("since", "month"),
    [("2026-01-15", "2026-01"), ("2026-02", "2026-01"), ("2026-02-01", "2026-01"), ("2026-01", "2025-12")],
)
def test_partitions_before_are_not_read_but_one_may_hold_what_came_at_midnight(since: str, month: str) -> None:
    """Firehose names a file after its oldest row."""
    statement = statements.search(["dog"], since=since)
    parsed = sqlglot.parse_one(statement.sql, dialect="athena")
    scans = [part for part in parsed.find_all(exp.Select) if part.args["from_"].this.name == "records"]
    assert len(scans) == 2
    assert all("month >= ?" in scan.args["where"].sql(dialect="athena") for scan in scans)
    assert [value for value in statement.parameters if value == month] == [month, month]


def test_the_last_row_of_a_photo_holds_and_one_that_is_deleted_is_gone(exported: Path) -> None:
    assert paths(exported, statements.search(["mat"])) == ["cat"]
    assert paths(exported, statements.search(["red"])) == ["cat"]
    assert paths(exported, statements.search(["gone"])) == []


def test_words_are_parameters_and_never_part_of_the_text(exported: Path) -> None:
    evil = "'; DROP TABLE records --"
    statement = statements.search([evil, "100%"])
    assert evil not in statement.sql
    assert paths(exported, statement) == []
    assert statement.sql.count("?") == len(statement.parameters)


def test_saved_queries_answer(exported: Path) -> None:
    answers = {name: folder.answer(exported, statement).rows for name, statement in SAVED.items()}
    assert [row[0] for row in answers["by-tag"]] == [
        f"s3://photos/{n}.jpg" for n in ("beach", "maybe", "quote", "snow")
    ]
    assert answers["by-day"] == [
        ["2025-12-31", 1, 1, 0, 0],
        ["2026-01-05", 4, 2, 1, 1],
        ["2026-01-07", 1, 0, 0, 1],
        ["2026-02-01", 1, 1, 0, 0],
    ]
    assert [row[0] for row in answers["unsure"]] == ["s3://photos/dull.jpg", "s3://photos/maybe.jpg"]
    assert answers["changed-captions"] == [
        ["s3://photos/cat.jpg", "m 1", "A cat on a mat.", "m 2", "A cat sits on a red mat."]
    ]
    assert answers["tag-pairs"][0] == ["beach", "dog", 2]
    assert answers["failures"] == [["corrupt_image", "uploads/broken", "2026-01-07T00:00:00Z"]]


@pytest.mark.parametrize("name", [*SAVED, *SEARCHES])
def test_every_text_is_athenas_sql_and_says_the_same_in_duckdbs(exported: Path, name: str) -> None:
    """Athena itself is not here: its grammar is sqlglot's, and so is what its functions do."""
    statement = {**SAVED, **SEARCHES}[name]
    (parsed,) = sqlglot.parse(statement.sql, dialect="athena")
    assert parsed is not None
    assert not list(parsed.find_all(exp.Command)), "a part that sqlglot passes on unread"
    (translated,) = sqlglot.transpile(statement.sql, read="trino", write="duckdb")
    again = folder.answer(exported, Statement(translated, statement.parameters))
    assert again.rows == folder.answer(exported, statement).rows


@pytest.mark.parametrize("name", SAVED)
def test_the_guide_names_every_saved_query(name: str) -> None:
    assert f"| `{name}" in DOC


def test_a_saved_query_says_what_it_takes() -> None:
    with pytest.raises(ValueError, match="by-tag"):
        statements.saved("by-mood")
    with pytest.raises(ValueError, match="--saved by-tag VALUE"):
        statements.saved("by-tag")


def test_a_folder_without_parquet_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoAnswer, match=r"There is no .*nowhere"):
        folder.answer(tmp_path / "nowhere", SEARCHES["words"])
    with pytest.raises(NoAnswer, match="no Parquet files"):
        folder.answer(tmp_path, SEARCHES["words"])
    (tmp_path / "part.parquet").write_bytes(b"nothing of the kind")
    with pytest.raises(NoAnswer, match="cannot be searched"):
        folder.answer(tmp_path, SEARCHES["words"])


# Athena's API: moto speaks it, DuckDB gives the rows that moto is to answer with


def prepare(endpoint: str, answer: Any) -> None:
    """Have moto's Athena answer its next query so, as Athena writes values."""
    kinds = {float: "double", int: "bigint"}
    types = [
        next((kinds[type(v)] for v in column if type(v) in kinds), "varchar")
        for column in zip(*answer.rows, strict=True)
    ]
    info = [{"Name": name, "Type": kind} for name, kind in zip(answer.columns, types, strict=True)]
    cells = [answer.columns, *answer.rows]
    rows = [{"Data": [{} if v is None else {"VarCharValue": str(v)} for v in row]} for row in cells]
    results = [{"rows": rows, "column_info": info}]
    requests.post(
        f"{endpoint}/moto-api/static/athena/query-results",
        json={"account_id": "123456789012", "region": "eu-west-1", "results": results},
        timeout=10,
    ).raise_for_status()


def test_athena_gets_the_text_with_the_words_as_parameters_and_gives_the_same_rows(
    endpoint: str, exported: Path
) -> None:
    expected = folder.answer(exported, SEARCHES["a quote"])
    assert len(expected.rows) == 1
    client = boto3.client("athena")
    client.create_work_group(Name="glimpse-test", Configuration={})
    prepare(endpoint, expected)
    asked: list[dict[str, Any]] = []
    client.meta.events.register(
        "provide-client-params.athena.StartQueryExecution", lambda params, **_: asked.append(params)
    )
    answer = athena.answer(client, "glimpse-test", SEARCHES["a quote"])
    assert answer.rows == expected.rows
    assert answer.columns == expected.columns
    (query,) = asked
    assert query["QueryString"] == SEARCHES["a quote"].sql
    assert query["ExecutionParameters"] == ["' dog''s'", "'dog''s'"] * 2
    assert query["QueryExecutionContext"] == {"Database": "glimpse_test"}


def test_a_query_that_athena_refuses_is_told(endpoint: str) -> None:
    with pytest.raises(NoAnswer, match=r"no-such-stack the name of the stack \(--stack\)"):
        athena.answer(boto3.client("athena"), "no-such-stack", SEARCHES["words"])


def test_a_query_costs_what_it_scans_and_ten_megabytes_at_least() -> None:
    assert price(1) == price(10_000_000) == 0.00005
    assert price(10**12) == 5
