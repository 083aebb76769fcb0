"""The messages that stand for S3's events, and sending them to a queue."""

import json
from typing import Any
from urllib.parse import quote_plus

from function.aws.envelopes import BACKFILL, RECAPTION
from function.storage.aws import clients

BATCH = 10
"""Messages that SQS takes at once."""


class Refused(Exception):
    """The queue did not take every message."""


def message(bucket: str, entry: dict[str, Any], asked_at: str = "") -> str:
    """The event that S3 would have sent of an entry of its list; without a sequencer, so that any of S3's own is newer.

    `asked_at` (as in 2026-11-28T08:00:00Z) asks for a new record in place of one that is older.
    """
    described = {"key": quote_plus(entry["Key"]), "size": entry["Size"], "eTag": entry["ETag"].strip('"')}
    s3 = {"bucket": {"name": bucket}, "object": described}
    event: dict[str, Any] = {"eventSource": "aws:s3", "eventName": RECAPTION if asked_at else BACKFILL, "s3": s3}
    return json.dumps({"Records": [{**event, "eventTime": asked_at} if asked_at else event]})


def send(queue_url: str, bodies: list[str]) -> None:
    """Send up to `BATCH` messages. Raises Refused unless every one was taken."""
    entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies)]
    failed = clients.sqs().send_message_batch(QueueUrl=queue_url, Entries=entries).get("Failed")
    if failed:
        raise Refused(f"The queue refused {len(failed)} messages ({failed[0]['Code']}).")
