"""Which of two sets of captions is better, and whether that is more than chance.

Paired bootstrap over photos (Koehn, EMNLP 2004): the same photos, drawn with replacement, for both. CIDEr and ROUGE-L
are means over photos; BLEU-4 is worked out of the drawn photos' counts; METEOR is taken as a mean over photos here,
where its official score weighs long captions more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pycocoevalcap.bleu.bleu_scorer import BleuScorer
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.meteor.meteor import Meteor
from pycocoevalcap.rouge.rouge import Rouge

from training.caption_quality import tokenized
from training.data.base import SEED

ROUNDS = 1000
Captions = Mapping[str, str]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """Scores × 100 of both, and the 95% interval of how much more the second has."""

    measure: str
    first: float
    second: float
    low: float
    high: float


def compared(references: Mapping[str, Sequence[str]], first: Captions, second: Captions) -> list[Difference]:
    """All measures of two sets of captions of the same photos, which must be those of `references`."""
    people = tokenized(references)
    written = [tokenized({name: [captions[name]] for name in references}) for captions in (first, second)]
    meteor = Meteor()  # starts Java, which takes seconds: once for both
    tables = [_per_photo(people, captions, meteor) for captions in written]
    for pipe in (meteor.meteor_p.stdout, meteor.meteor_p.stderr):  # it closes the third itself
        pipe.close()
    drawn = np.random.default_rng(SEED).integers(len(references), size=(ROUNDS, len(references)))
    everyone = np.arange(len(references))[None]
    found = []
    for measure in tables[0]:
        whole, resampled = ([100 * _score(table[measure], rows) for table in tables] for rows in (everyone, drawn))
        low, high = np.percentile(resampled[1] - resampled[0], [2.5, 97.5])
        found.append(Difference(measure, float(whole[0][0]), float(whole[1][0]), float(low), float(high)))
    return found


def _per_photo(references: dict[str, list[str]], captions: dict[str, list[str]], meteor: Meteor) -> dict[str, Values]:
    """For each measure a score per photo (n,), or what BLEU needs of it (n, 10)."""
    scorers = {"CIDEr": Cider(), "METEOR": meteor, "ROUGE-L": Rouge()}
    table = {name: np.array(scorer.compute_score(references, captions)[1]) for name, scorer in scorers.items()}
    return {"CIDEr": table.pop("CIDEr"), "BLEU-4": _counts(references, captions), **table}


def _counts(references: dict[str, list[str]], captions: dict[str, list[str]]) -> Values:
    """Per photo: length, length of the closest reference, n-grams written and n-grams right, n = 1..4: (n, 10)."""
    scorer = BleuScorer(n=4)
    for name, texts in references.items():
        scorer += (captions[name][0], texts)
    rows = []
    for counts in scorer.ctest:
        length = counts["testlen"]
        closest = min((abs(reference - length), reference) for reference in counts["reflen"])[1]
        rows.append([length, closest, *counts["guess"], *counts["correct"]])
    return np.array(rows, np.float64)


def _score(values: Values, rows: npt.NDArray[np.int64]) -> Values:
    """The score of each drawing of photos, `rows` (drawings, n): a mean, or BLEU-4 (Papineni et al., ACL 2002)."""
    if values.ndim == 1:
        return np.asarray(values[rows].mean(1))
    sums = np.stack([values[row].sum(0) for row in rows])
    precision = np.maximum(sums[:, 6:], 1e-15) / np.maximum(sums[:, 2:6], 1e-9)
    brevity = np.minimum(0, 1 - sums[:, 1] / np.maximum(sums[:, 0], 1e-9))
    return np.asarray(np.exp(np.log(precision).mean(1) + brevity))


def as_text(differences: Sequence[Difference], same: float, first: str, second: str) -> str:
    """The comparison as a table, and in words; `same` is the share of photos with one caption in both."""
    lines = [f"A is {first}, B is {second}; the same caption on {same:.1%} of photos.", ""]
    lines += ["| | A | B | B − A | 95% interval |", "|---|---|---|---|---|"]
    for d in differences:
        interval = f"{d.low:+.2f} … {d.high:+.2f}"
        lines.append(f"| {d.measure} | {d.first:.2f} | {d.second:.2f} | {d.second - d.first:+.2f} | {interval} |")
    return "\n".join([*lines, "", verdict(differences[0])])


def verdict(difference: Difference) -> str:
    if difference.low > 0 or difference.high < 0:
        better = "B" if difference.low > 0 else "A"
        return f"{better} is better by {difference.measure}, and the difference is real: 0 lies outside its interval."
    return f"Neither is shown to be better: a difference in {difference.measure} this small comes about by chance."
