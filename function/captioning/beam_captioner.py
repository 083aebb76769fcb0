"""The captioner that serves: encode a photo, search for sentences about it, publish the best one.

Its steps are public, so that calibration and evaluation measure the captions that are served. Imports no runtime: it is
handed an engine. One lock per captioner, because no engine is safe to be used by two threads at once.
"""

import json
import threading
import time
from collections.abc import Sequence

import numpy as np

from function.captioning import confidence, tags
from function.captioning.beam_search import Hypothesis, beam_search
from function.captioning.captioner import published
from function.captioning.confidence import ConfidenceModel, Values
from function.captioning.engines.base import Engine, Floats, Pixels
from function.captioning.engines.load import load_engine
from function.captioning.english import gender_neutral
from function.captioning.english.sentences import AltText
from function.captioning.manifest import Manifest
from function.captioning.vocabulary import Vocabulary, join
from function.records import Alternative, Caption, Tag, Word
from function.settings import Settings


class BeamCaptioner:
    """Writes captions by beam search over an engine, with a calibrated confidence for each."""

    def __init__(
        self,
        engine: Engine,
        vocabulary: Vocabulary,
        attributes: Sequence[str],
        model: Manifest,
        confidence_model: ConfidenceModel,
        settings: Settings,
    ) -> None:
        self.engine = engine
        self.vocabulary = vocabulary
        self.settings = settings
        self.attribute_words = tuple(attributes)
        self._model = model
        self._confidence_model = confidence_model
        self._names = confidence.naming(vocabulary)
        self._and = vocabulary.encode(["and"])[0]
        self._lock = threading.Lock()

    def describe(self, pixels: Pixels) -> Caption:
        """Caption one photo, uint8 RGB (224, 224, 3)."""
        with self._lock:
            started = time.perf_counter()
            features = self.encode(pixels)
            encoded = time.perf_counter()
            hypotheses = self.beam(features)
            confidences = self._confidence_model.confidence(features, self.measures(hypotheses))
            probabilities = self.attributes(features)
            searched = time.perf_counter()
        pieces = self._pieces(hypotheses[0])
        words = [piece.word for piece in pieces]
        certainty, printed = published(words, confidences[0], self.settings)
        return Caption(
            caption=join(words),
            confidence=confidences[0],
            certainty=certainty,
            alt_text=printed.text,
            alternatives=[] if certainty == "none" else self._alternatives(hypotheses, confidences),
            words=self._words(hypotheses[0], pieces, printed),
            tags=self._tags(probabilities),
            encode_milliseconds=(encoded - started) * 1000,
            search_milliseconds=(searched - encoded) * 1000,
        )

    def encode(self, pixels: Pixels) -> Floats:
        """Features (1, 196, 512) of one photo, uint8 RGB (224, 224, 3)."""
        return self.engine.encode(pixels[None])

    def beam(self, features: Floats) -> list[Hypothesis]:
        """The hypotheses of the beam for features (1, 196, 512), best first."""
        return beam_search(self.engine, features, self.settings.beam, self._model.length_penalty, self._and)

    def measures(self, hypotheses: Sequence[Hypothesis]) -> Values:
        """What the confidence in each hypothesis of one beam is computed from: (n, 7), columns as in MEASURES."""
        return confidence.measure(hypotheses, self._names, self._model.length_penalty)

    def attributes(self, features: Floats) -> Floats:
        """Probability (attributes,) that people would mention each attribute of features (1, 196, 512)."""
        return np.asarray(self.engine.attributes(features)[0])

    def text(self, hypothesis: Hypothesis) -> str:
        """A hypothesis as a phrase, with or without gender as the settings have it."""
        return join(piece.word for piece in self._pieces(hypothesis))

    def _alternatives(self, hypotheses: Sequence[Hypothesis], confidences: Sequence[float]) -> list[Alternative]:
        """All but the best hypothesis; without gender, two may read the same, and the first stands for both."""
        texts: dict[str, float] = {}
        for hypothesis, probability in zip(hypotheses, confidences, strict=True):
            texts.setdefault(self.text(hypothesis), probability)
        return [Alternative(text, probability) for text, probability in list(texts.items())[1:]]

    def _pieces(self, hypothesis: Hypothesis) -> list[gender_neutral.Piece]:
        words = [self.vocabulary.words[word] for word in hypothesis.words]
        return gender_neutral.rewritten(words) if self.settings.neutral else gender_neutral.unchanged(words)

    def _words(self, hypothesis: Hypothesis, pieces: Sequence[gender_neutral.Piece], printed: AltText) -> list[Word]:
        """A word that stands for several has the least of their probabilities and the mean of their attention."""
        grid = self._model.grid
        return [
            Word(
                word=piece.word,
                start=place.start if place else None,
                end=place.end if place else None,
                probability=float(np.exp(min(hypothesis.log_probs[source] for source in piece.sources))),
                attention=np.mean([hypothesis.attention[source] for source in piece.sources], axis=0).reshape(
                    grid, grid
                ),
            )
            for piece, place in zip(pieces, printed.places, strict=True)
        ]

    def _tags(self, probabilities: Floats) -> list[Tag]:
        chosen = tags.choose(self.attribute_words, probabilities)
        return tags.without_gender(chosen) if self.settings.neutral else chosen


def load(settings: Settings, model: Manifest, confidence_model: ConfidenceModel | None = None) -> BeamCaptioner:
    """The captioner of a model folder, on the engine in the settings.

    `confidence_model` replaces the folder's own, for a model whose own is still to be fitted. Raises Misconfigured when
    a file of the model is missing or altered, or the engine is not installed.
    """
    engine = load_engine(settings.engine, model, settings.threads)
    vocabulary = Vocabulary.load(model.file("vocabulary"))
    attributes = json.loads(model.file("attributes").read_text(encoding="utf-8"))
    confidence_model = confidence_model or ConfidenceModel.load(model.file("confidence"))
    return BeamCaptioner(engine, vocabulary, attributes, model, confidence_model, settings)
