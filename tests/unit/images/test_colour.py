import struct
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageCms

from function.images import read
from tests.drawing import CORNERS, encode, scene, tiff
from tests.unit.images.samples import (
    FIRST,
    FOUR_COLOURS,
    GREY,
    GREYS,
    SCENE,
    SIXTEEN_BIT,
    WHITE,
    half_transparent,
    shows,
)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_transparent_colour_pictures_are_laid_on_white(format: str) -> None:
    data = encode(half_transparent("RGBA"), format, **({} if format in ("PNG", "TIFF") else {"quality": 90}))
    shows(data, CORNERS[0], WHITE, CORNERS[2], WHITE)


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_transparent_grey_pictures_are_laid_on_white(format: str) -> None:
    shows(encode(half_transparent("LA"), format), GREYS[0], WHITE, GREYS[2], WHITE)


def test_grey_that_was_multiplied_with_its_alpha_is_laid_on_white() -> None:
    alpha = np.full_like(GREY, 128)
    data = tiff(np.dstack([GREY // 2, alpha]), extra=1)
    shows(data, *[[255 - (255 - value) * 128 / 255 for value in shade] for shade in GREYS])


@pytest.mark.parametrize("scale", [1, 20])
@pytest.mark.parametrize(
    ("image", "transparent", "rest"),
    [
        pytest.param(SCENE, CORNERS[0], CORNERS[1:], id="RGB"),
        pytest.param(Image.fromarray(GREY), 88, GREYS[1:], id="grey"),
        pytest.param(SIXTEEN_BIT, 88 * 257, GREYS[1:], id="16-bit grey"),
        pytest.param(FOUR_COLOURS, FIRST, CORNERS[1:], id="palette"),
    ],
)
def test_a_transparent_colour_of_a_png_becomes_white(
    image: Image.Image, transparent: int | bytes | tuple[int, ...], rest: Sequence[Sequence[int]], scale: int
) -> None:
    large = image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)
    shows(encode(large, "PNG", transparency=transparent), WHITE, *rest)


def test_a_transparent_colour_leaves_no_seam() -> None:
    magenta = Image.new("RGB", (1000, 1000), "magenta")
    magenta.paste("white", (333, 333, 777, 777))
    assert read.read(encode(magenta, "PNG", transparency=(255, 0, 255))).pixels.min() == 255


def test_a_half_transparent_palette_is_mixed_with_white() -> None:
    data = encode(FOUR_COLOURS, "PNG", transparency=bytes([128] * 4))
    shows(data, *[[255 - (255 - value) * 128 / 255 for value in colour] for colour in CORNERS])


def test_a_transparent_gif_is_laid_on_white() -> None:
    shows(encode(FOUR_COLOURS, "GIF", transparency=FIRST), WHITE, *CORNERS[1:])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encode(SCENE.convert("CMYK"), "JPEG", quality=95), id="CMYK JPEG, inverted as Adobe does"),
        pytest.param(encode(SCENE.convert("CMYK"), "TIFF"), id="CMYK TIFF"),
        pytest.param(encode(SCENE, "JPEG", quality=95, progressive=True), id="progressive JPEG"),
        pytest.param(encode(SCENE, "JPEG", quality=95, keep_rgb=True), id="RGB JPEG"),
        pytest.param(encode(SCENE.convert("YCbCr"), "TIFF"), id="YCbCr TIFF"),
        pytest.param(encode(SCENE, "TIFF", compression="jpeg", quality=95), id="JPEG in TIFF"),
        pytest.param(encode(FOUR_COLOURS, "PNG"), id="palette PNG"),
        pytest.param(encode(FOUR_COLOURS.convert("PA"), "TIFF"), id="palette and alpha TIFF"),
        pytest.param(tiff(np.asarray(SCENE), photometric=2), id="plain TIFF"),
        pytest.param(tiff(np.asarray(SCENE).astype(np.uint16) * 257, photometric=2), id="16-bit RGB TIFF"),
    ],
)
def test_every_kind_of_colour_is_converted(data: bytes) -> None:
    shows(data)


