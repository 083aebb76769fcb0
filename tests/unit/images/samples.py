"""Small pictures of every kind, and how to see what a file shows."""

import struct

import numpy as np
from PIL import Image

from function.images import read
from tests.drawing import CORNERS, corners, encode, jpeg_with_exif, png_chunk, png_with, scene

SCENE = scene()
TURNED = SCENE.rotate(180)
GREY = np.asarray(SCENE.convert("L"))
GREYS = [[value] * 3 for value in (88, 104, 114, 196)]
WHITE = (255, 255, 255)

SMALL_FILES = {
    "JPEG": encode(SCENE, "JPEG", quality=90),
    "MPO": encode(SCENE, "MPO", quality=90, save_all=True, append_images=[TURNED]),
    "PNG": encode(SCENE, "PNG"),
    "WEBP": encode(SCENE, "WEBP", quality=90),
    "GIF": encode(SCENE, "GIF"),
    "BMP": encode(SCENE, "BMP"),
    "TIFF": encode(SCENE, "TIFF", compression="tiff_lzw"),
    "AVIF": encode(SCENE, "AVIF", quality=90, speed=10),
    "HEIC": encode(SCENE, "HEIF", quality=90),
}


def shows(data: bytes, *colours: object, tolerance: float = 4) -> None:
    """The four quarters of the decoded photo have these colours."""
    expected = np.array(colours or CORNERS, np.float64)
    assert np.abs(corners(read.read(data).pixels) - expected).max() <= tolerance


def half_transparent(mode: str) -> Image.Image:
    """The scene, its right half transparent."""
    image = SCENE.convert(mode)
    image.putalpha(Image.fromarray(np.where(np.arange(96) < 48, 255, 0).astype(np.uint8)[None].repeat(64, 0)))
    return image


FOUR_COLOURS = SCENE.convert("P", palette=Image.Palette.ADAPTIVE, colors=4)
FIRST = FOUR_COLOURS.getpixel((4, 4))
SIXTEEN_BIT = Image.fromarray(GREY.astype(np.uint16) * 257)


WARNING_FILES = {
    "PNG with a broken animation": png_with(SMALL_FILES["PNG"], png_chunk(b"acTL", bytes(8))),
    "JPEG with a broken picture list": SMALL_FILES["JPEG"][:2]
    + b"\xff\xe2\0\x10MPF\0xxxxxxxxxx"
    + SMALL_FILES["JPEG"][2:],
    "TIFF with a tag too long": encode(SCENE, "TIFF").replace(
        struct.pack("<HHI", 259, 3, 1), struct.pack("<HHI", 259, 3, 2), 1
    ),
    "JPEG with EXIF that points nowhere": jpeg_with_exif(
        SMALL_FILES["JPEG"], b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 271, 2, 99, 99999, 0)
    ),
}


def patched(data: bytes, at: int, kind: str, *values: int) -> bytes:
    new = struct.pack(kind, *values)
    return data[:at] + new + data[at + len(new) :]
