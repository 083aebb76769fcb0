"""What fails comes again soon, and what comes eight times at once is captioned once."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from function.app import App
from function.aws import events, retries
from function.captioning.captioner import Captioner
from function.storage.aws import sqs
from function.storage.aws.sqs import SqsSource, delivered
from function.storage.base import Upload
from tests.cloud.conftest import UPLOADS, Cloud, arn
from tests.upload_events import failures

ID = "a" * 32


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that failed comes back after a second: nobody should wait for the 5 that it takes elsewhere."""
    assert sqs.RETRY_SECONDS[0] == 5
    monkeypatch.setattr(sqs, "RETRY_SECONDS", (1, *sqs.RETRY_SECONDS[1:]))


@pytest.fixture
def app(cloud: Cloud, captioner: Captioner, photos: Path) -> App:
    """A photo in the bucket, and its message alone in a queue that hides messages as long as on AWS."""
    cloud.sqs.set_queue_attributes(QueueUrl=cloud.queue_url, Attributes={"VisibilityTimeout": "360"})
    cloud.sqs.purge_queue(QueueUrl=cloud.queue_url)
    cloud.s3.upload_file(str(photos / "dog.jpg"), UPLOADS, f"uploads/{ID}")
    return App(cloud.settings, cloud.store(), captioner)


def receive(cloud: Cloud, patience: float = 0) -> dict[str, Any]:
    """The next event as Lambda hands it to the captioner, waited for; no records if none came."""
    deadline = time.monotonic() + patience
    while True:
        messages = cloud.sqs.receive_message(QueueUrl=cloud.queue_url, MessageSystemAttributeNames=["All"]).get(
            "Messages", []
        )
        if messages or time.monotonic() >= deadline:
            source = arn(cloud.sqs, cloud.queue_url)
            return {"Records": [{**delivered(message), "eventSourceARN": source} for message in messages]}
        time.sleep(0.2)


def fail_once(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    read, failing = app.storage.read_upload, iter([True])

    def read_upload(name: str) -> Upload:
        if next(failing, False):
            raise ConnectionError("the store is away")
        return read(name)

    monkeypatch.setattr(app.storage, "read_upload", read_upload)


def test_a_failure_that_was_caught_is_tried_again_within_a_minute(
    app: App, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_once(app, monkeypatch)
    event = receive(cloud)
    response = events.handle(app, event)
    assert len(failures(response)) == 1
    failed_at = time.monotonic()
    retries.hasten(event, response)
    again = receive(cloud, patience=60)
    assert time.monotonic() - failed_at < 60
    assert again["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"
    assert failures(events.handle(app, again)) == []
    stored = app.storage.read_record(ID)
    assert stored is not None
    assert stored.record["status"] == "captioned"


def test_a_server_that_polls_has_a_failed_message_again_as_soon(app: App, cloud: Cloud) -> None:
    source = SqsSource(cloud.queue_url)
    [message] = source.receive()
    source.settle(message, done=False)
    assert receive(cloud, patience=60)["Records"]


def test_a_worker_that_crashed_leaves_its_message_hidden(app: App, cloud: Cloud) -> None:
    assert receive(cloud)["Records"]
    assert receive(cloud, patience=2)["Records"] == []


def test_a_queue_that_cannot_be_told_changes_nothing(app: App, cloud: Cloud) -> None:
    [message] = receive(cloud)["Records"]
    elsewhere = {"Records": [{**message, "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:no-such-queue"}]}
    retries.hasten(elsewhere, {"batchItemFailures": [{"itemIdentifier": message["messageId"]}]})
    retries.hasten(elsewhere, None)


def test_eight_deliveries_at_once_cost_one_inference(
    app: App, cloud: Cloud, captioner: Captioner, monkeypatch: pytest.MonkeyPatch
) -> None:
    described: list[object] = []
    describe = captioner.describe

    def slowly(pixels: Any) -> Any:
        described.append(pixels)
        time.sleep(1)
        return describe(pixels)

    monkeypatch.setattr(captioner, "describe", slowly)
    event = receive(cloud)
    workers = [App(cloud.settings, cloud.store(), captioner) for _ in range(8)]

    def work(worker: App) -> Mapping[str, Any] | None:
        return events.handle(worker, event)

    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(work, workers))
    assert len(described) == 1
    assert sorted(len(failures(response)) for response in responses) == [0] + [1] * 7
    assert [failures(work(worker)) for worker in workers] == [[]] * 8  # they come again, and find the record
    assert len(described) == 1
