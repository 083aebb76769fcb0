"""A bucket of somebody's own on LocalStack, whose EventBridge reads the rule as template.yaml writes it."""

import json
from pathlib import Path
from typing import Any

import boto3

from function.app import App
from function.aws import events
from function.captioning.beam_captioner import BeamCaptioner
from function.settings import Settings
from function.storage.aws import clients
from function.storage.aws.sqs import delivered
from function.storage.photo_bucket import PhotoBucket
from infra import bucket_events
from tests.infra.conftest import Template
from tests.localstack.conftest import wait_for

BUCKET, OWN, BULK, RECORDS = "owners-photos", "owners-queue", "bulk", "photo-records"


def queue(name: str) -> tuple[str, str]:
    """The address and the ARN of a new queue."""
    url = boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    arn = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, arn


def pattern(template: Template) -> str:
    """The rule's pattern, with the bucket and a prefix in the parameters' places."""
    written = json.dumps(template["PhotosRule"]["EventPattern"])
    choice = {"Fn::If": ["HasPrefix", {"prefix": {"Ref": "PrefixToCaption"}}, {"exists": True}]}
    written = written.replace(json.dumps(choice), json.dumps({"prefix": "photos/"}))
    return written.replace(json.dumps({"Ref": "BucketToCaption"}), json.dumps(BUCKET))


def received(url: str) -> list[dict[str, Any]]:
    """The messages of a queue, which is emptied."""
    client, found = boto3.client("sqs"), []
    while messages := client.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    ).get("Messages"):
        found += messages
        for message in messages:
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def make_buckets(s3: Any) -> str:
    """The owner's bucket, with a notification of its own, and the records'; the address of the owner's queue."""
    for name in (BUCKET, RECORDS):
        s3.create_bucket(Bucket=name)
    own, arn = queue(OWN)
    notification = {"QueueConfigurations": [{"Id": "own", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration=notification)
    return own


def make_rule(template: Template) -> str:
    """The rule of the template, which leads to a new queue; the queue's address."""
    rules = boto3.client("events")
    bulk, arn = queue(BULK)
    rules.put_rule(Name="photos", EventPattern=pattern(template))
    rules.put_targets(Rule="photos", Targets=[{"Id": "bulk", "Arn": arn}])
    return bulk


def test_photos_below_the_prefix_get_records_and_the_bucket_keeps_its_notifications(
    localstack: str, template: Template, photos: Path, captioner: BeamCaptioner
) -> None:
    clients.s3.cache_clear()
    s3 = boto3.client("s3", endpoint_url=localstack)
    own, bulk = make_buckets(s3), make_rule(template)
    assert bucket_events.switch(BUCKET, on=True)
    assert not bucket_events.switch(BUCKET, on=True)
    received(own)  # of the event by which S3 tries a destination
    dog = (photos / "dog.jpg").read_bytes()
    for key in ("photos/dog.jpg", "other/dog.jpg"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=dog)
    messages: list[Any] = []

    def has_come() -> bool:
        messages.extend(received(bulk))
        return bool(messages)

    wait_for(has_come)
    assert [json.loads(m["Body"])["detail"]["object"]["key"] for m in messages] == ["photos/dog.jpg"]
    place = {"photo_bucket": BUCKET, "photo_prefix": "photos/", "photo_secret": "s"}
    settings = Settings().replaced(uploads_bucket="uploads", records_bucket=RECORDS, **place)
    events.handle(App(settings, captioner=captioner), {"Records": [delivered(message) for message in messages]})
    name = PhotoBucket(BUCKET, "photos/", "s").id_of("photos/dog.jpg")
    record = json.load(s3.get_object(Bucket=RECORDS, Key=f"captions/{name}.json")["Body"])
    assert (record["status"], record["upload"]["key"]) == ("captioned", "photos/dog.jpg")
    assert len(received(own)) == 2
    assert bucket_events.switch(BUCKET, on=False)
    kept = s3.get_bucket_notification_configuration(Bucket=BUCKET)
    assert [configuration["Id"] for configuration in kept["QueueConfigurations"]] == ["own"]
    assert "EventBridgeConfiguration" not in kept
    assert {item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]} == {
        "photos/dog.jpg",
        "other/dog.jpg",
    }
    clients.s3.cache_clear()
