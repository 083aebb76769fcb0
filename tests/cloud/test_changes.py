"""From a record's change to the answers: the analysis function, a stream, and what `infra/search` finds."""

import gzip
import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.s3.models import s3_backends

from collection.export.formats import write_parquet
from function import handlers
from function.aws import changes
from function.storage import columns
from function.storage.aws import clients, firehose
from function.storage.columns import COLUMNS, Row
from infra import compact
from infra.queries import folder, statements
from infra.queries.statements import Statement
from tests.cloud.conftest import RECORDS, Cloud
from tests.collection.writer import sentence

STREAM, ROWS = "glimpse-rows", "glimpse-analysis"


@pytest.fixture
def stream(cloud: Cloud) -> Iterator[Any]:
    """A stream that writes what it gets to a bucket, as it comes: moto converts nothing."""
    cloud.s3.create_bucket(Bucket=ROWS, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    client = boto3.client("firehose")
    target = {"BucketARN": f"arn:aws:s3:::{ROWS}", "RoleARN": "arn:aws:iam::123456789012:role/rows"}
    client.create_delivery_stream(DeliveryStreamName=STREAM, ExtendedS3DestinationConfiguration=target)
    cached = clients.firehose
    cached.cache_clear()
    yield client
    client.delete_delivery_stream(DeliveryStreamName=STREAM)
    for item in cloud.s3.list_objects_v2(Bucket=ROWS).get("Contents", []):
        cloud.s3.delete_object(Bucket=ROWS, Key=item["Key"])
    cloud.s3.delete_bucket(Bucket=ROWS)
    cached.cache_clear()


def written(cloud: Cloud) -> list[Row]:
    """The rows that the stream has written."""
    rows = []
    for item in cloud.s3.list_objects_v2(Bucket=ROWS).get("Contents", []):
        content = cloud.s3.get_object(Bucket=ROWS, Key=item["Key"])["Body"].read()
        content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        rows += [json.loads(line) for line in content.splitlines()]
    return rows


def message(name: str, time: str, kind: str = "ObjectCreated:Put", id: str = "") -> dict[str, Any]:
    """A message of the queue of changes about the record of that name."""
    described = {"object": {"key": f"captions/{name}.json"}}
    body = {"Records": [{"eventName": kind, "eventTime": time, "s3": described}]}
    attributes = {"ApproximateReceiveCount": "1"}
    return {
        "messageId": id or f"{name} {time}",
        "body": json.dumps(body),
        "attributes": attributes,
        "eventSource": "aws:sqs",
    }


def keep(cloud: Cloud, name: str, text: str) -> None:
    record = {**sentence(text, text.split()), "id": name}
    cloud.s3.put_object(Bucket=RECORDS, Key=f"captions/{name}.json", Body=json.dumps(record))


def handle(cloud: Cloud, *messages: dict[str, Any]) -> Any:
    return changes.handle(cloud.store(), STREAM, {"Records": list(messages)})


def found(cloud: Cloud, tmp_path: Path, *words: str) -> list[str]:
    """The sentences that `infra/search` finds in the rows, once they are Parquet as Firehose makes it."""
    with (tmp_path / "rows.parquet").open("wb") as file:
        write_parquet(written(cloud), file)
    answer = folder.answer(tmp_path, statements.search(words))
    return [row[answer.columns.index("text")] for row in answer.rows]


@pytest.mark.usefixtures("stream")
def test_an_update_and_a_deletion_are_seen_in_the_answers(cloud: Cloud, tmp_path: Path) -> None:
    keep(cloud, "one", "a dog")
    keep(cloud, "two", "a dog on a beach")
    first = [message(name, "2026-01-01T00:00:00.000Z") for name in ("one", "two")]
    assert handle(cloud, *first) == {"batchItemFailures": []}
    assert found(cloud, tmp_path, "dog") == ["A dog.", "A dog on a beach."]
    keep(cloud, "one", "a cat")
    cloud.s3.delete_object(Bucket=RECORDS, Key="captions/two.json")
    handle(
        cloud,
        message("two", "2026-01-01T00:01:00.000Z", "ObjectRemoved:Delete"),
        message("one", "2026-01-01T00:01:00.000Z"),
        *first,  # come again, late
    )
    assert found(cloud, tmp_path, "dog") == []
    assert found(cloud, tmp_path, "cat") == ["A cat."]


@pytest.mark.usefixtures("stream")
def test_a_row_has_every_column_and_what_is_no_record_has_none(cloud: Cloud) -> None:
    keep(cloud, "one", "a dog")
    other = message("x", "2026-01-01T00:00:00.000Z")
    test_event = {**other, "messageId": "test", "body": json.dumps({"Event": "s3:TestEvent"})}
    elsewhere = {**other, "messageId": "e", "body": other["body"].replace("captions/", "answers/")}
    by_hand = message("one", "")
    assert handle(cloud, by_hand, test_event, elsewhere) == {"batchItemFailures": []}
    [row] = written(cloud)
    assert list(row) == list(COLUMNS)
    assert row["changed_at"][:10] == time.strftime("%Y-%m-%d", time.gmtime())


def test_what_cannot_be_read_or_sent_comes_again_and_nothing_else(
    cloud: Cloud, stream: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(cloud, "one", "a dog")
    keep(cloud, "two", "a dog")
    cloud.s3.put_object(Bucket=RECORDS, Key="captions/bad.json", Body=b"{}")
    when = "2026-01-01T00:00:00.000Z"
    answer = handle(cloud, message("one", when, id="1"), message("bad", when, id="2"))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}

    class Refusing:
        def put_record_batch(self, Records: list[Any], **_: str) -> dict[str, Any]:
            return {
                "RequestResponses": [{"RecordId": "a"}, {"ErrorCode": "ServiceUnavailableException"}][: len(Records)]
            }

    monkeypatch.setattr(clients, "firehose", Refusing)
    answer = handle(cloud, message("one", when, id="1"), message("two", when, id="2"))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}


def test_many_rows_are_sent_in_requests_that_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    class Stream:
        def put_record_batch(self, Records: list[Any], **_: str) -> dict[str, Any]:
            sizes.append(len(Records))
            return {"RequestResponses": [{"RecordId": "a"}] * len(Records)}

    monkeypatch.setattr(clients, "firehose", Stream)
    firehose.send(STREAM, [{"id": str(i)} for i in range(1200)])
    assert sizes == [500, 500, 200]


@pytest.mark.usefixtures("stream")
def test_the_function_passes_changes_on(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLIMPSE_ROWS_STREAM", STREAM)
    handlers._app.cache_clear()
    keep(cloud, "one", "a dog")
    assert handlers.analysis({"Records": [message("one", "2026-01-01T00:00:00.000Z")]}, None) == {
        "batchItemFailures": []
    }
    handlers._app.cache_clear()
    assert [row["text"] for row in written(cloud)] == ["A dog."]


@pytest.mark.usefixtures("stream")
def test_files_are_made_again_without_what_is_deleted(cloud: Cloud, tmp_path: Path) -> None:
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    files = {
        "month=2026-01/a": (
            [row_of("stays", "A dog."), row_of("goes", "A secret."), row_of("goes again", "A face.")],
            old,
        ),
        "month=2026-01/b": ([row_of("stays", "A brown dog.", "2"), columns.deletion("captions/goes.json", "9")], old),
        "month=2026-02/c": ([row_of("later", "A cat."), columns.deletion("captions/goes again.json", "9")], new),
    }
    stored = s3_backends["123456789012"]["aws"].buckets[ROWS].keys
    for name, (content, written_at) in files.items():
        file = io.BytesIO()
        write_parquet(content, file)
        cloud.s3.put_object(Bucket=ROWS, Key=f"rows/{name}.parquet", Body=file.getvalue())
        stored[f"rows/{name}.parquet"].last_modified = written_at.replace(tzinfo=None)
    assert compact.compact(ROWS, before=datetime(2026, 1, 15, tzinfo=UTC)) == (2, 1)
    assert compact.compact(ROWS, before=old) == (0, 0)
    for item in cloud.s3.list_objects_v2(Bucket=ROWS)["Contents"]:
        file_ = tmp_path / item["Key"].replace("/", "_")
        file_.write_bytes(cloud.s3.get_object(Bucket=ROWS, Key=item["Key"])["Body"].read())
    rows = folder.answer(tmp_path, Statement("SELECT id, text FROM records ORDER BY changed_at, text")).rows
    assert sorted(row[1] for row in rows if row[1]) == ["A brown dog.", "A cat.", "A dog."]
    answer = folder.answer(tmp_path, statements.saved("changed-captions"))
    assert [row[2] for row in answer.rows] == ["A dog."]


def row_of(name: str, text: str, version: str = "1") -> Row:
    """The row of a record of January, by a version of the model."""
    record = {
        "id": name,
        "alt_text": text,
        "certainty": "likely",
        "model": {"version": version},
        "created_at": "2026-01-01T00:00:00Z",
    }
    return columns.row(f"captions/{name}.json", record, f"2026-01-0{version}T00:00:00Z")
