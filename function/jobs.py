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
from function.errors import Forbidden, InternalError, NotFound
from function.records import Record
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
    key: str = ""
    """Where a photo lies in a bucket of its own; "" for an upload."""
    is_gone: bool = False
    """Whether the event says that the photo was deleted."""


def caption(app: App, created: Created) -> None:
    """Write the record of an upload unless there is one as new as the event or the upload is gone.

    A photo that cannot be read gets a failed record. Raises what store and ledger raise, UnderWay while another worker
    is at work on the upload, and RecordChanged when others kept writing its record: all may go well another time.
    """
    with _claimed(app, created.name):
        (_forget if created.is_gone else _caption)(app, created)


@contextmanager
def _claimed(app: App, name: str) -> Iterator[None]:
    if not app.ledger.claim(name, CLAIM_SECONDS):
        raise UnderWay
    try:
        yield
    finally:
        app.ledger.release(name)


def _caption(app: App, created: Created) -> None:
    store = app.store_of(created.key)
    for _ in range(ROUNDS):
        stored = store.read_record(created.name)
        if created.anew and stored and stored.record["created_at"] < created.anew:
            stored = Stored({"id": created.name}, stored.version)  # as if it answered no event
        answered = _source(stored) if stored else Created(created.name)
        age = _compare(created, answered)
        if age < 0 or (age == 0 and created.etag == answered.etag != ""):
            logger.info("skipped an upload that has its record")
            return
        try:
            upload = store.read_upload(created.name)
        except NotFound:
            logger.info("skipped an upload that is gone")
            return
        except Forbidden as error:  # its record has no eTag: a later event is not about the same content
            if _write(app, created._replace(etag=""), app.refused(created.name, error), stored):
                return
            continue
        if age == 0 and upload.etag == answered.etag:
            logger.info("skipped an upload that has its record")
            return
        if answered.etag and is_id(created.name) and not created.key:
            logger.warning(USED_BEFORE)
            return
        source = created._replace(etag=upload.etag, sequencer=created.sequencer or answered.sequencer)
        if _write(app, source, app.record(created.name, upload.data), stored):
            _forget_if_deleted(app, source)
            return
        logger.info("another worker wrote the record meanwhile")
    raise RecordChanged


def give_up(app: App, created: Created) -> None:
    """Leave a failed record for an upload that no event will try again, unless it has a record or is gone."""
    if not app.store_of(created.key).has_upload(created.name):
        return
    failed = records.failed(created.name, InternalError())
    if not _write(app, Created(created.name, key=created.key), failed, stored=None):
        logger.info("the upload has its record")
    _forget_if_deleted(app, created)


def _write(app: App, source: Created, record: Record, stored: Stored | None) -> bool:
    """Write the record of an upload over the one that was read; whether that was still the last."""
    upload = {"etag": source.etag, "sequencer": source.sequencer}
    if source.key:  # for whoever finds the record, and looks for its photo
        upload |= {"bucket": app.settings.photo_bucket, "key": source.key}
    replaces = stored.version if stored else None
    try:
        app.store_of(source.key).write_record(source.name, {**record, "upload": upload}, replaces)
    except RecordChanged:
        return False
    return True


def _forget_if_deleted(app: App, created: Created) -> None:
    """Remove a record whose upload was deleted while the record was made: a store deletes the upload first."""
    store = app.store_of(created.key)
    if not store.has_upload(created.name):
        store.delete(created.name)


def _forget(app: App, created: Created) -> None:
    """Remove the record of a photo that was deleted, unless the photo is there again, or its record is newer."""
    store = app.store_of(created.key)
    stored = None if store.has_upload(created.name) else store.read_record(created.name)
    if stored and _compare(created, _source(stored)) >= 0:
        store.delete(created.name)


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
