"""A bucket of somebody's own: its photos are captioned where they lie, and it is left as it is otherwise."""

import json
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from function.app import App
from function.aws import events
from function.captioning.captioner import Captioner
from function.records import Record
from function.settings import Settings
from function.storage.aws import clients, write_back
from function.storage.aws.sqs import delivered
from function.storage.base import is_id
from function.storage.photo_bucket import PhotoBucket
from infra import bucket_events
from tests.caption_content import tells_of_a_dog
from tests.cloud.conftest import RECORDS, Cloud, arn

SECRET = "the stack's"


@dataclass
class Photos:
    """A bucket with a notification of its owner's, whose events of photos/ EventBridge passes on to our queue."""

    cloud: Cloud
    bucket: str
    owners_queue: str
    observed: list[Record]
    app: App

    def put(self, key: str, content: bytes) -> None:
        self.cloud.s3.put_object(Bucket=self.bucket, Key=key, Body=content)

    def received(self) -> list[Mapping[str, Any]]:
        """The messages that our queue has."""
        messages = self.cloud.sqs.receive_message(
            QueueUrl=self.cloud.queue_url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        )
        return [delivered(message) for message in messages.get("Messages", [])]

    def deliver(self) -> Any:
        """Call the captioner with what our queue has, and delete it; what it answered."""
        messages = self.received()
        response = events.handle(self.app, {"Records": messages})
        for message in messages:
            self.cloud.sqs.delete_message(QueueUrl=self.cloud.queue_url, ReceiptHandle=message["receiptHandle"])
        return response

    def record(self, key: str) -> Any:
        """The record of a photo, None where there is none."""
        stored = self.app.storage.read_record(PhotoBucket(self.bucket, "photos/", SECRET).id_of(key))
        return stored and stored.record

    def settings(self, **more: str) -> Settings:
        values = {"photo_bucket": self.bucket, "photo_prefix": "photos/", "photo_secret": SECRET, **more}
        return self.cloud.settings.replaced(**values)


@pytest.fixture
def photos_there(cloud: Cloud, captioner: Captioner) -> Iterator[Photos]:
    bucket = f"owners-{uuid.uuid4().hex[:8]}"
    cloud.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    owners_queue = cloud.sqs.create_queue(QueueName=bucket)["QueueUrl"]
    own = {"Id": "own", "QueueArn": arn(cloud.sqs, owners_queue), "Events": ["s3:ObjectCreated:*"]}
    cloud.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [own]}
    )
    rules = boto3.client("events")
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created", "Object Deleted"],
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": "photos/"}]}},
    }
    rules.put_rule(Name=bucket, EventPattern=json.dumps(pattern))
    rules.put_targets(Rule=bucket, Targets=[{"Id": "bulk", "Arn": arn(cloud.sqs, cloud.queue_url)}])
    observed: list[Record] = []
    there = Photos(cloud, bucket, owners_queue, observed, App(cloud.settings))
    there.app = App(there.settings(), captioner=captioner, observe=observed.append)
    yield there
    rules.remove_targets(Rule=bucket, Ids=["bulk"])
    rules.delete_rule(Name=bucket)
    cloud.s3.delete_bucket_policy(Bucket=bucket)
    for item in cloud.s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        cloud.s3.delete_object(Bucket=bucket, Key=item["Key"])
    cloud.s3.delete_bucket(Bucket=bucket)
    cloud.sqs.delete_queue(QueueUrl=owners_queue)


def test_a_photo_gets_its_record_and_the_bucket_is_as_it_was(photos_there: Photos, photos: Path) -> None:
    there = photos_there
    bucket_events.switch(there.bucket, on=True)
    there.cloud.sqs.purge_queue(QueueUrl=there.owners_queue)  # of the event by which S3 tries a destination
    dog = (photos / "dog.jpg").read_bytes()
    there.put("photos/a b/dog.jpg", dog)
    assert there.deliver() == {"batchItemFailures": []}
    record = there.record("photos/a b/dog.jpg")
    assert tells_of_a_dog(record["alt_text"])
    assert is_id(record["id"])
    assert record["upload"]["bucket"] == there.bucket
    assert record["upload"]["key"] == "photos/a b/dog.jpg"
    content = there.cloud.s3.get_object(Bucket=there.bucket, Key="photos/a b/dog.jpg")
    assert content["Body"].read() == dog
    assert there.cloud.s3.get_object_tagging(Bucket=there.bucket, Key="photos/a b/dog.jpg")["TagSet"] == []
    assert there.cloud.s3.list_objects_v2(Bucket=there.bucket)["KeyCount"] == 1
    assert there.cloud.count(there.owners_queue) == 1, "the owner's own notification came, too"
    configuration = there.cloud.s3.get_bucket_notification_configuration(Bucket=there.bucket)
    assert [own["Id"] for own in configuration["QueueConfigurations"]] == ["own"]


