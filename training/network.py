"""The decoder under teacher forcing: what the network sees, and is asked for, while it learns.

A batch is n photos with s captions each, all over the photos' shared memory. Captions are id arrays
(n, s, t + 1): start, words, end, then padding. Shapes at toy size are checked in tests/training.
"""

from collections.abc import Callable

import numpy as np

from function.engines import GRID
from function.engines.tensorflow import Decoder, keras, tf
from function.vocabulary import END, PAD, START, UNKNOWN

Objective = Callable[..., tf.Tensor]
"""From scores, captions and whatever else a step is given to the loss that it lowers."""

LABEL_SMOOTHING = 0.1
CROP = 132
"""Regions shown of a photo's 196, about what a crop to 0.82 of each side keeps."""
FEATURE_DROPOUT = 0.2
EMBEDDING_DROPOUT = 0.3
OUTPUT_DROPOUT = 0.5
ATTRIBUTE_WEIGHT = 0.02
"""Of the attributes' loss beside the captions'."""
WORD_DROPOUT = 0.05
"""Share of input words replaced by unknown, so that the network looks at the photo and not only at the last word."""


def shown(features: tf.Tensor) -> tf.Tensor:
    """What the network is shown of photos (n, 196, 512): CROP regions of each and most of their channels, float32."""
    features = _cropped(tf.cast(features, tf.float32))
    return tf.nn.dropout(features, FEATURE_DROPOUT, noise_shape=(features.shape[0], 1, features.shape[2]))


def _cropped(features: tf.Tensor) -> tf.Tensor:
    """The CROP regions nearest to a random centre, with a ragged edge."""
    photos = tf.shape(features)[0]
    centre = tf.random.uniform((photos, 2, 1), 3, GRID - 4)
    distance = tf.abs(tf.range(GRID, dtype=tf.float32) - centre)
    distance = tf.reshape(tf.maximum(distance[:, 0, :, None], distance[:, 1, None, :]), (photos, -1))
    kept = tf.math.top_k(-distance - tf.random.uniform(tf.shape(distance), 0, 3), CROP).indices
    return tf.gather(features, kept, batch_dims=1)


def answers(decoder: Decoder, features: tf.Tensor, captions: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Scores (n × s, t, vocabulary) of every next word, with dropout, and logits (n, attributes)."""
    values = decoder.regard(features)
    attributes = decoder.recognise(values)
    memory = decoder.compose(values, tf.sigmoid(attributes))
    inputs = tf.reshape(captions[:, :, :-1], (-1, captions.shape[2] - 1))
    embedded = tf.nn.dropout(decoder.embedding(_drop_words(inputs)), EMBEDDING_DROPOUT)
    state = tf.repeat(decoder.begin(memory), captions.shape[1], axis=0)
    hidden = []
    for t in range(inputs.shape[1]):
        step, state, _ = decoder.advance(embedded[:, t], memory, state)
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
    memory = decoder.remember(features)
    state = tf.repeat(decoder.begin(memory), sentences, axis=0)
    words = tf.fill(tf.shape(state)[:1], START)
    barred = tf.reduce_sum(tf.one_hot([PAD, START, UNKNOWN], decoder.output_bias.shape[0], 1e9), 0)
    written: list[tf.Tensor] = []
    for _ in range(length):
        hidden, state, _ = decoder.advance(decoder.embedding(words), memory, state)
        drawn = tf.random.categorical(decoder.logits(hidden) - barred, 1, dtype=tf.int32)[:, 0]
        words = tf.where((words == END) | (words == PAD), PAD, drawn)
        written.append(words)
    return tf.reshape(tf.stack(written, 1), (-1, sentences, length))


class Trainer:
    """One optimiser step at a time, and the moving average of the weights that is evaluated and kept.

    Adam with decoupled weight decay, gradients clipped at a global norm of 5, cosine decay of the learning rate.
    """

    AVERAGE = 0.998

    def __init__(
        self, decoder: Decoder, steps: int, learning_rate: float = 2e-3, objective: Objective | None = None
    ) -> None:
        self.decoder = decoder
        self.objective = objective or loss
        self.variables = list(decoder.variables.values())
        schedule = keras.optimizers.schedules.CosineDecay(
            learning_rate / 20, steps - steps // 50, warmup_target=learning_rate, warmup_steps=steps // 50, alpha=0.01
        )
        self.optimizer = keras.optimizers.AdamW(schedule, weight_decay=1e-3, global_clipnorm=5.0)
        self.optimizer.build(self.variables)
        self.averages = [tf.Variable(variable, trainable=False) for variable in self.variables]
        self.step = tf.function(self._step, autograph=False, reduce_retracing=False)

    def _step(self, features: tf.Tensor, captions: tf.Tensor, labels: tf.Tensor, *judgement: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            scores, attributes = answers(self.decoder, features, captions)
            value = self.objective(scores, captions, *judgement)
            total = value + ATTRIBUTE_WEIGHT * attribute_loss(attributes, labels)
        gradients = tape.gradient(total, [variable.value for variable in self.variables])
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
