"""VGG16 in two parts: the trunk, which stays as ImageNet made it, and block 5, which learns with the decoder.

The trunk runs once over every photo (training.features); what it gives, block 5 reads again at every step.
"""

import numpy as np

from function.captioning.engines.base import CHANNELS
from function.captioning.engines.network import Weights, build_encoder, keras, tf

LAYERS = ("block5_conv1", "block5_conv2", "block5_conv3")


def build_trunk(vgg16: Weights) -> keras.Model:
    """Blocks 1 to 4, pooled, preprocessing included: uint8 RGB (n, 224, 224, 3) → float32 (n, 14, 14, 512)."""
    encoder = build_encoder(vgg16)
    convolutions = next(layer for layer in encoder.layers if isinstance(layer, keras.Model))
    blocks = keras.Model(convolutions.input, convolutions.get_layer("block4_pool").output)
    images = keras.Input(encoder.input_shape[1:], dtype="uint8")
    centred = keras.applications.vgg16.preprocess_input(keras.ops.cast(images, "float32"))
    return keras.Model(images, blocks(centred), name="trunk")


class Block5:
    """The last three convolutions: what the trunk gives (n, h, w, 512) → features (n, h × w, 512)."""

    def __init__(self, vgg16: Weights) -> None:
        self.variables = {
            name: keras.Variable(np.asarray(vgg16[name], np.float32), name=name.replace("/", "_"))
            for layer in LAYERS
            for name in (f"{layer}/kernel", f"{layer}/bias")
        }

    def __call__(self, pooled: tf.Tensor) -> tf.Tensor:
        values = tf.cast(pooled, tf.float32)
        for layer in LAYERS:
            values = tf.nn.conv2d(values, self.variables[f"{layer}/kernel"].value, strides=1, padding="SAME")
            values = tf.nn.relu(values + self.variables[f"{layer}/bias"].value)
        return tf.reshape(values, (tf.shape(values)[0], -1, CHANNELS))
