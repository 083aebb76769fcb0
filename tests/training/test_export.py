"""A toy decoder, converted, must compute what Keras computes, and Keras what was converted."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from function.captioning.engines.network import Decoder
from function.captioning.engines.weights import load
from training import convert
from training.places import locate

RUN_STEP = """
import sys
import numpy as np
from ai_edge_litert.interpreter import Interpreter

folder = sys.argv[1]
arrays = np.load(f"{folder}/inputs.npz")
decoder = Interpreter(f"{folder}/decoder.tflite")
memory = decoder.get_signature_runner("start")(features=arrays["features"])
state = np.repeat(memory.pop("state"), len(arrays["words"]), axis=0)
concepts = memory.pop("concepts")
np.savez(
    f"{folder}/outputs.npz",
    **decoder.get_signature_runner("step")(words=arrays["words"], state=state, **memory),
    concepts=concepts,
)
"""


@pytest.mark.parametrize(("weights", "tolerance"), [("float16", 2e-3), ("int8", 5e-2)])
def test_the_converted_decoder_computes_what_the_network_computes(
    tmp_path: Path, weights: str, tolerance: float
) -> None:
    decoder = Decoder(vocabulary=64, concepts=8, units=64)
    features = np.random.default_rng(0).normal(size=(1, 196, 512)).astype(np.float32)
    words = np.array([4, 5, 6], np.int32)
    (tmp_path / "decoder.tflite").write_bytes(convert.convert_decoder(decoder, weights))
    np.savez(tmp_path / "inputs.npz", features=features, words=words)
    subprocess.run([sys.executable, "-c", RUN_STEP, tmp_path], check=True, capture_output=True)
    memory, state, concepts = decoder.start(tf.constant(features))
    log_probs, state, attention = decoder.step(tf.constant(words), memory, tf.repeat(state, 3, axis=0))
    expected = {"log_probs": log_probs, "state": state, "attention": attention, "concepts": concepts}
    with np.load(tmp_path / "outputs.npz") as outputs:
        for name, tensor in expected.items():
            np.testing.assert_allclose(outputs[name], tensor, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("weights", ["float16", "int8"])
def test_the_weights_of_a_converted_decoder_are_found_in_it(tmp_path: Path, weights: str) -> None:
    decoder = randomized(Decoder(vocabulary=64, concepts=8, units=64))
    trained = {name: variable.numpy() for name, variable in decoder.variables.items()}
    (tmp_path / "decoder.tflite").write_bytes(convert.convert_decoder(decoder, weights))
    tensors = locate((tmp_path / "decoder.tflite").read_bytes(), trained)
    assert tensors.keys() | {"output/bias"} == trained.keys()
    restored = Decoder(vocabulary=64, concepts=8, units=64)
    restored.load({"output/bias": np.zeros(64, np.float32), **load(tmp_path / "decoder.tflite", tensors)})
    for name, variable in restored.variables.items():
        if name not in ("output/bias", "output_bias"):  # the converter makes one of the two
            step = np.abs(trained[name]).max() / 127
            np.testing.assert_allclose(variable.numpy(), trained[name], atol=step, err_msg=name)
    hidden = np.random.default_rng(1).normal(size=(3, 128)).astype(np.float32)
    np.testing.assert_allclose(restored.logits(hidden), decoder.logits(hidden), atol=0.15)


def randomized(decoder: Decoder) -> Decoder:
    """The decoder with no weight zero, so that none can be taken for another."""
    random = np.random.default_rng(0)
    decoder.load({name: random.normal(0, 0.1, variable.shape) for name, variable in decoder.variables.items()})
    return decoder


def test_a_weight_that_is_not_in_the_file_is_named() -> None:
    decoder = randomized(Decoder(vocabulary=64, concepts=8, units=64))
    weights = {name: variable.numpy() for name, variable in decoder.variables.items()}
    converted = convert.convert_decoder(decoder, "int8")
    with pytest.raises(ValueError, match="lacks query/kernel, language_lstm/bias"):
        locate(converted, weights | {name: 2 * weights[name] for name in ("query/kernel", "language_lstm/bias")})
