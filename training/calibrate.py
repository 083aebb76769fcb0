"""Fit how sure the model may be of a caption: writes confidence.json beside the model, and the report into the docs.

The quality of every dev caption, measured against people's (`caption_quality`), and whether it names only what is there
(`chair`), are fitted from the measures of a sentence by a logistic regression each, calibrated afterwards, with the
captioner that serves, on all dev splits together. Each is checked twice: fitted on one half of the photos and checked
on the other, and the other way round; what is released is fitted on both. Whether an image is a photo at all is fitted
apart (`photo_classifier`), and multiplied with the first.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from function.captioning import beam_captioner, confidence, manifest
from function.captioning.beam_captioner import BeamCaptioner
from function.captioning.beam_search import Hypothesis
from function.captioning.confidence import (
    MEASURES,
    CalibratedLogistic,
    ConfidenceModel,
    Logistic,
    Values,
    beta_features,
)
from function.captioning.engines.base import Pixels
from function.captioning.english.object_names import object_classes
from function.captioning.manifest import Manifest
from function.captioning.vocabulary import tokenize
from function.settings import Settings
from training import calibration_report, caption_quality, chair, photo_classifier, regression
from training.data.base import DEFAULT, SEED, Photo
from training.data.sets import MEASURED, open_sets

STRENGTH = 0.1
"""Inverse of the penalty on the weights of standardized measures."""
BETA_STRENGTH = 1e6
"""The same of beta calibration, which has two weights and needs no penalty."""
FOLDS = 5
CONFIDENCE, FILE = "confidence", "confidence.json"
"""What the manifest calls the file, and its name."""
ALTERNATIVE = 0.25
"""What a hypothesis that was not the best weighs in the fit, against 1 for the best: four count as one photo."""
_EVEN = CalibratedLogistic(Logistic(np.zeros(len(MEASURES)), 0.0), Logistic(np.ones(2), 0.0))
UNFITTED = ConfidenceModel(_EVEN, _EVEN, Logistic(np.zeros(512), 0.0))
"""For a model whose own is still to be fitted."""
OTHERS = ("lowest word", "attention entropy", "brightness", "contrast")
Half = npt.NDArray[np.bool_]
Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Observed:
    """Photos as one captioner describes them: n photos of b hypotheses each.

    `measures` (n, b, d), columns as in MEASURES; `others` (n, b, e), columns as in OTHERS, that only the ablation
    reads; `features` (n, 512), pooled; `good` (n, b), whether a sentence is as good as people's, which is measured
    against the bar of its data set; `grounded` (n, b), whether it names only objects that are there; `sources` (n,)
    names the data set.
    """

    measures: Values
    others: Values
    features: Values
    good: Truth
    grounded: Truth
    sources: npt.NDArray[np.str_]


def main() -> None:
    parser = argparse.ArgumentParser(description="Calibrate confidence on dev (about 5 minutes on two idle cores).")
    parser.add_argument("--data", type=Path, default=DEFAULT, help="folder with the data sets")
    parser.add_argument("--sets", nargs="+", default=list(MEASURED), choices=MEASURED, help="data sets to fit on")
    parser.add_argument("--model", type=Path, default=Settings().model, help="folder with the model files")
    parser.add_argument("--images", type=int, default=440, help="photos, pieces of photos and drawn images to encode")
    parser.add_argument("--reference", action="store_true", help="check on TensorFlow too (about 5 minutes more)")
    parser.add_argument("--threads", type=int, default=0, help="processor threads for the model; 0 means all cores")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="folder of model.md, whose figures are renewed")
    args = parser.parse_args()
    model, sets = manifest.read(args.model), open_sets(args.data, tuple(args.sets))
    settings = Settings(model=args.model, threads=args.threads)
    serving = beam_captioner.load(settings, model, UNFITTED)
    samples = photo_classifier.gather(serving.encode, [p for data in sets for p in data.split("train")], args.images)
    photo, unseen = photo_classifier.fit(samples)
    found = [observe(data.split("dev"), data.name, serving) for data in sets]
    observed = joined([part for part, _ in found])
    bars = {data.name: bar for data, (_, bar) in zip(sets, found, strict=True)}
    whole = everything(observed)
    fitted = fit(observed, observed.good, whole), fit(observed, observed.grounded, whole)
    write(model, ConfidenceModel(*fitted, photo), bars)
    report = calibration_report.Report(bars, cross_checked(observed, observed, photo), unseen, ablation(observed))
    if args.reference:
        slow = beam_captioner.load(replace(settings, engine="tensorflow"), model, UNFITTED)
        reference = joined([observe(data.split("dev"), data.name, slow)[0] for data in sets])
        report = replace(report, reference=cross_checked(observed, reference, photo))
    calibration_report.publish(report, args.docs)


def observe(photos: Sequence[Photo], source: str, captioner: BeamCaptioner) -> tuple[Observed, float]:
    """Describe photos and measure every hypothesis of each; and the bar that good ones reach."""
    measures, others, features, grounded = [], [], [], []
    texts: dict[str, list[str]] = {}
    for photo in tqdm(photos, desc=f"captioning {source} with {captioner.engine.name}", unit="photo"):
        pixels = photo.pixels()
        encoded = captioner.encode(pixels)
        reading = captioner.read(encoded)
        measures.append(captioner.measures(reading))
        others.append([[min(h.log_probs), _entropy(h), *_light(pixels)] for h in reading.hypotheses])
        features.append(confidence.pooled(encoded)[0])
        texts[photo.name] = [captioner.text(hypothesis) for hypothesis in reading.hypotheses]
        there = chair.in_photo(photo)
        grounded.append([object_classes([tokenize(text)]) <= there for text in texts[photo.name]])
    references = {photo.name: photo.captions[: caption_quality.REFERENCES] for photo in photos}
    bar = caption_quality.bar(caption_quality.human(references))
    good = caption_quality.machine(references, texts) >= bar
    sources = np.repeat(source, len(photos))
    return Observed(*map(np.array, (measures, others, features, good, grounded, sources))), bar


def joined(parts: Sequence[Observed]) -> Observed:
    """Photos of several data sets as one list."""
    return Observed(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Observed)))


def _entropy(hypothesis: Hypothesis) -> float:
    """Of attention, in nats: the mean over the words."""
    attention = np.stack(hypothesis.attention)
    return float(-np.sum(attention * np.log(attention + 1e-9), axis=1).mean())


def _light(pixels: Pixels) -> tuple[float, float]:
    return float(pixels.mean()), float(pixels.std())


def fit(observed: Observed, truth: Truth, half: Half, columns: Sequence[str] = MEASURES) -> CalibratedLogistic:
    """A model of `truth` (n, b) for the photos in `half`, calibrated on what it says of photos left out."""
    values, truth = _columns(observed, columns)[half], truth[half]
    foreseen = np.zeros(truth.shape)
    for fold in range(FOLDS):
        left_out = np.arange(len(truth)) % FOLDS == fold
        model = _regression(values[~left_out], truth[~left_out], STRENGTH)
        foreseen[left_out] = _probability(model, values[left_out])
    beta = _regression(beta_features(foreseen.ravel()).reshape(*foreseen.shape, 2), truth, BETA_STRENGTH)
    return CalibratedLogistic(_regression(values, truth, STRENGTH), beta)


def _regression(values: Values, truth: Truth, strength: float) -> Logistic:
    """A fit to values (n, b, d) and truth (n, b), in which the best hypothesis of each photo counts most."""
    count, beam, width = values.shape
    weights = np.tile([1.0] + [ALTERNATIVE] * (beam - 1), count)  # (n × b,)
    return regression.fit(values.reshape(-1, width), truth.ravel(), strength, weights)


def _probability(model: Logistic | CalibratedLogistic, values: Values) -> Values:
    """Of each hypothesis of each photo: (n, b, d) → (n, b)."""
    return model.probability(values.reshape(-1, values.shape[2])).reshape(values.shape[:2])


def _columns(observed: Observed, columns: Sequence[str]) -> Values:
    table = np.moveaxis(np.concatenate([observed.measures, observed.others], 2), 2, 0)  # (d + e, n, b)
    named = dict(zip((*MEASURES, *OTHERS), table, strict=True))
    return np.stack([named[column] for column in columns], 2)  # (n, b, columns)


def everything(observed: Observed) -> Half:
    return np.ones(len(observed.good), bool)


def halves(count: int) -> tuple[Half, Half]:
    """A random half of `count` photos and the other half, always the same."""
    first = np.random.default_rng(SEED).permutation(count) < count // 2
    return first, ~first


def cross_checked(fitted_on: Observed, checked_on: Observed, photo: Logistic) -> list[calibration_report.Check]:
    """Probabilities and truth of each half of the photos under the weights fitted on the other half."""
    checks = []
    for half in halves(len(checked_on.good)):
        good, grounded = (fit(fitted_on, truth, ~half) for truth in (fitted_on.good, fitted_on.grounded))
        measures, photos = checked_on.measures[half], photo.probability(checked_on.features[half])
        sure, plain = _probability(good, measures) * photos[:, None], _probability(grounded, measures)
        truths = checked_on.good[half], checked_on.grounded[half]
        checks.append(calibration_report.Check(sure, plain, *truths, checked_on.sources[half]))
    return checks


def ablation(observed: Observed) -> dict[str, tuple[float, float]]:
    """Area under the curve and calibration error, over both halves, for growing and for other sets of measures."""
    sets = {", ".join(MEASURES[:i]): MEASURES[:i] for i in range(1, len(MEASURES) + 1)}
    sets |= {f"all of these and {other}": (*MEASURES, other) for other in OTHERS}
    results = {}
    for title, columns in sets.items():
        figures = []
        for half in halves(len(observed.good)):
            values = _columns(observed, columns)[half, 0]
            sure = fit(observed, observed.good, ~half, columns).probability(values)
            good = observed.good[half, 0]
            figures.append((calibration_report.area(sure, good), calibration_report.error(sure, good)))
        results[title] = tuple(np.mean(figures, 0))
    return results


def write(model: Manifest, fitted: ConfidenceModel, bars: dict[str, float]) -> None:
    """Write confidence.json and enter it into the manifest; the model's other files must be as released."""
    content = {"bars": {source: round(bar, 4) for source, bar in bars.items()}, "measures": MEASURES}
    content |= fitted.as_dict()
    (model.folder / FILE).write_text(json.dumps(content) + "\n", encoding="utf-8")
    for other in set(model.files) - {CONFIDENCE}:
        model.file(other)
    model.with_file(CONFIDENCE, FILE).write()


if __name__ == "__main__":
    main()
