"""Untrusted bytes in, a VGG16 input out, within every limit of `function.images.formats`.

The format is decided by content, never by a name or a declared type. Size and dimensions are checked
on the header before a pixel is decoded, and only the decoders of the listed formats ever run. What they
return is averaged down band by band, so that reading a photo of `MAX_PIXELS` takes its decoder's memory
(0.45 GB or less; HEIC and AVIF up to 1.2 GB, WebP 1.6 GB) and little more.
"""

import hashlib
import re
import threading
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import ExifTags, Image

from function.errors import CorruptImage, EmptyImage, ImageTooSmall, TooManyPixels, UnsupportedFormat
from function.images import formats
from function.images.formats import MAX_BYTES, MAX_PIXELS, MAX_SCANS, MIN_SIDE, too_large

SIDE = 224
"""VGG16's input side. The whole photo is stretched to a square, as the photos it is trained on are."""

_WORKING_SIDE = 2 * SIDE  # averaging stops here, so that the last resize still has pixels to work on
_MARKER = re.compile(rb"\xff([\x02-\xcf\xd8-\xfe])")  # in a JPEG; neither stuffing nor a restart
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_HUSHED: Any = ("ignore", None, Warning, re.compile(r"PIL\.|pillow_heif"), 0)  # as `warnings.filters` has it
_hushing = threading.Lock()
_decoding = threading.Lock()

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow's own guard, should a decoder allocate before `_open` looks


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
    """Decode one photo, upright, on white, as VGG16 takes it.

    Raises EmptyImage, PayloadTooLarge, UnsupportedFormat, TooManyPixels, ImageTooSmall or CorruptImage.
    Safe to call from several threads at once; they take turns, so that a process never needs the memory of
    two decoders.
    """
    if not data:
        raise EmptyImage("The file is empty. Choose a photo with something in it.")
    if len(data) > MAX_BYTES:
        raise too_large()
    _hush_decoders()
    with _decoding:
        return _read(data)


def _read(data: bytes) -> Photo:
    image = _open(data)
    width, height = image.size
    try:
        upright, sideways = _decode(image)
        pixels = np.asarray(_on_white(upright.resize((SIDE, SIDE), Image.Resampling.BICUBIC)), np.uint8)
    except MemoryError as error:
        raise _too_many_pixels() from error
    except Exception as error:  # decoders raise whatever a hostile file makes them trip over
        raise CorruptImage("The image is damaged or incomplete. Try to export or download it again.") from error
    if sideways:
        width, height = height, width
    return Photo(
        pixels, formats.recorded(str(image.format)), width, height, len(data), hashlib.sha256(data).hexdigest()
    )


def _hush_decoders() -> None:
    """Ignore the decoders' warnings, of odd metadata mostly: where warnings are errors, a good photo would fail.

    For good, since `warnings.catch_warnings` would take the filter away from under other threads.
    """
    with _hushing:
        if warnings.filters[:1] != [_HUSHED]:
            warnings.filterwarnings("ignore", module=_HUSHED[3].pattern)


def _open(data: bytes) -> Image.Image:
    """Read the header with the listed decoders only, and hold it against the limits."""
    try:
        image = Image.open(BytesIO(data), formats=[row.pillow for row in formats.FORMATS])
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_many_pixels() from error
    except Exception as error:  # as in `read`
        if formats.has_signature(data):
            raise CorruptImage("The image is damaged or of a rare kind. Export it again, as a JPEG.") from error
        raise UnsupportedFormat(f"This is not an image Glimpse can read. {formats.accepted()}") from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < MIN_SIDE:
        raise ImageTooSmall(f"The image is {width}×{height} pixels. Each side must be at least {MIN_SIDE} pixels.")
    if image.format in ("JPEG", "MPO"):
        _check_scans(data)
    return image


def _too_many_pixels() -> TooManyPixels:
    return TooManyPixels(f"The image has over {MAX_PIXELS // 10**6} megapixels. Scale it down and try again.")


def _check_scans(data: bytes) -> None:
    """Refuse a JPEG of thousands of passes, which would keep a worker busy for an hour."""
    position, scans = 2, 0
    while (marker := _MARKER.search(data, position)) and marker[1] != b"\xd9":
        scans += marker[1] == b"\xda"
        if scans > MAX_SCANS:
            raise CorruptImage(f"The JPEG is made of over {MAX_SCANS} passes. Export it again as a plain JPEG.")
        position = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2])


def _decode(image: Image.Image) -> tuple[Image.Image, bool]:
    """First frame, averaged down, upright, 8 bits a channel; and whether its sides were swapped to get there."""
    image.draft(None, (_WORKING_SIDE, _WORKING_SIDE))  # JPEG only: decodes at 1/2, 1/4 or 1/8 scale
    image.load()
    orientation = _orientation(image)  # always 1 for HEIC and TIFF, which turn themselves
    image = _averaged(image)
    if image.mode in ("I", "F"):
        image = _stretched(image)
    if orientation > 1:
        image = image.transpose(_TURNS[orientation])
    return image, orientation >= 5


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; a damaged EXIF block must not cost its owner the caption."""
    try:
        orientation = int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # EXIF parsing fails in as many ways as decoding
        return 1
    return orientation if 1 <= orientation <= 8 else 1


def _averaged(image: Image.Image) -> Image.Image:
    """No side much over twice `_WORKING_SIDE`; band by band, so that converting a photo never copies it whole."""
    across, down = (max(1, side // _WORKING_SIDE) for side in image.size)
    if across == down == 1:
        return _plain(image)
    tops = range(0, image.height, 16 * down)
    boxes = [(0, top, image.width, min(top + 16 * down, image.height)) for top in tops]
    bands = [_plain(image.crop(box)).reduce((across, down)) for box in boxes]
    small = Image.new(bands[0].mode, (bands[0].width, sum(band.height for band in bands)))
    for top, band in zip(tops, bands, strict=True):
        small.paste(band, (0, top // down))
    return small


def _plain(image: Image.Image) -> Image.Image:
    """A copy whose pixels can be averaged: no palette, no transparent colour, no 16-bit grey."""
    if image.mode.startswith("I;16"):  # scaled, where Pillow's `convert` would clip
        values = np.asarray(image)
        plain = Image.fromarray((values >> 8).astype(np.uint8))
        if "transparency" in image.info:
            plain.putalpha(Image.fromarray((values != image.info["transparency"]) * np.uint8(255)))
        return plain
    if image.has_transparency_data:
        return image.convert("LA" if image.mode in ("1", "L", "LA", "La") else "RGBA")
    return image.convert({"1": "L", "P": "RGB"}.get(image.mode, image.mode))


def _stretched(image: Image.Image) -> Image.Image:
    """32-bit integer and float pixels, whose range no header tells, stretched to 0..255; what is no number is dark."""
    with np.errstate(invalid="ignore"):  # a signalling NaN warns when it is copied
        values = np.asarray(image, np.float64)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    values = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    return Image.fromarray(np.rint((values - low) / (high - low or 1.0) * 255).astype(np.uint8))


def _on_white(image: Image.Image) -> Image.Image:
    """RGB; what was transparent becomes white."""
    if image.mode in ("LA", "RGBA"):
        canvas = Image.new("RGBA", image.size, "white")
        canvas.alpha_composite(image.convert("RGBA"))
        image = canvas
    return image.convert("RGB")
