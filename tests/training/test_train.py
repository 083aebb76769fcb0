"""Starting from an earlier training: what is carried over, and by which names."""

from pathlib import Path

import numpy as np
import pytest

from function.captioning.engines.network import Decoder
from function.captioning.vocabulary import Vocabulary
from training.concepts import Concepts
from training.model import LAYERS, Block5, Network
from training.train import carried_over, load_outputs, save_outputs

EARLIER = Vocabulary(["dog", "runs", "cat"]), Concepts(["dog", "run"], [])
LATER = Vocabulary(["cat", "dog", "giraffe"]), Concepts(["run", "giraffe", "dog"], ["dog"])
UNITS = 8


def network(vocabulary: Vocabulary, concepts: Concepts, fill: float) -> Network:
    """A toy network whose weights of block 5 all have one value."""
    kernels = {f"{layer}/kernel": np.full((3, 3, 512, 512), fill, np.float32) for layer in LAYERS}
    block5 = Block5(kernels | {f"{layer}/bias": np.full(512, fill, np.float32) for layer in LAYERS})
    return Network(block5, Decoder(len(vocabulary), len(concepts), UNITS))


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """The folder of a training that knew other words; every word's and attribute's row holds its number."""
    save_outputs(tmp_path, *EARLIER)
    weights = {name: variable.numpy() for name, variable in network(*EARLIER, 1.0).variables.items()}
    weights["embedding/embeddings"] = np.arange(7, dtype=np.float32)[:, None] * np.ones((1, UNITS), np.float32)
    weights["output_bias"] = np.arange(7, dtype=np.float32)
    weights["semantic/kernel"] = np.arange(2, dtype=np.float32)[:, None] * np.ones((1, UNITS), np.float32)
    weights["attribute/bias"] = np.array([10, 20], np.float32)
    weights["attribute/kernel"] = np.ones((UNITS, 1), np.float32) * np.array([[10, 20]], np.float32)
    np.savez(tmp_path / "best.npz", **weights)
    return tmp_path


def test_words_and_attributes_keep_their_rows_by_name(earlier: Path) -> None:
    fresh = network(*LATER, 2.0)
    before = {name: variable.numpy() for name, variable in fresh.variables.items()}
    weights = carried_over(fresh, *LATER, earlier)
    np.testing.assert_array_equal(weights["embedding/embeddings"][[0, 3, 4, 5], 0], [0, 3, 6, 4])  # cat 6, dog 4
    np.testing.assert_array_equal(weights["output_bias"], [0, 1, 2, 3, 6, 4, 0])  # giraffe was not known
    np.testing.assert_array_equal(weights["embedding/embeddings"][6], before["embedding/embeddings"][6])
    np.testing.assert_array_equal(weights["attribute/bias"], [20, -3, 10, -3])
    np.testing.assert_array_equal(weights["attribute/kernel"][:, [0, 2]], [[20, 10]] * UNITS)
    np.testing.assert_array_equal(weights["semantic/kernel"][:, 0], [1, 0, 0, 0])
    np.testing.assert_array_equal(weights["block5_conv1/kernel"], np.ones((3, 3, 512, 512)))
    fresh.load(weights)  # all of the right shape


def test_what_outputs_mean_is_kept_beside_the_weights(tmp_path: Path) -> None:
    save_outputs(tmp_path, *LATER)
    vocabulary, concepts = load_outputs(tmp_path)
    assert (vocabulary.words, concepts.attributes) == (LATER[0].words, LATER[1].attributes)
