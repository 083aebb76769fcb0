"""After a new model: features of the photos that another encoder saw, so that all can be compared with one another.

Only the encoder runs; records, sentences and tags stay as they are. Photos are claimed and stored one by one, as
captions are, so that a run that was ended goes on where it stopped.
"""

from collection.captions.load import Loaded
from collection.captions.model import Described, Describer
from collection.captions.pipeline import Outcome, Pipeline
from collection.index import claims, paths, photos
from collection.index.database import Index, Row
from collection.index.errors import Failure
from function.errors import GlimpseError, Misconfigured


def outdated(index: Index, model: Describer, root: int, within: bytes) -> list[Row]:
    """A file of each photo that another encoder saw.

    None where the model cannot be read: a folder in which nothing changed needs no model, and others are told of it.
    """
    try:
        return paths.uncompared(index, root, within, model.encoder)
    except Misconfigured:
        return []


class Comparing(Pipeline):
    """Makes features for the files of `outdated`; one that has changed since is left to the next look at the folder."""

    def _kept(self, row: Row, loaded: Loaded) -> Outcome | None:
        photo = photos.with_content(self._index, loaded.sha256)
        done = "SELECT 1 FROM features WHERE photo = ? AND encoder = ?"
        if photo is None or self._index.one(done, [photo, self._model.encoder]) is not None:
            return Outcome(row, "kept")
        return None

    def _made(self, loaded: Loaded) -> Described:
        try:
            return Described({}, self._model.features(self._shown(loaded)), None)
        except GlimpseError as error:
            return Described(error.as_dict(), None, None)

    def _store(self, row: Row, loaded: Loaded, described: Described) -> Outcome:
        photo = photos.with_content(self._index, loaded.sha256)
        with self._index.change():
            if photo is not None and described.features is not None:
                photos.keep_features(self._index, photo, described.features, self._model.encoder)
            claims.release(self._index, loaded.sha256)
        if (error := described.record.get("error")) is not None:
            return Outcome(row, "failed", failure=Failure(row["shown"], error["code"], error["message"]))
        return Outcome(row, "compared")
