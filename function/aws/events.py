"""Events in, records out: what the captioner function is called with, taken apart into uploads.

Events come directly, as a test, a person, SNS or EventBridge invokes the function, or as SQS delivers them, each in a
message of its own; `envelopes` reads them. A photo that cannot be read is an answer (a failed record); only a fault of
ours is raised or reported to the queue, so that the event comes again.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from function import jobs
from function.app import App
from function.aws.envelopes import Event, created_uploads
from function.jobs import Created

logger = logging.getLogger(__name__)


def handle(app: App, event: Event) -> Mapping[str, Any] | None:
    """Caption every upload an event speaks of.

    Events of a queue are answered with the messages that failed (`batchItemFailures`), and only those come
    again; any other event raises the first failure after all its uploads had their turn. Raises ValueError
    for anything else.
    """
    if _is_from_queue(event):
        return _handle_messages(app, event)
    _caption_all(app, created_uploads(event, app.settings.uploads_bucket))
    return None


def _handle_messages(app: App, event: Event) -> Mapping[str, Any]:
    def handle_message(record: SQSRecord) -> None:
        try:
            items = list(created_uploads(json.loads(record.body), app.settings.uploads_bucket))
            if int(record.attributes.approximate_receive_count) >= app.settings.attempts:
                _give_up_beforehand(app, items)
            _caption_all(app, items)
        except Exception:
            logger.exception("a message failed", extra={"message_id": record.message_id})
            raise

    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    response: Mapping[str, Any] = process_partial_response(dict(event), handle_message, processor)
    return response


def _caption_all(app: App, items: Iterable[Created]) -> None:
    """Give every upload its turn, then raise the first failure."""
    failures = []
    for item in items:
        try:
            jobs.caption(app, item)
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


def _give_up_beforehand(app: App, items: Iterable[Created]) -> None:
    """Before the last attempt, leave the record of its failure: the attempt may take the whole process with it.

    If it goes well, its record replaces this one.
    """
    for item in items:
        jobs.give_up(app, item.name)


def _is_from_queue(event: Event) -> bool:
    messages = event.get("Records") or [{}]
    return bool(messages[0].get("eventSource") == "aws:sqs")
