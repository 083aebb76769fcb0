"""Tags: what a photo shows, as single words.

They come from the decoder's attributes, which know more than one sentence has room for. Imports no runtime.
"""

from collections.abc import Sequence

import numpy as np

from function.engines import Floats
from function.records import Tag

MAX_TAGS = 8
MIN_PROBABILITY = 0.5


def choose(words: Sequence[str], probabilities: Floats) -> list[Tag]:
    """At most MAX_TAGS words, most certain first: those that people would mention with MIN_PROBABILITY or more.

    `probabilities` (attributes,) belong to `words`. The most certain word is a tag however unsure it is.
    """
    order = np.argsort(-probabilities, kind="stable")[:MAX_TAGS]
    likely = [i for rank, i in enumerate(order) if rank == 0 or probabilities[i] >= MIN_PROBABILITY]
    return [Tag(words[i], float(probabilities[i])) for i in likely]
