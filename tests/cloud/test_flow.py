"""The product as its users know it, over a real S3 and SQS endpoint: a photo in, a record to read back."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from function import handlers
from function.storage.aws import clients
from function.storage.aws.s3 import S3Storage
from function.storage.aws.sqs import delivered
from tests.caption_content import tells_of_a_dog
from tests.cloud.conftest import RECORDS, UPLOADS, Cloud
from tests.contract.doors import multipart
from tests.gateway import lambda_event


@pytest.fixture(autouse=True)
def environment(cloud: Cloud) -> Iterator[None]:
    """Functions that start cold in the cloud's environment."""
    for cached in (handlers._app, handlers._resolver):
        cached.cache_clear()
    yield
    for cached in (handlers._app, handlers._resolver):
        cached.cache_clear()


def ask(method: str, path: str, content: object = None) -> tuple[int, Any]:
    body = b"" if content is None else json.dumps(content).encode()
    answer = handlers.api(lambda_event(method, path, body), None)
    return answer["statusCode"], json.loads(answer["body"])


def post(form: dict[str, Any], photo: bytes) -> int:
    """Send an upload form as a browser does."""
    sent = multipart(form["fields"], "file", photo)
    request = urllib.request.Request(form["url"], sent["data"], {"Content-Type": sent["content_type"]})
    with urllib.request.urlopen(request) as answer:
        return answer.status


def deliver(cloud: Cloud) -> None:
    """Call the captioner function with whatever the queue holds, as Lambda does, and delete what went well."""
    while messages := cloud.sqs.receive_message(
        QueueUrl=cloud.queue_url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    ).get("Messages"):
        response = handlers.captioner({"Records": [delivered(message) for message in messages]}, None)
        assert response == {"batchItemFailures": []}
        for message in messages:
            cloud.sqs.delete_message(QueueUrl=cloud.queue_url, ReceiptHandle=message["ReceiptHandle"])


def test_a_photo_uploaded_with_a_form_gets_its_caption(cloud: Cloud, photos: Path) -> None:
    photo = (photos / "dog.jpg").read_bytes()
    status, form = ask("POST", "/api/uploads", {"content_type": "image/jpeg", "size": len(photo)})
    assert status == 201
    assert ask("GET", form["caption_url"])[0] == 404
    assert post(form["upload"], photo) == 204
    assert ask("GET", form["caption_url"]) == (202, {"id": form["id"], "status": "pending"})
    deliver(cloud)
    status, record = ask("GET", form["caption_url"])
    assert (status, record["id"], record["status"]) == (200, form["id"], "captioned")
    assert tells_of_a_dog(record["caption"])
    assert record["image"]["bytes"] == len(photo)


def test_a_photo_copied_into_the_bucket_gets_a_record_of_its_name(cloud: Cloud, photos: Path) -> None:
    cloud.s3.upload_file(str(photos / "dog.jpg"), UPLOADS, "uploads/Ferien am Meer/Hündin+1.jpg")
    deliver(cloud)
    answer = cloud.s3.get_object(Bucket=RECORDS, Key="captions/Ferien am Meer/Hündin+1.jpg.json")
    record = json.load(answer["Body"])
    assert record["id"] == "Ferien am Meer/Hündin+1.jpg"
    assert tells_of_a_dog(record["caption"])
    assert answer["ContentType"] == "application/json"


def test_a_name_that_can_be_guessed_opens_no_record_through_the_api(cloud: Cloud, photos: Path) -> None:
    cloud.s3.upload_file(str(photos / "dog.jpg"), UPLOADS, "uploads/dog.jpg")
    deliver(cloud)
    assert ask("GET", "/api/captions/dog.jpg")[0] == 404


def test_a_bad_photo_gets_a_record_that_says_why(cloud: Cloud) -> None:
    _, form = ask("POST", "/api/uploads", {"content_type": "image/jpeg", "size": 11})
    post(form["upload"], b"not a photo")
    deliver(cloud)
    status, record = ask("GET", form["caption_url"])
    assert (status, record["status"], record["error"]["code"]) == (200, "failed", "unsupported_format")


def test_a_photo_that_its_owner_deletes_leaves_nothing(cloud: Cloud, photos: Path) -> None:
    photo = (photos / "dog.jpg").read_bytes()
    _, form = ask("POST", "/api/uploads", {"content_type": "image/jpeg", "size": len(photo)})
    post(form["upload"], photo)
    deliver(cloud)
    assert handlers.api(lambda_event("DELETE", form["caption_url"]), None)["statusCode"] == 204
    assert ask("GET", form["caption_url"])[0] == 404
    for bucket in (UPLOADS, RECORDS):
        assert "Contents" not in cloud.s3.list_objects_v2(Bucket=bucket)


def test_another_photo_under_the_same_key_gets_another_caption(cloud: Cloud, photos: Path) -> None:
    for photo in ("cat.jpg", "dog.jpg"):
        cloud.s3.upload_file(str(photos / photo), UPLOADS, "uploads/pet.jpg")
        deliver(cloud)
    record = json.load(cloud.s3.get_object(Bucket=RECORDS, Key="captions/pet.jpg.json")["Body"])
    assert tells_of_a_dog(record["caption"])


def test_what_lies_elsewhere_in_the_bucket_reaches_no_function(cloud: Cloud, photos: Path) -> None:
    deliver(cloud)  # the test event
    cloud.s3.upload_file(str(photos / "dog.jpg"), UPLOADS, "private/dog.jpg")
    assert cloud.count(cloud.queue_url) == 0


def test_forms_are_signed_for_the_regional_host_of_the_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    for region in ("eu-west-1", "us-east-1"):
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
        clients.s3.cache_clear()
        store = S3Storage("my-uploads", "my-records")
        form = store.presign("a" * 32, "image/jpeg", 60)
        assert store.upload_origin == f"https://my-uploads.s3.{region}.amazonaws.com"
        assert form.url == f"https://my-uploads.s3.{region}.amazonaws.com/"
        assert form.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


def test_a_form_leads_where_browsers_reach_the_store(cloud: Cloud) -> None:
    store = S3Storage(UPLOADS, RECORDS, "http://localhost:4566/")
    form = store.presign("a" * 32, "image/jpeg", 60)
    assert store.upload_origin == "http://localhost:4566"
    assert form.url == f"http://localhost:4566/{UPLOADS}"
