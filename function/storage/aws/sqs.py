"""The event source of a bucket: its queue in SQS, which counts deliveries and keeps dead letters itself."""

from collections.abc import Sequence
from typing import Any

from function.storage.aws import clients
from function.storage.base import Message

BATCH = 5
RETRY_SECONDS: tuple[int, ...] = (5, 30, 120, 360)
"""How long a message stays hidden after each failure that was reported."""


class SqsSource:
    """The messages of one queue. One that is not done with comes again soon; one whose worker crashed, later."""

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
        else:
            hide_briefly(self._queue_url, message)


def hide_briefly(queue_url: str, message: Message) -> None:
    """Have a message that failed delivered again after the `RETRY_SECONDS` that follow its deliveries so far."""
    receives = int(message["attributes"]["ApproximateReceiveCount"])
    seconds = RETRY_SECONDS[min(receives, len(RETRY_SECONDS)) - 1]
    clients.sqs().change_message_visibility(
        QueueUrl=queue_url, ReceiptHandle=message["receiptHandle"], VisibilityTimeout=seconds
    )


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
