"""What the network sees of objects, held against what a sentence names.

A sentence of the beam that names an object which its own head calls improbable costs, so that another one is written:
the objects' probabilities are a prior on the words that name them. Imports no runtime.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from function.captioning.beam_search import Bias
from function.captioning.engines.base import Floats
from function.captioning.english.object_names import PHRASES, objects_named
from function.captioning.vocabulary import Vocabulary

PERSON = "person"
LEAST = 1e-4
"""A probability that counts as none."""
Values = npt.NDArray[np.float64]


class Grounding:
    """Which words of a vocabulary name which objects, and what they cost where the object is improbable.

    Naming an object of probability p costs `weight` × log(`threshold` / p) nats where p is below the threshold.
    """

    def __init__(self, vocabulary: Vocabulary, objects: Sequence[str], weight: float, threshold: float) -> None:
        self._words = vocabulary.words
        self._objects = {name: i for i, name in enumerate(objects)}
        self._weight, self._threshold = weight, threshold
        ids = {word: i for i, word in enumerate(vocabulary.words)}
        self._named = np.full(len(vocabulary), -1)  # (vocabulary,), the object that a word alone names
        self._continued: dict[tuple[int, ...], list[tuple[int, str | None]]] = defaultdict(list)
        for phrase, name in PHRASES.items():
            if all(word in ids for word in phrase):
                *before, last = (ids[word] for word in phrase)
                if before:
                    self._continued[tuple(before)].append((last, name))
                elif name in self._objects:
                    self._named[last] = self._objects[name]
        self._longest = max(map(len, self._continued), default=0)

    def named(self, words: Sequence[int]) -> list[int]:
        """The objects, by number, that a sentence of word ids names, each once."""
        found = objects_named([self._words[word] for word in words])
        return sorted({self._objects[name] for _, _, name in found if name in self._objects})

    def is_person(self, number: int) -> bool:
        """Whether an object, by number, is COCO's class of people."""
        return number == self._objects.get(PERSON)

    def bias(self, probabilities: Floats) -> Bias:
        """What the ranking of a photo's sentences adds for each next word, by the objects' probabilities (objects,).

        A word that makes a name of two (a hot dog) costs what the whole name costs, less what its beginning did.
        """
        costs = self._weight * np.minimum(0.0, np.log(np.maximum(probabilities, LEAST) / self._threshold))  # (objects,)
        alone = np.where(self._named >= 0, costs[self._named], 0.0)  # (vocabulary,)

        def biases(sentences: Sequence[Sequence[int]]) -> Values:
            rows = np.repeat(alone[None], len(sentences), axis=0)  # (n, vocabulary)
            for row, words in zip(rows, sentences, strict=True):
                for length in range(1, self._longest + 1):
                    beginning = tuple(words[-length:])
                    if beginning in self._continued:
                        paid = sum(costs[i] for i in self.named(beginning))
                        for word, name in self._continued[beginning]:
                            row[word] = (costs[self._objects[name]] if name in self._objects else 0.0) - paid
            return rows

        return biases
