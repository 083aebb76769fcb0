"""Score the tags on a split, through the engine that serves: how attributes rank photos, and whether they are true.

Mean average precision over the commonest attributes; a photo has an attribute when at least one of its five captions
mentions it. The baseline is what tags would be without attributes: the words of the caption, by their probability.
"""

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from function.captioning import beam_captioner, manifest, tags
from function.captioning.beam_search import Hypothesis
from function.captioning.vocabulary import Vocabulary
from function.settings import ENGINES, Settings
from training import dataset
from training.attributes import Attributes, lemma, mean_average_precision

COMMONEST = 200
BINS = 5
Scores = npt.NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the tags of a split (about a minute for 1,000 photos).")
    parser.add_argument("--data", type=Path, default=dataset.DEFAULT, help="folder with flickr8k/")
    parser.add_argument("--split", default="dev", help="train, dev or test")
    parser.add_argument("--model", type=Path, default=Settings().model, help="folder with the model files")
    parser.add_argument("--engine", choices=ENGINES, default="litert", help="model runtime")
    args = parser.parse_args()
    photos = dataset.Flickr8k(args.data)
    attributes = Attributes.commonest(photos)
    labels = np.stack([attributes.labels(photos.captions[name]) for name in photos.split(args.split)])
    recognised, written = score(photos, args.split, Settings(model=args.model, engine=args.engine), attributes)
    for title, scores in (("attributes", recognised), ("words of the caption", written)):
        precision = mean_average_precision(scores[:, :COMMONEST], labels[:, :COMMONEST])
        print(f"{title}: mean average precision {precision:.1%} over the {COMMONEST} commonest")
    print(calibration(recognised, labels))
    print(precision_of_tags(recognised, labels, attributes))


def score(photos: dataset.Flickr8k, split: str, settings: Settings, attributes: Attributes) -> tuple[Scores, Scores]:
    """Probabilities (photos, attributes) by the attributes and by the words of the best caption."""
    captioner = beam_captioner.load(settings, manifest.read(settings.model))
    recognised, written = [], []
    for name in tqdm(photos.split(split), desc=f"recognising {split}", unit="photo"):
        features = captioner.encode(photos.pixels(name))
        recognised.append(captioner.attributes(features))
        written.append(by_caption(captioner.beam(features)[0], captioner.vocabulary, attributes))
    return np.stack(recognised), np.stack(written)


def by_caption(hypothesis: Hypothesis, vocabulary: Vocabulary, attributes: Attributes) -> Scores:
    """The probability of a caption's own words (attributes,), zero for what it does not mention."""
    scores = np.zeros(len(attributes), np.float32)
    for word, log_prob in zip(hypothesis.words, hypothesis.log_probs, strict=True):
        position = attributes.positions.get(lemma(vocabulary.words[word]) or "")
        if position is not None:
            scores[position] = max(scores[position], np.exp(log_prob))
    return scores


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


def precision_of_tags(scores: Scores, labels: Scores, attributes: Attributes) -> str:
    """How many tags a photo gets, and how many of them people mention."""
    chosen = [[tag.word for tag in tags.choose(attributes.words, row)] for row in scores]
    hits = [label[[attributes.positions[word] for word in words]] for words, label in zip(chosen, labels, strict=True)]
    return f"{np.mean([len(words) for words in chosen]):.1f} tags a photo, {np.concatenate(hits).mean():.1%} mentioned"


if __name__ == "__main__":
    main()
