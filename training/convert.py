"""From the Keras network to LiteRT's files: the encoder in int8, the decoder with its signatures."""

import tempfile
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from tqdm import tqdm

from function.captioning.engines.base import CHANNELS, REGIONS
from function.captioning.engines.network import Decoder, build_encoder, keras, tf
from function.captioning.engines.silence import silenced
from function.images.read import SIDE
from training.data.base import SEED, Photo

with silenced():
    from tensorflow.lite.tools import flatbuffer_utils

CALIBRATION_PHOTOS = 40
"""Few on purpose: more photos widen the ranges by rare peaks, and every other activation is rounded more coarsely."""
SHARED = 100_000
"""Bytes from which a tensor's content is looked for a second time."""
Calibration = Callable[[], Iterator[tuple[str, dict[str, np.ndarray]]]]


def convert_encoder(vgg16: dict[str, np.ndarray], photos: Sequence[Photo]) -> tuple[bytes, dict[str, np.ndarray]]:
    """VGG16 with int8 weights and activations; post-training quantization (Jacob et al., CVPR 2018).

    Calibrated with a few of the photos. With it come the equalized weights that were quantized.
    """
    chosen = np.random.default_rng(SEED).choice(len(photos), min(CALIBRATION_PHOTOS, len(photos)), replace=False)
    samples = [photos[i].pixels()[None] for i in chosen]  # (1, 224, 224, 3) each
    weights = equalized(vgg16, samples)
    encoder = build_encoder(weights)
    encode = tf.function(
        lambda images: {"features": encoder(images)}, [tf.TensorSpec((1, SIDE, SIDE, 3), tf.uint8, "images")]
    )

    def calibration() -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        for sample in tqdm(samples, desc="calibrating the encoder", unit="photo"):
            yield "encode", {"images": sample}

    return _convert({"encode": encode}, calibration, "int8"), weights


def equalized(vgg16: dict[str, np.ndarray], samples: list[np.ndarray]) -> dict[str, np.ndarray]:
    """The same network with its inner channels brought closer in range, so that one scale a layer suits them all.

    What a channel is divided by, the next layer's weights for it are multiplied by; ReLU and max pooling let
    a scale pass, so the features stay what they were (Nagel et al., ICCV 2019, section 4.1). The divisor is
    the square root of the channel's peak, over the layer's geometric mean: half way, to spare the weights.
    """
    weights = dict(vgg16)
    layers = sorted({name.partition("/")[0] for name in vgg16})
    peaks = _channel_peaks(vgg16, layers[:-1], samples)
    for layer, following, peak in zip(layers, layers[1:], peaks, strict=False):
        scale = np.sqrt(peak / np.exp(np.log(peak).mean())).clip(0.05, 20)
        weights[f"{layer}/kernel"] = weights[f"{layer}/kernel"] / scale
        weights[f"{layer}/bias"] = weights[f"{layer}/bias"] / scale
        weights[f"{following}/kernel"] = weights[f"{following}/kernel"] * scale[:, None]
    return weights


def _channel_peaks(vgg16: dict[str, np.ndarray], layers: list[str], samples: list[np.ndarray]) -> list[np.ndarray]:
    """The highest activation of each channel of each layer over uint8 photos (1, 224, 224, 3)."""
    encoder = build_encoder(vgg16)
    convolutions = next(layer for layer in encoder.layers if isinstance(layer, keras.Model))
    probe = keras.Model(convolutions.input, [convolutions.get_layer(layer).output for layer in layers])
    peaks = [np.full(1, 1e-3, np.float32) for _ in layers]
    for sample in samples:
        activations = probe(keras.applications.vgg16.preprocess_input(sample.astype(np.float32)))
        peaks = [np.maximum(peak, np.max(a, axis=(0, 1, 2))) for peak, a in zip(peaks, activations, strict=True)]
    return peaks


