"""The event source of a bucket: its queue in SQS, which counts deliveries and keeps dead letters itself."""

from collections.abc import Sequence
from typing import Any

from function.storage import clients
from function.storage.base import Message

BATCH = 5


class SqsSource:
    """The messages of one queue. A message that is not done with is delivered again after its visibility timeout."""

    def __init__(self, queue_url: str) -> None:
        self._sqs = clients.sqs()
        self._queue_url = queue_url

    def receive(self) -> Sequence[Message]:
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=clients.LONG_POLL_SECONDS,
            MessageSystemAttributeNames=["All"],
        )
        return [delivered(message) for message in answer.get("Messages", [])]

    def settle(self, message: Message, done: bool) -> None:
        if done:
            self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["receiptHandle"])


def delivered(message: dict[str, Any]) -> Message:
    """A message as the queue tells it → as Lambda's event source mapping does."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {},
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
    }
