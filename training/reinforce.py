"""Teach the trained network to write what scores well, not only what people wrote.

Self-critical sequence training (Rennie et al., CVPR 2017) on the train splits: the network draws several sentences
for a photo, each is rewarded by its CIDEr-D, BLEU-4 and coverage less the objects it names that are not there, and
becomes more or less likely by how it compares with the mean of the others (Kool et al., 2019). Of those, the best and
the worst are learned from. One human caption a photo is learned beside them, so that the sentences stay English.

<out>/vocabulary.json, attributes.json   as they were in training
<out>/last.npz, best.npz, log.jsonl      see training.loop
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from function.captioning.engines.network import Decoder, keras, tf
from function.captioning.vocabulary import START, Vocabulary, tokenize
from training.batches import BATCH, Batches, Ids, Rows
from training.concepts import lemma
from training.data import vgg16
from training.data.base import DEFAULT, RUNS, SEED, DataSet
from training.data.coco import Coco
from training.data.sets import MEASURED, SETS, open_sets
from training.data.teacher import Detector, Teacher
from training.hardware import use_bfloat16
from training.loop import Trainer, run
from training.losses import policy_loss
from training.model import Block5, Network, random_window, sample
from training.rewards import AbsentObjects, Bleu, CiderD, Coverage, Frequencies, Reward, Sentence
from training.train import load_outputs, save_outputs
from training.validation import Validator

SAMPLES = 5
MAX_WORDS = 17
"""Of a sentence that is drawn, its end included."""
COVERAGE_WEIGHT = 2.0
"""Of a sentence's coverage, 0..1, beside its CIDEr-D, which is about 0.6 where a sentence is right."""
BLEU_WEIGHT = 1.0
"""Of a sentence's BLEU-4, 0..1."""
ABSENT_WEIGHT = 0.4
"""Of each object that a sentence names and that is not there."""
TEMPERATURE = 1.3
"""What the trained logits are multiplied by, to undo label smoothing."""
HUMAN_WEIGHT = 0.2
"""Of a human caption, where the mean difference between the best and the mean of five sentences is about 0.5."""
Weighted = Sequence[tuple[float, Reward]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Reinforce the trained network with rewards; stops and resumes.")
    parser.add_argument("--data", type=Path, default=DEFAULT, help="folder with the data sets and vgg16/")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS), help="data sets to learn from")
    parser.add_argument("--features", type=Path, default=RUNS / "features", help="what training.features wrote")
    parser.add_argument("--trained", type=Path, default=RUNS / "trained", help="what training.train wrote")
    parser.add_argument("--out", type=Path, default=RUNS / "reinforced", help="folder for checkpoints")
    parser.add_argument(
        "--twice", nargs="*", default=["flickr8k"], help="data sets whose photos come up twice as often"
    )
    parser.add_argument("--rounds", type=int, default=8, help="rounds of --steps batches")
    parser.add_argument("--steps", type=int, default=300, help="batches a round")
    parser.add_argument("--learning-rate", type=float, default=1e-4, help="of the decoder, at its highest")
    parser.add_argument("--block5-rate", type=float, default=2e-6, help="of VGG16's block 5, at its highest")
    args = parser.parse_args()
    use_bfloat16()
    keras.utils.set_random_seed(SEED)
    args.out.mkdir(parents=True, exist_ok=True)
    sets, teacher = open_sets(args.data, tuple(args.sets)), Teacher(args.data)
    vocabulary, concepts = load_outputs(args.trained)
    save_outputs(args.out, vocabulary, concepts)
    batches = Batches(sets, vocabulary, concepts, args.features, teacher)
    decoder = Decoder(len(vocabulary), len(concepts))
    network = Network(Block5(vgg16.weights(args.data)), decoder)
    with np.load(args.trained / "best.npz") as weights:
        network.load(temperature_scaled(dict(weights)))
    steps = args.rounds * args.steps
    trainer = Trainer(network, steps, args.learning_rate, args.block5_rate, policy_loss)
    model = RewardModel(batches, vocabulary, rewards(batches, vocabulary, sets, teacher))
    photos = np.concatenate([batches.captioned(), batches.captioned(args.twice)])
    reinforcer = Reinforcer(trainer, batches, model, photos)
    validators = [Validator(data, vocabulary, concepts, args.features) for data in sets if data.name in MEASURED]
    run(trainer, lambda number: reinforcer.round(SEED + number, args.steps), args.rounds, validators, args.out)


def rewards(batches: Batches, vocabulary: Vocabulary, sets: Sequence[DataSet], teacher: Detector) -> Weighted:
    """What a sentence is rewarded for, and by how much."""
    references = [[caption[1:] for caption in captions] for captions in batches.captions]
    bases = [lemma(word) for word in vocabulary.words]
    firsts: dict[str, int] = {}
    stems = [i if base is None else firsts.setdefault(base, i) for i, base in enumerate(bases)]
    return [
        (1.0, CiderD(references, frequencies(references, vocabulary, sets))),
        (BLEU_WEIGHT, Bleu(references)),
        (COVERAGE_WEIGHT, Coverage(references, stems, [base is not None for base in bases])),
        (-ABSENT_WEIGHT, AbsentObjects(batches.photos, vocabulary.words, teacher)),
    ]


