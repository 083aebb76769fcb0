"""Events in, records out: what the captioner function is called with, taken apart into uploads.

S3's events come directly, as a test or a person invokes the function, or as SQS delivers them, each in a
message of its own. A photo that cannot be read is an answer (a failed record); only a fault of ours is
raised or reported to the queue, so that the event comes again.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from function import jobs
from function.app import App
from function.jobs import Created
from function.storage.base import UPLOADS

logger = logging.getLogger(__name__)
Event = Mapping[str, Any]


def handle(app: App, event: Event) -> Mapping[str, Any] | None:
    """Caption every upload an event speaks of.

    Events of a queue are answered with the messages that failed (`batchItemFailures`), and only those come
    again; an event of S3 raises the first failure after all its uploads had their turn. Raises ValueError
    for anything else.
    """
    if _is_from_queue(event):
        return _handle_messages(app, event)
    _caption_all(app, created_uploads(event, app.settings.uploads_bucket))
    return None


def created_uploads(event: Event, bucket: str = "") -> Iterator[Created]:
    """Uploads that an event of S3 says were created in `bucket`, or in any when that is empty.

    Other keys, deletions and S3's test event are passed over. Raises ValueError for what is no event of S3.
    """
    if event.get("Event") == "s3:TestEvent":
        logger.info("received the test event of S3")
        return
    for record in _records(event):
        created = _created(record, bucket)
        if created:
            yield created
        else:
            logger.info("skipped an event that is not about an upload")


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


def _records(event: Event) -> list[Any]:
    records = event.get("Records")
    if not isinstance(records, list):
        raise ValueError("This is no event of S3.")
    return records


def _created(record: Mapping[str, Any], bucket: str) -> Created | None:
    """The upload in one record of an event; keys are url-encoded, with + for a space."""
    upload = record["s3"]["object"]
    key = unquote_plus(upload["key"])
    is_creation = record["eventName"].removeprefix("s3:").startswith("ObjectCreated:")
    is_ours = not bucket or record["s3"]["bucket"]["name"] == bucket
    is_folder = key.endswith("/")
    if not (is_creation and is_ours and key.startswith(UPLOADS)) or is_folder:
        return None
    return Created(key.removeprefix(UPLOADS), upload.get("eTag", "").strip('"'), upload.get("sequencer", ""))
