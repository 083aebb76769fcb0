"""The event source of a store that has none: a queue in this process, which delivers as SQS does."""

import json
import queue
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from function.storage.base import UPLOADS, Message

_SECONDS = 1


class LocalQueue:
    """Tells of each upload until that is done with, at most `attempts` times."""

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()

    def __len__(self) -> int:
        """Messages that wait to be received."""
        return self._messages.qsize()

    def send(self, name: str) -> None:
        """Tell of a new upload."""
        self._messages.put(_message(json.dumps(created(name)), receives=1))

    def receive(self) -> Sequence[Message]:
        try:
            return [self._messages.get(timeout=_SECONDS)]
        except queue.Empty:
            return []

    def settle(self, message: Message, done: bool) -> None:
        receives = int(message["attributes"]["ApproximateReceiveCount"])
        if not done and receives < self._attempts:
            self._messages.put(_message(message["body"], receives + 1))


def created(name: str) -> Mapping[str, Any]:
    """The event of a new upload as S3 would send it; later ones have higher sequencers."""
    upload = {"key": UPLOADS + name, "sequencer": f"{time.time_ns():016X}"}
    return {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Post", "s3": {"object": upload}}]}


def _message(body: str, receives: int) -> Message:
    return {
        "messageId": str(uuid.uuid4()),
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(receives)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }
