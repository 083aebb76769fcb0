"""From a record's change to the answers: the analysis function, a stream, and what `infra/search` finds."""

import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from collection.export.formats import write_parquet
from function import handlers
from function.aws import changes
from function.storage.aws import clients, firehose
from function.storage.columns import COLUMNS, Row
from infra.queries import folder, statements
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
