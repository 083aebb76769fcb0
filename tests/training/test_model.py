"""The network at toy size: vocabulary 9, 2 attributes and 1 object, units 16, sentences of up to 6 ids."""

import numpy as np
import pytest
import tensorflow as tf

from function.captioning.engines.network import Decoder, build_encoder
from function.captioning.vocabulary import END, PAD, START
from training import loop, losses, model
from training.model import LAYERS, Block5, Network

VOCABULARY, CONCEPTS, UNITS = 9, 3, 16
LABELS = np.eye(3, dtype=np.float32)
WEIGHTS = np.ones((3, 3), np.float32)
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
    return Decoder(VOCABULARY, CONCEPTS, UNITS)


@pytest.fixture
def learned(decoder: Decoder) -> Network:
    return Network(Block5(convolutions()), decoder)


def convolutions() -> dict[str, np.ndarray]:
    """Random kernels that neither blow the features up nor let them die."""
    random = np.random.default_rng(2)
    kernels = {f"{layer}/kernel": random.normal(0, 0.02, (3, 3, 512, 512)) for layer in LAYERS}
    return kernels | {f"{layer}/bias": np.zeros(512) for layer in LAYERS}


def test_every_next_word_is_scored(learned: Network, pooled: np.ndarray) -> None:
    scores, attributes = model.forward(learned, model.random_window(pooled), tf.constant(CAPTIONS))
    assert (scores.shape, attributes.shape) == ((6, 4, VOCABULARY), (3, CONCEPTS))


def test_a_window_is_one_part_of_the_photo_and_another_one_each_time() -> None:
    rows, columns = np.meshgrid(np.arange(14), np.arange(14), indexing="ij")
    places = np.broadcast_to((14 * rows + columns)[None, :, :, None], (2, 14, 14, 512)).astype(np.float16)
    corners = set()
    for _ in range(100):
        window = model.random_window(tf.constant(places)).numpy()
        assert window.shape == (2, model.WINDOW, model.WINDOW, 512)
        top, left = divmod(int(window[0, 0, 0, 0]), 14)
        np.testing.assert_array_equal(window[0, :, :, 0], places[0, top : top + 12, left : left + 12, 0])
        corners.add((top, left))
    assert corners == {(top, left) for top in range(3) for left in range(3)}


def test_a_photo_looks_the_same_but_for_the_channels_that_are_set_to_zero(learned: Network, pooled: np.ndarray) -> None:
    whole, seen = learned.block5(pooled).numpy(), learned.features(tf.constant(pooled)).numpy()
    alive = seen.any(1)
    assert 0.7 < alive.mean() / whole.any(1).mean() < 0.9
    kept = np.broadcast_to(alive[:, None], seen.shape)
    np.testing.assert_allclose(seen[kept], whole[kept] / (1 - model.FEATURE_DROPOUT), rtol=1e-5)


def test_a_decoder_without_attributes_learned_writes_as_if_there_were_none(
    decoder: Decoder, features: np.ndarray
) -> None:
    before = decoder.encode_memory(tf.constant(features))[0][2]
    decoder.attribute.bias.assign([5.0, -5.0, 0.0])
    np.testing.assert_array_equal(decoder.encode_memory(tf.constant(features))[0][2], before)
    decoder.semantic.kernel.assign(np.ones((CONCEPTS, UNITS), np.float32))
    assert np.abs(decoder.encode_memory(tf.constant(features))[0][2] - before).min() > 0.5


def test_concepts_are_probabilities(decoder: Decoder, features: np.ndarray) -> None:
    probabilities = decoder.encode_memory(tf.constant(features))[1].numpy()
    assert probabilities.shape == (3, CONCEPTS)
    assert ((probabilities > 0) & (probabilities < 1)).all()


def test_unlikely_concepts_cost_little_and_wrong_ones_a_lot() -> None:
    labels, weights = tf.constant([[1.0, 0, 0]]), tf.ones((1, 3))
    assert float(losses.concept_loss(tf.zeros((1, 3)), labels, weights)) == pytest.approx(3 * np.log(2), rel=1e-5)
    assert losses.concept_loss(tf.constant([[9.0, -9, -9]]), labels, weights) < 0.01
    assert losses.concept_loss(tf.constant([[-9.0, 9, -9]]), labels, weights) > 17


def test_a_concept_that_nobody_looked_for_costs_nothing() -> None:
    labels, weights = tf.constant([[1.0, 0, 0]]), tf.constant([[1.0, 0, 0]])
    wild = losses.concept_loss(tf.constant([[0.0, 99, 99]]), labels, weights)
    assert float(wild) == pytest.approx(np.log(2), rel=1e-5)


