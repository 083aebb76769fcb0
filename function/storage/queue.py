"""The event source of a store that has none: a queue in this process, which delivers as SQS does."""

import json
import queue
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from function.storage.base import UPLOADS, Message

_SECONDS = 1


class Deliveries(Protocol):
    """How often each upload was told of and not done with."""

    def add(self, name: str) -> int:
        """Count one more, before it is told; how many there were with it."""

    def forget(self, name: str) -> None: ...


class DeliveriesInMemory:
    """Counts that end with the process."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, name: str) -> int:
        self._counts[name] += 1
        return self._counts[name]

    def forget(self, name: str) -> None:
        del self._counts[name]


class LocalQueue:
    """Tells of each upload until that is done with, at most `attempts` times, as `deliveries` counts them."""

    def __init__(self, attempts: int, deliveries: Deliveries | None = None) -> None:
        self._attempts = attempts
        self._deliveries = deliveries or DeliveriesInMemory()
        self._names: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._received: dict[str, str] = {}

    def __len__(self) -> int:
        """Messages that wait to be received."""
        return self._names.qsize()

    def send(self, name: str) -> None:
        """Tell of a new upload."""
        self._names.put(name)

    def receive(self) -> Sequence[Message]:
        """Wait for a message. Raises OSError where the delivery cannot be counted; the message then comes again."""
        try:
            name = self._names.get(timeout=_SECONDS)
        except queue.Empty:
            return []
        try:
            message = _message(name, self._deliveries.add(name))
        except OSError:
            self._names.put(name)
            raise
        self._received[message["messageId"]] = name
        return [message]

    def settle(self, message: Message, done: bool) -> None:
        name = self._received.pop(message["messageId"])
        if done or int(message["attributes"]["ApproximateReceiveCount"]) >= self._attempts:
            self._deliveries.forget(name)
        else:
            self._names.put(name)


def created(name: str) -> Mapping[str, Any]:
    """The event of a new upload as S3 would send it, without a sequencer.

    That would have to grow whatever happens to the clock. Without one, the content that is there now decides.
    """
    upload = {"key": UPLOADS + name}
    return {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Post", "s3": {"object": upload}}]}


def _message(name: str, receives: int) -> Message:
    return {
        "messageId": str(uuid.uuid4()),
        "body": json.dumps(created(name)),
        "attributes": {"ApproximateReceiveCount": str(receives)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }
