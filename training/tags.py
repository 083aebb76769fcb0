"""Score the tags of a split, through the captioner that serves: how well attributes and objects rank photos.

Mean average precision over the words that the most photos of the split are described by; a photo has a word when at
least one of its captions mentions it. The baseline is the words of the caption, by their probability. Where a model
predicts objects and the photos are labelled, the same over COCO's classes.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from function.captioning import beam_captioner, manifest, tags
from function.captioning.beam_captioner import BeamCaptioner
from function.captioning.beam_search import Hypothesis
from function.settings import ENGINES, Settings
from training.concepts import attribute_labels, commonest_attributes, lemma, mean_average_precision
from training.data.base import DEFAULT, Photo
from training.data.sets import MEASURED, SETS

COMMONEST = 200
BINS = 5
Scores = npt.NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the tags of a split (about a minute for 1,000 photos).")
    parser.add_argument("--data", type=Path, default=DEFAULT, help="folder with the data sets")
    parser.add_argument("--set", choices=MEASURED, default="flickr8k", help="data set")
    parser.add_argument("--split", default="dev", help="train, dev or test")
    parser.add_argument("--model", type=Path, default=Settings().model, help="folder with the model files")
    parser.add_argument("--engine", choices=ENGINES, default=Settings().engine, help="model runtime")
    args = parser.parse_args()
    photos = SETS[args.set](args.data).split(args.split)
    captioner = beam_captioner.load(Settings(model=args.model, engine=args.engine), manifest.read(args.model))
    attributes = captioner.attributes
    predicted, objects, written = score(photos, captioner)
    labels = np.stack([attribute_labels(attributes, photo.captions) for photo in photos])
    wanted = commonest_attributes(photos, COMMONEST)
    for title, scores in (("attributes", predicted), ("words of the caption", written)):
        precision = mean_average_precision(*_columns(wanted, attributes, scores, photos))
        print(f"{title}: mean average precision {precision:.1%} over the {COMMONEST} commonest words of the split")
    labelled = [i for i, photo in enumerate(photos) if photo.objects is not None]
    if labelled:
        there = np.array(
            [[name in (photos[i].objects or ()) for name in captioner.objects] for i in labelled], np.float32
        )
        print(f"objects: mean average precision {mean_average_precision(objects[labelled], there):.1%}")
    print(calibration(predicted, labels))
    print(precision_of_tags(predicted, labels, attributes))


def score(photos: Sequence[Photo], captioner: BeamCaptioner) -> tuple[Scores, Scores, Scores]:
    """Probabilities (photos, a) of attributes, (photos, o) of objects, and (photos, a) by the best caption's words."""
    attributes, objects, written = [], [], []
    for photo in tqdm(photos, desc="predicting", unit="photo"):
        reading = captioner.read(captioner.encode(photo.pixels()))
        attributes.append(reading.attributes)
        objects.append(reading.objects)
        written.append(by_caption(reading.hypotheses[0], captioner.vocabulary.words, captioner.attributes))
    return np.stack(attributes), np.stack(objects), np.stack(written)


def by_caption(hypothesis: Hypothesis, words: Sequence[str], attributes: Sequence[str]) -> Scores:
    """The probability of the sentence's own words (attributes,), zero for what it does not mention."""
    scores = np.zeros(len(attributes), np.float32)
    places = {word: i for i, word in enumerate(attributes)}
    for word, log_prob in zip(hypothesis.words, hypothesis.log_probs, strict=True):
        place = places.get(lemma(words[word]) or "")
        if place is not None:
            scores[place] = max(scores[place], np.exp(log_prob))
    return scores


def _columns(
    wanted: Sequence[str], attributes: Sequence[str], scores: Scores, photos: Sequence[Photo]
) -> tuple[Scores, Scores]:
    """Scores and truth (photos, wanted); a word that the model has no attribute for scores nothing anywhere."""
    places = {word: i for i, word in enumerate(attributes)}
    found = np.zeros((len(photos), len(wanted)), np.float32)
    for column, word in enumerate(wanted):
        if word in places:
            found[:, column] = scores[:, places[word]]
    return found, np.stack([attribute_labels(wanted, photo.captions) for photo in photos])


def calibration(scores: Scores, labels: Scores) -> str:
    """How often attributes are mentioned, by the probability they are given, and the mean distance between the two."""
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    lines, error = [], 0.0
    for i in range(BINS):
        chosen = bins == i
        if chosen.any():
            claimed, found = float(scores[chosen].mean()), float(labels[chosen].mean())
            error += abs(claimed - found) * chosen.mean()
            lines.append(f"{chosen.sum():7} attributes given {claimed:.2f} on average are mentioned in {found:.2f}")
    return "\n".join([*lines, f"expected calibration error {error:.3f}"])


def precision_of_tags(scores: Scores, labels: Scores, attributes: Sequence[str]) -> str:
    """How many tags a photo gets, and how many of them people mention."""
    places = {word: i for i, word in enumerate(attributes)}
    chosen = [[tag.word for tag in tags.choose(attributes, row)] for row in scores]
    hits = [label[[places[word] for word in words]] for words, label in zip(chosen, labels, strict=True)]
    return f"{np.mean([len(words) for words in chosen]):.1f} tags a photo, {np.concatenate(hits).mean():.1%} mentioned"


if __name__ == "__main__":
    main()
