"""The network in Keras: what training unrolls, export converts for LiteRT, and the reference engine runs.

Training and `tensorflow.py` stand on it; nothing that serves with LiteRT imports it.

Encoder: VGG16 up to block5_conv3 (Simonyan and Zisserman, ICLR 2015). Decoder: an attention LSTM
and a language LSTM in turn (Anderson et al., CVPR 2018, section 3.2), over VGG16's 196 regions
(Xu et al., ICML 2015), with scaled dot-product attention and the output layer tied to the word
embedding (Press and Wolf, EACL 2017). Concepts, the words that people would mention and the classes of objects, are
predicted from the photo as a whole and from its regions (Fang et al., CVPR 2015), and the sentence builds on them
(Wu et al., CVPR 2016).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from function.captioning.engines.base import CHANNELS, REGIONS
from function.captioning.engines.silence import silenced
from function.images.read import SIDE

with silenced():
    import keras
    import tensorflow as tf

Weights = Mapping[str, npt.NDArray[Any]]
Memory = tuple[tf.Tensor, tf.Tensor, tf.Tensor]


def build_encoder(weights: Weights) -> keras.Model:
    """VGG16's 13 convolutions, preprocessing included: uint8 RGB (n, 224, 224, 3) → float32 (n, 196, 512)."""
    images = keras.Input((SIDE, SIDE, 3), dtype="uint8")
    centred = keras.applications.vgg16.preprocess_input(keras.ops.cast(images, "float32"))
    vgg16 = keras.applications.VGG16(include_top=False, weights=None, input_shape=(SIDE, SIDE, 3))
    convolutions = keras.Model(vgg16.input, vgg16.get_layer("block5_conv3").output)
    for layer in convolutions.layers:
        if layer.weights:
            layer.set_weights([weights[f"{layer.name}/kernel"], weights[f"{layer.name}/bias"]])
    features = keras.layers.Reshape((REGIONS, CHANNELS))(convolutions(centred))
    return keras.Model(images, features, name="encoder")