def test_events_are_turned_on_and_off_beside_the_owners_notifications(monkeypatch: pytest.MonkeyPatch) -> None:
    own: dict[str, Any] = {"QueueConfigurations": [{"Id": "own"}], "TopicConfigurations": [{"Id": "too"}]}
    kept = {"ResponseMetadata": {}, **own}

    class Bucket:
        """S3's notifications of one bucket; moto's answer leaves EventBridge's out."""

        def get_bucket_notification_configuration(self, **_: Any) -> dict[str, Any]:
            return kept

        def put_bucket_notification_configuration(self, NotificationConfiguration: dict[str, Any], **_: Any) -> None:
            kept.clear()
            kept.update(NotificationConfiguration)

    monkeypatch.setattr(clients, "s3", Bucket)
    assert bucket_events.switch("photos", on=True)
    assert not bucket_events.switch("photos", on=True)
    assert kept == {**own, "EventBridgeConfiguration": {}}
    assert bucket_events.switch("photos", on=False)
    assert not bucket_events.switch("photos", on=False)
    assert kept == own


def test_what_is_no_photo_or_lies_elsewhere_is_passed_over(photos_there: Photos) -> None:
    there = photos_there
    bucket_events.switch(there.bucket, on=True)
    for key in ("photos/film.mp4", "photos/dog.jpg.xmp", "photos/folder/", "other/dog.jpg"):
        there.put(key, b"x")
    there.deliver()
    assert there.observed == []


def test_the_same_content_is_captioned_once_and_not_read_again(photos_there: Photos, photos: Path) -> None:
    there = photos_there
    there.put("photos/dog.jpg", (photos / "dog.jpg").read_bytes())
    etag = there.cloud.s3.head_object(Bucket=there.bucket, Key="photos/dog.jpg")["ETag"].strip('"')
    described = {"key": "photos/dog.jpg", "size": 1, "eTag": etag}
    event = {
        "Records": [
            {"eventName": "ObjectCreated:Backfill", "s3": {"bucket": {"name": there.bucket}, "object": described}}
        ]
    }
    events.handle(there.app, event)
    there.cloud.s3.delete_object(Bucket=there.bucket, Key="photos/dog.jpg")  # reading it would be told
    events.handle(there.app, event)
    assert [record["status"] for record in there.observed] == ["captioned"]


def deny(there: Photos) -> None:
    """Let nobody read the photos; moto leaves who asks out of account."""
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:GetObject"],
        "Resource": f"arn:aws:s3:::{there.bucket}/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    there.cloud.s3.put_bucket_policy(Bucket=there.bucket, Policy=json.dumps(policy))


def test_a_denied_photo_is_reported_and_not_tried_again_until_somebody_asks(photos_there: Photos, photos: Path) -> None:
    there = photos_there
    bucket_events.switch(there.bucket, on=True)
    deny(there)
    there.put("photos/dog.jpg", (photos / "dog.jpg").read_bytes())
    assert there.deliver() == {"batchItemFailures": []}, "the message is done with"
    record = there.record("photos/dog.jpg")
    assert (record["status"], record["error"]["code"]) == ("failed", "forbidden")
    assert record["upload"]["key"] == "photos/dog.jpg"
    assert [seen["error"]["code"] for seen in there.observed] == ["forbidden"]
    there.cloud.s3.delete_bucket_policy(Bucket=there.bucket)
    etag = there.cloud.s3.head_object(Bucket=there.bucket, Key="photos/dog.jpg")["ETag"].strip('"')
    described = {"key": "photos/dog.jpg", "eTag": etag}
    backfill = {"eventName": "ObjectCreated:Backfill", "s3": {"bucket": {"name": there.bucket}, "object": described}}
    events.handle(there.app, {"Records": [backfill]})
    assert there.record("photos/dog.jpg")["status"] == "captioned"


