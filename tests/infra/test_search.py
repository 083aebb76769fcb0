"""`infra/search` and the saved queries: the same rows from DuckDB and from Athena, as far as Athena can be had here."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
import sqlglot
from sqlglot import exp

from collection.export.formats import write_parquet
from function.storage import columns
from infra.queries import __main__ as command
from infra.queries import athena, folder, statements
from infra.queries.answer import NoAnswer, price
from infra.queries.statements import Statement
from tests.infra.conftest import ROOT

DOC = (ROOT / "docs" / "search.md").read_text()


def row(name: str, text: str, tags: str = "", certainty: str = "likely", day: str = "2026-01-05", **more: Any) -> Any:
    """The row of a record that was written on a day, by the first version of the model."""
    record = {
        "id": name,
        "alt_text": text,
        "certainty": certainty,
        "confidence": 0.5,
        "tags": [{"word": tag} for tag in tags.split()],
        "model": {"name": "m", "version": more.pop("version", "1")},
        "created_at": f"{day}T10:00:00Z",
        "upload": {"bucket": "photos", "key": f"{name}.jpg"},
        **more,
    }
    return columns.row(f"captions/{name}.json", record, more.get("changed_at", f"{day}T10:00:01Z"))


ROWS = [
    row("beach", "A dog on a beach.", "dog beach"),
    row("snow", "Dogs run in the snow.", "snow dog", day="2025-12-31"),
    row("cat", "A cat on a mat.", "cat"),
    row("cat", "A cat sits on a red mat.", "cat mat", day="2026-02-01", version="2"),
    row("cat", "A cat sits on a red mat.", "cat mat", day="2026-02-01", version="2"),  # delivered twice
    row("maybe", "Possibly a dog by the sea.", "dog", certainty="possible"),
    row("dull", "", "wall", certainty="none"),
    row("quote", "A dog's bowl on a 100% beach.", "bowl beach dog"),
    row("gone", "A dog that is gone from the beach.", "dog beach"),
    columns.deletion("captions/gone.json", "2026-01-06T00:00:00Z"),
    columns.row(
        "captions/broken.json",
        {"id": "broken", "error": {"code": "corrupt_image"}, "created_at": "2026-01-07T00:00:00Z"},
        "2026-01-07T00:00:00Z",
    ),
]
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


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rows in two files, as an analysis keeps them."""
    place = tmp_path_factory.mktemp("rows")
    for month, part in (("2026-01", ROWS[::2]), ("2026-02", ROWS[1::2])):
        (place / f"month={month}").mkdir()
        with (place / f"month={month}" / "part.parquet").open("wb") as file:
            write_parquet(part, file)
    return place


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


# The command


def search(*words: str | Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    line, environment = [ROOT / "infra" / "search", *words], {"PYTHON": sys.executable, **variables}
    return subprocess.run(line, capture_output=True, text=True, env=environment, check=False)


def test_the_command_prints_lines_or_csv(exported: Path) -> None:
    done = search("dog beach", "--folder", exported, "--since", "2026-01", "--certainty", "likely")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "s3://photos/beach.jpg\tA dog on a beach."
    assert "2 rows" in done.stderr
    rows = list(csv.DictReader(io.StringIO(search("--saved", "by-tag", "mat", "--folder", exported, "--csv").stdout)))
    assert [row["path"] for row in rows] == ["s3://photos/cat.jpg"]


@pytest.mark.parametrize(
    ("words", "status", "expected"),
    [
        (["zebra", "--folder", "EXPORTED"], 1, "0 rows"),
        (["dog", "--folder", "nowhere"], 2, "There is no nowhere"),
        (["dog", "--since", "yesterday"], 2, "2026-01-15"),
        (["dog", "--until", "2026-02-30"], 2, "2026-01-15"),
        (["dog", "--limit", "0"], 2, "1 or more"),
        (["--saved", "by-day", "--since", "2026-01"], 2, "not a saved query"),
        (["--saved", "by-mood"], 2, "There are: by-day"),
    ],
)
def test_the_command_tells_what_is_wrong(
    exported: Path,
    words: list[str],
    status: int,
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["search", *(str(exported) if word == "EXPORTED" else word for word in words)])
    try:
        ended: object = command.main()
    except SystemExit as end:
        ended = end.code
    assert ended == status
    assert expected in capsys.readouterr().err


def test_the_command_prints_the_text_without_the_words() -> None:
    printed = search("dog", "--print").stdout
    assert re.search(r"strpos\(.*\?\)", printed)
    assert json.dumps("dog") not in printed


def test_without_aws_it_says_what_to_set() -> None:
    done = search("dog", AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "glimpse: AWS has no region. Set AWS_DEFAULT_REGION, for example to eu-west-1.\n"


def test_without_duckdb_it_says_what_to_install(exported: Path, tmp_path: Path) -> None:
    (tmp_path / "duckdb.py").write_text("raise ModuleNotFoundError(name='duckdb')")
    done = search("dog", "--folder", exported, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install '.[search]'" in done.stderr
