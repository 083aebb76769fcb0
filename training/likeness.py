"""What a photo is, to the encoder: a logistic model on its mean features, fitted to photos and to images that are none.

Photos are train photos, whole and in pieces (crops down to a fifth of a side, grey, blurred, dark, pale, noisy), so
that the model learns what photographed surfaces have in common and not what Flickr8k likes to show. The others are
drawn by `nonphotos`. How sure it is gets scaled on kinds it has not seen: each of as many folds as there are kinds
leaves one kind and an equal part of the photos out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from function.captioning.confidence import Logistic, Values, pooled
from function.captioning.engines.base import Engine
from function.images.read import SIDE, read
from training import dataset, nonphotos, strokes

STRENGTH = 3e-3
"""Inverse of the penalty on the weights: small, because unseen kinds gain from it (seen ones do not need it)."""
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Samples:
    """Pooled features of photos (n, 512) and of drawn images (m, 512) with the kind of each."""

    photos: Values
    others: Values
    kinds: npt.NDArray[np.str_]


def gather(engine: Engine, photos: dataset.Flickr8k, count: int) -> Samples:
    """Encode `count` train photos, as many pieces of others, and as many drawn images."""
    random = np.random.default_rng(dataset.SEED)
    names = random.permutation(photos.split("train"))[: 2 * count]
    kinds = [sorted(nonphotos.KINDS)[i % len(nonphotos.KINDS)] for i in range(count)]

    def pictures() -> Iterator[Pixels]:
        for name in names[:count]:
            yield photos.pixels(name)
        for name in names[count:]:
            yield piece(random, photos.pixels(name))
        for i, kind in enumerate(kinds):
            yield read(nonphotos.draw(i, [kind])[1]).pixels

    progress = tqdm(pictures(), total=len(names) + count, desc="photos and others", unit="image")
    rows = np.concatenate([pooled(engine.encode(pixels[None])) for pixels in progress])
    return Samples(rows[: len(names)], rows[len(names) :], np.array(kinds))


def piece(random: np.random.Generator, pixels: Pixels) -> Pixels:
    """Part of a photo, as another camera and another light might have taken it, read as serving reads a JPEG."""
    image = Image.fromarray(pixels)
    if random.random() < 0.75:
        width, height = (int(SIDE * part) for part in np.exp(random.uniform(np.log(0.2), np.log(0.9), 2)))
        left, top = int(random.integers(SIDE - width)), int(random.integers(SIDE - height))
        image = image.crop((left, top, left + width, top + height))
    image = image.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    changes: list[tuple[float, Callable[[Image.Image], Image.Image]]] = [
        (0.15, lambda i: i.rotate(int(random.choice([90, 180, 270])))),
        (0.2, lambda i: ImageOps.grayscale(i).convert("RGB")),
        (0.25, lambda i: i.filter(ImageFilter.GaussianBlur(random.uniform(0.5, 4)))),
        (0.3, lambda i: ImageEnhance.Brightness(i).enhance(random.uniform(0.1, 1.8))),
        (0.3, lambda i: ImageEnhance.Contrast(i).enhance(random.uniform(0.4, 1.8))),
        (0.3, lambda i: ImageEnhance.Color(i).enhance(random.uniform(0.3, 2.5))),
        (0.15, lambda i: strokes.noisy(random, i, random.uniform(3, 15))),
    ]
    for probability, change in changes:
        if random.random() < probability:
            image = change(image)
    file = BytesIO()
    image.save(file, "JPEG", quality=int(random.integers(30, 96)))
    return read(file.getvalue()).pixels


def fit(samples: Samples) -> tuple[Logistic, dict[str, float]]:
    """The model, and for each kind the share of it that a model which never saw the kind gives less than one half."""
    photo_scores, other_scores = np.zeros(len(samples.photos)), np.zeros(len(samples.others))
    kinds = sorted(set(samples.kinds))
    for i, kind in enumerate(kinds):
        held = samples.kinds == kind
        part = np.arange(len(samples.photos)) % len(kinds) == i
        model = _fitted(samples.photos[~part], samples.others[~held])
        photo_scores[part] = samples.photos[part] @ model.weights + model.bias
        other_scores[held] = samples.others[held] @ model.weights + model.bias
    scale = _logistic(1e6, photo_scores[:, None], other_scores[:, None])
    slope, offset = float(scale.coef_[0, 0]), float(scale.intercept_[0])
    model = _fitted(samples.photos, samples.others)
    unseen = {kind: float(np.mean(other_scores[samples.kinds == kind] * slope + offset < 0)) for kind in kinds}
    unseen["photos wrongly"] = float(np.mean(photo_scores * slope + offset < 0))
    return Logistic(model.weights * slope, model.bias * slope + offset), unseen


def _fitted(photos: Values, others: Values) -> Logistic:
    """A penalized fit on standardized columns, folded back to the columns as they are."""
    mean, deviation = photos.mean(0), photos.std(0) + 1e-3
    model = _logistic(STRENGTH, (photos - mean) / deviation, (others - mean) / deviation)
    weights = model.coef_[0] / deviation
    return Logistic(weights, float(model.intercept_[0] - mean @ weights))


def _logistic(strength: float, photos: Values, others: Values) -> LogisticRegression:
    truth = np.repeat([1, 0], [len(photos), len(others)])
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=2000)
    return model.fit(np.concatenate([photos, others]), truth)
