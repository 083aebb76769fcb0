import hashlib
import io
import random
import struct
import subprocess
import sys
import threading
import time
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile

from function.errors import (
    CorruptImage,
    EmptyImage,
    GlimpseError,
    ImageTooSmall,
    PayloadTooLarge,
    TooManyPixels,
    UnsupportedFormat,
)
from function.images import formats, read
from tests.drawing import (
    CORNERS,
    corners,
    encode,
    jpeg_of_scans,
    jpeg_with_exif,
    oriented,
    png_chunk,
    png_claiming,
    png_with,
    scene,
    tiff,
)

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


# What a photo becomes


@pytest.mark.parametrize("format", SMALL_FILES)
def test_every_format_becomes_the_same_pixels_and_facts(format: str) -> None:
    data = SMALL_FILES[format]
    photo = read.read(data)
    assert (photo.pixels.shape, photo.pixels.dtype) == ((224, 224, 3), np.uint8)
    assert (photo.format, photo.width, photo.height) == (format, 96, 64)
    assert (photo.bytes, photo.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    shows(data)


@pytest.mark.parametrize("format", SMALL_FILES)
def test_reading_twice_gives_the_same_pixels(format: str) -> None:
    first, second = read.read(SMALL_FILES[format]), read.read(SMALL_FILES[format])
    assert np.array_equal(first.pixels, second.pixels)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encode(SCENE, "GIF", save_all=True, append_images=[TURNED]), id="animated GIF"),
        pytest.param(encode(SCENE, "WEBP", save_all=True, append_images=[TURNED], quality=90), id="animated WebP"),
        pytest.param(encode(SCENE, "PNG", save_all=True, append_images=[TURNED]), id="animated PNG"),
        pytest.param(encode(SCENE, "AVIF", save_all=True, append_images=[TURNED], quality=90), id="AVIF sequence"),
        pytest.param(encode(SCENE, "TIFF", save_all=True, append_images=[TURNED.resize((40, 50))]), id="TIFF pages"),
        pytest.param(encode(SCENE, "HEIF", save_all=True, append_images=[TURNED], quality=90), id="HEIC of two"),
    ],
)
def test_only_the_first_picture_of_a_file_counts(data: bytes) -> None:
    shows(data)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_exif_orientation_is_applied_once(format: str, orientation: int) -> None:
    data = oriented(SCENE, orientation, format, **({} if format in ("PNG", "TIFF") else {"quality": 90}))
    photo = read.read(data)
    assert (photo.width, photo.height) == (96, 64)
    shows(data)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_holds_for_a_photo_that_is_decoded_at_reduced_scale(orientation: int) -> None:
    data = oriented(scene(1500, 1000), orientation, "JPEG")
    photo = read.read(data)
    assert (photo.width, photo.height) == (1500, 1000)
    shows(data)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_impossible_orientation_is_upright(value: int) -> None:
    exif = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 274, 3, 1, value, 0, 0)
    shows(jpeg_with_exif(SMALL_FILES["JPEG"], exif))


@pytest.mark.parametrize(
    "exif",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"II*\0", id="cut"),
        pytest.param(b"nonsense" * 9, id="nonsense"),
        pytest.param(b"II*\0\xff\xff\xff\xff", id="points nowhere"),
        pytest.param(b"II*\0\x08\0\0\0\xff\xff" + b"\x12\x01" * 40, id="65535 entries"),
        pytest.param(
            b"II*\0\x08\0\0\0" + struct.pack("<HHHI4sI", 1, 274, 2, 4, b"six\0", 0), id="orientation in words"
        ),
        pytest.param(b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 274, 5, 9, 99999, 0), id="orientation elsewhere"),
    ],
)
def test_damaged_exif_does_not_cost_the_photo(exif: bytes) -> None:
    shows(jpeg_with_exif(SMALL_FILES["JPEG"], exif))
    shows(png_with(SMALL_FILES["PNG"], png_chunk(b"eXIf", exif)))


# Colours


def half_transparent(mode: str) -> Image.Image:
    """The scene, its right half transparent."""
    image = SCENE.convert(mode)
    image.putalpha(Image.fromarray(np.where(np.arange(96) < 48, 255, 0).astype(np.uint8)[None].repeat(64, 0)))
    return image


