"""What a backfill will cost and how long it will take, before it begins."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from infra.bulk.source import PARTS, Source
from infra.forecast import QUEUE_DAYS, SECONDS_A_PHOTO

PRICES = {
    "captioner, computing": SECONDS_A_PHOTO * 2.9375 * 0.0000166667,
    "captioner, calls": 0.20e-6,
    "S3, reads (photo, record, a last look)": 3 * 0.40e-6,
    "S3, the record": 5.00e-6,
    "SQS": 3 * 0.40e-6,
    "DynamoDB": 2 * 0.625e-6,
    "logs": 5e-6 * 0.50,
}
"""Dollars for a photo, from docs/operations.md, "What a million photos cost"."""
WRITING_BACK = 5.40e-6


@dataclass
class Estimate:
    """Of `photos` photos with `size` bytes together, at `concurrency` captioners."""

    photos: int = 0
    size: int = 0
    concurrency: int = 2
    writes_back: bool = False

    @property
    def dollars(self) -> float:
        each = sum(PRICES.values()) + (WRITING_BACK if self.writes_back else 0)
        return self.photos * each

    @property
    def duration(self) -> timedelta:
        return timedelta(seconds=self.photos * SECONDS_A_PHOTO / self.concurrency)

    def lines(self) -> Iterator[str]:
        """What a person should know before it begins."""
        yield f"{self.photos:,} photos, {self.size / 1e9:,.1f} GB"
        yield f"at most {self.dollars:,.2f} dollars (us-east-1, list prices; less for photos that have their record)"
        hours = self.duration.total_seconds() / 3600
        yield f"about {hours:,.1f} hours with {self.concurrency} captioners at work (BulkConcurrency)"
        if self.duration > timedelta(days=QUEUE_DAYS):
            yield f"WARNING: the queue forgets messages after {QUEUE_DAYS} days. Raise BulkConcurrency first."


def estimated(source: Source, concurrency: int, writes_back: bool) -> Estimate:
    """The estimate for all photos of a source, whose parts are counted side by side. Raises what S3 raises."""

    def count(part: str) -> tuple[int, int]:
        photos = size = 0
        for photo in source.photos(part, ""):
            photos, size = photos + 1, size + photo.size
        return photos, size

    found = Estimate(concurrency=concurrency, writes_back=writes_back)
    with ThreadPoolExecutor(PARTS) as readers:
        for photos, size in readers.map(count, source.parts()):
            found.photos, found.size = found.photos + photos, found.size + size
    return found
