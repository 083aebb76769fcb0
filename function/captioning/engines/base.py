"""The interface of an engine, which runs a network. Imports no runtime.

encode(images)
    uint8 RGB (n, 224, 224, 3) → features float32 (n, 196, 512): VGG16's block5_conv3, 14×14 regions row by row
start(features)
    float32 (1, 196, 512) → memory, opaque to the caller, the state float32 (1, d), and the probability
    float32 (1, concepts) of each concept: that people would mention an attribute, that an object is there
step(words, memory, state)
    int32 (k,), memory, float32 (k, d) → log-probabilities (k, vocabulary), next state (k, d),
    attention (k, 196), whose rows sum to 1
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from function.captioning.manifest import Manifest
from function.errors import Misconfigured

Pixels = npt.NDArray[np.uint8]
Images = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Words = npt.NDArray[np.int32]

GRID = 14
REGIONS = GRID * GRID
CHANNELS = 512


class Engine(Protocol):
    """What the captioner needs of a model runtime; the module docstring gives the shapes."""

    name: str

    def encode(self, images: Images) -> Floats: ...

    def start(self, features: Floats) -> tuple[Any, Floats, Floats]: ...

    def step(self, words: Words, memory: Any, state: Floats) -> tuple[Floats, Floats, Floats]: ...


def check_shapes(model: Manifest, images: Sequence[int], features: Sequence[int]) -> None:
    """Raise Misconfigured unless an encoder's images (1, h, w, 3) and features (1, r, c) are as its manifest states."""
    stated = (model.input_side, model.input_side, 3), (model.grid**2, model.channels)
    found = tuple(images[1:]), tuple(features[1:])
    if found != stated:
        raise Misconfigured(f"{model.path} states images and features {stated}, and the encoder has {found}.")
