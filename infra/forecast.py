"""How long a backfill will take, and what a bucket or a queue will have deleted by then."""

from argparse import ArgumentTypeError
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

SECONDS_A_PHOTO = 0.24
"""Time of a captioner for a photo in Lambda, from docs/operations.md, "What a million photos cost"."""
QUEUE_DAYS = 14


def positive(text: str) -> int:
    """How many captioners, on a command line. Raises ArgumentTypeError."""
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError("say how many captioners work, 1 or more")
    return int(text)


class Forecast:
    """Counts uploads by the day they arrived; `upload_days` is when the bucket deletes them, None for never."""

    def __init__(self, concurrency: int, upload_days: int | None) -> None:
        self._concurrency = concurrency
        self._upload_days = upload_days
        self._arrived: Counter[date] = Counter()

    @property
    def count(self) -> int:
        return self._arrived.total()

    @property
    def duration(self) -> timedelta:
        return timedelta(seconds=self.count * SECONDS_A_PHOTO / self._concurrency)

    def add(self, arrivals: Iterable[datetime]) -> None:
        self._arrived.update(arrival.date() for arrival in arrivals)

    def lost(self) -> int:
        """Uploads that the bucket may delete before the backfill is through."""
        if self._upload_days is None:
            return 0
        end = (datetime.now(UTC) + self.duration).date()
        kept = timedelta(days=self._upload_days)
        return sum(count for day, count in self._arrived.items() if day + kept <= end)

    def lines(self) -> Iterator[str]:
        """What a person should know before it begins."""
        hours = self.duration.total_seconds() / 3600
        yield f"{self.count} uploads at {self._concurrency} captioners will take about {hours:.1f} hours."
        if lost := self.lost():
            yield (
                f"WARNING: {lost} of them may be deleted before, {self._upload_days} days after they arrived. "
                "Raise UploadDays or BulkConcurrency first."
            )
        if self.duration > timedelta(days=QUEUE_DAYS):
            yield f"WARNING: the queue forgets messages after {QUEUE_DAYS} days. Raise BulkConcurrency."
