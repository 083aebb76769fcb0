"""Teach the trained network to write what scores well, not only what people wrote.

Self-critical sequence training (Rennie et al., CVPR 2017) on the train split: the network writes several sentences
about a photo, each is rewarded by its CIDEr-D, BLEU-4 and coverage, and becomes more or less likely by how it compares
with the mean of the others (Kool et al., 2019). Of those, the best and the worst are learned from. One human caption a
photo is learned beside them, so that the sentences stay English.

<out>/vocabulary.json   as it was in training
<out>/last.npz    everything a resumed run needs
<out>/best.npz    the averaged weights with the best CIDEr on dev (greedy)
<out>/log.jsonl   a line per round: reward, words a sentence, CIDEr, minutes
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from function.captioning.engines.network import Decoder, keras, tf
from function.captioning.vocabulary import START, Vocabulary
from training import attributes, dataset, network, train
from training.encoder import Block5
from training.network import Network
from training.rewards import Bleu, CiderD, Coverage

SAMPLES = 5
MAX_WORDS = 17
"""Of a sentence that is drawn, its end included."""
COVERAGE_WEIGHT = 2.0
"""Of a sentence's coverage, 0..1, beside its CIDEr-D, which is about 0.6 where a sentence is right."""
BLEU_WEIGHT = 1.0
"""Of a sentence's BLEU-4, 0..1."""
SHARPNESS = 1.3
"""What the trained logits are multiplied by, to undo label smoothing."""
HUMAN_WEIGHT = 0.2
"""Of a human caption, where the mean difference between the best and the mean of five sentences is about 0.5."""


