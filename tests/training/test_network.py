"""The network at toy size: vocabulary 9, 3 attributes, units 16, sentences of up to 6 ids."""

import numpy as np
import pytest
import tensorflow as tf

from function.captioning.engines.network import Decoder
from function.captioning.vocabulary import END, PAD, START
from training import network
from training.encoder import LAYERS, Block5
from training.network import Network

VOCABULARY, ATTRIBUTES, UNITS = 9, 3, 16
LABELS = np.eye(3, dtype=np.float32)
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
    return (random.normal(size=(3, 1, 512)) + random.normal(size=(3, 196, 512)) / 3).astype(np.float32)


@pytest.fixture
def pooled() -> np.ndarray:
    """What the trunk might give of the three photos."""
    random = np.random.default_rng(1)
    return random.normal(size=(3, 1, 1, 512)) + random.normal(size=(3, 14, 14, 512)).astype(np.float32) / 3


@pytest.fixture
def decoder() -> Decoder:
    tf.random.set_seed(0)
    return Decoder(VOCABULARY, ATTRIBUTES, UNITS)


@pytest.fixture
def learned(decoder: Decoder) -> Network:
    return Network(Block5(convolutions()), decoder)


def convolutions() -> dict[str, np.ndarray]:
    """Random kernels that neither blow the features up nor let them die."""
    random = np.random.default_rng(2)
    kernels = {f"{layer}/kernel": random.normal(0, 0.02, (3, 3, 512, 512)) for layer in LAYERS}
    return kernels | {f"{layer}/bias": np.zeros(512) for layer in LAYERS}


def test_every_next_word_is_scored(learned: Network, pooled: np.ndarray) -> None:
    scores, attributes = network.answers(learned, network.shown(pooled), tf.constant(CAPTIONS))
    assert (scores.shape, attributes.shape) == ((6, 4, VOCABULARY), (3, ATTRIBUTES))


def test_a_window_is_one_part_of_the_photo_and_another_one_each_time() -> None:
    rows, columns = np.meshgrid(np.arange(14), np.arange(14), indexing="ij")
    places = np.broadcast_to((14 * rows + columns)[None, :, :, None], (2, 14, 14, 512)).astype(np.float16)
    corners = set()
    for _ in range(100):
        window = network.shown(tf.constant(places)).numpy()
        assert window.shape == (2, network.WINDOW, network.WINDOW, 512)
        top, left = divmod(int(window[0, 0, 0, 0]), 14)
        np.testing.assert_array_equal(window[0, :, :, 0], places[0, top : top + 12, left : left + 12, 0])
        corners.add((top, left))
    assert corners == {(top, left) for top in range(3) for left in range(3)}


def test_a_photo_looks_the_same_but_for_the_channels_that_are_silenced(learned: Network, pooled: np.ndarray) -> None:
    whole, seen = learned.block5(pooled).numpy(), learned.look(tf.constant(pooled)).numpy()
    alive = seen.any(1)
    assert 0.7 < alive.mean() / whole.any(1).mean() < 0.9
    kept = np.broadcast_to(alive[:, None], seen.shape)
    np.testing.assert_allclose(seen[kept], whole[kept] / (1 - network.FEATURE_DROPOUT), rtol=1e-5)


def test_a_decoder_without_attributes_learned_writes_as_if_there_were_none(
    decoder: Decoder, features: np.ndarray
) -> None:
    before = decoder.encode_memory(tf.constant(features))[2]
    decoder.attribute.bias.assign([5.0, -5.0, 0.0])
    np.testing.assert_array_equal(decoder.encode_memory(tf.constant(features))[2], before)
    decoder.semantic.kernel.assign(np.ones((ATTRIBUTES, UNITS), np.float32))
    assert np.abs(decoder.encode_memory(tf.constant(features))[2] - before).min() > 0.5


def test_attributes_are_probabilities(decoder: Decoder, features: np.ndarray) -> None:
    probabilities = decoder.attributes(tf.constant(features)).numpy()
    assert probabilities.shape == (3, ATTRIBUTES)
    assert ((probabilities > 0) & (probabilities < 1)).all()


def test_unlikely_attributes_cost_little_and_wrong_ones_a_lot() -> None:
    labels = tf.constant([[1.0, 0, 0]])
    assert float(network.attribute_loss(tf.zeros((1, 3)), labels)) == pytest.approx(3 * np.log(2), rel=1e-5)
    assert network.attribute_loss(tf.constant([[9.0, -9, -9]]), labels) < 0.01
    assert network.attribute_loss(tf.constant([[-9.0, 9, -9]]), labels) > 17


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