def convert_decoder(decoder: Decoder, weights: str) -> bytes:
    """`start` and `step` as signatures of one file; k, the number of sentences, stays open."""
    memory = [
        ("values", (1, REGIONS, decoder.units)),
        ("keys", (1, REGIONS, decoder.units)),
        ("mean", (1, decoder.units)),
    ]
    specs = {name: tf.TensorSpec(shape, tf.float32, name) for name, shape in memory}
    embed = _quantized_lookup(decoder) if weights == "int8" else decoder.embedding

    def start(features: tf.Tensor) -> dict[str, tf.Tensor]:
        (values, keys, mean), state, concepts = decoder.start(features)
        return {"values": values, "keys": keys, "mean": mean, "state": state, "concepts": concepts}

    def step(
        words: tf.Tensor, state: tf.Tensor, values: tf.Tensor, keys: tf.Tensor, mean: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        hidden, state, attention = decoder.decode_step(embed(words), (values, keys, mean), state)
        return {"log_probs": tf.nn.log_softmax(decoder.logits(hidden)), "state": state, "attention": attention}

    features = tf.TensorSpec((1, REGIONS, CHANNELS), tf.float32, "features")
    signatures = {
        "start": tf.function(start, [features]),
        "step": tf.function(
            step,
            [
                tf.TensorSpec((None,), tf.int32, "words"),
                tf.TensorSpec((None, 4 * decoder.units), tf.float32, "state"),
                *specs.values(),
            ],
        ),
    }
    return shared(_convert(signatures, None, weights))


def _quantized_lookup(decoder: Decoder) -> Callable[[tf.Tensor], tf.Tensor]:
    """Words (k,) → embedded (k, units) from int8 rows with a scale each, as the converter makes them for the output.

    The embedding is tied to the output layer; looked up in its own quantization, it would be stored a second time.
    """
    table = decoder.embedding.embeddings.numpy().astype(np.float64)  # (vocabulary, units)
    scales = np.maximum(np.abs(table).max(1, keepdims=True), 1e-12) / 127  # (vocabulary, 1)
    rows = tf.constant(np.rint(table / scales).astype(np.int8))
    factors = tf.constant(scales.astype(np.float32))
    return lambda words: tf.cast(tf.gather(rows, words), tf.float32) * tf.gather(factors, words)


def shared(model: bytes) -> bytes:
    """A LiteRT file in which tensors of the same content point to one buffer."""
    content = flatbuffer_utils.read_model_from_bytearray(bytearray(model))
    first: dict[bytes, int] = {}
    for graph in content.subgraphs:
        for tensor in graph.tensors:
            data = content.buffers[tensor.buffer].data
            if data is not None and len(data) >= SHARED:
                place = first.setdefault(bytes(data), tensor.buffer)
                if place != tensor.buffer:
                    content.buffers[tensor.buffer].data = None
                    tensor.buffer = place
    return bytes(flatbuffer_utils.convert_object_to_bytearray(content))


def _convert(
    signatures: dict[str, tf.types.experimental.PolymorphicFunction], calibration: Calibration | None, weights: str
) -> bytes:
    """Traced functions → LiteRT, one signature each, with the stated kind of weights."""
    module = tf.Module()
    frozen = {name: _frozen(function.get_concrete_function()) for name, function in signatures.items()}
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, signatures=frozen)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=list(signatures))
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if weights == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if calibration:
            converter.representative_dataset = calibration
        converted: bytes = converter.convert()
        return converted


def _frozen(function: tf.types.experimental.ConcreteFunction) -> tf.types.experimental.PolymorphicFunction:
    """The function with its variables made constants: LiteRT would keep variables as state to be initialised."""
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    constant = convert_variables_to_constants_v2(function)
    names = sorted(function.structured_outputs)
    specs = [tf.TensorSpec(tensor.shape, tensor.dtype, tensor.name.split(":")[0]) for tensor in constant.inputs]
    return tf.function(lambda *inputs: dict(zip(names, constant(*inputs), strict=True)), specs, autograph=False)
