"""The seam to `function/`: the only module of the collection that makes captions with it.

A model is loaded by the first photo that needs it, so a folder in which nothing changed pays for none.
"""

import os
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from collection.alike import features
from function import records
from function.app import App
from function.captioning import manifest
from function.captioning.beam_captioner import BeamCaptioner
from function.captioning.engines.base import Engine, Floats, Images, Words
from function.errors import (
    CorruptImage,
    EmptyImage,
    GlimpseError,
    ImageTooSmall,
    Misconfigured,
    PayloadTooLarge,
    TooManyPixels,
    UnsupportedFormat,
)
from function.images.read import read
from function.settings import Settings

CONTENT_ERRORS = frozenset(
    error.code for error in (PayloadTooLarge, UnsupportedFormat, EmptyImage, CorruptImage, TooManyPixels, ImageTooSmall)
)
"""What the bytes themselves are to blame for: the same bytes fail again, so nobody tries."""


_NO_FEATURES = "Collections compare photos by an encoder's features, and this model has none."
_LETTERS = 16  # of a hash; enough to tell encoders apart


class Described(NamedTuple):
    """A record ready for the index, the packed features and the sharpness of the photo; None where it failed."""

    record: dict[str, Any]
    features: bytes | None
    sharpness: float | None


class Describer(Protocol):
    """What captioning files needs of a model. Used by several threads at once."""

    @property
    def encoder(self) -> str:
        """Which encoder makes the features: those of others cannot be compared with them."""
        ...

    def describe(self, data: bytes, sha256: bytes) -> Described:
        """Caption one photo; one that cannot be captioned has a failed record."""
        ...

    def features(self, data: bytes) -> bytes:
        """The packed features of one photo. Raises GlimpseError."""
        ...


class Model:
    """`copies` captioners, so that as many photos are encoded at once; each uses one processor thread of its own."""

    def __init__(self, settings: Settings, copies: int = 1) -> None:
        if copies > 1 and settings.threads == 0:
            settings = settings.replaced(threads=max(1, (os.cpu_count() or 1) // copies))
        self._free: queue.SimpleQueue[App] = queue.SimpleQueue()
        for _ in range(copies):
            self._free.put(App(settings))
        self._loading = threading.Lock()
        self._settings = settings

    @cached_property
    def encoder(self) -> str:
        """The first letters of the SHA-256 of the encoder's file. Raises Misconfigured."""
        files = manifest.read(self._settings.model).files
        if "encoder" not in files:
            raise Misconfigured(_NO_FEATURES)
        return files["encoder"].sha256[:_LETTERS]

    def describe(self, data: bytes, sha256: bytes) -> Described:
        """Caption one photo. A photo that cannot be captioned has a failed record; raises Misconfigured."""
        id = sha256.hex()[:32]
        try:
            started = time.perf_counter()
            photo = read(data)  # before a captioner is taken: the next photo is decoded while this one is encoded
            decode_milliseconds = (time.perf_counter() - started) * 1000
            with self._captioner() as (app, tap):
                caption = app.captioner.describe(photo.pixels)
                packed = features.pack(tap.last, photo.pixels)
        except GlimpseError as error:
            return Described(dict(records.failed(id, error)), None, None)
        model = {"name": app.model.name, "version": app.model.version, "engine": app.settings.engine}
        record = records.captioned(id, photo, decode_milliseconds, caption, app.model.language, model)
        return Described(dict(record), packed, features.sharpness(photo.pixels))

    def features(self, data: bytes) -> bytes:
        """The packed features of a photo that need not be in the index. Raises GlimpseError, Misconfigured."""
        pixels = read(data).pixels
        with self._captioner() as (_, tap):
            return features.pack(tap.encode(pixels[None]), pixels)

    @contextmanager
    def _captioner(self) -> Iterator[tuple[App, "_Tap"]]:
        """An application that no other thread uses, its engine tapped for the features."""
        app = self._free.get()
        try:
            with self._loading:  # one at a time: standard error is sent elsewhere meanwhile
                captioner = app.captioner
            if not isinstance(captioner, BeamCaptioner):
                raise Misconfigured(_NO_FEATURES)
            tap = captioner.engine if isinstance(captioner.engine, _Tap) else _Tap(captioner.engine)
            captioner.engine = tap
            yield app, tap
        finally:
            self._free.put(app)


class _Tap:
    """An engine that remembers the features (1, 196, 512) it encoded last."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name = engine.name
        self.last: npt.NDArray[np.float32] = np.zeros((1, 0, 0), np.float32)

    def encode(self, images: Images) -> Floats:
        self.last = self._engine.encode(images)
        return self.last

    def start(self, features: Floats) -> tuple[Any, Floats, Floats]:
        return self._engine.start(features)

    def step(self, words: Words, memory: Any, state: Floats) -> tuple[Floats, Floats, Floats]:
        return self._engine.step(words, memory, state)
