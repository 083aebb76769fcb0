"""A JPEG without its end marker: whole, or cut off.

libjpeg fills missing rows without an error, so the file is decoded twice, with two different ends. Where all rows
are there, what follows them makes no difference.
"""

import random
from io import BytesIO

from PIL import Image, ImageChops

from function.errors import GlimpseError
from function.images.containers import jpeg
from function.images.containers.contents import damaged
from function.images.reduction import WORKING_SIDE

MAX_PIXELS = 30_000_000  # three decodes more, in full where a photo is progressive
END = b"\xff\xd9"
SPARE = 1024
"""Bytes that may follow the last row. More could stand for rows that are missing."""

_OTHER = random.Random(0).randbytes(4096).replace(b"\xff", b"\x7f")  # noqa: S311


def finished(file: bytes) -> bytes:
    """The file with its end marker. Raises CorruptImage when rows or passes are missing, or may be."""
    data = _without_filling(file)
    try:
        shown = _pixels(data + END)
    except (GlimpseError, MemoryError):
        raise
    except Exception as error:  # as in `read`
        raise damaged() from error
    is_whole = not _differ(shown, data + _OTHER + END)
    if jpeg.is_progressive(file):
        is_whole = is_whole and jpeg.has_all_passes(file)
    else:
        is_whole = is_whole and _differ(shown, data[:-SPARE] + _OTHER + END)
    if not is_whole:
        raise damaged()
    return data + END


def _without_filling(file: bytes) -> bytes:
    """Without the zeros or half markers at the end, but for two zeros, which pixels may end with."""
    data = file.rstrip(b"\xff")
    return data.rstrip(b"\0") + data[-2:] if data.endswith(b"\0\0\0") else data


def _differ(shown: Image.Image, file: bytes) -> bool:
    try:
        return ImageChops.difference(shown, _pixels(file)).getbbox() is not None
    except MemoryError:
        raise
    except Exception:  # cut in its header, say
        return True


def _pixels(file: bytes) -> Image.Image:
    """The picture, at the scale that it is read at; a progressive one in full, whose last passes add details only."""
    image = Image.open(BytesIO(file), formats=["JPEG"])
    if image.width * image.height > MAX_PIXELS:
        raise damaged()
    if not jpeg.is_progressive(file):
        image.draft(None, (WORKING_SIDE, WORKING_SIDE))
    image.load()
    return image
