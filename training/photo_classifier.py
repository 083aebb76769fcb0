"""Tells photos from other images: a logistic model on the encoder's mean features, fitted to both.

Photos are train photos, whole and in pieces (crops down to a fifth of a side, grey, blurred, dark, pale, noisy), so
that the model learns what photographed surfaces have in common and not what data sets show most. The others are drawn
by `training.nonphotos`. How sure it is gets scaled on kinds it has not seen: each of as many folds as there are kinds
leaves one kind and an equal part of the photos out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from tqdm import tqdm

from function.captioning.confidence import Logistic, Values, pooled
from function.captioning.engines.base import Floats, Pixels
from function.images.read import SIDE, read
from training import regression
from training.data.base import SEED, Photo
from training.nonphotos import draw, strokes

STRENGTH = 3e-3
"""Inverse of the penalty on the weights: small, because unseen kinds gain from it (seen ones do not need it)."""


@dataclass(frozen=True)
class Samples:
    """Pooled features of photos (n, 512) and of drawn images (m, 512) with the kind of each."""

    photos: Values
    others: Values
    kinds: npt.NDArray[np.str_]


def gather(encode: Callable[[Pixels], Floats], photos: Sequence[Photo], count: int) -> Samples:
    """Encode `count` of some photos, as many pieces of others, and as many drawn images."""
    random = np.random.default_rng(SEED)
    chosen = [photos[i] for i in random.permutation(len(photos))[: 2 * count]]
    kinds = [sorted(draw.KINDS)[i % len(draw.KINDS)] for i in range(count)]

    def pictures() -> Iterator[Pixels]:
        for photo in chosen[:count]:
            yield photo.pixels()
        for photo in chosen[count:]:
            yield piece(random, photo.pixels())
        for i, kind in enumerate(kinds):
            yield read(draw.draw(i, [kind])[1]).pixels

    progress = tqdm(pictures(), total=len(chosen) + count, desc="photos and others", unit="image")
    rows = np.concatenate([pooled(encode(pixels)) for pixels in progress])
    return Samples(rows[: len(chosen)], rows[len(chosen) :], np.array(kinds))


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
        model = _fitted(samples.photos[~part], samples.others[~held], STRENGTH)
        photo_scores[part] = samples.photos[part] @ model.weights + model.bias
        other_scores[held] = samples.others[held] @ model.weights + model.bias
    scale = _fitted(photo_scores[:, None], other_scores[:, None], 1e6)
    slope, offset = float(scale.weights[0]), scale.bias
    model = _fitted(samples.photos, samples.others, STRENGTH)
    unseen = {kind: float(np.mean(other_scores[samples.kinds == kind] * slope + offset < 0)) for kind in kinds}
    unseen["photos wrongly"] = float(np.mean(photo_scores * slope + offset < 0))
    return Logistic(model.weights * slope, model.bias * slope + offset), unseen


def _fitted(photos: Values, others: Values, strength: float) -> Logistic:
    truth = np.repeat([True, False], [len(photos), len(others)])
    return regression.fit(np.concatenate([photos, others]), truth, strength, regression.balanced(truth))
