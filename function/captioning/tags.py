"""Tags: what a photo shows, as single words.

They come from the decoder's attributes: words that people would mention, sentence or not. Imports no runtime.
"""

from collections.abc import Sequence

import numpy as np

from function.captioning.engines.base import Floats
from function.captioning.english import gender_neutral
from function.records import Tag

MAX_TAGS = 8
MIN_PROBABILITY = 0.5


def choose(words: Sequence[str], probabilities: Floats) -> list[Tag]:
    """At most MAX_TAGS words, most certain first: those that people would mention with MIN_PROBABILITY or more.

    `probabilities` (attributes,) belong to `words`. There may be none.
    """
    order = np.argsort(-probabilities, kind="stable")[:MAX_TAGS]
    return [Tag(words[i], float(probabilities[i])) for i in order if probabilities[i] >= MIN_PROBABILITY]


def without_gender(tags: Sequence[Tag]) -> list[Tag]:
    """The same in neutral words; of two that become one, the more certain stays."""
    chosen: dict[str, float] = {}
    for tag in tags:
        for piece in gender_neutral.rewritten([tag.word]):
            chosen.setdefault(piece.word, tag.probability)
    return [Tag(word, probability) for word, probability in chosen.items()]