def test_an_object_is_predicted_where_one_region_shows_it(decoder: Decoder, features: np.ndarray) -> None:
    kernel = np.zeros((UNITS, CONCEPTS), np.float32)
    kernel[0, 2] = 1
    before = decoder.predict_concepts(decoder.project(tf.constant(features))).numpy()
    decoder.region.kernel.assign(kernel)
    values = decoder.project(tf.constant(features)).numpy()[:, :, 0]
    after = decoder.predict_concepts(decoder.project(tf.constant(features))).numpy()
    np.testing.assert_allclose((after - before)[:, 2], values.max(1) + values.mean(1), rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(after[:, :2], before[:, :2])


def test_a_step_gives_log_probabilities_state_and_attention(decoder: Decoder, features: np.ndarray) -> None:
    memory, state, _ = decoder.start(tf.constant(features[:1], tf.float32))
    log_probs, state, attention = decoder.step(tf.constant([4, 5]), memory, tf.repeat(state, 2, axis=0))
    assert (log_probs.shape, state.shape, attention.shape) == ((2, VOCABULARY), (2, 4 * UNITS), (2, 196))
    np.testing.assert_allclose(np.exp(log_probs).sum(-1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.sum(attention, -1), 1, rtol=1e-5)


def test_sentences_of_different_photos_do_not_mix(decoder: Decoder, features: np.ndarray) -> None:
    """Two photos with two sentences each, stepped together, are as each photo on its own."""
    inputs = tf.constant(features[:2], tf.float32)
    memory, state, _ = decoder.start(inputs)
    together, _, _ = decoder.step(tf.constant([4, 5, 4, 5]), memory, tf.repeat(state, 2, axis=0))
    for photo in range(2):
        memory, state, _ = decoder.start(inputs[photo : photo + 1])
        alone, _, _ = decoder.step(tf.constant([4, 5]), memory, tf.repeat(state, 2, axis=0))
        np.testing.assert_allclose(together[2 * photo : 2 * photo + 2], alone, atol=1e-5)


def test_padding_does_not_count() -> None:
    scores = np.zeros((6, 4, VOCABULARY), np.float32)
    padding = (CAPTIONS[:, :, 1:] == PAD).reshape(6, 4)
    wild = scores.copy()
    wild[padding] = np.random.default_rng(0).normal(size=(padding.sum(), VOCABULARY)) * 100
    captions = tf.constant(CAPTIONS)
    assert losses.cross_entropy(tf.constant(wild), captions) == losses.cross_entropy(tf.constant(scores), captions)


def test_photos_without_captions_cost_no_words() -> None:
    assert float(losses.cross_entropy(tf.zeros((15, 1, VOCABULARY)), tf.zeros((3, 5, 2), tf.int32))) == 0


def test_an_even_guess_costs_the_logarithm_of_the_vocabulary() -> None:
    loss = losses.cross_entropy(tf.zeros((6, 4, VOCABULARY)), tf.constant(CAPTIONS))
    assert float(loss) == pytest.approx(np.log(VOCABULARY), rel=1e-5)


def test_every_weight_learns(learned: Network, pooled: np.ndarray) -> None:
    learned.decoder.semantic.kernel.assign(np.full((CONCEPTS, UNITS), 0.1, np.float32))
    with tf.GradientTape() as tape:
        scores, attributes = model.forward(learned, model.random_window(pooled), tf.constant(CAPTIONS))
        loss = losses.cross_entropy(scores, tf.constant(CAPTIONS)) + losses.concept_loss(attributes, LABELS, WEIGHTS)
    gradients = tape.gradient(loss, [variable.value for variable in learned.variables.values()])
    for name, gradient in zip(learned.variables, gradients, strict=True):
        assert np.abs(tf.convert_to_tensor(gradient)).max() > 0, name


def test_three_photos_can_be_learned_by_heart(
    learned: Network, pooled: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    for dropout in ("WORD_DROPOUT", "EMBEDDING_DROPOUT", "OUTPUT_DROPOUT", "FEATURE_DROPOUT"):
        monkeypatch.setattr(model, dropout, 0.0)
    captions = CAPTIONS[:, :1]
    trainer = loop.Trainer(learned, 100, 0.01, 5e-5, losses.cross_entropy)
    for _ in range(100):
        trainer.step(model.random_window(pooled), tf.constant(captions), tf.constant(LABELS), tf.constant(WEIGHTS))
    written = model.greedy(learned, pooled, length=4)
    np.testing.assert_array_equal(written, np.where(captions[:, 0, 1:] == END, PAD, captions[:, 0, 1:]))


def test_a_resumed_run_goes_on_exactly_where_it_stopped(pooled: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    for dropout in ("WORD_DROPOUT", "EMBEDDING_DROPOUT", "OUTPUT_DROPOUT", "FEATURE_DROPOUT"):
        monkeypatch.setattr(model, dropout, 0.0)
    batch = (
        tf.constant(pooled[:, :12, :12], tf.float32),
        tf.constant(CAPTIONS),
        tf.constant(LABELS),
        tf.constant(WEIGHTS),
    )

    def trainer() -> loop.Trainer:
        learned = Network(Block5(convolutions()), Decoder(VOCABULARY, CONCEPTS, UNITS))
        return loop.Trainer(learned, 10, 2e-3, 5e-5, losses.cross_entropy)

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
    trainer = loop.Trainer(learned, 100, 2e-3, 5e-5, losses.cross_entropy)
    moved = []
    for _ in range(2):
        trainer.step(model.random_window(pooled), tf.constant(CAPTIONS), tf.constant(LABELS), tf.constant(WEIGHTS))
        moved.append(np.abs(learned.variables["block5_conv1/kernel"].numpy() - before["block5_conv1/kernel"]).max())
    assert 0 < moved[0] < moved[1] < 1e-5
    assert np.abs(learned.variables["values/kernel"].numpy() - before["values/kernel"]).max() > 1e-3


def test_the_policy_loss_is_cross_entropy_where_all_sentences_are_as_good() -> None:
    scores = tf.random.stateless_normal((6, 4, VOCABULARY), (0, 0))
    captions = tf.constant(CAPTIONS)
    log_probs = tf.nn.log_softmax(scores).numpy()
    targets = CAPTIONS[:, :, 1:].reshape(6, 4)
    expected = -np.take_along_axis(log_probs, targets[:, :, None], 2)[:, :, 0][targets != PAD].mean()
    assert float(losses.policy_loss(scores, captions, tf.ones((3, 2)))) == pytest.approx(expected, rel=1e-5)


def test_the_policy_loss_turns_a_bad_sentence_round() -> None:
    scores, captions = tf.random.stateless_normal((6, 4, VOCABULARY), (0, 0)), tf.constant(CAPTIONS)
    good = losses.policy_loss(scores, captions, tf.ones((3, 2)))
    bad = losses.policy_loss(scores, captions, -tf.ones((3, 2)))
    assert good == -bad


def drawn_vgg16() -> dict[str, np.ndarray]:
    """Random weights of VGG16's shape that keep activations from dying out."""
    random, weights, channels = np.random.default_rng(0), {}, 3
    for block, (layers, width) in enumerate([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], 1):
        for layer in range(1, layers + 1):
            name = f"block{block}_conv{layer}"
            weights[f"{name}/kernel"] = random.normal(0, (2 / (9 * channels)) ** 0.5, (3, 3, channels, width))
            weights[f"{name}/bias"] = random.normal(0, 0.1, width)
            channels = width
    return {name: array.astype(np.float32) for name, array in weights.items()}


def test_block_5_on_top_of_the_trunk_is_the_encoder() -> None:
    weights = drawn_vgg16()
    photo = tf.constant(np.random.default_rng(0).integers(0, 256, (1, 224, 224, 3), np.uint8))
    pooled = model.build_trunk(weights)(photo)
    assert pooled.shape == (1, 14, 14, 512)
    features, expected = Block5(weights)(pooled).numpy(), build_encoder(weights)(photo).numpy()
    assert features.shape == (1, 196, 512)
    np.testing.assert_allclose(features, expected, atol=1e-3 * expected.max())


def test_a_window_of_the_trunk_has_features_of_its_own() -> None:
    random = np.random.default_rng(0)
    weights = {f"{layer}/kernel": random.normal(0, 0.02, (3, 3, 512, 512)) for layer in LAYERS}
    block5 = Block5(weights | {f"{layer}/bias": np.zeros(512) for layer in LAYERS})
    pooled = random.uniform(size=(2, 14, 14, 512)).astype(np.float32)
    whole = block5(pooled).numpy().reshape(2, 14, 14, 512)
    window = block5(pooled[:, 1:13, 2:14]).numpy().reshape(2, 12, 12, 512)
    np.testing.assert_allclose(window[:, 3:9, 3:9], whole[:, 4:10, 5:11], rtol=1e-3, atol=1e-3)
