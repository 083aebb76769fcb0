"""Events of uploads as S3 sends them, directly and in messages of a queue."""

import json
from typing import Any

TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "glimpse-uploads"}


def s3_event(*keys: str, name: str = "ObjectCreated:Post", bucket: str = "glimpse-uploads") -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventSource": "aws:s3",
                "eventName": name,
                "s3": {"bucket": {"name": bucket}, "object": {"key": key, "eTag": "e", "sequencer": "0A"}},
            }
            for key in keys
        ]
    }


def sqs_event(*bodies: object, receives: int = 1) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"message-{i}",
                "receiptHandle": "handle",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": str(receives)},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
            }
            for i, body in enumerate(bodies)
        ]
    }


def failures(response: Any) -> list[str]:
    """The messages that an answer gives back to the queue."""
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]
