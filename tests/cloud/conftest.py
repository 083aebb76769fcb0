"""Real S3, SQS and DynamoDB endpoints on loopback (moto's server), wired as template.yaml wires the account."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from function.aws import retries
from function.settings import Settings
from function.storage.aws import clients
from function.storage.aws.s3 import S3Storage

UPLOADS, RECORDS, LEDGER = "glimpse-uploads", "glimpse-records", "glimpse-ledger"


@dataclass
class Cloud:
    """Clients of the endpoint, and what a function there finds in its environment."""

    s3: Any
    sqs: Any
    queue_url: str
    dead_letters_url: str
    environment: dict[str, str]

    @property
    def settings(self) -> Settings:
        return Settings.from_environment(self.environment)

    def store(self) -> S3Storage:
        return S3Storage(UPLOADS, RECORDS)

    def count(self, queue_url: str) -> int:
        """Messages in a queue, waiting or in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)


@pytest.fixture
def cloud(aws_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Two buckets, a queue with its dead-letter queue, the notification between them, a table; gone after the test."""
    environment = {
        "AWS_ENDPOINT_URL": aws_endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "GLIMPSE_UPLOADS_BUCKET": UPLOADS,
        "GLIMPSE_RECORDS_BUCKET": RECORDS,
        "GLIMPSE_LEDGER_TABLE": LEDGER,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _forget_clients()
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    for bucket in (UPLOADS, RECORDS):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    tables = boto3.client("dynamodb")
    _make_table(tables)
    queue_url, dead_letters_url = _make_queues(sqs)
    _notify(s3, arn(sqs, queue_url))
    yield Cloud(s3, sqs, queue_url, dead_letters_url, {**environment, "GLIMPSE_QUEUE_URL": queue_url})
    for bucket in (UPLOADS, RECORDS):
        for item in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=item["Key"])
        s3.delete_bucket(Bucket=bucket)
    for url in (queue_url, dead_letters_url):
        sqs.delete_queue(QueueUrl=url)
    tables.delete_table(TableName=LEDGER)
    _forget_clients()


def _make_table(tables: Any) -> None:
    """The ledger, as in the template."""
    tables.create_table(
        TableName=LEDGER,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _make_queues(sqs: Any) -> tuple[str, str]:
    """The addresses of a queue that gives messages back after 2 s, five times, and of its dead-letter queue."""
    dead_letters_url: str = sqs.create_queue(QueueName="glimpse-dead-letters")["QueueUrl"]
    redrive = {"deadLetterTargetArn": arn(sqs, dead_letters_url), "maxReceiveCount": 5}
    attributes = {"RedrivePolicy": json.dumps(redrive), "VisibilityTimeout": "2"}
    queue_url: str = sqs.create_queue(QueueName="glimpse-uploads", Attributes=attributes)["QueueUrl"]
    return queue_url, dead_letters_url


def _notify(s3: Any, queue_arn: str) -> None:
    """Have the queue told of every upload."""
    rule = {
        "QueueArn": queue_arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "uploads/"}]}},
    }
    s3.put_bucket_notification_configuration(Bucket=UPLOADS, NotificationConfiguration={"QueueConfigurations": [rule]})


def arn(sqs: Any, queue_url: str) -> str:
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]
    return attributes["QueueArn"]


def _forget_clients() -> None:
    clients.s3.cache_clear()
    clients.sqs.cache_clear()
    clients.dynamodb.cache_clear()
    retries._queue_url.cache_clear()
