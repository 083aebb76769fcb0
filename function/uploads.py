"""One upload in, its record stored: once for every upload, whatever the order and number of the events about it.

S3 sends an event at least once and in any order. The record therefore remembers the eTag of the content it
describes and the sequencer of the event that asked for it; an event that is not newer is answered already,
and a record is only written over the version that was compared with the event.
"""

import logging
from collections.abc import Mapping
from typing import NamedTuple

from function import records
from function.app import App
from function.errors import GlimpseError, InternalError, NotFound
from function.records import Record
from function.storage import RecordChanged, Stored, Upload

logger = logging.getLogger(__name__)
ROUNDS = 5
"""Races against other workers over one record that are run before the event is left for later."""


class Created(NamedTuple):
    """An upload as its event describes it; a source without eTags or sequencers leaves them empty."""

    name: str
    etag: str = ""
    sequencer: str = ""


def caption(app: App, created: Created) -> None:
    """Write the record of an upload unless there is one as new as the event or the upload is gone.

    A photo that cannot be read gets a failed record. Raises what the store raises, and RecordChanged when
    other workers kept writing the same record: both may go well another time.
    """
    for _ in range(ROUNDS):
        stored = app.storage.read_record(created.name)
        if stored and not _is_newer(created, _source(stored)):
            logger.info("skipped an upload that has its record")
            return
        try:
            upload = app.storage.read_upload(created.name)
        except NotFound:
            logger.info("skipped an upload that is gone")
            return
        if stored and not created.sequencer and _source(stored).etag == upload.etag:
            logger.info("skipped an upload that has its record")
            return
        if _write(app, created, upload, stored):
            return
        logger.info("another worker wrote the record meanwhile")
    raise RecordChanged


def give_up(app: App, name: str) -> None:
    """Leave a failed record for an upload that no event will try again, unless it has a record."""
    try:
        app.storage.write_record(name, records.failed(name, InternalError()), replaces=None)
    except RecordChanged:
        logger.info("the upload has its record")


def _write(app: App, created: Created, upload: Upload, stored: Stored | None) -> bool:
    """Caption the upload and write its record over the one that was read; whether that was still the last."""
    sequencer = created.sequencer or (_source(stored).sequencer if stored else "")
    source = {"upload": {"etag": upload.etag, "sequencer": sequencer}}
    record = {**_record(app, created.name, upload.data), **source}
    try:
        app.storage.write_record(created.name, record, replaces=stored.version if stored else None)
    except RecordChanged:
        return False
    return True


def _record(app: App, name: str, data: bytes) -> Record:
    try:
        return app.caption(name, data)
    except GlimpseError as error:
        return records.failed(name, error)


def _source(stored: Stored) -> Created:
    """The event that a record answers; a record of ours that gave up answers none."""
    upload: Mapping[str, str] = stored.record.get("upload", {})
    return Created(stored.record["id"], upload.get("etag", ""), upload.get("sequencer", ""))


def _is_newer(created: Created, answered: Created) -> bool:
    """Whether an event says more than the one that a record answers.

    Sequencers are compared as S3 wants it, by the shorter one padded with zeros on the right; where one is
    missing, another eTag means other content.
    """
    if created.sequencer and answered.sequencer:
        length = max(len(created.sequencer), len(answered.sequencer))
        return created.sequencer.ljust(length, "0").upper() > answered.sequencer.ljust(length, "0").upper()
    return created.etag != answered.etag or not answered.etag
