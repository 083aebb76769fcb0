"""The ImageNet weights of VGG16's 13 convolution layers (Simonyan and Zisserman, ICLR 2015), checked before use.

<data>/vgg16/vgg16_imagenet_notop.npz   <layer>/kernel (kh, kw, in, out) and <layer>/bias (out,)
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.data.base import BadData

SHA256 = (
    "05c7e5cf8ede7594fd3541d2e9c642341a20aee8ee92ab98011e89b5297726ca",
    "82ddb4a2e893313717b56c825fc60a3cb10ed58f625effcfbadee36dac53a0a5",
)
"""Of the published files, which hold the same arrays."""
_SPOT_CHECKS = {
    ("block1_conv1/kernel", (0, 0, 0, 0)): 0.42947057,
    ("block1_conv1/bias", (25,)): 0.7446502,
    ("block1_conv2/kernel", (2, 2, 63, 63)): 0.016082443,
    ("block5_conv3/bias", (0,)): 0.18837857,
}
_HELP = """
The ImageNet weights of VGG16's 13 convolution layers go into {path}.
With a network at hand, this Python makes the file (58 MB):

import keras, numpy
layers = [layer for layer in keras.applications.VGG16(include_top=False).layers if layer.weights]
arrays = {{f"{{layer.name}}/{{w.name}}": numpy.asarray(w) for layer in layers for w in layer.weights}}
numpy.savez("{path}", **arrays)

Another place is given with --data."""


def weights(data: Path) -> dict[str, npt.NDArray[np.float32]]:
    """`block1_conv1/kernel` … `block5_conv3/bias`. Raises BadData.

    The published file is known by its checksum; one made with Keras differs in bytes and is known by its values.
    """
    path = data / "vgg16" / "vgg16_imagenet_notop.npz"
    if not path.is_file():
        raise BadData(f"{path} is missing." + _HELP.format(path=path))
    try:
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
        wrong = [key for (key, at), value in _SPOT_CHECKS.items() if not np.isclose(arrays[key][at], value, rtol=1e-5)]
    except Exception as error:  # not a zip, a missing array, a wrong shape: all mean another file
        raise BadData(f"{path} cannot be read ({error})." + _HELP.format(path=path)) from error
    if wrong:
        raise BadData(f"{path} does not hold the ImageNet weights ({wrong[0]} differs)." + _HELP.format(path=path))
    if hashlib.sha256(path.read_bytes()).hexdigest() not in SHA256:
        print(f"note: {path} is not a published file, but its values match the ImageNet weights.", file=sys.stderr)
    return arrays
