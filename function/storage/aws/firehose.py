"""Rows into the stream that writes them to files: Amazon Data Firehose."""

import json
from collections.abc import Sequence
from itertools import islice

from function.storage.aws import clients
from function.storage.columns import Row

_ROWS = 500
"""Rows in one request: the most there may be, half of the 4 MB that it may hold."""


class Unsent(Exception):
    """Rows that the stream did not take, by their places in what was to be sent."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__(f"{len(places)} rows were not taken")
        self.places = places


def send(stream: str, rows: Sequence[Row]) -> None:
    """Send rows, as JSON lines. Raises Unsent after all had their turn, and what the client raises."""
    refused: list[int] = []
    lines = iter(enumerate(json.dumps(row).encode() + b"\n" for row in rows))
    while batch := list(islice(lines, _ROWS)):
        answer = clients.firehose().put_record_batch(
            DeliveryStreamName=stream, Records=[{"Data": line} for _, line in batch]
        )
        results = zip(batch, answer["RequestResponses"], strict=True)
        refused += [place for (place, _), result in results if "ErrorCode" in result]
    if refused:
        raise Unsent(refused)
