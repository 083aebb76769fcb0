"""Reinforcement at toy size: vocabulary 9, units 16, twelve photos of three kinds."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from function.captioning.engines.network import Decoder
from function.captioning.vocabulary import END, PAD, START, UNKNOWN, Vocabulary
from training import loop, reinforce
from training.batches import Batches
from training.concepts import Concepts
from training.data.base import DataSet, Photo
from training.losses import policy_loss
from training.model import LAYERS, Block5, Network, sample

VOCABULARY = Vocabulary(["dog", "runs", "man", "sits", "cat"])
CONCEPTS = Concepts(["dog", "cat"], ["person", "dog", "cat"])
KINDS = ("dog runs", "man sits", "cat sits")
COUNT = 12


class Drawn(DataSet):
    """Twelve photos of three kinds, told apart by their features and described accordingly."""

    name = "drawn"
    splits = ("train",)

    def __init__(self) -> None:
        pass

    def split(self, name: str) -> list[Photo]:
        return [Photo(f"{i}.jpg", Path(f"{i}.jpg"), (KINDS[i % 3],) * 5) for i in range(COUNT)]

    def help(self) -> str:
        return ""


class Teacher:
    """Sees nothing anywhere."""

    def scores(self, stem: str) -> None:
        return None


@pytest.fixture(autouse=True)
def short_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two words and an end are all that these captions need."""
    monkeypatch.setattr(reinforce, "MAX_WORDS", 4)
    monkeypatch.setattr(reinforce, "BATCH", 6)


@pytest.fixture
def batches(tmp_path: Path) -> Batches:
    kinds = np.random.default_rng(0).uniform(size=(3, 1, 1, 512)) * np.ones((1, 14, 14, 1))
    np.save(tmp_path / "drawn-train-whole.npy", kinds[np.arange(COUNT) % 3].astype(np.float16))
    return Batches([Drawn()], VOCABULARY, CONCEPTS, tmp_path, Teacher())


@pytest.fixture
def model(batches: Batches) -> reinforce.RewardModel:
    weighted = reinforce.rewards(batches, VOCABULARY, [Drawn()], Teacher())
    return reinforce.RewardModel(batches, VOCABULARY, weighted)


@pytest.fixture
def network() -> Network:
    """A toy decoder behind convolutions that let everything pass."""
    tf.random.set_seed(0)
    weights = {f"{layer}/kernel": np.pad(np.eye(512)[None, None], ((1, 1), (1, 1), (0, 0), (0, 0))) for layer in LAYERS}
    weights |= {f"{layer}/bias": np.zeros(512) for layer in LAYERS}
    return Network(Block5(weights), Decoder(len(VOCABULARY), 5, units=16))


@pytest.fixture
def decoder(network: Network) -> Decoder:
    return network.decoder


def test_what_is_drawn_is_words_then_an_end_then_padding(decoder: Decoder) -> None:
    features = tf.random.normal((3, 196, 512), seed=0)
    drawn = sample(decoder, features, sentences=50, length=10).numpy()
    assert drawn.shape == (3, 50, 10)
    assert not np.isin(drawn, [START, UNKNOWN]).any()
    for sentence in drawn.reshape(-1, 10):
        ends = np.flatnonzero(sentence == END)
        words = sentence[: ends[0]] if len(ends) else sentence
        assert (words > UNKNOWN).all()
        assert (sentence[len(words) + 1 :] == PAD).all()


def test_the_best_and_the_worst_sentence_are_learned_from_beside_a_human_one() -> None:
    sentences = np.array([[[4, END], [5, END], [6, END], [7, END]]], np.int32)
    captions, weights = reinforce.policy_targets(
        sentences, np.array([[1.0, 4, 0, 3]], np.float32), np.array([[8, END]], np.int32)
    )
    np.testing.assert_array_equal(captions, [[[START, 5, END], [START, 6, END], [START, 8, END]]])
    np.testing.assert_allclose(weights, [[4 - 4 / 3, 0 - 8 / 3, reinforce.HUMAN_WEIGHT]], rtol=1e-6)


def test_scaled_weights_make_the_same_choice_more_surely(decoder: Decoder) -> None:
    hidden = tf.random.normal((5, 32), seed=0)
    before = decoder.logits(hidden)
    decoder.load(reinforce.temperature_scaled({name: v.numpy() for name, v in decoder.variables.items()}, 1.3))
    np.testing.assert_allclose(decoder.logits(hidden), 1.3 * before, rtol=1e-4, atol=1e-6)


def test_naming_what_is_not_there_costs_more_than_leaving_it_out(model: reinforce.RewardModel) -> None:
    dog, runs, _, sits, cat = VOCABULARY.encode(["dog", "runs", "man", "sits", "cat"])
    sentences = np.array([[[dog, runs, END], [cat, runs, END], [sits, runs, END]]], np.int32)
    [[right, wrong, silent]] = model.rewards(np.array([0]), sentences)
    assert right > silent > wrong


def test_rewarded_sentences_become_likelier(network: Network, batches: Batches, model: reinforce.RewardModel) -> None:
    trainer = loop.Trainer(network, 60, 0.02, 5e-5, policy_loss)
    reinforcer = reinforce.Reinforcer(trainer, batches, model, batches.captioned())
    before = reinforcer.round(1, 2)["reward"]
    for seed in (2, 3):
        reinforcer.round(seed, 26)
    assert reinforcer.round(4, 2)["reward"] > before + 1


def test_a_stopped_run_goes_on_with_its_next_round(
    network: Network, batches: Batches, model: reinforce.RewardModel, tmp_path: Path
) -> None:
    class Validator:
        def scores(self, network: Network) -> dict[str, float]:
            return {"drawn cider": 1.0}

    def run(rounds: int) -> None:
        trainer = loop.Trainer(network, 10, 1e-4, 0, policy_loss)
        reinforcer = reinforce.Reinforcer(trainer, batches, model, batches.captioned())
        loop.run(trainer, lambda number: reinforcer.round(number, 2), rounds, [Validator()], tmp_path)

    run(1)
    run(2)
    assert [line.split(",")[0] for line in (tmp_path / "log.jsonl").read_text().splitlines()] == [
        '{"epoch": 0',
        '{"epoch": 1',
    ]
