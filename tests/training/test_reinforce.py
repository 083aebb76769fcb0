"""Reinforcement at toy size: vocabulary 9, units 16, three photos."""

from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import tensorflow as tf

from function.captioning.engines.network import Decoder
from function.captioning.vocabulary import END, PAD, START, UNKNOWN, Vocabulary
from training import network, reinforce, train
from training.encoder import LAYERS, Block5
from training.network import Network

VOCABULARY = Vocabulary(["dog", "runs", "man", "sits", "cat"])
COUNT = 12


class DrawnData:
    """Twelve photos of three kinds, told apart by their features and described accordingly."""

    captions: ClassVar = {f"{i}.jpg": [("dog runs", "man sits", "cat sits")[i % 3]] * 5 for i in range(COUNT)}

    def split(self, name: str) -> list[str]:
        return list(self.captions)


@pytest.fixture(autouse=True)
def short_sentences(monkeypatch) -> None:
    """Two words and an end are all that these captions need."""
    monkeypatch.setattr(reinforce, "MAX_WORDS", 4)


@pytest.fixture
def batches(tmp_path: Path) -> train.Batches:
    kinds = np.random.default_rng(0).uniform(size=(3, 1, 1, 512)) * np.ones((1, 14, 14, 1))
    np.save(tmp_path / "train.npy", kinds[np.arange(COUNT) % 3].astype(np.float16))
    return train.Batches(DrawnData(), VOCABULARY, tmp_path, size=6, variants=["train"])


@pytest.fixture
def learned(batches: train.Batches) -> Network:
    """A toy decoder behind convolutions that let everything pass."""
    tf.random.set_seed(0)
    weights = {f"{layer}/kernel": np.pad(np.eye(512)[None, None], ((1, 1), (1, 1), (0, 0), (0, 0))) for layer in LAYERS}
    weights |= {f"{layer}/bias": np.zeros(512) for layer in LAYERS}
    return Network(Block5(weights), Decoder(len(VOCABULARY), batches.labels.shape[1], units=16))


@pytest.fixture
def decoder(learned: Network) -> Decoder:
    return learned.decoder


def test_what_is_drawn_is_words_then_an_end_then_padding(decoder: Decoder) -> None:
    features = tf.random.normal((3, 196, 512), seed=0)
    drawn = network.sample(decoder, features, sentences=50, length=10).numpy()
    assert drawn.shape == (3, 50, 10)
    assert not np.isin(drawn, [START, UNKNOWN]).any()
    for sentence in drawn.reshape(-1, 10):
        ends = np.flatnonzero(sentence == END)
        words = sentence[: ends[0]] if len(ends) else sentence
        assert (words > UNKNOWN).all()
        assert (sentence[len(words) + 1 :] == PAD).all()


def test_the_best_and_the_worst_sentence_are_learned_from_beside_a_human_one() -> None:
    sentences = np.array([[[4, END], [5, END], [6, END], [7, END]]], np.int32)
    captions, weights = reinforce.lesson(
        sentences, np.array([[1.0, 4, 0, 3]], np.float32), np.array([[8, END]], np.int32)
    )
    np.testing.assert_array_equal(captions, [[[START, 5, END], [START, 6, END], [START, 8, END]]])
    np.testing.assert_allclose(weights, [[4 - 4 / 3, 0 - 8 / 3, reinforce.HUMAN_WEIGHT]], rtol=1e-6)


def test_sharper_weights_make_the_same_choice_more_surely(decoder: Decoder) -> None:
    hidden = tf.random.normal((5, 32), seed=0)
    before = decoder.logits(hidden)
    decoder.load(reinforce.sharpened({name: v.numpy() for name, v in decoder.variables.items()}, 1.3))
    np.testing.assert_allclose(decoder.logits(hidden), 1.3 * before, rtol=1e-4, atol=1e-6)


def test_rewarded_sentences_become_likelier(learned: Network, batches: train.Batches) -> None:
    trainer = network.Trainer(learned, steps=60, learning_rate=0.02, objective=network.policy_loss)
    reinforcer = reinforce.Reinforcer(trainer, batches, reinforce.Critic(batches, VOCABULARY))
    before, _ = reinforcer.round(1, 2)
    for seed in (2, 3):
        reinforcer.round(seed, 26)
    after, _ = reinforcer.round(4, 2)
    assert after > before + 1


def test_a_stopped_run_goes_on_with_its_next_round(learned: Network, batches: train.Batches, tmp_path: Path) -> None:
    class Examiner:
        def cider(self, learned: Network) -> float:
            return 1.0

    def run(rounds: int) -> None:
        trainer = network.Trainer(learned, 10, 1e-4, 0, network.policy_loss)
        reinforcer = reinforce.Reinforcer(trainer, batches, reinforce.Critic(batches, VOCABULARY))
        reinforce.reinforce(reinforcer, Examiner(), rounds, 2, tmp_path)

    run(1)
    run(2)
    assert [line.split(",")[0] for line in (tmp_path / "log.jsonl").read_text().splitlines()] == [
        '{"round": 0',
        '{"round": 1',
    ]
