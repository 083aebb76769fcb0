"""How a caption's worth is measured: by people's own captions of the same photo.

Each of a photo's five captions is scored against the other four (CIDEr-D, Vedantam et al., CVPR 2015, × 1, after the
PTB tokenizer; Java must be installed). A caption is as good as people's when it scores at least as much as the lower
quartile of these. A machine's caption is held against the same sets of four, and its five scores are averaged,
so that neither side has more references than the other.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

Scores = npt.NDArray[np.float64]
QUARTILE = 25
REFERENCES = 5
"""Human captions of a photo that count, where it has more."""


def human(references: Mapping[str, Sequence[str]]) -> Scores:
    """Scores (photos, 5) of people's captions, each against the others of its photo; `references` by photo name."""
    people = tokenized(references)
    return np.stack([_cider(_without(people, k), _only(people, k)) for k in range(_count(people))], 1)


def machine(references: Mapping[str, Sequence[str]], written: Mapping[str, Sequence[str]]) -> Scores:
    """Scores (photos, n) of n captions of every photo, each the mean over the sets of references that `human` uses."""
    people, candidates = tokenized(references), tokenized(written)
    scores = [
        np.mean([_cider(_without(people, k), _only(candidates, i)) for k in range(_count(people))], 0)
        for i in range(_count(candidates))
    ]
    return np.stack(scores, 1)


def bar(human_scores: Scores) -> float:
    """The score from which a caption counts as good as people's."""
    return float(np.percentile(human_scores, QUARTILE))


def _cider(references: dict[str, list[str]], candidates: dict[str, list[str]]) -> Scores:
    return np.asarray(Cider().compute_score(references, candidates)[1], np.float64)


def _without(captions: dict[str, list[str]], k: int) -> dict[str, list[str]]:
    return {name: [*texts[:k], *texts[k + 1 :]] for name, texts in captions.items()}


def _only(captions: dict[str, list[str]], k: int) -> dict[str, list[str]]:
    return {name: [texts[k]] for name, texts in captions.items()}


def _count(captions: dict[str, list[str]]) -> int:
    return len(next(iter(captions.values())))


def tokenized(captions: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Captions in the form that pycocoevalcap scores."""
    entries = {name: [{"caption": text} for text in texts] for name, texts in captions.items()}
    words: dict[str, list[str]] = PTBTokenizer().tokenize(entries)
    return words
