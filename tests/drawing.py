"""Pictures for tests: drawn here, so that what they show is known, and encoded, turned or damaged on request."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import ExifTags, Image, ImageDraw

pillow_heif.register_heif_opener()

CORNERS = ((40, 90, 200), (210, 60, 50), (60, 150, 70), (230, 200, 90))
"""The colours of a scene's quarters: top left, top right, bottom left, bottom right."""

STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""EXIF orientation → how a camera turned the upright picture to get the pixels it stored."""


def scene(width: int = 96, height: int = 64) -> Image.Image:
    """RGB; four quarters in the colours of `CORNERS`, so that every turn and mirror image of it differs."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for index, colour in enumerate(CORNERS):
        left, top = index % 2 * width // 2, index // 2 * height // 2
        draw.rectangle((left, top, left + width // 2, top + height // 2), fill=colour)
    return image


def encode(image: Image.Image, format: str, **options: Any) -> bytes:
    """The bytes of `image` in one of Pillow's formats; `options` go to its encoder."""
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def oriented(image: Image.Image, orientation: int, format: str, **options: Any) -> bytes:
    """Bytes that show `image` upright to a viewer that heeds the EXIF orientation, 1 to 8, which they carry."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    stored = image.transpose(STORED[orientation]) if orientation in STORED else image
    return encode(stored, format, exif=exif.tobytes(), **options)


def corners(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """(height, width, 3) → (4, 3): the mean colour in the middle of each quarter, in the order of `CORNERS`."""
    height, width = pixels.shape[:2]
    middles = [
        pixels[top + height // 8 : top + height * 3 // 8, left + width // 8 : left + width * 3 // 8]
        for top in (0, height // 2)
        for left in (0, width // 2)
    ]
    return np.array([middle.mean((0, 1)) for middle in middles])


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """A PNG chunk with its length and a valid checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_with(png: bytes, *chunks: bytes) -> bytes:
    """`png` with `chunks` after its header."""
    return png[:33] + b"".join(chunks) + png[33:]


def png_claiming(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG of a few hundred bytes whose header, checksum included, claims any size; its pixels end early."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")


def jpeg_with_exif(jpeg: bytes, exif: bytes) -> bytes:
    """`jpeg` with `exif`, which need not make sense, as its first segment."""
    payload = b"Exif\0\0" + exif
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def jpeg_of_scans(image: Image.Image, scans: int) -> bytes:
    """A progressive JPEG whose last pass over the picture is repeated until it has `scans`."""
    jpeg = encode(image, "JPEG", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:-2] + jpeg[last:-2] * (scans - jpeg.count(b"\xff\xda")) + jpeg[-2:]


def tiff(pixels: npt.NDArray[Any], photometric: int = 1, sample_format: int = 1, extra: int | None = None) -> bytes:
    """An uncompressed little-endian TIFF of one strip, for kinds of pixels that Pillow does not write.

    `pixels` is (height, width) or (height, width, samples); the other arguments are TIFF's numbers, `extra` that of
    what the last sample is for (1: alpha that the others were multiplied with).
    """
    height, width, samples = (*pixels.shape, 1)[:3]
    bits = pixels.dtype.itemsize * 8
    values = {256: width, 257: height, 258: bits, 259: 1, 262: photometric, 273: 8, 277: samples, 278: height}
    values |= {279: pixels.nbytes} | ({338: extra} if extra is not None else {}) | {339: sample_format}
    content = pixels.tobytes()
    bits_at = 8 + len(content)
    entries = []
    for tag, value in values.items():
        count = samples if tag in (258, 339) else 1
        if count > 2:
            value = bits_at if tag == 258 else bits_at + 2 * samples
        packed = struct.pack("<HH", value, value) if count == 2 else struct.pack("<I", value)
        entries.append(struct.pack("<HHI", tag, 4 if count == 1 else 3, count) + packed)
    lists = struct.pack(f"<{samples}H", *[bits] * samples) + struct.pack(f"<{samples}H", *[sample_format] * samples)
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    return b"II*\0" + struct.pack("<I", bits_at + len(lists)) + content + lists + directory
