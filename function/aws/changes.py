"""Changes of records, as their bucket tells of them, into rows for the analysis.

Each message of the queue is about changes. A row holds the record as it is by now, under the time of the change: events
come at least once and in any order, and the row with the last time has what was there last.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from function.aws.envelopes import Event
from function.storage.aws import firehose
from function.storage.base import RECORDS, Storage
from function.storage.columns import Row, deletion, name_of, row

logger = logging.getLogger(__name__)
READERS = 16
"""Records that are read at once."""


def handle(storage: Storage, stream: str, event: Event) -> Mapping[str, Any]:
    """Send a row for each change that the messages speak of; answers with those that failed, which come again."""
    rows: list[tuple[str, Row]] = []
    failed: set[str] = set()
    with ThreadPoolExecutor(READERS) as pool:
        tasks = [(message["messageId"], pool.submit(_rows, storage, message)) for message in event["Records"]]
    for id, task in tasks:
        try:
            rows += [(id, made) for made in task.result()]
        except Exception:
            logger.exception("a change could not be read")
            failed.add(id)
    try:
        firehose.send(stream, [made for _, made in rows])
    except firehose.Unsent as error:
        logger.warning("the stream did not take every row", exc_info=True)
        failed |= {rows[place][0] for place in error.places}
    return {"batchItemFailures": [{"itemIdentifier": id} for id in sorted(failed)]}


def _rows(storage: Storage, message: Event) -> list[Row]:
    return [_row(storage, key, time) for key, time in _changes(json.loads(message["body"]).get("Records", []))]


def _changes(records: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """The keys of records that changed, and when. A message that is sent by hand has no time of its own."""
    for change in records:
        key = unquote_plus(change["s3"]["object"]["key"])
        if key.startswith(RECORDS) and key.endswith(".json"):
            yield key, change.get("eventTime") or f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def _row(storage: Storage, key: str, changed_at: str) -> Row:
    stored = storage.read_record(name_of(key))
    return row(key, stored.record, changed_at) if stored else deletion(key, changed_at)
