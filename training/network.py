"""Block 5 and the decoder under teacher forcing: what the network sees, and is asked for, while it learns.

A batch is n photos with s captions each, all over the photos' shared memory. Captions are id arrays
(n, s, t + 1): start, words, end, then padding. Shapes at toy size are checked in tests/training.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from function.captioning.engines.base import CHANNELS, GRID
from function.captioning.engines.network import Decoder, Weights, keras, tf
from function.captioning.vocabulary import END, PAD, START, UNKNOWN
from training.encoder import Block5

Objective = Callable[..., tf.Tensor]
"""From scores, captions and whatever else a step is given to the loss that it lowers."""

LABEL_SMOOTHING = 0.1
WINDOW = 12
"""Rows and columns shown of a photo's 14."""
FEATURE_DROPOUT = 0.2
EMBEDDING_DROPOUT = 0.3
OUTPUT_DROPOUT = 0.5
ATTRIBUTE_WEIGHT = 0.04
"""Of the attributes' loss beside the captions'."""
WORD_DROPOUT = 0.05
"""Share of input words replaced by unknown, so that the network looks at the photo and not only at the last word."""


class Network:
    """All that learns: VGG16's block 5 and the decoder, weights under one roof."""

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

    def twin(self) -> "Network":
        """Another network of the same shape."""
        weights = {name: variable.numpy() for name, variable in self.block5.variables.items()}
        return Network(Block5(weights), Decoder(*self.decoder.sizes))

    def look(self, windows: tf.Tensor) -> tf.Tensor:
        """Features (n, h × w, 512) of windows (n, h, w, 512) with a fifth of each photo's channels silenced."""
        features = self.block5(windows)
        return tf.nn.dropout(features, FEATURE_DROPOUT, noise_shape=(windows.shape[0], 1, CHANNELS))


def shown(pooled: tf.Tensor) -> tf.Tensor:
    """The part of photos (n, 14, 14, 512) that the network is shown: a window (n, WINDOW, WINDOW, 512), float32."""
    top, left = tf.unstack(tf.random.uniform((2,), 0, GRID - WINDOW + 1, tf.int32))
    return tf.cast(pooled[:, top : top + WINDOW, left : left + WINDOW], tf.float32)


