"""The pixels of a photo as Pillow reads them."""

import hashlib
import warnings
from pathlib import Path

from PIL import Image, ImageSequence


def pixels(photo: Path) -> tuple[str, ...]:
    """Mode, size and SHA-256 of every frame; where Pillow reads none, the kind of its error."""
    try:
        with warnings.catch_warnings(), Image.open(photo) as image:
            warnings.simplefilter("ignore")
            frames = [frame.copy() for frame in ImageSequence.Iterator(image)]
    except Exception as error:  # Pillow raises whatever its decoders do
        return (type(error).__name__,)
    return tuple(f"{frame.mode} {frame.size} {hashlib.sha256(frame.tobytes()).hexdigest()}" for frame in frames)
