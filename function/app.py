"""The application of one process: settings, store and captioner, each built when it is first needed.

The api function builds settings and store only; the model is loaded by the first call that wants a caption.
"""

import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from function import __version__, records
from function.captioning import manifest
from function.captioning.manifest import Manifest
from function.errors import DailyLimit, GlimpseError, TooManyRequests, Unavailable
from function.images import formats
from function.records import Record
from function.settings import Settings
from function.storage.base import Storage
from function.storage.connect import connect, photo_in_place
from function.storage.connect import ledger as connect_ledger
from function.storage.ledger import Ledger

if TYPE_CHECKING:  # what the api function does not need is imported where it is used
    from function.captioning.captioner import Captioner

Observer = Callable[[Record], None]
CAPTIONS_AT_ONCE = 16
"""Clients that may wait for a caption at once; more would wait too long, and hold too many of a server's threads."""
RETRY_AFTER_SECONDS = 2


class App:
    """What the doors (api, events, command line) share.

    A given `storage`, `captioner` or `ledger` stands in for the one that the settings describe. `observe` is shown the
    record of every photo that was captioned or could not be, stored or not. Each of `checks` tells why no photo is
    being captioned, "" while all is well.
    """

    def __init__(
        self,
        settings: Settings,
        storage: Storage | None = None,
        captioner: "Captioner | None" = None,
        *,
        ledger: Ledger | None = None,
        observe: Observer | None = None,
    ) -> None:
        self.settings = settings
        self._storage = storage
        self._ledger = ledger
        self._captioner = captioner
        self._observe = observe or (lambda record: None)
        self._loading = threading.Lock()
        self.checks: list[Callable[[], str]] = []
        self._places = threading.BoundedSemaphore(CAPTIONS_AT_ONCE)

    @classmethod
    def from_environment(cls, observe: Observer | None = None) -> "App":
        return cls(Settings.from_environment(os.environ), observe=observe)

    @cached_property
    def storage(self) -> Storage:
        return self._storage or connect(self.settings)

    def store_of(self, key: str) -> Storage:
        """The store for a photo that lies under a key in a bucket of its own; for uploads ("") the application's."""
        return photo_in_place(self.settings, key) if key else self.storage

    @cached_property
    def ledger(self) -> Ledger:
        return self._ledger or connect_ledger(self.settings)

    @cached_property
    def model(self) -> Manifest:
        """What the model folder says of itself. Raises Misconfigured."""
        return manifest.read(self.settings.model)

    @property
    def captioner(self) -> "Captioner":
        """The captioner, loaded once even when two threads ask at once. Raises Misconfigured."""
        with self._loading:
            if self._captioner is None:
                from function.captioning.captioner import load

                self._captioner = load(self.settings)
            return self._captioner

    def health(self) -> dict[str, Any]:
        """What runs here and what it takes, for whoever watches and for clients that check before they send.

        Raises Unavailable, with the reason, while no upload is being captioned.
        """
        for reason in filter(None, (check() for check in self.checks)):
            raise Unavailable(reason)
        return {
            "status": "ok",
            "version": __version__,
            "model": f"{self.model.name} {self.model.version}",
            "engine": self.settings.engine,
            "limits": {
                "max_bytes": formats.MAX_BYTES,
                "max_pixels": formats.MAX_PIXELS,
                "min_side": formats.MIN_SIDE,
                "max_request_bytes": min(self.settings.request_bytes or formats.MAX_BYTES, formats.MAX_BYTES),
            },
            "formats": [
                {"name": row.label, "content_types": list(row.content_types), "suffixes": list(row.suffixes)}
                for row in formats.FORMATS
            ],
            "upload_days": self.settings.upload_days or None,
        }

    def admit(self) -> None:
        """Count one more photo that the API is asked to take. Raises DailyLimit once the day has had them all."""
        limit, now = self.settings.daily_photos, datetime.now(UTC)
        if limit and not self.ledger.count(now.date().isoformat(), limit):
            raise DailyLimit(24 * 3600 - (now.hour * 3600 + now.minute * 60 + now.second))

    def caption(self, id: str, data: bytes) -> Record:
        """The record of one photo. Raises the GlimpseErrors of `images.read`, and Misconfigured."""
        return self._observed(id, data, raises=True)

    def record(self, id: str, data: bytes) -> Record:
        """The record of one photo, failed where `caption` raises a GlimpseError. Raises Misconfigured."""
        return self._observed(id, data, raises=False)

    def refused(self, id: str, error: GlimpseError) -> Record:
        """The failed record of a photo that could not be read at all."""
        record = records.failed(id, error)
        self._observe(record)
        return record

    def caption_now(self, id: str, data: bytes) -> Record:
        """`caption` for a client that waits for it. Raises TooManyRequests while `CAPTIONS_AT_ONCE` others do."""
        if not self._places.acquire(blocking=False):
            raise TooManyRequests(RETRY_AFTER_SECONDS)
        try:
            return self.caption(id, data)
        finally:
            self._places.release()

    def _observed(self, id: str, data: bytes, raises: bool) -> Record:
        try:
            record = self._captioned(id, data)
        except GlimpseError as error:
            record = records.failed(id, error)
            self._observe(record)
            if raises:
                raise
            return record
        self._observe(record)
        return record

    def _captioned(self, id: str, data: bytes) -> Record:
        from function.images.read import read

        started = time.perf_counter()
        photo = read(data)
        decode_milliseconds = (time.perf_counter() - started) * 1000
        caption = self.captioner.describe(photo.pixels)
        model = {"name": self.model.name, "version": self.model.version, "engine": self.settings.engine}
        return records.captioned(id, photo, decode_milliseconds, caption, self.model.language, model)