def test_every_weight_learns(learned: Network, pooled: np.ndarray) -> None:
    learned.decoder.semantic.kernel.assign(np.full((ATTRIBUTES, UNITS), 0.1, np.float32))
    with tf.GradientTape() as tape:
        scores, attributes = network.answers(learned, network.shown(pooled), tf.constant(CAPTIONS))
        loss = network.loss(scores, tf.constant(CAPTIONS)) + network.attribute_loss(attributes, tf.constant(LABELS))
    gradients = tape.gradient(loss, [variable.value for variable in learned.variables.values()])
    for name, gradient in zip(learned.variables, gradients, strict=True):
        assert np.abs(tf.convert_to_tensor(gradient)).max() > 0, name


def test_three_photos_can_be_learned_by_heart(learned: Network, pooled: np.ndarray, monkeypatch) -> None:
    for dropout in ("WORD_DROPOUT", "EMBEDDING_DROPOUT", "OUTPUT_DROPOUT", "FEATURE_DROPOUT"):
        monkeypatch.setattr(network, dropout, 0.0)
    captions = CAPTIONS[:, :1]
    trainer = network.Trainer(learned, steps=100, learning_rate=0.01)
    for _ in range(100):
        trainer.step(network.shown(pooled), tf.constant(captions), tf.constant(LABELS))
    written = network.greedy(learned, pooled, length=4)
    np.testing.assert_array_equal(written, np.where(captions[:, 0, 1:] == END, PAD, captions[:, 0, 1:]))


def test_a_resumed_run_goes_on_exactly_where_it_stopped(pooled: np.ndarray, monkeypatch) -> None:
    for dropout in ("WORD_DROPOUT", "EMBEDDING_DROPOUT", "OUTPUT_DROPOUT", "FEATURE_DROPOUT"):
        monkeypatch.setattr(network, dropout, 0.0)
    batch = tf.constant(pooled[:, :12, :12], tf.float32), tf.constant(CAPTIONS), tf.constant(LABELS)

    def trainer() -> network.Trainer:
        return network.Trainer(Network(Block5(convolutions()), Decoder(VOCABULARY, ATTRIBUTES, UNITS)), steps=10)

    first, resumed = trainer(), trainer()
    first.step(*batch)
    saved = first.save()
    resumed.restore(saved)
    first.step(*batch)
    resumed.step(*batch)
    for name, weights in first.averaged().items():
        np.testing.assert_allclose(resumed.averaged()[name], weights, atol=1e-6, err_msg=name)


def test_block_5_starts_slowly_and_learns_less_than_the_decoder(learned: Network, pooled: np.ndarray) -> None:
    before = {name: variable.numpy() for name, variable in learned.variables.items()}
    trainer = network.Trainer(learned, steps=100)
    moved = []
    for _ in range(2):
        trainer.step(network.shown(pooled), tf.constant(CAPTIONS), tf.constant(LABELS))
        moved.append(np.abs(learned.variables["block5_conv1/kernel"].numpy() - before["block5_conv1/kernel"]).max())
    assert 0 < moved[0] < moved[1] < 1e-5
    assert np.abs(learned.variables["values/kernel"].numpy() - before["values/kernel"]).max() > 1e-3


def test_the_policy_loss_is_cross_entropy_where_all_sentences_are_as_good() -> None:
    scores = tf.random.stateless_normal((6, 4, VOCABULARY), (0, 0))
    captions = tf.constant(CAPTIONS)
    log_probs = tf.nn.log_softmax(scores).numpy()
    targets = CAPTIONS[:, :, 1:].reshape(6, 4)
    expected = -np.take_along_axis(log_probs, targets[:, :, None], 2)[:, :, 0][targets != PAD].mean()
    assert float(network.policy_loss(scores, captions, tf.ones((3, 2)))) == pytest.approx(expected, rel=1e-5)


def test_the_policy_loss_turns_a_bad_sentence_round() -> None:
    scores, captions = tf.random.stateless_normal((6, 4, VOCABULARY), (0, 0)), tf.constant(CAPTIONS)
    good = network.policy_loss(scores, captions, tf.ones((3, 2)))
    bad = network.policy_loss(scores, captions, -tf.ones((3, 2)))
    assert good == -bad
