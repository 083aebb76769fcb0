import random

import pytest
from PIL import Image, ImageFile

from function.errors import (
    CorruptImage,
    EmptyImage,
    ImageTooSmall,
    PayloadTooLarge,
    TooManyPixels,
    UnsupportedFormat,
)
from function.images import formats, read
from tests.drawing import encode, jpeg_of_scans, png_claiming, scene, tiff
from tests.unit.images.samples import GREY, SCENE, SMALL_FILES, patched, shows

JPEG_FRAME = SMALL_FILES["JPEG"].index(b"\xff\xc0")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(png_claiming(60_000, 60_000), id="PNG 60,000×60,000"),
        pytest.param(png_claiming(10_100, 10_000), id="PNG of 101 megapixels"),
        pytest.param(png_claiming(10_100, 10_000, depth=1, colour=0), id="1-bit PNG of 101 megapixels"),
        pytest.param(png_claiming(formats.MAX_PIXELS + 1, 1), id="PNG one pixel too long"),
        pytest.param(patched(SMALL_FILES["GIF"], 6, "<HH", 10_100, 10_000), id="GIF"),
        pytest.param(patched(SMALL_FILES["JPEG"], JPEG_FRAME + 5, ">HH", 65_000, 65_000), id="JPEG"),
        pytest.param(patched(SMALL_FILES["BMP"], 18, "<ii", 10_100, 10_000), id="BMP"),
        pytest.param(patched(tiff(GREY), len(tiff(GREY)) - 4 - 120 + 8, "<I", 10**7), id="TIFF"),
    ],
)
def test_too_many_pixels_are_refused_by_the_header(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: pytest.fail("pixels were decoded"))
    with pytest.raises(TooManyPixels):
        read.read(data)


def test_a_gif_frame_larger_than_its_screen_counts() -> None:
    data = SMALL_FILES["GIF"]
    frame = data.index(b"\x2c\0\0\0\0\x60\0\x40\0")
    with pytest.raises(TooManyPixels):
        read.read(patched(data, frame + 5, "<HH", 60_000, 60_000))


@pytest.mark.parametrize("size", [(1, 1), (31, 200), (200, 31), (1, 5000)])
def test_small_images_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ImageTooSmall, match=f"{size[0]}×{size[1]}"):
        read.read(encode(Image.new("RGB", size), "PNG"))


def test_32_by_32_is_large_enough() -> None:
    assert read.read(encode(scene(32, 32), "PNG")).width == 32


def test_nothing_is_an_empty_image() -> None:
    with pytest.raises(EmptyImage):
        read.read(b"")


def test_a_file_may_have_exactly_the_largest_size() -> None:
    data = SMALL_FILES["JPEG"].ljust(formats.MAX_BYTES, b"\0")
    assert read.read(data).bytes == formats.MAX_BYTES
    with pytest.raises(PayloadTooLarge, match="20 MB"):
        read.read(data + b"\0")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"This is not a photo, whatever its name says.", id="text"),
        pytest.param(b"BMW makes cars, and this line is no bitmap.", id="text that starts like a BMP"),
        pytest.param(b"\0", id="one byte"),
        pytest.param(bytes(5000), id="zeros"),
        pytest.param(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj", id="PDF"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>', id="SVG"),
        pytest.param(b"<!doctype html><title>404</title>", id="HTML"),
        pytest.param(b"8BPS\0\1" + bytes(20), id="PSD"),
        pytest.param(b"\0\0\0\x18ftypisom\0\0\2\0isommp41" + bytes(64), id="MP4"),
        pytest.param(b"PK\3\4" + bytes(64), id="ZIP"),
        *[
            pytest.param(encode(scene(64, 64), kind), id=kind)
            for kind in ("ICO", "PPM", "TGA", "JPEG2000", "EPS", "PDF")
        ],
    ],
)
def test_other_files_are_of_an_unsupported_format(data: bytes) -> None:
    with pytest.raises(UnsupportedFormat, match="JPEG, PNG"):
        read.read(data)


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
@pytest.mark.parametrize(
    "data",
    [
        *[pytest.param(data, id=name) for name, data in SMALL_FILES.items() if name != "MPO"],
        pytest.param(encode(scene(2000, 1500), "JPEG"), id="large JPEG"),
        pytest.param(encode(scene(2000, 1500), "JPEG", progressive=True), id="progressive JPEG"),
        pytest.param(encode(SCENE, "TIFF"), id="plain TIFF"),
        pytest.param(encode(SCENE, "WEBP", lossless=True), id="lossless WebP"),
    ],
)
def test_a_truncated_photo_is_refused_not_half_shown(data: bytes, kept: float) -> None:
    with pytest.raises(CorruptImage):
        read.read(data[: int(len(data) * kept)])


@pytest.mark.parametrize(
    "start",
    [
        *[b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBPVP8 ", b"GIF89a", b"BM\x40" + bytes(7)],
        *[b"II*\0", b"MM\0+", b"\0\0\0\x18ftypavif", b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypmif1"],
    ],
)
def test_garbage_after_a_valid_signature_is_a_corrupt_image(start: bytes) -> None:
    with pytest.raises(CorruptImage):
        read.read(start + random.Random(0).randbytes(300))
    with pytest.raises(CorruptImage):
        read.read(start)


def test_a_png_whose_header_or_pixels_fail_their_checksum_is_a_corrupt_image() -> None:
    data = encode(SCENE, "PNG", compress_level=0)
    for at in (29, data.index(b"IDAT") + 2000):
        with pytest.raises(CorruptImage):
            read.read(patched(data, at, "<I", 0xBAD))


def test_a_jpeg_may_have_a_hundred_passes_and_no_more() -> None:
    shows(jpeg_of_scans(SCENE, formats.MAX_SCANS))
    with pytest.raises(CorruptImage, match="passes"):
        read.read(jpeg_of_scans(SCENE, formats.MAX_SCANS + 1))


def test_what_follows_a_jpeg_is_not_counted_as_passes() -> None:
    shows(SMALL_FILES["JPEG"] + b"\xff\xda\0\2" * 100_000)
