"""The captioner that serves: encode a photo, search for sentences about it, publish the best one.

Its steps are public, so that calibration and evaluation measure the captions that are served. Imports no runtime: it is
handed an engine. One lock per captioner, because no engine is safe to be used by two threads at once.
"""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from function.captioning import tags
from function.captioning.beam_search import Hypothesis, beam_search
from function.captioning.captioner import published
from function.captioning.confidence import ConfidenceModel, Measure, Values
from function.captioning.engines.base import Engine, Floats, Pixels
from function.captioning.engines.load import load_engine
from function.captioning.english import gender_neutral
from function.captioning.english.sentences import AltText
from function.captioning.grounding import Grounding
from function.captioning.manifest import Manifest
from function.captioning.vocabulary import Vocabulary, join
from function.records import Alternative, Caption, Certainty, Tag, Word, Wording
from function.settings import Settings


@dataclass(frozen=True)
class Reading:
    """What a network makes of one photo.

    Its `hypotheses`, best first, and the probability of each of its `attributes` (a,) and `objects` (o,).
    """

    hypotheses: Sequence[Hypothesis]
    attributes: Floats
    objects: Floats


class BeamCaptioner:
    """Writes captions by beam search over an engine, with a calibrated confidence for each."""

    def __init__(
        self,
        engine: Engine,
        vocabulary: Vocabulary,
        attributes: Mapping[str, Sequence[str]],
        objects: Sequence[str],
        model: Manifest,
        confidence_model: ConfidenceModel,
        settings: Settings,
    ) -> None:
        """`attributes` are each with the words of the vocabulary that mention it."""
        self.engine = engine
        self.vocabulary = vocabulary
        self.settings = settings
        self.attributes = tuple(attributes)
        self.objects = tuple(objects)
        self._model = model
        self._confidence_model = confidence_model
        self._grounding = Grounding(vocabulary, objects, model.object_weight, model.object_threshold)
        self._measure = Measure(vocabulary, attributes, self._grounding, model.length_penalty)
        self._and = vocabulary.encode(["and"])[0]
        self._lock = threading.Lock()

    def describe(self, pixels: Pixels) -> Caption:
        """Caption one photo, uint8 RGB (224, 224, 3)."""
        with self._lock:
            started = time.perf_counter()
            features = self.encode(pixels)
            encoded = time.perf_counter()
            reading = self.read(features)
            searched = time.perf_counter()
        measures = self.measures(reading)
        photo = self._confidence_model.photo(features)
        confidences = [float(probability) for probability in self._confidence_model.good(measures) * photo]
        grounded = float(self._confidence_model.grounded(measures[:1])[0])
        thing = self._thing(reading.objects * photo)

        def worded(neutral: bool) -> tuple[Certainty, Wording]:
            words = [piece.word for piece in self._pieces(reading.hypotheses[0], neutral)]
            certainty, printed = published(words, confidences[0], self.settings, grounded, thing)
            return certainty, self._wording(reading, confidences, printed, neutral)

        certainty, wording = worded(self.settings.neutral)
        neutral = wording if self.settings.neutral else worded(neutral=True)[1]
        return Caption(
            caption=wording.caption,
            confidence=confidences[0],
            certainty=certainty,
            alt_text=wording.alt_text,
            alternatives=wording.alternatives,
            words=wording.words,
            tags=wording.tags,
            encode_milliseconds=(encoded - started) * 1000,
            search_milliseconds=(searched - encoded) * 1000,
            neutral=neutral if _texts(neutral) != _texts(wording) else None,
        )

    def encode(self, pixels: Pixels) -> Floats:
        """Features (1, 196, 512) of one photo, uint8 RGB (224, 224, 3)."""
        return self.engine.encode(pixels[None])

    def read(self, features: Floats) -> Reading:
        """What the network makes of features (1, 196, 512)."""
        memory, state, concepts = self.engine.start(features)
        attributes, objects = np.split(concepts[0], [len(self.attributes)])  # (attributes,), (objects,)
        width, length_penalty, bias = self.settings.beam, self._model.length_penalty, self._grounding.bias(objects)
        found = beam_search(self.engine, memory, state, width, length_penalty, self._and, bias)
        return Reading(found, attributes, objects)

    def measures(self, reading: Reading) -> Values:
        """What the confidence in each hypothesis of one photo is computed from: (n, 14), columns as in MEASURES."""
        return self._measure(reading.hypotheses, reading.attributes, reading.objects)

    def text(self, hypothesis: Hypothesis) -> str:
        """A hypothesis as a phrase, with or without gender as the settings have it."""
        return self._text(hypothesis, self.settings.neutral)

    def _text(self, hypothesis: Hypothesis, neutral: bool) -> str:
        return join(piece.word for piece in self._pieces(hypothesis, neutral))

    def _wording(self, reading: Reading, confidences: Sequence[float], printed: AltText, neutral: bool) -> Wording:
        """The best hypothesis as it is `printed`, and the others where it is printed at all."""
        best = reading.hypotheses[0]
        others = self._alternatives(reading.hypotheses, confidences, neutral) if any(printed.places) else []
        words = self._words(best, self._pieces(best, neutral), printed)
        return Wording(self._text(best, neutral), printed.text, others, words, self._tags(reading, neutral))

    def _alternatives(
        self, hypotheses: Sequence[Hypothesis], confidences: Sequence[float], neutral: bool
    ) -> list[Alternative]:
        """All but the best hypothesis; without gender, two may read the same, and the first stands for both."""
        texts: dict[str, float] = {}
        for hypothesis, probability in zip(hypotheses, confidences, strict=True):
            texts.setdefault(self._text(hypothesis, neutral), probability)
        return [Alternative(text, probability) for text, probability in list(texts.items())[1:]]

    def _pieces(self, hypothesis: Hypothesis, neutral: bool) -> list[gender_neutral.Piece]:
        words = [self.vocabulary.words[word] for word in hypothesis.words]
        return gender_neutral.rewritten(words) if neutral else gender_neutral.unchanged(words)

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

    def _thing(self, probabilities: Floats) -> str:
        """The object that is surely there by the probabilities (objects,), the surest of several; "" if none is."""
        surest = int(np.argmax(probabilities))
        return self.objects[surest] if probabilities[surest] >= self.settings.thing_from else ""

    def _tags(self, reading: Reading, neutral: bool) -> list[Tag]:
        names = (*self.attributes, *self.objects)
        chosen = tags.choose(names, np.concatenate([reading.attributes, reading.objects]))
        return tags.without_gender(chosen) if neutral else chosen


def _texts(wording: Wording) -> list[str]:
    """All that is said, in order."""
    return [
        wording.caption,
        wording.alt_text,
        *(alternative.caption for alternative in wording.alternatives),
        *(word.word for word in wording.words),
        *(tag.word for tag in wording.tags),
    ]


def load(settings: Settings, model: Manifest, confidence_model: ConfidenceModel | None = None) -> BeamCaptioner:
    """The captioner of a model folder, on the engine in the settings.

    `confidence_model` replaces the folder's own, for a model whose own is still to be fitted. Raises Misconfigured when
    a file of the model is missing or altered, or the engine is not installed.
    """
    engine = load_engine(settings.engine, model, settings.threads)
    vocabulary = Vocabulary.load(model.file("vocabulary"))
    attributes, objects = (
        json.loads(model.file(part).read_text(encoding="utf-8")) for part in ("attributes", "objects")
    )
    confidence_model = confidence_model or ConfidenceModel.load(model.file("confidence"))
    return BeamCaptioner(engine, vocabulary, attributes, objects, model, confidence_model, settings)