def test_a_cmyk_jpeg_is_taken_as_inverted_even_without_the_adobe_marker() -> None:
    data = encode(SCENE.convert("CMYK"), "JPEG", quality=95)
    marker = data.index(b"\xff\xee\x00\x0eAdobe")
    shows(data[:marker] + data[marker + 16 :])


@pytest.mark.parametrize("size", [(96, 64), (1500, 1000)])
def test_lab_is_converted(size: tuple[int, int]) -> None:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    transform = ImageCms.buildTransform(srgb, lab, "RGB", "LAB")
    picture = ImageCms.applyTransform(scene(*size), transform)
    assert picture is not None
    shows(encode(picture, "TIFF", compression="tiff_lzw"))


@pytest.mark.parametrize("scale", [1, 20])
@pytest.mark.parametrize("format", ["PNG", "TIFF"])
@pytest.mark.parametrize("pixels", [GREY, GREY.astype(np.uint16) * 257], ids=["8 bits", "16 bits"])
def test_grey_keeps_its_shades_at_8_and_16_bits(pixels: np.ndarray, format: str, scale: int) -> None:
    shows(encode(Image.fromarray(pixels.repeat(scale, 0).repeat(scale, 1)), format), *GREYS)


def test_big_endian_16_bit_grey_is_read() -> None:
    data = tiff(np.asarray(SIXTEEN_BIT).astype(">u2"))
    head = struct.unpack("<I", data[4:8])[0]
    entries = [struct.unpack("<HHII", data[at : at + 12]) for at in range(head + 2, len(data) - 4, 12)]
    swapped = b"MM\0*" + struct.pack(">I", head) + data[8:head] + struct.pack(">H", len(entries))
    for tag, kind, count, value in entries:
        swapped += struct.pack(">HHII", tag, kind, count, value)
    shows(swapped + bytes(4), *GREYS)


@pytest.mark.parametrize("size", [(96, 64), (1500, 1000)])
@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_black_and_white_dots_average_to_grey(format: str, size: tuple[int, int]) -> None:
    shows(encode(scene(*size).convert("1"), format), *GREYS, tolerance=12)


def with_nonsense(pixels: np.ndarray) -> np.ndarray:
    pixels = pixels.copy()
    pixels[::7, ::9], pixels[1, 1], pixels[2, 2] = np.nan, np.inf, -np.inf
    pixels.view(np.uint32)[3, 3] = 0x7F800001  # a NaN that signals
    return pixels


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(tiff(GREY.astype(np.float32), sample_format=3), id="float"),
        pytest.param(tiff(GREY.astype(np.float32) / 255, sample_format=3), id="float, 0 to 1"),
        pytest.param(tiff((GREY.astype(np.float64) * 1e36).astype(np.float32), sample_format=3), id="float, huge"),
        pytest.param(tiff(GREY.astype(np.int32) * 10**7, sample_format=2), id="32-bit integer"),
        pytest.param(tiff(GREY.astype(np.int32) * 10**7 - 10**9, sample_format=2), id="32-bit integer, negative"),
        pytest.param(tiff(GREY.astype(np.int16) * 100 - 9000, sample_format=2), id="16-bit signed"),
    ],
)
def test_pixels_of_unknown_range_are_stretched(data: bytes) -> None:
    shows(data, *[[(shade[0] - 88) / (196 - 88) * 255] * 3 for shade in GREYS])


def test_pixels_that_are_no_number_are_dark_and_harm_no_other() -> None:
    few = tiff(with_nonsense(GREY.astype(np.float32) + 1000), sample_format=3)
    middle = read.read(few).pixels[168 - 20 : 168 + 20, 168 - 20 : 168 + 20]
    assert np.median(middle) > 250
    missing = GREY.astype(np.float32)
    missing[32:, 48:] = np.nan
    shows(tiff(missing, sample_format=3), [0] * 3, [157] * 3, [255] * 3, [0] * 3)
    assert read.read(tiff(np.full((64, 96), np.nan, np.float32), sample_format=3)).pixels.max() == 0
