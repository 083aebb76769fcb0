"""Which uploads an event tells of, in whatever envelopes it arrives."""

import json
from typing import Any

import pytest

from function.aws import envelopes
from function.jobs import Created
from tests.upload_events import TEST_EVENT, s3_event


def names(event: envelopes.Event, bucket: str = "") -> list[str]:
    return [upload.name for upload in envelopes.created_uploads(event, bucket)]


@pytest.mark.parametrize(
    ("encoded", "name"),
    [
        ("a" * 32, "a" * 32),
        ("holiday/photo.jpg", "holiday/photo.jpg"),
        ("holiday+photo.jpg", "holiday photo.jpg"),
        ("holiday%20photo.jpg", "holiday photo.jpg"),
        ("a%2Bb.jpg", "a+b.jpg"),
        ("holiday%2Fphoto.jpg", "holiday/photo.jpg"),
        ("caf%C3%A9.jpg", "café.jpg"),
        ("café.jpg", "café.jpg"),
        ("%E6%97%A5%E6%9C%AC.png", "日本.png"),
        ("100%25.jpg", "100%.jpg"),
    ],
)
def test_keys_arrive_url_encoded(encoded: str, name: str) -> None:
    assert names(s3_event("uploads/" + encoded)) == [name]


def test_the_whole_key_may_be_encoded() -> None:
    assert names(s3_event("uploads%2Fphoto.jpg")) == ["photo.jpg"]


def test_etag_and_sequencer_come_along() -> None:
    [upload] = envelopes.created_uploads(s3_event("uploads/a"))
    assert (upload.etag, upload.sequencer) == ("e", "0A")


@pytest.mark.parametrize(
    "name", ["ObjectCreated:Put", "ObjectCreated:CompleteMultipartUpload", "s3:ObjectCreated:Copy"]
)
def test_every_way_to_create_an_object_counts(name: str) -> None:
    assert names(s3_event("uploads/a", name=name)) == ["a"]


@pytest.mark.parametrize(
    "other",
    [
        s3_event("captions/" + "a" * 32),
        s3_event("uploads"),
        s3_event("uploads/"),
        s3_event("uploads/folder/"),
        s3_event("uploads/a", name="ObjectRemoved:Delete"),
        s3_event("uploads/a", name="LifecycleExpiration:Delete"),
        s3_event("uploads/a", bucket="another"),
        TEST_EVENT,
        {"Records": []},
    ],
    ids=["a prefix", "no prefix", "no name", "a folder", "a deletion", "an expiry", "a bucket", "a test", "nothing"],
)
def test_other_events_are_passed_over(other: envelopes.Event) -> None:
    assert names(other, "glimpse-uploads") == []


@pytest.mark.parametrize("etag", [None, ""])
def test_a_store_without_etags_leaves_it_empty(etag: str | None) -> None:
    event = s3_event("uploads/a")
    event["Records"][0]["s3"]["object"] |= {"eTag": etag, "sequencer": None}
    assert [*envelopes.created_uploads(event)] == [Created("a")]


def test_a_bucket_may_be_named_by_its_arn_alone() -> None:
    event = s3_event("uploads/a")
    event["Records"][0]["s3"]["bucket"] = {"arn": "arn:aws-cn:s3:::glimpse-uploads"}
    assert (names(event, "glimpse-uploads"), names(event, "uploads")) == (["a"], [])


def test_an_event_may_be_in_several_envelopes() -> None:
    detail = {"bucket": {"name": "glimpse-uploads"}, "object": {"key": "uploads/a+b %41.jpg"}}
    event: Any = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    assert names(event) == ["a+b %41.jpg"]  # EventBridge encodes no keys
    assert names({"Type": "Notification", "Message": json.dumps(event)}) == ["a+b %41.jpg"]
    assert names({**event, "detail-type": "Object Deleted"}) == []