class Critic:
    """Judges sentences about train photos, and has human ones to show."""

    def __init__(self, batches: train.Batches, vocabulary: Vocabulary) -> None:
        self._captions = [[caption[1:] for caption in captions] for captions in batches.captions]
        self._cider = CiderD(self._captions)
        self._bleu = Bleu(self._captions)
        bases = [attributes.lemma(word) for word in vocabulary.words]
        firsts: dict[str, int] = {}
        stems = [i if base is None else firsts.setdefault(base, i) for i, base in enumerate(bases)]
        self._coverage = Coverage(self._captions, stems, [base is not None for base in bases])

    def judge(self, photos: npt.NDArray[np.intp], sentences: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
        """Rewards (n, s) of sentences (n, s, t) about photos (n,)."""
        words = [[word for word in row if word] for row in sentences.reshape(-1, sentences.shape[-1]).tolist()]
        about = np.repeat(photos, sentences.shape[1])
        rewards = self._cider.scores(about, words)
        rewards += BLEU_WEIGHT * self._bleu.scores(about, words)
        rewards += COVERAGE_WEIGHT * self._coverage.scores(about, words)
        return rewards.reshape(sentences.shape[:2])

    def human(self, photos: npt.NDArray[np.intp], random: np.random.Generator) -> npt.NDArray[np.int32]:
        """One caption of each photo, by chance: (n, MAX_WORDS)."""
        ids = np.zeros((len(photos), MAX_WORDS), np.int32)
        for i, photo in enumerate(photos):
            caption = self._captions[photo][random.integers(dataset.CAPTIONS_PER_PHOTO)][:MAX_WORDS]
            ids[i, : len(caption)] = caption
        return ids


def lesson(
    sentences: npt.NDArray[np.int32], rewards: npt.NDArray[np.float32], human: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """What to learn from s sentences a photo: captions (n, 3, t + 1) and how strongly, weights (n, 3).

    The best sentence and the worst, by how each compares with the mean of the others, and the human one.
    """
    others = (rewards.sum(1, keepdims=True) - rewards) / (rewards.shape[1] - 1)
    advantages = rewards - others
    picked = np.stack([rewards.argmax(1), rewards.argmin(1)], 1)
    rows = np.concatenate([np.take_along_axis(sentences, picked[:, :, None], 1), human[:, None]], 1)
    weights = np.concatenate(
        [np.take_along_axis(advantages, picked, 1), np.full((len(human), 1), HUMAN_WEIGHT)], 1, dtype=np.float32
    )
    starts = np.full((*rows.shape[:2], 1), START, np.int32)
    return np.concatenate([starts, rows], 2), weights


class Reinforcer:
    """Rounds of writing, judging and learning."""

    def __init__(self, trainer: network.Trainer, batches: train.Batches, critic: Critic) -> None:
        self.trainer = trainer
        self.batches = batches
        self.critic = critic
        self._show = tf.function(network.shown, autograph=False)
        self._write = tf.function(self._sentences, autograph=False)

    def _sentences(self, windows: tf.Tensor) -> tf.Tensor:
        learned = self.trainer.network
        return network.sample(learned.decoder, learned.look(windows), SAMPLES, MAX_WORDS)

    def round(self, seed: int, steps: int) -> tuple[float, float]:
        """Learn from `steps` batches; the mean reward of what was written, and its mean length in words."""
        random = np.random.default_rng(seed)
        rewards, lengths = [], []
        with tqdm(self._photos(random, steps), total=steps, desc="round", unit="batch") as progress:
            for photos in progress:
                windows = self._show(tf.constant(self.batches.shown(photos, random)))
                sentences = self._write(windows).numpy()
                reward = self.critic.judge(photos, sentences)
                captions, weights = lesson(sentences, reward, self.critic.human(photos, random))
                labels = self.batches.labels[photos]
                self.trainer.step(windows, tf.constant(captions), tf.constant(labels), tf.constant(weights))
                rewards.append(reward.mean())
                lengths.append((sentences > 0).sum(-1).mean())
                progress.set_postfix(reward=f"{np.mean(rewards[-50:]):.3f}", refresh=False)
        return float(np.mean(rewards)), float(np.mean(lengths)) - 1

    def _photos(self, random: np.random.Generator, steps: int) -> Iterator[npt.NDArray[np.intp]]:
        size, count = self.batches.size, len(self.batches.captions)
        while steps > 0:
            order = random.permutation(count)[: steps * size]
            for i in range(0, len(order) - size + 1, size):
                yield order[i : i + size]
                steps -= 1


def main() -> None:
    parser = argparse.ArgumentParser(description="Reinforce the trained network with CIDEr-D; stops and resumes.")
    parser.add_argument("--data", type=Path, default=dataset.DEFAULT, help="folder with flickr8k/ and vgg16/")
    parser.add_argument("--features", type=Path, default=dataset.RUNS / "features", help="what training.features wrote")
    parser.add_argument("--trained", type=Path, default=dataset.RUNS / "trained", help="what training.train wrote")
    parser.add_argument("--out", type=Path, default=dataset.RUNS / "reinforced", help="folder for checkpoints")
    parser.add_argument("--rounds", type=int, default=6, help="rounds of --steps batches")
    parser.add_argument("--steps", type=int, default=250, help="batches a round")
    parser.add_argument("--learning-rate", type=float, default=1e-4, help="of the decoder, at its highest")
    parser.add_argument("--block5-rate", type=float, default=2e-6, help="of VGG16's block 5, at its highest")
    args = parser.parse_args()
    tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})
    keras.utils.set_random_seed(dataset.SEED)
    photos = dataset.Flickr8k(args.data)
    vocabulary = Vocabulary.load(args.trained / "vocabulary.json")
    batches = train.Batches(photos, vocabulary, args.features)
    learned = Network(Block5(dataset.vgg16(args.data)), Decoder(len(vocabulary), batches.labels.shape[1]))
    with np.load(args.trained / "best.npz") as weights:
        learned.load(sharpened(dict(weights)))
    args.out.mkdir(parents=True, exist_ok=True)
    vocabulary.save(args.out / "vocabulary.json")
    trainer = network.Trainer(
        learned, args.rounds * args.steps, args.learning_rate, args.block5_rate, network.policy_loss
    )
    reinforcer = Reinforcer(trainer, batches, Critic(batches, vocabulary))
    reinforce(reinforcer, train.Examiner(photos, vocabulary, args.features), args.rounds, args.steps, args.out)


def sharpened(weights: dict[str, np.ndarray], factor: float = SHARPNESS) -> dict[str, np.ndarray]:
    """Weights whose logits are `factor` times as large, so that what is drawn is not what label smoothing allowed."""
    output = ("output/kernel", "output/bias", "output_bias")
    return {name: array * factor if name in output else array for name, array in weights.items()}


def reinforce(reinforcer: Reinforcer, examiner: train.Examiner, rounds: int, steps: int, out: Path) -> None:
    """Run the rounds that are still to do, keeping the best averaged weights in `out`/best.npz."""
    trainer = reinforcer.trainer
    first, best = train.resume(trainer, out / "last.npz")
    examined = trainer.network.twin()
    for round in range(first, rounds):
        started = time.monotonic()
        reward, length = reinforcer.round(dataset.SEED + round, steps)
        averaged = trainer.averaged()
        examined.load(averaged)
        cider = examiner.cider(examined)
        minutes = (time.monotonic() - started) / 60
        with (out / "log.jsonl").open("a") as log:
            entry = {"round": round, "reward": reward, "words": length, "cider": cider, "minutes": minutes}
            print(json.dumps(entry), file=log)
        print(f"round {round + 1}/{rounds}: reward {reward:.3f}, {length:.1f} words, dev CIDEr {cider:.1f} (greedy)")
        if cider > best:
            best = cider
            train.write(out / "best.npz", averaged)
        train.write(out / "last.npz", {**trainer.save(), "epoch": np.array(round), "best": np.array(best)})


if __name__ == "__main__":
    main()
