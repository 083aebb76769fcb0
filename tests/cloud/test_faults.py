"""What goes wrong between a function and its store: nothing is lost, nothing is told that should not be."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from function.app import App
from function.aws import events
from function.captioning.captioner import Captioner
from function.images import formats
from function.storage.aws import clients
from function.storage.aws.s3 import S3Storage
from tests.cloud.conftest import RECORDS, UPLOADS, Cloud
from tests.cloud.proxy import Proxy
from tests.contract.test_api import ask_lambda
from tests.upload_events import failures, s3_event, sqs_event

ID = "a" * 32
UPLOAD, RECORD = f"/{UPLOADS}/uploads/", f"/{RECORDS}/captions/"


@pytest.fixture
def proxy(cloud: Cloud, aws_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    proxy = Proxy(aws_endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    patience = {"connect_timeout": 1, "read_timeout": 0.5, "retries": {"mode": "standard", "total_max_attempts": 2}}
    monkeypatch.setattr(clients, "PATIENCE", patience)
    clients.s3.cache_clear()
    yield proxy
    proxy.shutdown()
    proxy.server_close()


@pytest.fixture
def app(cloud: Cloud, proxy: Proxy, captioner: Captioner, photos: Path) -> App:
    app = App(cloud.settings, cloud.store(), captioner)
    cloud.s3.upload_file(str(photos / "dog.jpg"), UPLOADS, f"uploads/{ID}")
    return app


def record(cloud: Cloud) -> dict[str, Any]:
    """The record; empty when there is none."""
    listed = cloud.s3.list_objects_v2(Bucket=RECORDS, Prefix=f"captions/{ID}").get("Contents")
    return json.load(cloud.s3.get_object(Bucket=RECORDS, Key=listed[0]["Key"])["Body"]) if listed else {}


MESSAGE = sqs_event(s3_event(f"uploads/{ID}"))


PLACES = {"upload": ("GET", UPLOAD), "record": ("GET", RECORD), "write": ("PUT", RECORD)}
FAULTS = [(fault, place) for place in PLACES for fault in ("slow", "broken", "denied")] + [("hangs up", "upload")]


@pytest.mark.parametrize(("fault", "place"), FAULTS)
def test_a_fault_of_the_store_fails_its_own_message_and_another_attempt_goes_well(
    app: App, cloud: Cloud, proxy: Proxy, fault: str, place: str
) -> None:
    method, path = PLACES[place]
    cloud.s3.put_object(Bucket=UPLOADS, Key="uploads/other", Body=b"not a photo")
    batch = sqs_event(s3_event(f"uploads/{ID}"), s3_event("uploads/other"))
    with proxy.failing(fault, method, path + ID):
        assert failures(events.handle(app, batch)) == ["message-0"]
    assert record(cloud) == {}
    other = cloud.store().read_record("other")
    assert other is not None
    assert other.record["error"]["code"] == "unsupported_format"
    assert failures(events.handle(app, batch)) == []
    assert record(cloud)["status"] == "captioned"


@pytest.mark.parametrize("fault", ["slow", "broken"])
def test_a_short_fault_is_retried_at_once(app: App, cloud: Cloud, proxy: Proxy, fault: str) -> None:
    with proxy.failing(fault, "GET", UPLOAD, times=1):
        assert failures(events.handle(app, MESSAGE)) == []
    assert record(cloud)["status"] == "captioned"


def test_an_object_that_is_gone_is_passed_over(app: App, cloud: Cloud) -> None:
    cloud.s3.delete_object(Bucket=UPLOADS, Key=f"uploads/{ID}")
    assert failures(events.handle(app, MESSAGE)) == []
    assert record(cloud) == {}


def test_a_bucket_that_is_gone_is_a_fault_and_not_an_absence(app: App, cloud: Cloud) -> None:
    assert isinstance(app.storage, S3Storage)
    app.storage._uploads = "no-such-bucket"
    assert failures(events.handle(app, MESSAGE)) == ["message-0"]


@pytest.mark.parametrize("fault", ["slow", "broken", "denied"])
def test_the_api_tells_of_a_fault_without_its_details(app: App, proxy: Proxy, fault: str) -> None:
    with proxy.failing(fault, "GET", RECORD):
        status, _, content = ask_lambda(app, "GET", f"/api/captions/{ID}", b"", {})
    assert (status, content["error"]["code"]) == (500, "internal_error")
    assert set(content) == {"error"}
    assert not any(word in json.dumps(content) for word in (UPLOADS, RECORDS, ID, "Denied", "botocore"))


def test_an_upload_far_over_the_limit_gets_a_record_that_says_so(cloud: Cloud, captioner: Captioner) -> None:
    app = App(cloud.settings, cloud.store(), captioner)
    cloud.s3.put_object(Bucket=UPLOADS, Key=f"uploads/{ID}", Body=bytes(2 * formats.MAX_BYTES))
    assert failures(events.handle(app, MESSAGE)) == []
    assert record(cloud)["error"]["code"] == "payload_too_large"


def test_the_last_of_five_attempts_leaves_a_record_and_the_message_to_the_dead_letters(
    app: App, cloud: Cloud, proxy: Proxy
) -> None:
    with proxy.failing("denied", "GET", UPLOAD):
        assert failures(events.handle(app, sqs_event(s3_event(f"uploads/{ID}"), receives=5))) == ["message-0"]
    assert record(cloud)["error"]["code"] == "internal_error"
