"""The two parts of VGG16 that training knows must be the encoder that serves."""

import numpy as np
import tensorflow as tf

from function.captioning import manifest
from function.captioning.engines.network import build_encoder
from function.captioning.engines.weights import load
from function.settings import Settings
from training.encoder import LAYERS, Block5, build_trunk


def test_block_5_on_top_of_the_trunk_is_the_encoder() -> None:
    model = manifest.read(Settings().model)
    weights = load(model.file("encoder"), model.files["encoder"].tensors)
    photo = tf.constant(np.random.default_rng(0).integers(0, 256, (1, 224, 224, 3), np.uint8))
    pooled = build_trunk(weights)(photo)
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
