"""What workers share beside the store: who is at work on an upload, and how many photos a day has had.

One process keeps it in memory; functions that run side by side keep it in a table (`dynamodb`).
"""

import threading
import time
from collections import Counter
from typing import Protocol


class Ledger(Protocol):
    """Claims and counts, each made in one step however many ask at once."""

    def claim(self, name: str, seconds: int) -> bool:
        """Whether the upload is now this worker's, for at most `seconds`; False while it is another's."""

    def release(self, name: str) -> None:
        """Give a claim back."""

    def count(self, day: str, limit: int) -> bool:
        """Count one more photo of a day (as in 2026-11-28); False, without counting, once it has had `limit`."""


class MemoryLedger:
    """The ledger of a process that is alone; a restart forgets it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claims: dict[str, float] = {}
        self._photos: Counter[str] = Counter()

    def claim(self, name: str, seconds: int) -> bool:
        now = time.monotonic()
        with self._lock:
            if self._claims.get(name, now) > now:
                return False
            self._claims[name] = now + seconds
            return True

    def release(self, name: str) -> None:
        with self._lock:
            self._claims.pop(name, None)

    def count(self, day: str, limit: int) -> bool:
        with self._lock:
            if self._photos[day] >= limit:
                return False
            self._photos = Counter({day: self._photos[day] + 1})  # no other day is asked for again
            return True
