"""S3's news in every envelope that it arrives in, taken apart into uploads.

A notification of S3 (or of MinIO, whose event names begin with "s3:") and an event of EventBridge come as they are, or
as the text of an SNS message, or both one in the other. The envelope that SQS adds is opened in `events`, because its
messages fail one by one.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from function.jobs import Created
from function.storage.base import UPLOADS

logger = logging.getLogger(__name__)
BACKFILL, RECAPTION = "ObjectCreated:Backfill", "ObjectCreated:Recaption"
"""Names of the events that infra/backfill.py sends: of an upload that may have no record yet, and of one whose record,
if it is older than the event, is to be made anew."""
Event = Mapping[str, Any]


def created_uploads(event: Event, bucket: str = "") -> Iterator[Created]:
    """Uploads that an event says were created in `bucket`, or in any when that is empty.

    Other keys, deletions and S3's test event are passed over. Raises ValueError for what is no event of S3.
    """
    if event.get("Event") == "s3:TestEvent":
        logger.info("received the test event of S3")
    elif event.get("Type") == "Notification":
        yield from created_uploads(json.loads(event["Message"]), bucket)
    elif event.get("source") == "aws.s3":
        detail = event["detail"]  # whose keys are not encoded
        yield from _ours(detail, detail["object"], event["detail-type"] == "Object Created", bucket)
    else:
        for record in _records(event):
            yield from _created(record, bucket)


def _records(event: Event) -> list[Any]:
    records = event.get("Records")
    if not isinstance(records, list):
        raise ValueError("This is no event of S3.")
    return records


def _created(record: Event, bucket: str) -> Iterator[Created]:
    """The uploads in one record of a notification, or of SNS' call of a function."""
    if record.get("EventSource") == "aws:sns":
        yield from created_uploads(json.loads(record["Sns"]["Message"]), bucket)
        return
    s3 = record["s3"]
    if record["eventName"] == RECAPTION:
        s3 = {**s3, "object": {**s3["object"], "anew": record["eventTime"]}}
    upload = {**s3["object"], "key": unquote_plus(s3["object"]["key"])}  # url-encoded, with + for a space
    is_creation = record["eventName"].removeprefix("s3:").startswith("ObjectCreated:")
    yield from _ours(s3, upload, is_creation, bucket)


def _ours(place: Event, upload: Event, is_creation: bool, bucket: str) -> Iterator[Created]:
    """The upload that an event is about, if it was created under `UPLOADS` in the bucket."""
    key: str = upload["key"]
    is_ours = not bucket or _bucket(place) == bucket
    is_folder = key.endswith("/")
    if not (is_creation and is_ours and key.startswith(UPLOADS)) or is_folder:
        logger.info("skipped an event that is not about an upload")
        return
    etag = upload.get("eTag") or upload.get("etag") or ""  # EventBridge writes it small; some stores send null
    yield Created(key.removeprefix(UPLOADS), etag.strip('"'), upload.get("sequencer") or "", upload.get("anew", ""))


def _bucket(place: Event) -> str:
    """The bucket's name, which an event may give as an ARN (arn:aws:s3:::NAME) alone."""
    bucket = place["bucket"]
    name: str = bucket.get("name") or bucket["arn"]
    return name.rpartition(":")[2]
