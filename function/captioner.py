"""From pixels to a Caption: encode, search, and dress the best sentence for its readers.

Imports no runtime: it is handed an engine. One lock per captioner, because no engine is safe
to be used by two threads at once.
"""

import threading
import time
from collections.abc import Sequence

import numpy as np

from function import tags
from function.artefacts import ModelInfo
from function.engines import GRID, Engine, Floats, Images
from function.records import Alternative, Caption, Word
from function.search import Sentence, beam_search
from function.vocabulary import Vocabulary, join


class Captioner:
    """Writes captions with one engine, one vocabulary and one beam width."""

    def __init__(
        self, engine: Engine, vocabulary: Vocabulary, attributes: Sequence[str], model: ModelInfo, beam: int
    ) -> None:
        self.engine = engine
        self.model = model
        self._vocabulary = vocabulary
        self._attributes = attributes
        self._beam = beam
        self._and = vocabulary.encode(["and"])[0]
        self._turn = threading.Lock()

    def describe(self, images: Images) -> list[Caption]:
        """Caption uint8 RGB photos (n, 224, 224, 3), in order."""
        return [self._describe_one(image[None]) for image in images]

    def write(self, features: Floats) -> list[Sentence]:
        """The sentences of the beam for features (1, 196, 512), best first."""
        return beam_search(self.engine, features, self._beam, self.model.length_penalty, self._and)

    def text(self, sentence: Sentence) -> str:
        return join(self._vocabulary.words[word] for word in sentence.words)

    def _describe_one(self, image: Images) -> Caption:
        with self._turn:
            started = time.perf_counter()
            features = self.engine.encode(image)
            encoded = time.perf_counter()
            best, *others = self.write(features)
            probabilities = self.engine.attributes(features)[0]
            searched = time.perf_counter()
        caption = self.text(best)
        return Caption(
            caption=caption,
            confidence=None,
            alt_text=as_sentence(caption),
            alternatives=[Alternative(self.text(other), None) for other in others],
            words=self._words(best),
            tags=tags.choose(self._attributes, probabilities),
            encode_milliseconds=(encoded - started) * 1000,
            search_milliseconds=(searched - encoded) * 1000,
        )

    def _words(self, sentence: Sentence) -> list[Word]:
        steps = zip(sentence.words, sentence.log_probs, sentence.attention, strict=True)
        return [
            Word(self._vocabulary.words[word], float(np.exp(log_prob)), attention.reshape(GRID, GRID))
            for word, log_prob, attention in steps
        ]


def as_sentence(caption: str) -> str:
    """A caption as text to publish: "a dog runs" becomes "A dog runs."."""
    return f"{caption[:1].upper()}{caption[1:]}."
