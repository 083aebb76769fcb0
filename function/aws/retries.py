"""When a message that failed is tried again: soon, where the failure was caught; a crash leaves it hidden for longer.

A queue hides a message for its visibility timeout, which has to outlast the slowest call (360 s). A failure that is
reported needs no such wait, and a visitor waits for two minutes at most.
"""

import logging
from collections.abc import Mapping
from functools import cache
from typing import Any

from function.storage.aws import clients, sqs

logger = logging.getLogger(__name__)


def hasten(event: Mapping[str, Any], response: Mapping[str, Any] | None) -> None:
    """Have the messages of an event that its response reports as failed delivered again soon. Never raises."""
    failed = {failure["itemIdentifier"] for failure in (response or {}).get("batchItemFailures", [])}
    for message in event.get("Records", []):
        if message.get("messageId") in failed and "eventSourceARN" in message:
            try:
                sqs.hide_briefly(_queue_url(message["eventSourceARN"]), message)
            except Exception:  # it is delivered again all the same, only later
                logger.warning("a failed message stays hidden for its visibility timeout", exc_info=True)


@cache
def _queue_url(arn: str) -> str:
    """The address of a queue by its ARN, arn:aws:sqs:REGION:ACCOUNT:NAME."""
    *_, account, name = arn.split(":")
    url: str = clients.sqs().get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
    return url