def frequencies(
    references: Sequence[Sequence[Sentence]], vocabulary: Vocabulary, sets: Sequence[DataSet]
) -> list[Frequencies]:
    """Those that the CIDEr-D of each photo is measured with: of its data set, captions without photos included."""
    of: list[Frequencies] = []
    for data in sets:
        own = references[len(of) : len(of) + len(data.split("train"))]
        texts = data.captions_only() if isinstance(data, Coco) else []
        alone = [[vocabulary.encode(tokenize(text)) for text in captions] for captions in texts]
        of += [Frequencies([*own, *alone])] * len(own)
    return of


class RewardModel:
    """Rewards sentences for train photos, and has human ones to learn from."""

    def __init__(self, batches: Batches, vocabulary: Vocabulary, weighted: Weighted) -> None:
        self._captions = [[caption[1:] for caption in captions] for captions in batches.captions]
        self._weighted = weighted

    def rewards(self, photos: Rows, sentences: Ids) -> npt.NDArray[np.float32]:
        """Rewards (n, s) of sentences (n, s, t) for photos (n,)."""
        words = [[word for word in row if word] for row in sentences.reshape(-1, sentences.shape[-1]).tolist()]
        of = np.repeat(photos, sentences.shape[1])  # (n × s,)
        total = sum(weight * reward.scores(of, words) for weight, reward in self._weighted)
        return np.asarray(total, np.float32).reshape(sentences.shape[:2])

    def human(self, photos: Rows, random: np.random.Generator) -> Ids:
        """One caption of each photo, by chance: (n, MAX_WORDS)."""
        ids = np.zeros((len(photos), MAX_WORDS), np.int32)
        for i, photo in enumerate(photos):
            captions = self._captions[photo]
            caption = captions[random.integers(len(captions))][:MAX_WORDS]
            ids[i, : len(caption)] = caption
        return ids


def policy_targets(sentences: Ids, rewards: npt.NDArray[np.float32], human: Ids) -> tuple[Ids, npt.NDArray[np.float32]]:
    """What to learn of s sentences a photo (n, s, t): captions (n, 3, t + 1) and how strongly, weights (n, 3).

    The best sentence and the worst, by how each compares with the mean of the others, and the human one.
    """
    others = (rewards.sum(1, keepdims=True) - rewards) / (rewards.shape[1] - 1)  # (n, s)
    advantages = rewards - others  # (n, s)
    picked = np.stack([rewards.argmax(1), rewards.argmin(1)], 1)  # (n, 2)
    rows = np.concatenate([np.take_along_axis(sentences, picked[:, :, None], 1), human[:, None]], 1)  # (n, 3, t)
    weights = np.concatenate(
        [np.take_along_axis(advantages, picked, 1), np.full((len(human), 1), HUMAN_WEIGHT)], 1, dtype=np.float32
    )  # (n, 3)
    starts = np.full((*rows.shape[:2], 1), START, np.int32)
    return np.concatenate([starts, rows], 2), weights


class Reinforcer:
    """Rounds of drawing sentences, rewarding them and learning from them."""

    def __init__(self, trainer: Trainer, batches: Batches, model: RewardModel, photos: Rows) -> None:
        """`photos` are those to draw sentences for, by number; one that is there twice comes up twice as often."""
        self.trainer = trainer
        self.batches = batches
        self.model = model
        self.photos = photos
        self._window = tf.function(random_window, autograph=False)
        self._draw = tf.function(self._sentences, autograph=False)

    def _sentences(self, windows: tf.Tensor) -> tf.Tensor:
        network = self.trainer.network
        return sample(network.decoder, network.features(windows), SAMPLES, MAX_WORDS)

    def round(self, seed: int, steps: int) -> dict[str, float]:
        """Learn from `steps` batches; the mean reward of the sentences drawn, and their mean length in words."""
        random = np.random.default_rng(seed)
        rewards, lengths = [], []
        with tqdm(self._photos(random, steps), total=steps, desc="round", unit="batch") as progress:
            for photos in progress:
                batch = self.batches.batch(photos, self.model.human(photos, random), random)
                windows = self._window(tf.constant(batch.features))
                sentences = self._draw(windows).numpy()  # (n, s, t)
                reward = self.model.rewards(photos, sentences)  # (n, s)
                captions, weights = policy_targets(sentences, reward, batch.captions)
                self.trainer.step(windows, *map(tf.constant, (captions, batch.labels, batch.weights, weights)))
                rewards.append(reward.mean())
                lengths.append((sentences > 0).sum(-1).mean())
                progress.set_postfix(reward=f"{np.mean(rewards[-50:]):.3f}", refresh=False)
        return {"reward": float(np.mean(rewards)), "words": float(np.mean(lengths)) - 1}

    def _photos(self, random: np.random.Generator, steps: int) -> Iterator[Rows]:
        size = min(BATCH, len(self.photos))
        while steps > 0:
            order = random.permutation(self.photos)[: steps * size]
            for i in range(0, len(order) - size + 1, size):
                yield order[i : i + size]
                steps -= 1


def temperature_scaled(weights: dict[str, np.ndarray], factor: float = TEMPERATURE) -> dict[str, np.ndarray]:
    """Weights whose logits are `factor` times as large, so that what is drawn is not what label smoothing allowed."""
    output = ("output/kernel", "output/bias", "output_bias")
    return {name: array * factor if name in output else array for name, array in weights.items()}


if __name__ == "__main__":
    main()