FOUR_COLOURS = SCENE.convert("P", palette=Image.Palette.ADAPTIVE, colors=4)
FIRST = FOUR_COLOURS.getpixel((4, 4))
SIXTEEN_BIT = Image.fromarray(GREY.astype(np.uint16) * 257)


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
def test_a_transparent_colour_of_a_png_becomes_white(image: Image.Image, transparent, rest, scale: int) -> None:
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
    shows(encode(ImageCms.applyTransform(scene(*size), transform), "TIFF", compression="tiff_lzw"))


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


# Large photos


@pytest.mark.parametrize("size", [(3001, 2003), (1000, 5000), (20000, 32)])
def test_averaging_in_bands_equals_averaging_at_once(size: tuple[int, int]) -> None:
    width, height = size
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    image = Image.fromarray(noise)
    whole = image.reduce((max(1, width // 448), max(1, height // 448))).resize((224, 224), Image.Resampling.BICUBIC)
    assert np.array_equal(read.read(encode(image, "BMP")).pixels, whole)


def test_a_large_jpeg_is_decoded_at_reduced_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    averaged = read._averaged
    monkeypatch.setattr(read, "_averaged", lambda image: decoded.append(image.size) or averaged(image))
    data = encode(scene(4032, 3024), "JPEG")
    photo = read.read(data)
    assert decoded == [(1008, 756)]
    assert (photo.width, photo.height) == (4032, 3024)
    shows(data)


def test_a_12_megapixel_jpeg_takes_a_fraction_of_its_full_decoding() -> None:
    noise = np.random.default_rng(0).integers(0, 25, (3024, 4032, 3), np.uint8)
    data = encode(Image.fromarray(np.asarray(scene(4032, 3024)) + noise), "JPEG", quality=90)

    def best(work) -> float:
        times = []
        for _ in range(3):
            start = time.thread_time()
            work()
            times.append(time.thread_time() - start)
        return min(times)

    full = best(lambda: Image.open(io.BytesIO(data)).convert("RGB").resize((224, 224)))
    assert best(lambda: read.read(data)) < 0.7 * full


def test_a_heic_is_described_by_itself_not_by_its_thumbnail() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 64, 3), np.uint8)).resize((512, 480))
    plain, thumbnailed = (encode(noise, "HEIF", thumbnails=sizes) for sizes in ([], [496]))
    assert len(thumbnailed) > len(plain) * 1.5
    assert np.array_equal(read.read(thumbnailed).pixels, read.read(plain).pixels)


def hundred_megapixels(colour: int, *chunks: bytes) -> bytes:
    """A 10,000×10,000 PNG with 8 bits a channel, compressed row by row so that this process stays small."""
    row = b"\0" + bytes(10_000 * (3 if colour == 2 else 1))
    packer = zlib.compressobj(1)
    pixels = b"".join(packer.compress(row) for _ in range(10_000)) + packer.flush()
    head, _, end = png_claiming(10_000, 10_000, colour=colour).partition(b"IDAT")
    return head[:-4] + b"".join(chunks) + png_chunk(b"IDAT", pixels) + end[-12:]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak memory from /proc")
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: hundred_megapixels(2), id="RGB"),
        pytest.param(
            lambda: hundred_megapixels(3, png_chunk(b"PLTE", bytes(768)), png_chunk(b"tRNS", bytes(256))), id="palette"
        ),
    ],
)
def test_a_100_megapixel_photo_is_read_in_bounded_memory(data) -> None:
    program = (
        "import re, sys; from pathlib import Path; from function.images import read\n"
        "photo = read.read(sys.stdin.buffer.read())\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]\n"
        "print(photo.width * photo.height, int(peak) // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=data(), stdout=subprocess.PIPE, check=True, cwd=Path(__file__).parents[2]
    )
    pixels, megabytes = map(int, done.stdout.split())
    assert pixels == formats.MAX_PIXELS
    assert megabytes < 700


# What is refused


def patched(data: bytes, at: int, kind: str, *values: int) -> bytes:
    new = struct.pack(kind, *values)
    return data[:at] + new + data[at + len(new) :]


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


def test_a_decoder_short_of_memory_means_too_many_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(image: Image.Image) -> None:
        raise MemoryError

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(TooManyPixels):
        read.read(SMALL_FILES["BMP"])


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


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_png_that_unpacks_to_far_more_than_its_size_is_refused(kind: bytes) -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    head = b"a\0\1\0\0\0" if kind == b"iTXt" else b"a\0\0"
    with pytest.raises(CorruptImage):
        read.read(png_with(SMALL_FILES["PNG"], png_chunk(kind, head + bomb)))


