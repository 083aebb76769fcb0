"""Find each weight of a network in the LiteRT file it was converted to, for the manifest.

A weight is recognised by its values: after dequantization they differ by no more than half a quantization step.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from function.captioning.engines.weights import Stored, as_keras, constants
from function.captioning.manifest import Tensors

Weights = Mapping[str, npt.NDArray[np.float32]]
SLACK = 1.1
"""Of half a quantization step: the converter's own arithmetic rounds as well (1.1 seen on float16 weights)."""


def locate(model: bytes, weights: Weights) -> Tensors:
    """Where each weight stands in a LiteRT file; where it stands twice, in its finest quantization.

    Raises ValueError for a weight that is not there. `output/bias` may be missing: the converter adds it, times the
    embedding, to `output_bias`.
    """
    stored = list(constants(model))
    found = {name: _place(stored, name, weight) for name, weight in _as_converted(stored, weights).items()}
    missing = [name for name, place in found.items() if place is None]
    if missing:
        raise ValueError(f"The converted model lacks {', '.join(missing)}.")
    return {name: place for name, place in found.items() if place is not None}


def _as_converted(stored: list[Stored], weights: Weights) -> Weights:
    """The weights, with `output/bias` folded into `output_bias` if the converter did that."""
    bias = weights.get("output/bias")
    if bias is None or _place(stored, "output/bias", bias) is not None:
        return weights
    folded = weights["output_bias"] + weights["embedding/embeddings"] @ bias  # (vocabulary,)
    return {name: weight for name, weight in weights.items() if name != "output/bias"} | {"output_bias": folded}


def _place(stored: list[Stored], name: str, weight: npt.NDArray[np.float32]) -> tuple[int, int] | None:
    """The constant that is this weight, None if there is none."""
    allowed = 1e-3 * float(np.abs(weight).max())  # float16 weights, and sums in another order
    fitting = [constant for constant in stored if _fits(constant, name, weight, allowed)]
    return min(fitting, key=lambda constant: float(constant.error.mean())).place if fitting else None


def _fits(constant: Stored, name: str, weight: npt.NDArray[np.float32], allowed: float) -> bool:
    if constant.value.size != weight.size or constant.value.ndim < weight.ndim:
        return False
    value = as_keras(name, constant.value)
    if value.shape != weight.shape:
        return False
    error = as_keras(name, np.broadcast_to(constant.error, constant.value.shape))
    return bool(np.all(np.abs(value - weight) <= SLACK * error + allowed))
