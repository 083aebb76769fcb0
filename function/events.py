"""S3 events in, records out: the work behind the captioner function.

Keys arrive url-encoded, as S3 sends them. A photo that cannot be read is an answer (a failed record);
only a fault of ours is raised, so that the event source tries again.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from function import records, storage
from function.app import App
from function.errors import GlimpseError, NotFound

logger = logging.getLogger(__name__)
Event = Mapping[str, Any]


def handle(app: App, event: Event) -> None:
    """Caption every upload an S3 event speaks of and store its record."""
    for id in uploads(event):
        try:
            data = app.storage.read_upload(id)
        except NotFound:
            logger.info("skipped an upload that is gone")
            continue
        except GlimpseError as error:
            app.storage.write_record(id, records.failed(id, error))
            continue
        app.storage.write_record(id, _record(app, id, data))


def uploads(event: Event) -> Iterator[str]:
    """Ids of the uploads that an event says were created; other keys and other events are passed over."""
    for record in event.get("Records", []):
        key = unquote_plus(record["s3"]["object"]["key"])
        id = key.removeprefix(storage.UPLOADS)
        if record["eventName"].startswith("ObjectCreated:") and key.startswith(storage.UPLOADS) and storage.is_id(id):
            yield id
        else:
            logger.info("skipped an event that is not about an upload")


def created(id: str) -> Event:
    """The S3 event of a new upload, for event sources that are not S3."""
    return {"Records": [{"eventName": "ObjectCreated:Post", "s3": {"object": {"key": storage.UPLOADS + id}}}]}


def _record(app: App, id: str, data: bytes) -> records.Record:
    try:
        return app.caption(id, data)
    except GlimpseError as error:
        return records.failed(id, error)