def test_a_photo_that_is_deleted_takes_its_record_along(photos_there: Photos, photos: Path) -> None:
    there = photos_there
    bucket_events.switch(there.bucket, on=True)
    there.put("photos/dog.jpg", (photos / "dog.jpg").read_bytes())
    there.deliver()
    gone = {"key": "photos/dog.jpg", "sequencer": "FF" * 8}
    removed = {"eventName": "ObjectRemoved:Delete", "s3": {"bucket": {"name": there.bucket}, "object": gone}}
    events.handle(there.app, {"Records": [removed]})  # an older version of it, which S3 tells the same way
    assert there.record("photos/dog.jpg")
    there.cloud.s3.delete_object(Bucket=there.bucket, Key="photos/dog.jpg")
    older = {**removed, "s3": {"bucket": {"name": there.bucket}, "object": {**gone, "sequencer": "00"}}}
    events.handle(there.app, {"Records": [older]})
    assert there.record("photos/dog.jpg")
    events.handle(there.app, {"Records": [removed]})
    assert there.record("photos/dog.jpg") is None


# Writing back


RECORD = {"alt_text": "A dog's bowl & a <b>.", "tags": [{"word": "dog"}, {"word": "r&b"}], "status": "captioned"}


def test_a_caption_goes_among_the_tags_that_are_there(photos_there: Photos) -> None:
    there, key = photos_there, "photos/dog.jpg"
    there.put(key, b"x")
    place = {"Bucket": there.bucket, "Key": key}
    there.cloud.s3.put_object_tagging(**place, Tagging={"TagSet": [{"Key": "owner", "Value": "me"}]})
    for _ in range(2):
        write_back.write_back(there.cloud.s3, "tags", there.bucket, key, RECORD)
    tags = {tag["Key"]: tag["Value"] for tag in there.cloud.s3.get_object_tagging(**place)["TagSet"]}
    assert tags == {"owner": "me", write_back.TAG: "A dog s bowl   a  b ."}
    many = [{"Key": str(number), "Value": "x"} for number in range(10)]
    there.cloud.s3.put_object_tagging(**place, Tagging={"TagSet": many})
    write_back.write_back(there.cloud.s3, "tags", there.bucket, key, RECORD)
    assert len(there.cloud.s3.get_object_tagging(**place)["TagSet"]) == 10


def test_a_side_file_is_written_over_ours_alone(photos_there: Photos) -> None:
    there = photos_there

    def content() -> str:
        return there.cloud.s3.get_object(Bucket=there.bucket, Key="photos/dog.jpg.xmp")["Body"].read().decode()

    def write(**changes: Any) -> None:
        write_back.write_back(there.cloud.s3, "sidecar", there.bucket, "photos/dog.jpg", {**RECORD, **changes})

    write(alt_text="")
    assert there.cloud.s3.list_objects_v2(Bucket=there.bucket)["KeyCount"] == 0
    write(alt_text="Another.")
    write()
    texts = [
        element.text for element in ET.fromstring(content().encode()).iter() if element.text and element.text.strip()
    ]
    assert texts[:2] == [RECORD["alt_text"]] * 2
    assert texts[2:4] == ["dog", "r&b"]
    there.put("photos/dog.jpg.xmp", b"somebody's own")
    write()
    assert content() == "somebody's own"


def test_captions_are_written_back_only_where_that_is_asked_for(
    photos_there: Photos, photos: Path, captioner: Captioner
) -> None:
    there = photos_there
    bucket_events.switch(there.bucket, on=True)
    there.app = App(there.settings(write_back="sidecar"), captioner=captioner)
    there.put("photos/dog.jpg", (photos / "dog.jpg").read_bytes())
    there.deliver()
    keys = [item["Key"] for item in there.cloud.s3.list_objects_v2(Bucket=there.bucket)["Contents"]]
    assert keys == ["photos/dog.jpg", "photos/dog.jpg.xmp"]
    there.deliver()  # the event of the side file
    assert there.record("photos/dog.jpg.xmp") is None
    assert there.cloud.s3.list_objects_v2(Bucket=RECORDS)["KeyCount"] == 1


def test_ids_differ_by_bucket_key_and_secret() -> None:
    base = PhotoBucket("bucket", "", "secret")
    others = [base._replace(name="other").id_of("a"), base._replace(secret="other").id_of("a"), base.id_of("b")]
    assert len({base.id_of("a"), *others}) == 4
    assert all(is_id(id) for id in others)
    assert PhotoBucket("bucket", "", "secret").id_of("a") == base.id_of("a")
