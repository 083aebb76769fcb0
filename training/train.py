"""Teach the network to write captions and to predict concepts, from what the trunk made of the train splits.

<out>/vocabulary.json, attributes.json   what the network's outputs mean
<out>/last.npz, best.npz, log.jsonl      see training.loop
"""

import argparse
import json
from collections.abc import Hashable, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from function.captioning.engines.network import Decoder, Weights, keras, tf
from function.captioning.vocabulary import Vocabulary, tokenize
from training.batches import Batches
from training.concepts import Concepts
from training.data import vgg16
from training.data.base import DEFAULT, RUNS, SEED, DataSet
from training.data.sets import MEASURED, SETS, open_sets
from training.data.teacher import Teacher
from training.hardware import use_bfloat16
from training.loop import Trainer, run
from training.losses import cross_entropy
from training.model import Block5, Network, random_window
from training.validation import Validator

MINIMUM_COUNT = 5
"""Of a word in the captions of all train splits; rarer ones become unknown."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the captioning network; stops and resumes.")
    parser.add_argument("--data", type=Path, default=DEFAULT, help="folder with the data sets and vgg16/")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS), help="data sets to learn from")
    parser.add_argument("--features", type=Path, default=RUNS / "features", help="what training.features wrote")
    parser.add_argument("--out", type=Path, default=RUNS / "trained", help="folder for checkpoints")
    parser.add_argument("--start", type=Path, help="folder of an earlier training to start from (default: at random)")
    parser.add_argument("--epochs", type=int, default=8, help="passes over the train splits")
    parser.add_argument("--learning-rate", type=float, default=1.5e-3, help="of the decoder, at its highest")
    parser.add_argument("--block5-rate", type=float, default=5e-5, help="of VGG16's block 5, at its highest")
    args = parser.parse_args()
    use_bfloat16()
    keras.utils.set_random_seed(SEED)
    args.out.mkdir(parents=True, exist_ok=True)
    sets = open_sets(args.data, tuple(args.sets))
    vocabulary, concepts = outputs(sets)
    save_outputs(args.out, vocabulary, concepts)
    batches = Batches(sets, vocabulary, concepts, args.features, Teacher(args.data))
    decoder = Decoder(len(vocabulary), len(concepts))
    network = Network(Block5(vgg16.weights(args.data)), decoder)
    if args.start:
        network.load(carried_over(network, vocabulary, concepts, args.start))
    steps = args.epochs * len(batches)
    trainer = Trainer(network, steps, args.learning_rate, args.block5_rate, cross_entropy)
    validators = [Validator(data, vocabulary, concepts, args.features) for data in sets if data.name in MEASURED]
    run(trainer, lambda number: train_epoch(trainer, batches, number), args.epochs, validators, args.out)


def outputs(sets: list[DataSet]) -> tuple[Vocabulary, Concepts]:
    """The words and concepts of all train splits."""
    photos = [photo for data in sets for photo in data.split("train")]
    words = (tokenize(caption) for photo in photos for caption in photo.captions)
    return Vocabulary.build(words, MINIMUM_COUNT), Concepts.commonest(photos)


def save_outputs(folder: Path, vocabulary: Vocabulary, concepts: Concepts) -> None:
    vocabulary.save(folder / "vocabulary.json")
    (folder / "attributes.json").write_text(json.dumps(concepts.attributes, indent=0) + "\n", encoding="utf-8")


def load_outputs(folder: Path) -> tuple[Vocabulary, Concepts]:
    """What `save_outputs` wrote."""
    attributes = json.loads((folder / "attributes.json").read_text(encoding="utf-8"))
    return Vocabulary.load(folder / "vocabulary.json"), Concepts(attributes)


def carried_over(network: Network, vocabulary: Vocabulary, concepts: Concepts, folder: Path) -> Weights:
    """The network's weights with those of an earlier training in `folder` in place of its own.

    Words and concepts keep their rows by name; what the earlier one did not know stays as it is.
    """
    weights = {name: variable.numpy() for name, variable in network.variables.items()}
    words, known = load_outputs(folder)
    with np.load(folder / "best.npz") as file:
        earlier = dict(file)
    same = _pairs(vocabulary.words, words.words)
    of, earlier_of = _named(concepts), _named(known)
    for name, array in earlier.items():
        if name in ("embedding/embeddings", "output_bias"):
            new, old = same
            weights[name][new] = array[old]
        elif name == "semantic/kernel":
            new, old = _pairs(of, earlier_of[: len(array)])
            weights[name][new] = array[old]
        elif name in ("attribute/kernel", "attribute/bias", "region/kernel"):
            new, old = _pairs(of, earlier_of[: array.shape[-1]])
            weights[name][..., new] = array[..., old]
        else:
            weights[name] = array.astype(np.float32)
    return weights


def _named(concepts: Concepts) -> list[tuple[str, str]]:
    """The concepts in order, each with its kind: a dog may be an attribute and an object."""
    kinds = {"attribute": concepts.attributes, "object": concepts.objects}
    return [(kind, name) for kind, names in kinds.items() for name in names]


def _pairs(names: Sequence[Hashable], earlier: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    """Where the names that both lists have stand in the one and in the other."""
    places = {name: i for i, name in enumerate(earlier)}
    found = [(i, places[name]) for i, name in enumerate(names) if name in places]
    return [new for new, _ in found], [old for _, old in found]


def train_epoch(trainer: Trainer, batches: Batches, number: int) -> dict[str, float]:
    """Learn from every photo once; the mean loss."""
    losses = []
    window = tf.function(random_window, autograph=False, reduce_retracing=False)
    with tqdm(batches.epoch(SEED + number), total=len(batches), desc=f"epoch {number + 1}", unit="batch") as progress:
        for batch in progress:
            windows = window(tf.constant(batch.features))
            losses.append(float(trainer.step(windows, *map(tf.constant, batch[1:]))))
            progress.set_postfix(loss=f"{np.mean(losses[-50:]):.3f}", refresh=False)
    return {"loss": float(np.mean(losses))}


if __name__ == "__main__":
    main()
