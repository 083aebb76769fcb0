"""Events in, records out: what the captioner function is called with, taken apart into uploads.

Events come directly, as a test, a person, SNS or EventBridge invokes the function, or as SQS delivers them, each in a
message of its own; `envelopes` reads them. A photo that cannot be read is an answer (a failed record); only a fault of
ours is raised or reported to the queue, so that the event comes again.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from function import jobs
from function.app import App
from function.aws.envelopes import Event, created_uploads
from function.jobs import Created, UnderWay
from function.storage.photo_bucket import PhotoBucket

logger = logging.getLogger(__name__)


def handle(app: App, event: Event, observe_fault: Callable[[], None] = lambda: None) -> Mapping[str, Any] | None:
    """Caption every upload an event speaks of.

    Events of a queue are answered with the messages that failed (`batchItemFailures`), and only those come
    again; any other event raises the first failure after all its uploads had their turn. Raises ValueError
    for anything else. `observe_fault` is called for every message that failed through a fault of ours.
    """
    if _is_from_queue(event):
        return _handle_messages(app, event, observe_fault)
    _caption_all(app, _photos(app, event))
    return None


def _handle_messages(app: App, event: Event, observe_fault: Callable[[], None]) -> Mapping[str, Any]:
    def handle_message(record: SQSRecord) -> None:
        try:
            items = list(_photos(app, json.loads(record.body)))
            _attempt(app, items, is_last=int(record.attributes.approximate_receive_count) >= app.settings.attempts)
        except UnderWay:
            logger.info("another worker is at work on the upload")
            raise
        except Exception:
            logger.exception("a message failed", extra={"message_id": record.message_id})
            observe_fault()
            raise

    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    response: Mapping[str, Any] = process_partial_response(dict(event), handle_message, processor)
    return response


def _photos(app: App, event: Event) -> Iterator[Created]:
    """The photos that an event is about, of the buckets that the application has."""
    return created_uploads(event, app.settings.uploads_bucket, PhotoBucket.of(app.settings))


def _attempt(app: App, items: Sequence[Created], is_last: bool) -> None:
    """Caption the uploads of one message.

    The last attempt leaves the record of its failure first, since it may take the whole process with it. If it goes
    well, its record replaces that one; if that could not be written, it is tried again afterwards.
    """
    if is_last:
        _give_up(app, items)
    try:
        _caption_all(app, items)
    except Exception:
        if is_last:
            _give_up(app, items)
        raise


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


def _give_up(app: App, items: Iterable[Created]) -> None:
    """Leave the record of a failure for each upload that has none. What the store raises is logged."""
    for item in items:
        try:
            jobs.give_up(app, item)
        except Exception:
            logger.exception("the record of a failure could not be written")


def _is_from_queue(event: Event) -> bool:
    messages = event.get("Records") or [{}]
    return bool(messages[0].get("eventSource") == "aws:sqs")
