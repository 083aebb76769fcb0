"""The field's scores of captions, × 100.

BLEU-1..4 (Papineni 2002), METEOR (Banerjee 2005), ROUGE-L (Lin 2004) and CIDEr (Vedantam 2015) come from pycocoevalcap
after its PTB tokenizer; Java must be installed.
"""

from collections.abc import Mapping, Sequence
from statistics import mean

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.meteor.meteor import Meteor
from pycocoevalcap.rouge.rouge import Rouge

from training.caption_quality import tokenized
from training.data.base import Photo

References = Mapping[str, Sequence[str]]
Captions = Mapping[str, str]
PEOPLE = 5
"""Human captions of a photo that are held against one another."""


def score(references: References, written: Captions) -> tuple[dict[str, float], dict[str, float]]:
    """All scores of captions by photo, and the CIDEr of each photo."""
    people = tokenized(references)
    candidate = tokenized({name: [caption] for name, caption in written.items()})
    bleu, _ = Bleu(4).compute_score(people, candidate, verbose=0)
    cider, ciders = Cider().compute_score(people, candidate)
    scores = {f"BLEU-{n}": value for n, value in enumerate(bleu, 1)}
    scores |= {
        "METEOR": _meteor(people, candidate),
        "ROUGE-L": Rouge().compute_score(people, candidate)[0],
        "CIDEr": cider,
    }
    by_photo = dict(zip(people, map(float, ciders), strict=True))
    return {name: 100 * float(value) for name, value in scores.items()}, by_photo


def people(photos: Sequence[Photo]) -> dict[str, float]:
    """The mean scores of people: the first five captions of each photo, each against the other four."""
    captioned = {photo.name: photo.captions[:PEOPLE] for photo in photos if len(photo.captions) >= PEOPLE}
    rounds = []
    for k in range(PEOPLE):
        others = {name: [*captions[:k], *captions[k + 1 :]] for name, captions in captioned.items()}
        rounds.append(score(others, {name: captions[k] for name, captions in captioned.items()})[0])
    return {name: mean(found[name] for found in rounds) for name in rounds[0]}


def _meteor(references: References, candidate: References) -> float:
    meteor = Meteor()  # a Java process, whose pipes it does not close itself
    value: float = meteor.compute_score(references, candidate)[0]
    for pipe in (meteor.meteor_p.stdin, meteor.meteor_p.stdout, meteor.meteor_p.stderr):
        pipe.close()
    meteor.meteor_p.wait()
    return value
