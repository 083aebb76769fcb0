"""What is kept of a photo to compare it with others: 512 bytes of features and 256 of a small grey picture.

The features are the mean over the encoder's 196 regions, at length 1, in int8 (`SCALE` is 1): cosine similarity of
what is in the photo. The grey picture, 16×16 with its mean taken away, tells the same picture from a similar one.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

CHANNELS = 512
SIDE = 16
SIZE = CHANNELS + SIDE * SIDE
Floats = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.int8]


def pack(encoded: Floats, pixels: npt.NDArray[np.uint8]) -> bytes:
    """Features (1, 196, 512) and pixels (224, 224, 3) of one photo as `SIZE` bytes."""
    mean = encoded[0].mean(axis=0)  # (512,)
    grey = np.asarray(Image.fromarray(pixels).convert("L").resize((SIDE, SIDE), Image.Resampling.BOX), np.float32)
    return _quantised(mean) + _quantised((grey - grey.mean()).ravel())


def unpack(packed: bytes) -> tuple[Floats, Floats]:
    """Unit vectors (n, 512) and (n, 256) of the packed features of n photos, one behind the other."""
    values = np.frombuffer(packed, np.int8).reshape(-1, SIZE)
    return _unit(values[:, :CHANNELS]), _unit(values[:, CHANNELS:])


def vectors(packed: bytes) -> Vectors:
    """The features (n, 512) of the packed features of n photos, as they were quantised."""
    return np.frombuffer(packed, np.int8).reshape(-1, SIZE)[:, :CHANNELS]


def sharpness(pixels: npt.NDArray[np.uint8]) -> float:
    """Variance of the Laplacian of the grey picture: higher is sharper, comparable between shots of one scene."""
    grey = np.asarray(Image.fromarray(pixels).convert("L"), np.float32)
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float((around - 4 * grey[1:-1, 1:-1]).var())


def _quantised(vector: Floats) -> bytes:
    """A vector as int8, its largest value 127 or -127."""
    peak = float(np.abs(vector).max()) or 1.0
    packed: bytes = np.rint(vector / peak * 127).astype(np.int8).tobytes()
    return packed


def _unit(rows: Vectors) -> Floats:
    values = rows.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", values, values))[:, None]
    values /= np.where(lengths > 0, lengths, 1)
    return values
