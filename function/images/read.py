"""Untrusted bytes in, a VGG16 input out, within every limit of `function.images.formats`.

The format is decided by content, never by a name or a declared type. `containers` hand a decoder the least that it
needs, counted beforehand; size and dimensions are checked on the header before a pixel is decoded, and only the
decoder of the recognised format ever runs. docs/reliability.md has what the worst files take.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import Image

from function.errors import CorruptImage, EmptyImage, GlimpseError, ImageTooSmall, UnsupportedFormat
from function.images import formats, memory, unfinished
from function.images.colour import to_srgb
from function.images.containers import bmp, exif, gif, jpeg, png, tiff, webp
from function.images.containers.contents import Contents, damaged
from function.images.containers.isobmff import items
from function.images.formats import MAX_BYTES, MAX_PIXELS, MIN_SIDE, Format, too_large, too_many_pixels
from function.images.hush import hush_libraries, hush_warnings
from function.images.orientation import seen, upright
from function.images.reduction import SIDE, WORKING_SIDE, reduced

__all__ = ["SIDE", "Photo", "read"]

_ESSENTIALS: dict[str, Callable[[bytes], Contents]] = {
    "JPEG": jpeg.essentials,
    "PNG": png.essentials,
    "WEBP": webp.essentials,
    "GIF": gif.essentials,
    "BMP": bmp.essentials,
    "TIFF": tiff.essentials,
    "AVIF": items.essentials,
    "HEIF": items.essentials,
}
_ALLOCATE_EARLY = frozenset({"WEBP", "AVIF", "HEIF"})  # decoders that want a canvas to read the header
_decoding = threading.Lock()

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow's own guard, should a decoder allocate before `_open` looks
hush_libraries()


@dataclass(frozen=True)
class Photo:
    """A decoded photo: `pixels` is uint8 RGB (224, 224, 3); width and height are as a viewer shows it."""

    pixels: npt.NDArray[np.uint8]
    format: str
    width: int
    height: int
    bytes: int
    sha256: str


def read(data: bytes) -> Photo:
    """Decode one photo, upright, on white, in sRGB, as VGG16 takes it.

    Raises EmptyImage, PayloadTooLarge, UnsupportedFormat, TooManyPixels, ImageTooSmall or CorruptImage; and
    MemoryError, which is no fault of the photo's: it may be read another time. Safe to call from several threads
    at once; they take turns, so that a process never needs the memory of two decoders, and what was needed is
    given back.
    """
    if not data:
        raise EmptyImage("The file is empty. Choose a photo with something in it.")
    if len(data) > MAX_BYTES:
        raise too_large()
    rows = formats.recognised(data)
    if not rows:
        raise UnsupportedFormat(f"This is not an image Glimpse can read. {formats.accepted()}")
    hush_warnings()
    with _decoding, memory.given_back():
        return _read(data, rows)


def _read(data: bytes, rows: list[Format]) -> Photo:
    contents = _ESSENTIALS.get(rows[0].pillow, Contents)(data)
    image = _open(contents, rows)
    orientation = contents.orientation
    if image.format == "AVIF" and orientation == 1:  # Pillow tells its boxes, irot and imir, as EXIF
        orientation = exif.orientation(image.info.get("exif", b""))
    width, height = seen(image.size, orientation)
    try:
        pixels = _pixels(image, orientation, contents)
    except (GlimpseError, MemoryError):
        raise
    except Exception as error:  # decoders raise whatever a hostile file makes them trip over
        if memory.is_short(width * height):
            raise MemoryError from error
        raise damaged() from error
    name = "MPO" if contents.is_multiple else formats.recorded(str(image.format))
    return Photo(pixels, name, width, height, len(data), hashlib.sha256(data).hexdigest())


def _open(contents: Contents, rows: list[Format]) -> Image.Image:
    """Read the header with the decoders of these formats only, and hold it against the limits."""
    try:
        image = Image.open(BytesIO(contents.file), formats=[row.pillow for row in rows])
    except Image.DecompressionBombError as error:
        raise too_many_pixels() from error
    except MemoryError:
        raise
    except Exception as error:  # as in `_read`
        if rows[0].pillow in _ALLOCATE_EARLY and memory.is_short(MAX_PIXELS):
            raise MemoryError from error
        raise CorruptImage("The image is damaged or of a rare kind. Export it again, as a JPEG.") from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise too_many_pixels()
    if min(width, height) < MIN_SIDE:
        width, height = seen(image.size, contents.orientation)
        raise ImageTooSmall(f"The image is {width}×{height} pixels. Each side must be at least {MIN_SIDE} pixels.")
    if contents.is_open:
        return _open(contents._replace(file=unfinished.finished(contents.file), is_open=False), rows)
    return image


def _pixels(image: Image.Image, orientation: int, contents: Contents) -> npt.NDArray[np.uint8]:
    """First frame, averaged down, upright, in sRGB, on white: uint8 (224, 224, 3)."""
    image.draft(None, (WORKING_SIDE, WORKING_SIDE))  # JPEG only: decodes at 1/2, 1/4 or 1/8 scale
    image = _webp(image) if image.format == "WEBP" else image
    image.load()
    small = upright(reduced(image), orientation).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return np.asarray(_on_white(to_srgb(small, contents.profile, contents.cicp)), np.uint8)


def _webp(image: Any) -> Image.Image:
    """The first frame, RGBA or RGBX; Pillow's own `load` copies it while the decoder still has its two canvases."""
    data, _, _ = image._get_next()
    image._decoder = None
    return Image.frombuffer(image.mode, image.size, data, "raw", image.rawmode, 0, 1)


def _on_white(image: Image.Image) -> Image.Image:
    """RGB; what was transparent becomes white."""
    if image.mode in ("LA", "RGBA"):
        canvas = Image.new("RGBA", image.size, "white")
        canvas.alpha_composite(image.convert("RGBA"))
        image = canvas
    return image.convert("RGB")
