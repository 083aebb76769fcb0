"""Tags: what a photo shows, as single words and the names of objects.

They come from the network's heads: words that people would mention, sentence or not, and objects that are there.
Imports no runtime.
"""

from collections.abc import Sequence

import numpy as np

from function.captioning.engines.base import Floats
from function.captioning.english import gender_neutral
from function.records import Tag

MAX_TAGS = 8
MIN_PROBABILITY = 0.5


def choose(words: Sequence[str], probabilities: Floats) -> list[Tag]:
    """At most MAX_TAGS of some words, most certain first: those of MIN_PROBABILITY or more. There may be none.

    `probabilities` (n,) belong to `words`, in which an attribute and an object may be the same: the surer one counts.
    """
    likely = [i for i in np.argsort(-probabilities, kind="stable") if probabilities[i] >= MIN_PROBABILITY]
    chosen: dict[str, float] = {}
    for i in likely:
        chosen.setdefault(words[i], float(probabilities[i]))
    return [Tag(word, probability) for word, probability in chosen.items()][:MAX_TAGS]


def without_gender(tags: Sequence[Tag]) -> list[Tag]:
    """The same in neutral words; of two that become one, the more certain stays."""
    chosen: dict[str, float] = {}
    for tag in tags:
        for piece in gender_neutral.rewritten([tag.word]):
            chosen.setdefault(piece.word, tag.probability)
    return [Tag(word, probability) for word, probability in chosen.items()]
