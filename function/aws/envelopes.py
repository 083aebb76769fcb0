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
from function.storage.photo_bucket import PhotoBucket

logger = logging.getLogger(__name__)
BACKFILL, RECAPTION = "ObjectCreated:Backfill", "ObjectCreated:Recaption"
"""Names of the events that infra/bulk/messages.py makes: of a photo that may have no record yet, and of one whose
record, if it is older than the event, is to be made anew."""
CREATED, REMOVED = "ObjectCreated", "ObjectRemoved"
Event = Mapping[str, Any]


def created_uploads(event: Event, bucket: str = "", photos: PhotoBucket | None = None) -> Iterator[Created]:
    """Uploads that an event says were created in `bucket`, or in any when that is empty, and what it says of `photos`.

    Other keys, deletions of uploads and S3's test event are passed over. Raises ValueError for what is no event of S3.
    """
    if event.get("Event") == "s3:TestEvent":
        logger.info("received the test event of S3")
    elif event.get("Type") == "Notification":
        yield from created_uploads(json.loads(event["Message"]), bucket, photos)
    elif event.get("source") == "aws.s3":
        detail = event["detail"]  # whose keys are not encoded
        kind = {"Object Created": CREATED, "Object Deleted": REMOVED}.get(event["detail-type"], "")
        yield from _ours(detail, detail["object"], kind, bucket, photos)
    else:
        for record in _records(event):
            yield from _created(record, bucket, photos)


def _records(event: Event) -> list[Any]:
    records = event.get("Records")
    if not isinstance(records, list):
        raise ValueError("This is no event of S3.")
    return records


def _created(record: Event, bucket: str, photos: PhotoBucket | None) -> Iterator[Created]:
    """The uploads in one record of a notification, or of SNS' call of a function."""
    if record.get("EventSource") == "aws:sns":
        yield from created_uploads(json.loads(record["Sns"]["Message"]), bucket, photos)
        return
    s3 = record["s3"]
    if record["eventName"] == RECAPTION:
        s3 = {**s3, "object": {**s3["object"], "anew": record["eventTime"]}}
    upload = {**s3["object"], "key": unquote_plus(s3["object"]["key"])}  # url-encoded, with + for a space
    yield from _ours(s3, upload, record["eventName"].removeprefix("s3:").partition(":")[0], bucket, photos)


def _ours(place: Event, upload: Event, kind: str, bucket: str, photos: PhotoBucket | None) -> Iterator[Created]:
    """What an event is about: an upload created under `UPLOADS`, or a photo that lies in a bucket of its own."""
    key: str = upload["key"]
    etag = upload.get("eTag") or upload.get("etag") or ""  # EventBridge writes it small; some stores send null
    told = Created("", etag.strip('"'), upload.get("sequencer") or "", upload.get("anew", ""))
    is_upload = (not bucket or _bucket(place) == bucket) and key.startswith(UPLOADS) and not key.endswith("/")
    if photos and _bucket(place) == photos.name and photos.has_photo(key) and kind in (CREATED, REMOVED):
        yield told._replace(name=photos.id_of(key), key=key, is_gone=kind == REMOVED)
    elif is_upload and kind == CREATED:
        yield told._replace(name=key.removeprefix(UPLOADS))
    else:
        logger.info("skipped an event that is not about a photo of ours")


def _bucket(place: Event) -> str:
    """The bucket's name, which an event may give as an ARN (arn:aws:s3:::NAME) alone."""
    bucket = place["bucket"]
    name: str = bucket.get("name") or bucket["arn"]
    return name.rpartition(":")[2]
