"""The network while it learns: VGG16's block 5 and the decoder under teacher forcing, over part of each photo.

VGG16's blocks 1 to 4 stay as ImageNet made them. They run once over every photo (training.features), and what they
give, block 5 reads at every step. In the shapes, n counts photos, s sentences for each, t words, r = h × w regions.
Captions are id arrays (n, s, t + 1): start, words, end, then padding. Tests run it at toy size.
"""

import numpy as np

from function.captioning.engines.base import CHANNELS, GRID
from function.captioning.engines.network import Decoder, Weights, build_encoder, keras, tf
from function.captioning.vocabulary import END, PAD, START, UNKNOWN

LAYERS = ("block5_conv1", "block5_conv2", "block5_conv3")
WINDOW = 12
"""Rows and columns of a photo's 14 that one step of training sees."""
FEATURE_DROPOUT = 0.2
EMBEDDING_DROPOUT = 0.3
OUTPUT_DROPOUT = 0.5
WORD_DROPOUT = 0.05
"""Share of input words replaced by unknown, so that the network looks at the photo and not only at the last word."""


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
        values = tf.cast(pooled, tf.float32)  # (n, h, w, 512)
        for layer in LAYERS:
            values = tf.nn.conv2d(values, self.variables[f"{layer}/kernel"].value, strides=1, padding="SAME")
            values = tf.nn.relu(values + self.variables[f"{layer}/bias"].value)  # (n, h, w, 512)
        return tf.reshape(values, (tf.shape(values)[0], -1, CHANNELS))  # (n, h × w, 512)


class Network:
    """All that learns: VGG16's block 5 and the decoder."""

    def __init__(self, block5: Block5, decoder: Decoder) -> None:
        self.block5 = block5
        self.decoder = decoder

    @property
    def variables(self) -> dict[str, keras.Variable]:
        """Every trainable array by the name that its layer has in VGG16 or in the decoder."""
        return {**self.block5.variables, **self.decoder.variables}

    def load(self, weights: Weights) -> None:
        for name, variable in self.variables.items():
            variable.assign(weights[name])

    def clone(self) -> "Network":
        """Another network of the same shape, whose decoder starts at random."""
        weights = {name: variable.numpy() for name, variable in self.block5.variables.items()}
        return Network(Block5(weights), Decoder(*self.decoder.sizes))

    def features(self, windows: tf.Tensor) -> tf.Tensor:
        """Windows (n, h, w, 512) → features (n, h × w, 512) with a fifth of each photo's channels set to zero."""
        features = self.block5(windows)  # (n, h × w, 512)
        return tf.nn.dropout(features, FEATURE_DROPOUT, noise_shape=(windows.shape[0], 1, CHANNELS))


def random_window(pooled: tf.Tensor) -> tf.Tensor:
    """One part of photos (n, 14, 14, 512), at a random place: (n, WINDOW, WINDOW, 512), float32."""
    top, left = tf.unstack(tf.random.uniform((2,), 0, GRID - WINDOW + 1, tf.int32))
    return tf.cast(pooled[:, top : top + WINDOW, left : left + WINDOW], tf.float32)


def forward(network: Network, windows: tf.Tensor, captions: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Scores (n × s, t, vocabulary) of every next word, with dropout, and logits (n, concepts)."""
    decoder = network.decoder
    values = decoder.project(network.features(windows))  # (n, r, units)
    concepts = decoder.predict_concepts(values)  # (n, concepts)
    memory = decoder.build_memory(values, tf.sigmoid(concepts))
    inputs = tf.reshape(captions[:, :, :-1], (-1, captions.shape[2] - 1))  # (n × s, t)
    embedded = tf.nn.dropout(decoder.embedding(_drop_words(inputs)), EMBEDDING_DROPOUT)  # (n × s, t, units)
    state = tf.repeat(decoder.initial_state(memory), captions.shape[1], axis=0)  # (n × s, 4 × units)
    hidden = []
    for t in range(inputs.shape[1]):
        step, state, _ = decoder.decode_step(embedded[:, t], memory, state)  # (n × s, 2 × units)
        hidden.append(step)
    stacked = tf.nn.dropout(tf.stack(hidden, 1), OUTPUT_DROPOUT)  # (n × s, t, 2 × units)
    return decoder.logits(stacked), concepts  # (n × s, t, vocabulary), (n, concepts)


def _drop_words(words: tf.Tensor) -> tf.Tensor:
    dropped = (tf.random.uniform(tf.shape(words)) < WORD_DROPOUT) & (words > UNKNOWN)
    return tf.where(dropped, UNKNOWN, words)


def sample(decoder: Decoder, features: tf.Tensor, sentences: int, length: int) -> tf.Tensor:
    """Draw sentences word by word from the network's probabilities: ids (n, sentences, length), padded."""
    memory, _ = decoder.encode_memory(features)
    state = tf.repeat(decoder.initial_state(memory), sentences, axis=0)  # (n × s, 4 × units)
    words = tf.fill(tf.shape(state)[:1], START)  # (n × s,)
    barred = tf.reduce_sum(tf.one_hot([PAD, START, UNKNOWN], decoder.output_bias.shape[0], 1e9), 0)  # (vocabulary,)
    written: list[tf.Tensor] = []
    for _ in range(length):
        hidden, state, _ = decoder.decode_step(decoder.embedding(words), memory, state)
        drawn = tf.random.categorical(decoder.logits(hidden) - barred, 1, dtype=tf.int32)[:, 0]  # (n × s,)
        words = tf.where((words == END) | (words == PAD), PAD, drawn)
        written.append(words)
    return tf.reshape(tf.stack(written, 1), (-1, sentences, length))  # (n, s, length)


def greedy(network: Network, pooled: np.ndarray, length: int = 20) -> np.ndarray:
    """The likeliest word at every step for photos (n, 14, 14, 512): ids (n, length), a quick look while training."""
    decoder = network.decoder
    memory, _ = decoder.encode_memory(network.block5(pooled))
    state = decoder.initial_state(memory)  # (n, 4 × units)
    words = tf.fill((len(pooled),), START)  # (n,)
    written = []
    for _ in range(length):
        log_probs, state, _ = decoder.step(words, memory, state)  # (n, vocabulary)
        words = tf.argmax(log_probs, -1, output_type=tf.int32)
        written.append(words)
    ids = np.stack([word.numpy() for word in written], 1)  # (n, length)
    ended = np.cumsum(ids == END, axis=1) > 0
    return np.where(ended, PAD, ids)
