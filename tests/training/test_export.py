"""A toy decoder, converted, must compute what Keras computes."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from function.captioning.engines.network import Decoder
from training import convert, export

RUN_STEP = """
import sys
import numpy as np
from ai_edge_litert.interpreter import Interpreter

folder = sys.argv[1]
arrays = np.load(f"{folder}/inputs.npz")
decoder = Interpreter(f"{folder}/decoder.tflite")
memory = decoder.get_signature_runner("start")(features=arrays["features"])
state = np.repeat(memory.pop("state"), len(arrays["words"]), axis=0)
np.savez(
    f"{folder}/outputs.npz",
    **decoder.get_signature_runner("step")(words=arrays["words"], state=state, **memory),
    **decoder.get_signature_runner("attributes")(features=arrays["features"]),
)
"""


@pytest.mark.parametrize(("weights", "tolerance"), [("float16", 2e-3), ("int8", 5e-2)])
def test_the_converted_decoder_computes_what_the_network_computes(
    tmp_path: Path, weights: str, tolerance: float
) -> None:
    decoder = Decoder(vocabulary=64, attributes=8, units=64)
    features = np.random.default_rng(0).normal(size=(1, 196, 512)).astype(np.float32)
    words = np.array([4, 5, 6], np.int32)
    (tmp_path / "decoder.tflite").write_bytes(convert.convert_decoder(decoder, weights))
    np.savez(tmp_path / "inputs.npz", features=features, words=words)
    subprocess.run([sys.executable, "-c", RUN_STEP, tmp_path], check=True, capture_output=True)
    memory, state = decoder.start(tf.constant(features))
    log_probs, state, attention = decoder.step(tf.constant(words), memory, tf.repeat(state, 3, axis=0))
    expected = {"log_probs": log_probs, "state": state, "attention": attention}
    expected["probabilities"] = decoder.attributes(tf.constant(features))
    with np.load(tmp_path / "outputs.npz") as outputs:
        for name, tensor in expected.items():
            np.testing.assert_allclose(outputs[name], tensor, atol=tolerance, err_msg=name)


def test_weights_survive_being_saved_in_half_precision(tmp_path: Path) -> None:
    weights = {"a/kernel": np.random.default_rng(0).normal(size=(64, 64)).astype(np.float32)}
    export.save_weights(tmp_path / "weights.npz", weights)
    with np.load(tmp_path / "weights.npz") as saved:
        np.testing.assert_allclose(saved["a/kernel"], weights["a/kernel"], rtol=1e-3, atol=1e-7)
