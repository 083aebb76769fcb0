"""Fit how sure the model may be of a caption: writes confidence.json beside the model, and the report into the docs.

The worth of every dev caption, measured against people's (`worth`), is fitted from what the search knows of it by a
logistic regression, bent afterwards, on the engine that serves. It is checked twice: fitted on one half of dev and
checked on the other, and the other way round; what is shipped is fitted on both. Whether an image is a photo at all is
fitted apart (`likeness`), and the two probabilities are multiplied.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
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
from function.settings import Settings
from training import calibration_report, dataset, likeness, worth

STRENGTH = 0.1
"""Inverse of the penalty on the weights of standardized measures."""
BETA_STRENGTH = 1e6
"""The same of the beta calibration, which has two weights and needs no penalty."""
FOLDS = 5
ALTERNATIVE = 0.25
"""What a sentence that was not the best weighs in the fit, against 1 for the best: four of them count as one photo."""
EVEN = Logistic(np.zeros(1), 0.0)
NOT_FITTED = ConfidenceModel(CalibratedLogistic(EVEN, EVEN), EVEN)
"""Stands in for the model that is about to be fitted; nothing here asks it."""
CONFIDENCE, FILE = "confidence", "confidence.json"
Half = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Observed:
    """A split as one engine captions it: n photos of b sentences each.

    `measures` (n, b, d), columns as in MEASURES; `others` (n, b, e), columns as in OTHERS, that only the ablation
    reads; `features` (n, 512), pooled; `good` (n, b), whether a sentence is as good as people's.
    """

    measures: Values
    others: Values
    features: Values
    good: npt.NDArray[np.bool_]
    bar: float


OTHERS = ("lowest word", "attention entropy", "brightness", "contrast")


def main() -> None:
    parser = argparse.ArgumentParser(description="Calibrate confidence on dev (about 5 minutes on two idle cores).")
    parser.add_argument("--data", type=Path, default=dataset.DEFAULT, help="folder with flickr8k/")
    parser.add_argument("--model", type=Path, default=Settings().model, help="folder with the model files")
    parser.add_argument("--images", type=int, default=440, help="photos, pieces of photos and drawn images to encode")
    parser.add_argument("--reference", action="store_true", help="check on TensorFlow too (about 5 minutes more)")
    parser.add_argument("--threads", type=int, default=0, help="processor threads for the model; 0 means all cores")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="folder of model.md, whose figures are renewed")
    args = parser.parse_args()
    photos = dataset.Flickr8k(args.data)
    serving = opened(Settings().engine, args.model, args.threads)
    samples = likeness.gather(serving.engine, photos, args.images)
    photo, unseen = likeness.fit(samples)
    observed = observe(photos, "dev", serving)
    write(args.model, fit(observed, everything(observed)), photo, observed.bar)
    checks = cross_checked(observed, observed, photo)
    report = calibration_report.Report(observed.bar, checks, unseen, ablation(observed))
    if args.reference:
        reference = observe(photos, "dev", opened("tensorflow", args.model, args.threads))
        report = calibration_report.with_reference(report, cross_checked(observed, reference, photo))
    calibration_report.publish(report, args.docs)


def opened(engine: str, model: Path, threads: int) -> BeamCaptioner:
    """The captioner of a model folder that need not have its confidence yet, with the default beam."""
    settings = Settings(model=model, engine=engine, threads=threads)
    return beam_captioner.load(settings, manifest.read(model), NOT_FITTED)


def observe(photos: dataset.Flickr8k, split: str, captioner: BeamCaptioner) -> Observed:
    """Caption a split, and measure and judge every hypothesis about it."""
    measures, others, features, texts = [], [], [], {}
    for name in tqdm(photos.split(split), desc=f"captioning with {captioner.engine.name}", unit="photo"):
        pixels = photos.pixels(name)
        encoded = captioner.encode(pixels)
        beam = captioner.beam(encoded)
        measures.append(captioner.measures(beam))
        others.append([[min(hypothesis.log_probs), _entropy(hypothesis), *_light(pixels)] for hypothesis in beam])
        features.append(confidence.pooled(encoded)[0])
        texts[name] = [captioner.text(hypothesis) for hypothesis in beam]
    references = {name: photos.captions[name] for name in texts}
    bar = worth.bar(worth.human(references))
    good = worth.machine(references, texts) >= bar
    return Observed(np.array(measures), np.array(others), np.array(features), good, bar)


def _entropy(hypothesis: Hypothesis) -> float:
    """Of attention, in nats: the mean over the words."""
    attention = np.stack(hypothesis.attention)  # (words, 196)
    return float(-np.sum(attention * np.log(attention + 1e-9), axis=1).mean())


def _light(pixels: Pixels) -> tuple[float, float]:
    return float(pixels.mean()), float(pixels.std())


def fit(observed: Observed, half: Half, columns: Sequence[str] = MEASURES) -> CalibratedLogistic:
    """A model of all hypotheses about the photos in `half`, calibrated on what it says of photos left out."""
    values, good = _columns(observed, columns)[half], observed.good[half]
    foreseen = np.zeros(good.shape)
    for fold in range(FOLDS):
        left_out = np.arange(len(good)) % FOLDS == fold
        model = _regression(values[~left_out], good[~left_out], STRENGTH)
        foreseen[left_out] = _probability(model, values[left_out])
    beta = _regression(beta_features(foreseen.ravel()).reshape(*foreseen.shape, 2), good, BETA_STRENGTH)
    return CalibratedLogistic(_regression(values, good, STRENGTH), beta)


def _regression(values: Values, good: npt.NDArray[np.bool_], strength: float) -> Logistic:
    """A penalized fit to standardized values (n, b, d) and truth (n, b), folded back to the values as they are."""
    count, beam, width = values.shape
    rows = values.reshape(-1, width)
    mean, deviation = rows.mean(0), rows.std(0) + 1e-9
    weight = np.tile([1.0] + [ALTERNATIVE] * (beam - 1), count)
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit((rows - mean) / deviation, good.ravel(), sample_weight=weight)
    weights = model.coef_[0] / deviation
    return Logistic(weights, float(model.intercept_[0] - mean @ weights))


def _probability(model: Logistic | CalibratedLogistic, values: Values) -> Values:
    """Of each sentence of each photo: (n, b, d) → (n, b)."""
    return model.probability(values.reshape(-1, values.shape[2])).reshape(values.shape[:2])


def _columns(observed: Observed, columns: Sequence[str]) -> Values:
    table = np.moveaxis(np.concatenate([observed.measures, observed.others], 2), 2, 0)
    named = dict(zip((*MEASURES, *OTHERS), table, strict=True))
    return np.stack([named[column] for column in columns], 2)


def everything(observed: Observed) -> Half:
    return np.ones(len(observed.good), bool)


def halves(count: int) -> tuple[Half, Half]:
    """A random half of `count` photos and the other half, always the same."""
    first = np.random.default_rng(dataset.SEED).permutation(count) < count // 2
    return first, ~first


def cross_checked(fitted_on: Observed, checked_on: Observed, photo: Logistic) -> list[calibration_report.Check]:
    """Confidence and truth of each half of a split under the weights fitted on the other half."""
    checks = []
    for half in halves(len(checked_on.good)):
        model = fit(fitted_on, ~half)
        sure = _probability(model, checked_on.measures[half]) * photo.probability(checked_on.features[half])[:, None]
        checks.append(calibration_report.Check(sure, checked_on.good[half]))
    return checks


def ablation(observed: Observed) -> dict[str, tuple[float, float]]:
    """Area under the curve and calibration error, over both halves, for growing and for other sets of measures."""
    sets = {", ".join(MEASURES[:i]): MEASURES[:i] for i in range(1, len(MEASURES) + 1)}
    sets |= {f"all seven and {other}": (*MEASURES, other) for other in OTHERS}
    results = {}
    for title, columns in sets.items():
        figures = []
        for half in halves(len(observed.good)):
            values = _columns(observed, columns)[half, 0]
            sure = fit(observed, ~half, columns).probability(values)
            good = observed.good[half, 0]
            figures.append((calibration_report.area(sure, good), calibration_report.error(sure, good)))
        results[title] = tuple(np.mean(figures, 0))
    return results


def write(folder: Path, caption: CalibratedLogistic, photo: Logistic, bar: float) -> None:
    """Write confidence.json and enter it into the manifest of the model folder."""
    models = {"logistic": caption.logistic, "beta_calibration": caption.beta_calibration, "photo": photo}
    content = {"bar": round(bar, 4), "measures": MEASURES}
    content |= {name: model.as_dict() for name, model in models.items()}
    (folder / FILE).write_text(json.dumps(content) + "\n", encoding="utf-8")
    model = manifest.read(folder)
    for other in set(model.files) - {CONFIDENCE}:
        model.file(other)
    model.with_file(CONFIDENCE, FILE).write()


if __name__ == "__main__":
    main()
