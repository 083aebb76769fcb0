"""The network at toy size: vocabulary 9, units 16, sentences of up to 6 ids."""

import numpy as np
import pytest
import tensorflow as tf

from function.engines.tensorflow import Decoder
from function.vocabulary import END, PAD, START
from training import network

VOCABULARY, UNITS = 9, 16
CAPTIONS = np.array(
    [
        [[START, 4, 5, END, PAD], [START, 4, 6, 7, END]],
        [[START, 8, END, PAD, PAD], [START, 8, 7, END, PAD]],
        [[START, 6, 6, 5, END], [START, 5, END, PAD, PAD]],
    ],
    np.int32,
)


@pytest.fixture
def features() -> np.ndarray:
    """Three photos that differ as a whole and a little from region to region."""
    random = np.random.default_rng(0)
    return (random.normal(size=(3, 1, 512)) + random.normal(size=(3, 196, 512)) / 3).astype(np.float16)


@pytest.fixture
def decoder() -> Decoder:
    tf.random.set_seed(0)
    return Decoder(VOCABULARY, UNITS)


def test_every_next_word_is_scored(decoder: Decoder, features: np.ndarray) -> None:
    assert network.logits(decoder, tf.constant(features), tf.constant(CAPTIONS)).shape == (6, 4, VOCABULARY)


def test_a_step_gives_log_probabilities_state_and_attention(decoder: Decoder, features: np.ndarray) -> None:
    memory, state = decoder.start(tf.constant(features[:1], tf.float32))
    log_probs, state, attention = decoder.step(tf.constant([4, 5]), memory, tf.repeat(state, 2, axis=0))
    assert (log_probs.shape, state.shape, attention.shape) == ((2, VOCABULARY), (2, 4 * UNITS), (2, 196))
    np.testing.assert_allclose(np.exp(log_probs).sum(-1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.sum(attention, -1), 1, rtol=1e-5)


def test_sentences_of_different_photos_do_not_mix(decoder: Decoder, features: np.ndarray) -> None:
    """Two photos with two sentences each, stepped together, are as each photo on its own."""
    inputs = tf.constant(features[:2], tf.float32)
    memory, state = decoder.start(inputs)
    together, _, _ = decoder.step(tf.constant([4, 5, 4, 5]), memory, tf.repeat(state, 2, axis=0))
    for photo in range(2):
        memory, state = decoder.start(inputs[photo : photo + 1])
        alone, _, _ = decoder.step(tf.constant([4, 5]), memory, tf.repeat(state, 2, axis=0))
        np.testing.assert_allclose(together[2 * photo : 2 * photo + 2], alone, atol=1e-5)


def test_padding_does_not_count() -> None:
    scores = np.zeros((6, 4, VOCABULARY), np.float32)
    padding = (CAPTIONS[:, :, 1:] == PAD).reshape(6, 4)
    wild = scores.copy()
    wild[padding] = np.random.default_rng(0).normal(size=(padding.sum(), VOCABULARY)) * 100
    captions = tf.constant(CAPTIONS)
    assert network.loss(tf.constant(wild), captions) == network.loss(tf.constant(scores), captions)


def test_an_even_guess_costs_the_logarithm_of_the_vocabulary() -> None:
    loss = network.loss(tf.zeros((6, 4, VOCABULARY)), tf.constant(CAPTIONS))
    assert float(loss) == pytest.approx(np.log(VOCABULARY), rel=1e-5)


def test_every_weight_learns(decoder: Decoder, features: np.ndarray) -> None:
    with tf.GradientTape() as tape:
        loss = network.loss(
            network.logits(decoder, tf.constant(features), tf.constant(CAPTIONS)), tf.constant(CAPTIONS)
        )
    gradients = tape.gradient(loss, [variable.value for variable in decoder.variables.values()])
    for name, gradient in zip(decoder.variables, gradients, strict=True):
        assert np.abs(tf.convert_to_tensor(gradient)).max() > 0, name


def test_three_photos_can_be_learned_by_heart(decoder: Decoder, features: np.ndarray, monkeypatch) -> None:
    monkeypatch.setattr(network, "WORD_DROPOUT", 0.0)
    for dropout in ("FEATURE_DROPOUT", "EMBEDDING_DROPOUT", "OUTPUT_DROPOUT"):
        monkeypatch.setattr(network, dropout, 0.0)
    captions = CAPTIONS[:, :1]
    trainer = network.Trainer(decoder, steps=200, learning_rate=0.005)
    for _ in range(200):
        trainer.step(tf.constant(features), tf.constant(captions))
    written = network.greedy(decoder, features, length=4)
    np.testing.assert_array_equal(written, np.where(captions[:, 0, 1:] == END, PAD, captions[:, 0, 1:]))


def test_a_resumed_run_goes_on_exactly_where_it_stopped(features: np.ndarray, monkeypatch) -> None:
    for dropout in ("WORD_DROPOUT", "FEATURE_DROPOUT", "EMBEDDING_DROPOUT", "OUTPUT_DROPOUT"):
        monkeypatch.setattr(network, dropout, 0.0)
    batch = tf.constant(features), tf.constant(CAPTIONS)
    first = network.Trainer(Decoder(VOCABULARY, UNITS), steps=10)
    first.step(*batch)
    saved = first.save()
    resumed = network.Trainer(Decoder(VOCABULARY, UNITS), steps=10)
    resumed.restore(saved)
    first.step(*batch)
    resumed.step(*batch)
    for name, weights in first.averaged().items():
        np.testing.assert_allclose(resumed.averaged()[name], weights, atol=1e-6, err_msg=name)
