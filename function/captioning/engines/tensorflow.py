"""The reference engine: the Keras network in float32, which the fast engine is held against."""

from pathlib import Path

import numpy as np

from function.captioning import manifest
from function.captioning.engines.base import Floats, Images, Words
from function.captioning.engines.network import Decoder, Memory, Weights, build_encoder
from function.captioning.engines.silence import silenced

with silenced():
    import tensorflow as tf


class TensorFlowEngine:
    """The reference: all arithmetic in float32, on weights that are stored as float16 to halve the file."""

    name = "tensorflow"

    def __init__(self, model: Path, threads: int) -> None:
        if threads:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
        encoder = build_encoder(_read(model, manifest.TENSORFLOW_ENCODER))
        weights = _read(model, manifest.TENSORFLOW_DECODER)
        decoder = Decoder(vocabulary=len(weights["output_bias"]), attributes=len(weights["attribute/bias"]))
        decoder.load(weights)
        self._encode = tf.function(lambda images: encoder(images, training=False), autograph=False)
        self._start = tf.function(decoder.start, autograph=False)
        self._step = tf.function(decoder.step, autograph=False, reduce_retracing=True)
        self._attributes = tf.function(decoder.attributes, autograph=False)

    def encode(self, images: Images) -> Floats:
        return np.concatenate([self._encode(tf.constant(image[None])).numpy() for image in images])

    def start(self, features: Floats) -> tuple[Memory, Floats]:
        memory, state = self._start(tf.constant(features))
        return memory, np.asarray(state)

    def step(self, words: Words, memory: Memory, state: Floats) -> tuple[Floats, Floats, Floats]:
        log_probs, state, attention = self._step(tf.constant(words), memory, tf.constant(state))
        return log_probs.numpy(), np.asarray(state), attention.numpy()

    def attributes(self, features: Floats) -> Floats:
        return self._attributes(tf.constant(features)).numpy()


def _read(model: Path, name: str) -> Weights:
    with np.load(manifest.verified(model, name)) as file:
        return {key: file[key].astype(np.float32) for key in file.files}
