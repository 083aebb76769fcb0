"""The weights in a LiteRT file, as the float32 arrays of the Keras network: one set of weights serves both engines.

Imports TensorFlow for its description of the file format (a FlatBuffer); nothing is executed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from function.captioning.engines.silence import silenced
from function.captioning.manifest import Tensors

with silenced():
    from tensorflow.lite.python import schema_py_generated as schema

Floats = npt.NDArray[np.float32]
_DTYPES = {
    schema.TensorType.FLOAT32: np.float32,
    schema.TensorType.FLOAT16: np.float16,
    schema.TensorType.INT8: np.int8,
    schema.TensorType.INT32: np.int32,
}


class Stored(NamedTuple):
    """A constant of a LiteRT file: its value in float32, in the file's axis order, and how far rounding took it.

    `error` is half a quantization step, of a shape that broadcasts to the value's; 0 where nothing was quantized.
    """

    place: tuple[int, int]
    value: Floats
    error: Floats


def load(path: Path, tensors: Tensors) -> dict[str, Floats]:
    """The named weights of a LiteRT file. Raises KeyError where it has no such constant."""
    stored = {constant.place: constant.value for constant in constants(path.read_bytes())}
    return {name: as_keras(name, stored[place]) for name, place in tensors.items()}


def as_keras(name: str, value: Floats) -> Floats:
    """A weight in Keras' axis order: LiteRT has a kernel's output channels first, and vectors with leading ones."""
    if name.endswith("kernel"):
        return np.moveaxis(value, 0, -1)  # (out, …, in) → (…, in, out)
    return value.reshape(-1) if value.ndim and value.size == value.shape[-1] else value


def constants(model: bytes) -> Iterator[Stored]:
    """Every float or quantized constant of every subgraph, dequantized: (value − zero point) × scale, per channel."""
    file = schema.Model.GetRootAs(model)
    for i in range(file.SubgraphsLength()):
        graph = file.Subgraphs(i)
        for j in range(graph.TensorsLength()):
            tensor = graph.Tensors(j)
            buffer = file.Buffers(tensor.Buffer())
            if buffer.DataLength() and tensor.Type() in _DTYPES:
                raw = buffer.DataAsNumpy().view(_DTYPES[tensor.Type()])
                shape = tensor.ShapeAsNumpy() if tensor.ShapeLength() else ()
                yield Stored((i, j), *_dequantized(raw.reshape(shape), tensor.Quantization()))


def _dequantized(raw: npt.NDArray[Any], quantization: Any) -> tuple[Floats, Floats]:
    """Value and error of a constant; one scale for all of it, or one for each slice along the quantized dimension."""
    if quantization is None or not quantization.ScaleLength():
        return raw.astype(np.float32), np.zeros(1, np.float32)
    shape = [1] * raw.ndim
    if quantization.ScaleLength() > 1:
        shape[quantization.QuantizedDimension()] = -1
    scale = quantization.ScaleAsNumpy().astype(np.float32).reshape(shape)
    zero = quantization.ZeroPointAsNumpy().astype(np.float32).reshape(shape)
    return (raw.astype(np.float32) - zero) * scale, np.asarray(scale / 2)
