"""The application of one process: settings, store and captioner, each built when it is first needed.

The api function builds settings and store only; the model is loaded by the first call that wants a caption.
"""

import json
import os
import threading
import time
from functools import cached_property

from function import __version__, artefacts, images, records
from function.captioner import Captioner
from function.records import Record
from function.settings import Settings
from function.storage import FolderStorage, Storage


class App:
    """What the doors (api, events, command line) share."""

    def __init__(self, settings: Settings, storage: Storage | None = None) -> None:
        self.settings = settings
        self._given_storage = storage
        self._loading = threading.Lock()
        self._captioner: Captioner | None = None

    @classmethod
    def from_environment(cls) -> "App":
        return cls(Settings.from_environment(os.environ))

    @cached_property
    def storage(self) -> Storage:
        return self._given_storage or FolderStorage(self.settings.data)

    @cached_property
    def model(self) -> artefacts.ModelInfo:
        return artefacts.info(self.settings.model)

    @property
    def captioner(self) -> Captioner:
        """The captioner, loaded once even when two threads ask at once. Raises Misconfigured."""
        with self._loading:
            if self._captioner is None:
                self._captioner = self._load()
            return self._captioner

    def health(self) -> dict[str, str]:
        model = f"{self.model.name} {self.model.version}"
        return {"status": "ok", "version": __version__, "model": model, "engine": self.settings.engine}

    def caption(self, id: str, data: bytes) -> Record:
        """The record of one photo. Raises the GlimpseErrors of `images.read`, and Misconfigured."""
        started = time.perf_counter()
        photo = images.read(data)
        decode_milliseconds = (time.perf_counter() - started) * 1000
        caption = self.captioner.describe(photo.pixels[None])[0]
        model = {"name": self.model.name, "version": self.model.version, "engine": self.settings.engine}
        return records.captioned(id, photo, decode_milliseconds, caption, model)

    def _load(self) -> Captioner:
        from function import engines
        from function.vocabulary import Vocabulary

        settings = self.settings
        engine = engines.load(settings.engine, settings.model, settings.threads)
        vocabulary = Vocabulary.load(artefacts.verified(settings.model, artefacts.VOCABULARY))
        attributes = json.loads(artefacts.verified(settings.model, artefacts.ATTRIBUTES).read_text(encoding="utf-8"))
        return Captioner(engine, vocabulary, attributes, self.model, settings.beam)
