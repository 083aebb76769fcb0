"""`glimpse export s3://…`: the records of a bucket, streamed, and gone on with after a stop."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pyarrow.parquet
import pytest

from collection.commands import export
from collection.export import records
from collection.export.parts import Parts
from collection.export.records import Source, record_rows
from collection.index.errors import CollectionError
from function.storage.aws import clients
from function.storage.columns import COLUMNS, Row
from tests.collection.writer import sentence

BUCKET = "exported-records"


def record(name: str) -> dict[str, Any]:
    image = {"format": "JPEG", "width": 640, "height": 480, "bytes": 1000, "sha256": "ab" * 32}
    return {**sentence(f"a {name} wall", [name, "wall"]), "id": name, "image": image, "upload": {"etag": "e"}}


@pytest.fixture
def bucket(aws_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket with 25 records, one of a failure, and something else; gone after the test."""
    for name, value in (("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    clients.s3_for_many.cache_clear()
    s3 = boto3.client("s3", endpoint_url=aws_endpoint)
    s3.create_bucket(Bucket=BUCKET)
    objects = {f"captions/{i:02}.json": record(f"{i:02}") for i in range(25)}
    failure = {"id": "99", "status": "failed", "error": {"code": "corrupt_image"}, "created_at": "2026-01-02T00:00:00Z"}
    for key, content in {**objects, "captions/99.json": failure, "captions/": {}, "other.json": {}}.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(content))
    yield s3
    for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
        s3.delete_object(Bucket=BUCKET, Key=item["Key"])
    s3.delete_bucket(Bucket=BUCKET)


def run(endpoint: str, *arguments: str) -> int:
    return export.main([f"s3://{BUCKET}", "--endpoint-url", endpoint, *arguments])


def read(folder: Path) -> list[Row]:
    files = sorted(folder.glob("part-*.parquet"))
    return [row for file in files for row in pyarrow.parquet.read_table(file).to_pylist()]


@pytest.mark.usefixtures("bucket")
def test_every_format_holds_the_columns_of_a_folders_export(
    aws_endpoint: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(aws_endpoint, "--format", "parquet", "--out", str(tmp_path / "parquet")) == 0
    rows = read(tmp_path / "parquet")
    assert [row["id"] for row in rows] == [f"{i:02}" for i in range(25)] + ["99"]
    assert list(rows[0]) == list(COLUMNS)
    assert (rows[3]["text"], rows[3]["tags"], rows[3]["path"]) == ("A 03 wall.", ["03", "wall"], "uploads/03")
    assert (rows[3]["model"], rows[3]["width"], rows[3]["deleted"]) == ("test 1 none", 640, False)
    assert (rows[25]["error"], rows[25]["text"]) == ("corrupt_image", "")
    run(aws_endpoint, "--format", "ndjson")
    assert [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()] == rows
    run(aws_endpoint, "--format", "csv")
    text = capsysbinary.readouterr().out.decode("utf-8-sig")
    assert [line["path"] for line in csv.DictReader(io.StringIO(text))] == [row["path"] for row in rows]


@pytest.mark.usefixtures("bucket")
def test_a_prefix_narrows_it(aws_endpoint: str, tmp_path: Path) -> None:
    export.main(
        [
            f"s3://{BUCKET}/captions/1",
            "--endpoint-url",
            aws_endpoint,
            "--format",
            "parquet",
            "--out",
            str(tmp_path / "p"),
        ]
    )
    assert [row["id"] for row in read(tmp_path / "p")] == [f"{i}" for i in range(10, 20)]


@pytest.mark.usefixtures("bucket")
def test_a_stopped_export_goes_on_after_its_last_whole_file(aws_endpoint: str, tmp_path: Path) -> None:
    source = Source(BUCKET, endpoint=aws_endpoint)

    def stops(after: str) -> Iterator[tuple[str, Row]]:
        for key, row in record_rows(source, after):
            if key == "captions/17.json":
                raise KeyboardInterrupt
            yield key, row

    with pytest.raises(KeyboardInterrupt):
        Parts(tmp_path / "p", "records", "parquet").write(stops, size=10)
    asked: list[str] = []

    def goes_on(after: str) -> Iterator[tuple[str, Row]]:
        asked.append(after)
        return record_rows(source, after)

    again = Parts(tmp_path / "p", "records", "parquet")
    again.write(goes_on, size=10)
    assert asked == ["captions/09.json"]
    assert [row["id"] for row in read(tmp_path / "p")] == [f"{i:02}" for i in range(25)] + ["99"]
    assert (again.rows, again.is_complete) == (26, True)
    assert {path.name for path in (tmp_path / "p").iterdir()} == {
        "export.json",
        *(f"part-00000{i}.parquet" for i in range(3)),
    }


def test_a_record_that_is_deleted_meanwhile_is_left_out(
    bucket: Any, aws_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_AHEAD", 1)
    rows = record_rows(Source(BUCKET, endpoint=aws_endpoint))
    first, _ = next(rows)
    bucket.delete_object(Bucket=BUCKET, Key="captions/20.json")
    assert [first, *(key for key, _ in rows)] == [f"captions/{i:02}.json" for i in range(25) if i != 20] + [
        "captions/99.json"
    ]


def test_memory_is_bounded_by_what_is_read_ahead(
    aws_endpoint: str, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_AHEAD", 3)
    monkeypatch.setattr(records, "READERS", 1)
    read: list[str] = []
    rows = record_rows(Source(BUCKET, endpoint=aws_endpoint))
    bucket_events = clients.s3_for_many(1, aws_endpoint).meta.events
    bucket_events.register("provide-client-params.s3.GetObject", lambda params, **_: read.append(params["Key"]))
    next(rows)
    assert len(read) <= 4


def test_what_is_no_record_and_what_is_no_place_for_records_are_told(
    bucket: Any, aws_endpoint: str, tmp_path: Path
) -> None:
    bucket.put_object(Bucket=BUCKET, Key="captions/00.json", Body=b"[]")
    with pytest.raises(CollectionError, match=r"captions/00\.json is no record"):
        run(aws_endpoint, "--format", "parquet", "--out", str(tmp_path / "p"))
    with pytest.raises(CollectionError, match="holds no records"):
        Source.at("s3://photos/holiday/")
    with pytest.raises(CollectionError, match="has no page"):
        run(aws_endpoint, "--format", "html")
    with pytest.raises(CollectionError, match="cannot be read"):
        export.main(["s3://no-such-bucket", "--endpoint-url", aws_endpoint])


@pytest.mark.usefixtures("bucket")
def test_a_folder_that_holds_something_else_is_left_alone(aws_endpoint: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CollectionError, match="holds something else"):
        run(aws_endpoint, "--out", str(tmp_path))
    run(aws_endpoint, "--out", str(tmp_path / "p"))
    for more, message in (([], "complete already"), (["--format", "ndjson"], "holds something else")):
        with pytest.raises(CollectionError, match=message):
            run(aws_endpoint, "--out", str(tmp_path / "p"), *more)