class Decoder:
    """The captioning network over one photo's features.

    In the shapes, n counts photos, r regions, k = n × s sentences being written, s for each photo. The state is one
    tensor (k, 4 × units), both LSTMs' hidden and cell vectors side by side, so that a beam search reorders one array.
    """

    def __init__(self, vocabulary: int, concepts: int, units: int = 512) -> None:
        dense = keras.layers.Dense
        self.sizes = vocabulary, concepts, units
        self.units = units
        self.normalise = keras.layers.LayerNormalization(epsilon=1e-5, name="normalise")
        self.values = dense(units, activation="relu", name="values")
        self.keys = dense(units, use_bias=False, name="keys")
        self.initial = dense(4 * units, activation="tanh", name="initial")
        self.concepts = dense(units, activation="relu", name="concepts")
        rare = keras.initializers.Constant(-3.0)  # one photo in twenty, before anything is learned
        self.attribute = dense(concepts, bias_initializer=rare, name="attribute")
        # zeros: a decoder that starts from one without regions or concepts predicts and writes as that one did
        self.region = dense(concepts, use_bias=False, kernel_initializer="zeros", name="region")
        self.semantic = dense(units, use_bias=False, kernel_initializer="zeros", name="semantic")
        # wide enough that words count beside the photo from the start: Keras' own 0.05 learns far more slowly
        wide = keras.initializers.RandomNormal(stddev=0.1)
        self.embedding = keras.layers.Embedding(vocabulary, units, embeddings_initializer=wide, name="embedding")
        self.attention_lstm = keras.layers.LSTMCell(units, name="attention_lstm")
        self.query = dense(units, use_bias=False, name="query")
        self.language_lstm = keras.layers.LSTMCell(units, name="language_lstm")
        self.output = dense(units, name="output")
        self.output_bias = keras.Variable(np.zeros(vocabulary, np.float32), name="output_bias")
        self._build()

    def _build(self) -> None:
        units = self.units
        inputs = {
            "normalise": CHANNELS,
            "values": CHANNELS,
            "keys": units,
            "initial": units,
            "concepts": 2 * units,
            "attribute": units,
            "region": units,
            "semantic": self.attribute.units,
            "attention_lstm": 3 * units,
            "query": units,
            "language_lstm": 2 * units,
            "output": 2 * units,
        }
        for layer in self.layers:
            layer.build(None if layer is self.embedding else (None, inputs[layer.name]))

    @property
    def layers(self) -> list[keras.layers.Layer]:
        return [part for part in vars(self).values() if isinstance(part, keras.layers.Layer)]

    @property
    def variables(self) -> dict[str, keras.Variable]:
        """Every trainable array by a stable name: `layer/weight`, and `output_bias`."""
        named = {f"{layer.name}/{weight.name}": weight for layer in self.layers for weight in layer.weights}
        return {**named, "output_bias": self.output_bias}

    def load(self, weights: Weights) -> None:
        for name, variable in self.variables.items():
            variable.assign(weights[name])

    def project(self, features: tf.Tensor) -> tf.Tensor:
        """Features (n, r, 512) → the values (n, r, units) that everything else reads.

        Serving passes all 196 regions; any number r will do, which training uses for parts of photos.
        """
        return self.values(self.normalise(features))  # (n, r, units)

    def predict_concepts(self, values: tf.Tensor) -> tf.Tensor:
        """Values (n, r, units) → logits (n, concepts) of what people would mention, then of what is there."""
        pooled = tf.concat([tf.reduce_mean(values, 1), tf.reduce_max(values, 1)], -1)  # (n, 2 × units)
        whole = self.attribute(self.concepts(pooled))  # (n, concepts)
        regions = self.region(values)  # (n, r, concepts)
        return whole + tf.reduce_max(regions, 1) + tf.reduce_mean(regions, 1)  # (n, concepts)

    def build_memory(self, values: tf.Tensor, concepts: tf.Tensor) -> Memory:
        """What attention reads, values and keys (n, r, units), and the photo's summary (n, units).

        The summary is the mean of the values and what the concepts, probabilities (n, concepts), add to it.
        """
        return values, self.keys(values), tf.reduce_mean(values, 1) + self.semantic(concepts)

    def encode_memory(self, features: tf.Tensor) -> tuple[Memory, tf.Tensor]:
        """The memory of features (n, r, 512), and the probability (n, concepts) of each concept that it builds on."""
        values = self.project(features)  # (n, r, units)
        concepts = tf.sigmoid(self.predict_concepts(values))  # (n, concepts)
        return self.build_memory(values, concepts), concepts

    def initial_state(self, memory: Memory) -> tf.Tensor:
        """The state (n, 4 × units) before the first word, from the photo as a whole."""
        return self.initial(memory[2])

    def start(self, features: tf.Tensor) -> tuple[Memory, tf.Tensor, tf.Tensor]:
        """What a search of features (n, r, 512) starts from: memory, the first state, and the concepts' probability."""
        memory, concepts = self.encode_memory(features)
        return memory, self.initial_state(memory), concepts

    def decode_step(
        self, embedded: tf.Tensor, memory: Memory, state: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """One word further for n photos with s = k / n sentences each.

        Takes embedded words (k, units), the photos' memory and the state (k, 4 × units).
        Gives what the output layer reads (k, 2 × units), the next state and attention (k, r).
        """
        values, keys, summary = memory  # (n, r, units), (n, r, units), (n, units)
        photos = tf.shape(values)[0]
        h1, c1, h2, c2 = tf.split(state, 4, axis=-1)  # (k, units) each
        summary = self._per_sentence(summary, tf.shape(state)[0] // photos)  # (k, units)
        h1, (h1, c1) = self.attention_lstm(tf.concat([embedded, h2, summary], -1), [h1, c1])
        query = tf.reshape(self.query(h1), (photos, -1, self.units))  # (n, s, units): sentences share a photo's memory
        scores = tf.matmul(query, keys, transpose_b=True) / self.units**0.5  # (n, s, r)
        attention = tf.nn.softmax(scores)  # (n, s, r)
        attended = tf.reshape(tf.matmul(attention, values), (-1, self.units))  # (k, units)
        h2, (h2, c2) = self.language_lstm(tf.concat([attended, h1], -1), [h2, c2])
        return (
            tf.concat([h2, attended], -1),  # (k, 2 × units)
            tf.concat([h1, c1, h2, c2], -1),  # (k, 4 × units)
            tf.reshape(attention, (-1, tf.shape(keys)[1])),  # (k, r)
        )

    def _per_sentence(self, summary: tf.Tensor, sentences: tf.Tensor) -> tf.Tensor:
        """Repeat (n, units) for each photo's sentences: (n × sentences, units)."""
        repeated = tf.broadcast_to(summary[:, None], tf.stack([tf.shape(summary)[0], sentences, self.units]))
        return tf.reshape(repeated, (-1, self.units))

    def logits(self, hidden: tf.Tensor) -> tf.Tensor:
        """Scores over the vocabulary (…, vocabulary) from `decode_step`'s first result (…, 2 × units)."""
        return tf.matmul(self.output(hidden), self.embedding.embeddings, transpose_b=True) + self.output_bias

    def step(self, words: tf.Tensor, memory: Memory, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """`decode_step` from word ids (k,) to log-probabilities (k, vocabulary), next state and attention."""
        hidden, state, attention = self.decode_step(self.embedding(words), memory, state)
        return tf.nn.log_softmax(self.logits(hidden)), state, attention
