"""From pixels to a Caption: encode, search, and write the best sentence as alt text as far as its confidence allows.

Imports no runtime: it is handed an engine. One lock per captioner, because no engine is safe
to be used by two threads at once.
"""

import threading
import time
from collections.abc import Sequence

import numpy as np

from function.captioning import tags
from function.captioning.beam_search import Sentence, beam_search
from function.captioning.confidence import Judge
from function.captioning.engines.base import GRID, Engine, Floats, Images
from function.captioning.english import gender_neutral
from function.captioning.english.sentences import AltText, alt_text, unprinted
from function.captioning.manifest import ModelInfo
from function.captioning.vocabulary import Vocabulary, join
from function.records import Alternative, Caption, Certainty, Tag, Word
from function.settings import Settings


def certainty(confidence: float, settings: Settings) -> Certainty:
    """What a confidence, 0..1, is worth to a reader."""
    if confidence < settings.silent_below:
        return "none"
    return "possible" if confidence < settings.hedge_below else "likely"


def published(words: Sequence[str], confidence: float, settings: Settings) -> tuple[Certainty, AltText]:
    """How a caption of this confidence, 0..1, is published: as it is, with "Possibly", or not at all."""
    decided = certainty(confidence, settings)
    printed = unprinted(words) if decided == "none" else alt_text(words, hedged=decided == "possible")
    return decided if printed.text else "none", printed


class Captioner:
    """Writes captions with one engine and one vocabulary, and says how sure to be of them."""

    def __init__(
        self,
        engine: Engine,
        vocabulary: Vocabulary,
        attributes: Sequence[str],
        model: ModelInfo,
        judge: Judge,
        settings: Settings,
    ) -> None:
        self.engine = engine
        self.model = model
        self._vocabulary = vocabulary
        self._attributes = attributes
        self._judge = judge
        self._settings = settings
        self._and = vocabulary.encode(["and"])[0]
        self._turn = threading.Lock()

    def describe(self, images: Images) -> list[Caption]:
        """Caption uint8 RGB photos (n, 224, 224, 3), in order."""
        return [self._describe_one(image[None]) for image in images]

    def write(self, features: Floats) -> list[Sentence]:
        """The sentences of the beam for features (1, 196, 512), best first."""
        return beam_search(self.engine, features, self._settings.beam, self.model.length_penalty, self._and)

    def text(self, sentence: Sentence) -> str:
        return join(piece.word for piece in self._pieces(sentence))

    def _describe_one(self, image: Images) -> Caption:
        with self._turn:
            started = time.perf_counter()
            features = self.engine.encode(image)
            encoded = time.perf_counter()
            sentences = self.write(features)
            confidences = self._judge.confidence(features, sentences)
            probabilities = self.engine.attributes(features)[0]
            searched = time.perf_counter()
        pieces = self._pieces(sentences[0])
        spelled = [piece.word for piece in pieces]
        certainty, printed = published(spelled, confidences[0], self._settings)
        return Caption(
            caption=join(spelled),
            confidence=confidences[0],
            certainty=certainty,
            alt_text=printed.text,
            alternatives=[] if certainty == "none" else self._alternatives(sentences, confidences),
            words=self._words(sentences[0], pieces, printed),
            tags=self._tags(probabilities),
            encode_milliseconds=(encoded - started) * 1000,
            search_milliseconds=(searched - encoded) * 1000,
        )

    def _alternatives(self, sentences: Sequence[Sentence], confidences: Sequence[float]) -> list[Alternative]:
        """All but the best sentence; without gender, two may read the same, and the first stands for both."""
        texts: dict[str, float] = {}
        for sentence, confidence in zip(sentences, confidences, strict=True):
            texts.setdefault(self.text(sentence), confidence)
        return [Alternative(text, confidence) for text, confidence in list(texts.items())[1:]]

    def _pieces(self, sentence: Sentence) -> list[gender_neutral.Piece]:
        spelled = [self._vocabulary.words[word] for word in sentence.words]
        return gender_neutral.rewritten(spelled) if self._settings.neutral else gender_neutral.unchanged(spelled)

    def _words(self, sentence: Sentence, pieces: Sequence[gender_neutral.Piece], printed: AltText) -> list[Word]:
        """A word that stands for several has the least of their probabilities and the mean of their attention."""
        return [
            Word(
                word=piece.word,
                start=place.start if place else None,
                end=place.end if place else None,
                probability=float(np.exp(min(sentence.log_probs[source] for source in piece.sources))),
                attention=np.mean([sentence.attention[source] for source in piece.sources], axis=0).reshape(GRID, GRID),
            )
            for piece, place in zip(pieces, printed.places, strict=True)
        ]

    def _tags(self, probabilities: Floats) -> list[Tag]:
        chosen = tags.choose(self._attributes, probabilities)
        return tags.without_gender(chosen) if self._settings.neutral else chosen
