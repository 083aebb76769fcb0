"""The decoder under teacher forcing: what the network sees, and is asked for, while it learns.

A batch is n photos with s captions each, all over the photos' shared memory. Captions are id arrays
(n, s, t + 1): start, words, end, then padding. Shapes at toy size are checked in tests/training.
"""

import numpy as np

from function.engines.tensorflow import Decoder, keras, tf
from function.vocabulary import END, PAD, START, UNKNOWN

LABEL_SMOOTHING = 0.1
FEATURE_DROPOUT = 0.1
EMBEDDING_DROPOUT = 0.3
OUTPUT_DROPOUT = 0.5
WORD_DROPOUT = 0.05
"""Share of input words replaced by unknown, so that the network looks at the photo and not only at the last word."""


def logits(decoder: Decoder, features: tf.Tensor, captions: tf.Tensor) -> tf.Tensor:
    """Scores (n × s, t, vocabulary) of every next word, with dropout."""
    features = tf.nn.dropout(
        tf.cast(features, tf.float32), FEATURE_DROPOUT, noise_shape=(features.shape[0], 1, features.shape[2])
    )
    memory = decoder.remember(features)
    inputs = tf.reshape(captions[:, :, :-1], (-1, captions.shape[2] - 1))
    embedded = tf.nn.dropout(decoder.embedding(_drop_words(inputs)), EMBEDDING_DROPOUT)
    state = tf.repeat(decoder.begin(memory), captions.shape[1], axis=0)
    hidden = []
    for t in range(inputs.shape[1]):
        step, state, _ = decoder.advance(embedded[:, t], memory, state)
        hidden.append(step)
    return decoder.logits(tf.nn.dropout(tf.stack(hidden, 1), OUTPUT_DROPOUT))


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


class Trainer:
    """One optimiser step at a time, and the moving average of the weights that is evaluated and kept.

    Adam with decoupled weight decay, gradients clipped at a global norm of 5, cosine decay of the learning rate.
    """

    AVERAGE = 0.998

    def __init__(self, decoder: Decoder, steps: int, learning_rate: float = 2e-3) -> None:
        self.decoder = decoder
        self.variables = list(decoder.variables.values())
        schedule = keras.optimizers.schedules.CosineDecay(
            learning_rate / 20, steps - steps // 50, warmup_target=learning_rate, warmup_steps=steps // 50, alpha=0.01
        )
        self.optimizer = keras.optimizers.AdamW(schedule, weight_decay=1e-3, global_clipnorm=5.0)
        self.optimizer.build(self.variables)
        self.averages = [tf.Variable(variable, trainable=False) for variable in self.variables]
        self.step = tf.function(self._step, autograph=False, reduce_retracing=False)

    def _step(self, features: tf.Tensor, captions: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            value = loss(logits(self.decoder, features, captions), captions)
        gradients = tape.gradient(value, [variable.value for variable in self.variables])
        self.optimizer.apply([tf.convert_to_tensor(gradient) for gradient in gradients], self.variables)
        steps = tf.cast(self.optimizer.iterations, tf.float32)
        keep = tf.minimum(self.AVERAGE, steps / (steps + 10))  # a short memory at first, to forget the random start
        for average, variable in zip(self.averages, self.variables, strict=True):
            average.assign(keep * average + (1 - keep) * variable.value)
        return value

    def averaged(self) -> dict[str, np.ndarray]:
        """The averaged weights by name, as `Decoder.load` takes them."""
        return {name: average.numpy() for name, average in zip(self.decoder.variables, self.averages, strict=True)}

    def save(self) -> dict[str, np.ndarray]:
        """All that a resumed run needs, as flat arrays."""
        parts = {"weights": self.variables, "averages": self.averages, "optimizer": self.optimizer.variables}
        return {f"{part}/{i}": np.asarray(v) for part, group in parts.items() for i, v in enumerate(group)}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        parts = {"weights": self.variables, "averages": self.averages, "optimizer": self.optimizer.variables}
        for part, group in parts.items():
            for i, variable in enumerate(group):
                variable.assign(arrays[f"{part}/{i}"])


def greedy(decoder: Decoder, features: np.ndarray, length: int = 20) -> np.ndarray:
    """The likeliest word at every step for (n, 196, 512) features: ids (n, length), for a quick look while training."""
    memory = decoder.remember(tf.cast(features, tf.float32))
    state = decoder.begin(memory)
    words = tf.fill((len(features),), START)
    written = []
    for _ in range(length):
        log_probs, state, _ = decoder.step(words, memory, state)
        words = tf.argmax(log_probs, -1, output_type=tf.int32)
        written.append(words)
    ids = np.stack([word.numpy() for word in written], 1)
    ended = np.cumsum(ids == END, axis=1) > 0
    return np.where(ended, PAD, ids)
