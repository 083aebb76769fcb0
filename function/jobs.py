"""One upload in, its record stored: once for every upload, whatever the order and number of the events about it.

S3 sends an event at least once and in any order. The record therefore remembers the eTag of the content it
describes and the sequencer of the event that asked for it; an event that is not newer is answered already,
and a record is only written over the version that was compared with the event. A form of the api's is for one photo:
what is uploaded with it later stays without a caption. One worker at a time is at work on an
upload: several that get the same event at once would each caption it before the first had written its record.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from function import records
from function.app import App
from function.errors import InternalError, NotFound
from function.storage.base import RecordChanged, Stored, is_id

logger = logging.getLogger(__name__)
ROUNDS = 5
"""How often a record that other workers keep writing is tried again before the event is left to its queue."""
CLAIM_SECONDS = 90
"""How long an upload is one worker's: longer than the function may run, shorter than a crash is left alone."""
USED_BEFORE = "skipped an upload whose form was used before"
"""What the log says of a form that was sent again; template.yaml counts it there."""


class UnderWay(Exception):
    """Another worker is at work on the upload; its record will be there another time."""


class Created(NamedTuple):
    """An upload as its event describes it; a source without eTags or sequencers leaves them empty."""

    name: str
    etag: str = ""
    sequencer: str = ""
    anew: str = ""
    """When a person asked for the upload to be captioned once more, as records write times; "" where nobody did."""


def caption(app: App, created: Created) -> None:
    """Write the record of an upload unless there is one as new as the event or the upload is gone.

    A photo that cannot be read gets a failed record. Raises what store and ledger raise, UnderWay while another worker
    is at work on the upload, and RecordChanged when others kept writing its record: all may go well another time.
    """
    with _claimed(app, created.name):
        _caption(app, created)


@contextmanager
def _claimed(app: App, name: str) -> Iterator[None]:
    if not app.ledger.claim(name, CLAIM_SECONDS):
        raise UnderWay
    try:
        yield
    finally:
        app.ledger.release(name)


def _caption(app: App, created: Created) -> None:
    for _ in range(ROUNDS):
        stored = app.storage.read_record(created.name)
        if created.anew and stored and stored.record["created_at"] < created.anew:
            stored = Stored({"id": created.name}, stored.version)  # as if it answered no event
        answered = _source(stored) if stored else Created(created.name)
        age = _compare(created, answered)
        if age < 0 or (age == 0 and created.etag == answered.etag != ""):
            logger.info("skipped an upload that has its record")
            return
        try:
            upload = app.storage.read_upload(created.name)
        except NotFound:
            logger.info("skipped an upload that is gone")
            return
        if age == 0 and upload.etag == answered.etag:
            logger.info("skipped an upload that has its record")
            return
        if answered.etag and is_id(created.name):
            logger.warning(USED_BEFORE)
            return
        source = Created(created.name, upload.etag, created.sequencer or answered.sequencer)
        if _write(app, source, upload.data, stored):
            return
        logger.info("another worker wrote the record meanwhile")
    raise RecordChanged


def give_up(app: App, name: str) -> None:
    """Leave a failed record for an upload that no event will try again, unless it has a record or is gone."""
    if not app.storage.has_upload(name):
        return
    try:
        app.storage.write_record(name, records.failed(name, InternalError()), replaces=None)
    except RecordChanged:
        logger.info("the upload has its record")
    _forget_if_deleted(app, name)


def _write(app: App, source: Created, data: bytes, stored: Stored | None) -> bool:
    """Caption the upload and write its record over the one that was read; whether that was still the last."""
    record = {**app.record(source.name, data), "upload": {"etag": source.etag, "sequencer": source.sequencer}}
    try:
        app.storage.write_record(source.name, record, replaces=stored.version if stored else None)
    except RecordChanged:
        return False
    _forget_if_deleted(app, source.name)
    return True


def _forget_if_deleted(app: App, name: str) -> None:
    """Remove a record whose upload was deleted while the record was made: a store deletes the upload first."""
    if not app.storage.has_upload(name):
        app.storage.delete(name)


def _source(stored: Stored) -> Created:
    """The upload that a record describes, and the event it answers; the record of `give_up` answers none."""
    upload: Mapping[str, str] = stored.record.get("upload", {})
    return Created(stored.record["id"], upload.get("etag", ""), upload.get("sequencer", ""))


def _compare(created: Created, answered: Created) -> int:
    """Whether an event is newer (1) or older (-1) than the one that a record answers, or cannot be told (0).

    Sequencers are compared as S3 documents it, the shorter one padded with zeros on the right. Where one is missing
    or, as some emulators of S3 send them, always the same, the content decides.
    """
    if not (created.sequencer and answered.sequencer):
        return 0
    length = max(len(created.sequencer), len(answered.sequencer))
    new, old = (event.sequencer.ljust(length, "0").upper() for event in (created, answered))
    return (new > old) - (new < old)