def answers(network: Network, windows: tf.Tensor, captions: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Scores (n × s, t, vocabulary) of every next word, with dropout, and logits (n, attributes)."""
    decoder = network.decoder
    values = decoder.project(network.look(windows))
    attributes = decoder.predict_attributes(values)
    memory = decoder.build_memory(values, tf.sigmoid(attributes))
    inputs = tf.reshape(captions[:, :, :-1], (-1, captions.shape[2] - 1))
    embedded = tf.nn.dropout(decoder.embedding(_drop_words(inputs)), EMBEDDING_DROPOUT)
    state = tf.repeat(decoder.initial_state(memory), captions.shape[1], axis=0)
    hidden = []
    for t in range(inputs.shape[1]):
        step, state, _ = decoder.decode_step(embedded[:, t], memory, state)
        hidden.append(step)
    return decoder.logits(tf.nn.dropout(tf.stack(hidden, 1), OUTPUT_DROPOUT)), attributes


def _drop_words(words: tf.Tensor) -> tf.Tensor:
    dropped = (tf.random.uniform(tf.shape(words)) < WORD_DROPOUT) & (words > UNKNOWN)
    return tf.where(dropped, UNKNOWN, words)


def loss(scores: tf.Tensor, captions: tf.Tensor) -> tf.Tensor:
    """Mean cross-entropy per word, in nats, with label smoothing; padding does not count."""
    targets = tf.reshape(captions[:, :, 1:], (-1, captions.shape[2] - 1))
    log_probs = tf.nn.log_softmax(scores)
    picked = tf.gather(log_probs, targets, batch_dims=2)
    smoothed = (1 - LABEL_SMOOTHING) * picked + LABEL_SMOOTHING * tf.reduce_mean(log_probs, -1)
    mask = tf.cast(targets != PAD, tf.float32)
    return -tf.reduce_sum(smoothed * mask) / tf.reduce_sum(mask)


def attribute_loss(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """Binary cross-entropy in nats, summed over attributes, mean over photos: (n, attributes) both."""
    return tf.reduce_mean(tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits), -1))


def policy_loss(scores: tf.Tensor, captions: tf.Tensor, advantages: tf.Tensor) -> tf.Tensor:
    """The policy gradient's loss: log-likelihood of sentences, weighted by how much better (n, s) they did than hoped.

    Its gradient is REINFORCE's (Williams 1992); a constant in place of the advantage makes it cross-entropy.
    """
    targets = tf.reshape(captions[:, :, 1:], (-1, captions.shape[2] - 1))
    picked = tf.gather(tf.nn.log_softmax(scores), targets, batch_dims=2)
    mask = tf.cast(targets != PAD, tf.float32)
    return -tf.reduce_sum(picked * mask * tf.reshape(advantages, (-1, 1))) / tf.reduce_sum(mask)


def sample(decoder: Decoder, features: tf.Tensor, sentences: int, length: int) -> tf.Tensor:
    """Sentences drawn word by word from what the network thinks likely: ids (n, sentences, length), padded."""
    memory = decoder.encode_memory(features)
    state = tf.repeat(decoder.initial_state(memory), sentences, axis=0)
    words = tf.fill(tf.shape(state)[:1], START)
    barred = tf.reduce_sum(tf.one_hot([PAD, START, UNKNOWN], decoder.output_bias.shape[0], 1e9), 0)
    written: list[tf.Tensor] = []
    for _ in range(length):
        hidden, state, _ = decoder.decode_step(decoder.embedding(words), memory, state)
        drawn = tf.random.categorical(decoder.logits(hidden) - barred, 1, dtype=tf.int32)[:, 0]
        words = tf.where((words == END) | (words == PAD), PAD, drawn)
        written.append(words)
    return tf.reshape(tf.stack(written, 1), (-1, sentences, length))


class Trainer:
    """One optimiser step at a time, and the moving average of the weights that is evaluated and kept.

    The decoder learns by AdamW, block 5 by Adam at a rate of its own; both with gradients clipped by their global norm
    and a cosine decay of the rate. Block 5 starts slowly: a decoder that knows nothing has nothing to teach it.
    """

    AVERAGE = 0.997

    def __init__(
        self,
        network: Network,
        steps: int,
        learning_rate: float = 2e-3,
        block5_rate: float = 5e-5,
        objective: Objective | None = None,
    ) -> None:
        self.network = network
        self.objective = objective or loss
        optimizers = keras.optimizers
        self.learners = [
            (
                optimizers.AdamW(_decay(learning_rate, steps, 0.02), weight_decay=1e-3, global_clipnorm=5.0),
                network.decoder,
            ),
            (optimizers.Adam(_decay(block5_rate, steps, 0.3), global_clipnorm=1.0), network.block5),
        ]
        for optimizer, part in self.learners:
            optimizer.build(list(part.variables.values()))
        self.averages = {name: tf.Variable(v, trainable=False) for name, v in network.variables.items()}
        self.step = tf.function(self._step, autograph=False, reduce_retracing=False)

    def _step(self, windows: tf.Tensor, captions: tf.Tensor, labels: tf.Tensor, *judgement: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            scores, attributes = answers(self.network, windows, captions)
            value = self.objective(scores, captions, *judgement)
            total = value + ATTRIBUTE_WEIGHT * attribute_loss(attributes, labels)
        variables = {name: variable.value for name, variable in self.network.variables.items()}
        gradients = {name: tf.convert_to_tensor(g) for name, g in tape.gradient(total, variables).items()}
        for optimizer, part in self.learners:
            optimizer.apply([gradients[name] for name in part.variables], list(part.variables.values()))
        steps = tf.cast(self.learners[0][0].iterations, tf.float32)
        keep = tf.minimum(self.AVERAGE, steps / (steps + 10))  # a short memory at first, to forget the random start
        for name, variable in self.network.variables.items():
            self.averages[name].assign(keep * self.averages[name] + (1 - keep) * variable.value)
        return value

    def averaged(self) -> dict[str, np.ndarray]:
        """The averaged weights by name, as `Network.load` takes them."""
        return {name: average.numpy() for name, average in self.averages.items()}

    def save(self) -> dict[str, np.ndarray]:
        """All that a resumed run needs, as flat arrays."""
        return {name: np.asarray(variable) for name, variable in self._state().items()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        for name, variable in self._state().items():
            variable.assign(arrays[name])

    def _state(self) -> dict[str, Any]:
        groups = {"weights": self.network.variables.values(), "averages": self.averages.values()}
        groups |= {f"optimizer{i}": optimizer.variables for i, (optimizer, _) in enumerate(self.learners)}
        return {f"{group}/{i}": variable for group, members in groups.items() for i, variable in enumerate(members)}


def _decay(rate: float, steps: int, warmup: float) -> keras.optimizers.schedules.CosineDecay:
    """From nearly nothing up to `rate` over a share of the steps, then down to a hundredth of it."""
    rising = int(steps * warmup)
    return keras.optimizers.schedules.CosineDecay(
        rate / 1000, steps - rising, warmup_target=rate, warmup_steps=rising, alpha=0.01
    )


def greedy(network: Network, pooled: np.ndarray, length: int = 20) -> np.ndarray:
    """The likeliest word at every step for photos (n, 14, 14, 512): ids (n, length), a quick look while training."""
    decoder = network.decoder
    memory = decoder.encode_memory(network.block5(pooled))
    state = decoder.initial_state(memory)
    words = tf.fill((len(pooled),), START)
    written = []
    for _ in range(length):
        log_probs, state, _ = decoder.step(words, memory, state)
        words = tf.argmax(log_probs, -1, output_type=tf.int32)
        written.append(words)
    ids = np.stack([word.numpy() for word in written], 1)
    ended = np.cumsum(ids == END, axis=1) > 0
    return np.where(ended, PAD, ids)
