"""The released weights as the TensorFlow engine reads them from LiteRT's files."""

from types import ModuleType

import numpy as np
import pytest

from function.captioning import manifest
from function.settings import Settings

MODEL = manifest.read(Settings().model)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def weights() -> ModuleType:
    """The module, which imports TensorFlow."""
    from function.captioning.engines import weights

    return weights


def test_every_layer_of_the_encoder_is_there_in_keras_order(weights: ModuleType) -> None:
    arrays = weights.load(MODEL.file("encoder"), MODEL.files["encoder"].tensors)
    shapes = {name: array.shape for name, array in arrays.items()}
    assert len(shapes) == 2 * 13
    assert (shapes["block1_conv1/kernel"], shapes["block1_conv1/bias"]) == ((3, 3, 3, 64), (64,))
    assert (shapes["block4_conv1/kernel"], shapes["block5_conv3/kernel"]) == ((3, 3, 256, 512), (3, 3, 512, 512))
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}


def test_every_weight_of_the_decoder_is_there_but_the_one_that_was_folded(weights: ModuleType) -> None:
    from function.captioning.engines.network import Decoder

    arrays = weights.load(MODEL.file("decoder"), MODEL.files["decoder"].tensors)
    decoder = Decoder(vocabulary=4960, concepts=880)
    expected = {name: tuple(variable.shape) for name, variable in decoder.variables.items()}
    assert expected.pop("output/bias") == (512,)
    assert {name: array.shape for name, array in arrays.items()} == expected


def test_quantized_weights_are_whole_steps_of_their_channels_scale(weights: ModuleType) -> None:
    place = MODEL.files["encoder"].tensors["block3_conv1/kernel"]
    stored = next(c for c in weights.constants(MODEL.file("encoder").read_bytes()) if c.place == place)
    assert stored.error.shape == (256, 1, 1, 1)
    steps = stored.value / (2 * stored.error)
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-4)
    assert np.abs(steps).max() <= 127.001
    assert (np.abs(steps).max((1, 2, 3)) > 126).all()  # a scale for each channel, not one for all


def test_axes_are_brought_into_keras_order(weights: ModuleType) -> None:
    assert weights.as_keras("a/kernel", np.zeros((8, 3, 3, 4), np.float32)).shape == (3, 3, 4, 8)
    assert weights.as_keras("a/recurrent_kernel", np.zeros((8, 4), np.float32)).shape == (4, 8)
    assert weights.as_keras("a/gamma", np.zeros((1, 1, 8), np.float32)).shape == (8,)
    assert weights.as_keras("a/embeddings", np.zeros((8, 4), np.float32)).shape == (8, 4)
