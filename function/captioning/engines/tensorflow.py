"""The reference engine: the Keras network in float32, which the fast engine is held against."""

import numpy as np

from function.captioning.engines import weights
from function.captioning.engines.base import Floats, Images, Words, check_shapes
from function.captioning.engines.network import Decoder, Memory, build_encoder
from function.captioning.engines.silence import silenced
from function.captioning.manifest import Manifest

with silenced():
    import tensorflow as tf


class TensorFlowEngine:
    """The reference: all arithmetic in float32, on the weights of the LiteRT files (`weights`)."""

    name = "tensorflow"

    def __init__(self, model: Manifest, threads: int) -> None:
        if threads:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
        encoder = build_encoder(_weights(model, "encoder"))
        check_shapes(model, encoder.input_shape, encoder.output_shape)
        stored = _weights(model, "decoder")
        decoder = Decoder(vocabulary=len(stored["output_bias"]), concepts=len(stored["attribute/bias"]))
        # LiteRT's converter adds this bias, times the embedding, to output_bias
        decoder.load({"output/bias": np.zeros(decoder.units, np.float32), **stored})
        self._encode = tf.function(lambda images: encoder(images, training=False), autograph=False)
        self._start = tf.function(decoder.start, autograph=False)
        self._step = tf.function(decoder.step, autograph=False, reduce_retracing=True)

    def encode(self, images: Images) -> Floats:
        return np.concatenate([self._encode(tf.constant(image[None])).numpy() for image in images])

    def start(self, features: Floats) -> tuple[Memory, Floats, Floats]:
        memory, state, concepts = self._start(tf.constant(features))
        return memory, np.asarray(state), concepts.numpy()

    def step(self, words: Words, memory: Memory, state: Floats) -> tuple[Floats, Floats, Floats]:
        log_probs, state, attention = self._step(tf.constant(words), memory, tf.constant(state))
        return log_probs.numpy(), np.asarray(state), attention.numpy()


def _weights(model: Manifest, part: str) -> dict[str, Floats]:
    return weights.load(model.file(part), model.files[part].tensors)