def test_a_jpeg_may_have_a_hundred_passes_and_no_more() -> None:
    shows(jpeg_of_scans(SCENE, formats.MAX_SCANS))
    with pytest.raises(CorruptImage, match="passes"):
        read.read(jpeg_of_scans(SCENE, formats.MAX_SCANS + 1))


def test_what_follows_a_jpeg_is_not_counted_as_passes() -> None:
    shows(SMALL_FILES["JPEG"] + b"\xff\xda\0\2" * 100_000)


# Warnings and threads

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


@pytest.mark.parametrize("name", WARNING_FILES)
def test_odd_metadata_neither_fails_nor_warns_where_warnings_are_errors(name: str) -> None:
    with warnings.catch_warnings():
        read.read(SMALL_FILES["PNG"])
        warnings.simplefilter("error")  # and later than our filter
        shows(WARNING_FILES[name])


@pytest.mark.parametrize("name", list(WARNING_FILES)[:3])
def test_without_the_filter_the_odd_files_do_warn(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "_hush_decoders", lambda: None)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read.read(WARNING_FILES[name])
    assert caught


def test_other_warnings_are_still_heard() -> None:
    read.read(SMALL_FILES["PNG"])
    with pytest.warns(UserWarning, match="ours"):
        warnings.warn("ours", stacklevel=1)


def test_threads_read_at_once_what_one_thread_reads() -> None:
    files = [*SMALL_FILES.values(), *WARNING_FILES.values()] * 4
    alone = [read.read(data).pixels for data in files]
    start = threading.Barrier(4, timeout=10)

    def pixels(data: bytes) -> np.ndarray:
        return read.read(data).pixels

    with ThreadPoolExecutor(4, initializer=start.wait) as pool:
        together = list(pool.map(pixels, files))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


def test_one_photo_is_decoded_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first has begun and is held up: the other three do not begin."""
    open_header, begun, go_on = read._open, threading.Semaphore(0), threading.Event()

    def hold_up(data: bytes) -> Image.Image:
        begun.release()
        assert go_on.wait(30)
        return open_header(data)

    monkeypatch.setattr(read, "_open", hold_up)
    with ThreadPoolExecutor(4) as pool:
        photos = [pool.submit(read.read, SMALL_FILES["PNG"]) for _ in range(4)]
        assert begun.acquire(timeout=30)
        assert not begun.acquire(timeout=0.2)
        go_on.set()
        assert {photo.result().width for photo in photos} == {96}


# Anything at all

SEEDS = [
    *SMALL_FILES.values(),
    *WARNING_FILES.values(),
    encode(SCENE, "JPEG", progressive=True),
    encode(SCENE.convert("CMYK"), "JPEG"),
    encode(FOUR_COLOURS, "PNG", transparency=0),
    encode(SIXTEEN_BIT, "PNG"),
    encode(half_transparent("RGBA"), "WEBP", lossless=True),
    encode(SCENE, "TIFF", compression="jpeg"),
    tiff(GREY.astype(np.float32), sample_format=3),
    oriented(SCENE, 6, "TIFF"),
    oriented(SCENE, 6, "AVIF", speed=10),
    oriented(SCENE, 6, "HEIF"),
]


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """A small file of any format with a few bytes changed, added, removed, cut off or replaced by another's."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, min(len(data), 64)) | st.integers(0, len(data)))
        new = draw(st.binary(max_size=8) | st.sampled_from([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"]))
        match draw(st.sampled_from(["change", "change", "add", "remove", "cut", "splice"])):
            case "change":
                data[at : at + len(new)] = new
            case "add":
                data[at:at] = new
            case "remove":
                del data[at : at + draw(st.integers(1, 100))]
            case "cut":
                del data[at:]
            case "splice":
                data[at:] = draw(st.sampled_from(SEEDS))[at:]
    return bytes(data)


@settings(derandomize=True, database=None, deadline=None, max_examples=1000)
@given(damaged_files())
def test_any_damaged_file_is_a_photo_or_a_typed_error(data: bytes) -> None:
    try:
        photo = read.read(data)
    except GlimpseError as error:
        assert error.status in (413, 415, 422)
    else:
        assert (photo.pixels.shape, photo.pixels.dtype) == ((224, 224, 3), np.uint8)
        assert min(photo.width, photo.height) >= formats.MIN_SIDE


@settings(derandomize=True, database=None, deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_photo_or_a_typed_error(data: bytes) -> None:
    with pytest.raises(GlimpseError):
        read.read(data)
