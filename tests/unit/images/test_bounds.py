"""No file makes a decoder do more than a photo may cost: it is counted first, and refused for it."""

import struct
import time
from collections.abc import Callable
from functools import partial

import pytest
from PIL import Image

from benchmarks.worst_images import encode as plainly
from benchmarks.worst_images import run_lengths, tiff_of_zeros
from function.errors import CorruptImage, GlimpseError, TooManyPixels
from function.images import formats, read
from function.images.containers.isobmff import items
from function.images.containers.isobmff.coded import av1_pixels, hevc_pixels
from tests.drawing import encode, jpeg_of_scans, png_chunk, png_claiming, png_with, scene
from tests.unit.images.samples import SCENE, SMALL_FILES, patched, shows


def tiff_of(width: int, height: int, *entries: tuple[int, int, int, int], big: bool = False) -> bytes:
    """A TIFF's directory alone: tag, kind, count and value of its entries behind width and height; then 2 MB."""
    both = [(256, 4, 1, width), (257, 4, 1, height), *entries]
    if big:
        listed = b"".join(struct.pack("<HHQQ", *entry) for entry in both)
        return b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, len(both)) + listed + bytes(2_000_000)
    listed = b"".join(struct.pack("<HHII", *entry) for entry in both)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(both)) + listed + bytes(2_000_000)


def grid_of(tiles: int) -> bytes:
    """A HEIC whose reference box names the same tile many times."""
    file = encode(SCENE, "HEIF", quality=50)
    tile = struct.pack(">H", 1) * tiles
    references = struct.pack(">I4s4xI4sHH", 24 + len(tile), b"iref", 12 + len(tile), b"dimg", 9, tiles) + tile
    at = file.index(b"meta") - 4
    size = int.from_bytes(file[at : at + 4])
    meta = struct.pack(">I", size + len(references)) + file[at + 4 : at + size] + references
    return file[:at] + meta + file[at + size :]


STRIPS = {
    "tiles of one pixel": tiff_of(9000, 9000, (322, 3, 1, 1), (323, 3, 1, 1)),
    "tiles listed in bytes": tiff_of(
        1000, 1000, (322, 3, 1, 1), (323, 3, 1, 1), (324, 1, 10**6, 200), (325, 1, 10**6, 200)
    ),
    "strips of one row, ten times as many as rows": tiff_of(100, 100, (273, 4, 1000, 200), (278, 3, 1, 1)),
    "strips of nearly the picture's height": tiff_of(9000, 9000, (273, 4, 60_000, 200), (278, 3, 1, 8999)),
    "two million values of a depth": tiff_of(100, 100, (258, 1, 1_900_000, 200)),
    "tiles in a BigTIFF": tiff_of(9000, 9000, (322, 3, 1, 1), (323, 3, 1, 1), big=True),
    "a directory of 60,000 entries": b"II*\0\x08\0\0\0" + struct.pack("<H", 60_000) + bytes(12 * 60_000),
    "a BigTIFF's directory of 10^15 entries": b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 10**15) + bytes(2_000_000),
}
FILES: dict[str, Callable[[], bytes]] = {
    **{f"TIFF: {name}": partial(bytes, data) for name, data in STRIPS.items()},
    "TIFF: RGBA of 16 bits with 100 megapixels": lambda: tiff_of(
        10_000, 10_000, (258, 3, 1, 16), (277, 3, 1, 4), (273, 4, 1, 200)
    ),
    "BMP: run lengths of 100 megapixels": lambda: run_lengths(10_000, 10_000),
    "BMP: 4 MB of run lengths": lambda: run_lengths(64, 64) + bytes(4_000_000),
    "JPEG: over a hundred passes": lambda: jpeg_of_scans(SCENE, formats.MAX_SCANS + 1),
    "JPEG: 30 passes of 100 megapixels": lambda: _claiming(jpeg_of_scans(SCENE, 30), 10_000, 10_000),
    "JPEG: 100,000 segments": lambda: SMALL_FILES["JPEG"][:20] + b"\xff\xfe\0\2" * 100_000 + SMALL_FILES["JPEG"][20:],
    "JPEG: a megabyte of tables": lambda: SMALL_FILES["JPEG"][:20] + SMALL_FILES["JPEG"][20:89] * 15_000,
    "PNG: RGBA of 16 bits with 100 megapixels": lambda: png_claiming(10_000, 10_000, depth=16, colour=6),
    "PNG: 200,000 chunks": lambda: png_with(SMALL_FILES["PNG"], png_chunk(b"tEXt", b"") * 200_000),
    "GIF: 100,000 extensions": lambda: SMALL_FILES["GIF"][:13] + b"!\xfe\0" * 100_000,
    "WebP: 100,000 chunks": lambda: _riff(SMALL_FILES["WEBP"] + b"none\0\0\0\0" * 100_000),
    "WebP: 100 megapixels in a kilobyte": lambda: _enlarged(SMALL_FILES["WEBP"]),
    "WebP: an animation of 100 megapixels in a kilobyte": lambda: _enlarged(
        encode(SCENE, "WEBP", save_all=True, append_images=[scene(96, 64)])
    ),
    "HEIC: the same tile a million times": lambda: grid_of(60_000),
}


def _claiming(jpeg: bytes, width: int, height: int) -> bytes:
    return patched(jpeg, jpeg.index(b"\xff\xc2") + 5, ">HH", height, width)


def _enlarged(webp: bytes) -> bytes:
    """A lossy WebP whose first frame says that it is 16,383 pixels by 6,100."""
    return patched(webp, webp.index(b"\x9d\x01\x2a") + 3, "<HH", 16_383, 6_100)


def _riff(data: bytes) -> bytes:
    return patched(data, 4, "<I", len(data) - 8)


@pytest.mark.parametrize("name", FILES)
def test_too_much_work_is_refused_before_a_decoder_sees_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = FILES[name]()
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("a decoder saw the file"))
    started = time.process_time()
    with pytest.raises((CorruptImage, TooManyPixels)):
        read.read(data)
    assert time.process_time() - started < 1  # 0.2 s at most where nothing else runs: benchmarks.worst_images


@pytest.mark.parametrize("format", ["AVIF", "HEIF"])
def test_the_size_in_the_codec_counts_not_the_containers(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture over the limit, lowered for the test, in a container that says 32×32."""
    large = encode(scene(960, 640), format)
    data = large.replace(struct.pack(">II", 960, 640), struct.pack(">II", 32, 32))
    assert data != large
    monkeypatch.setattr(items, "MAX_PIXELS", 600_000)
    with pytest.raises(TooManyPixels):
        read.read(data)


def test_hidden_frames_count() -> None:
    """An item of one frame, and one with 999 more behind it that are never shown."""
    file = SMALL_FILES["AVIF"]
    item, frame = file[file.index(b"mdat") + 4 :], b"\x32\x05" + bytes(5)
    assert av1_pixels(b"", item) == 96 * 64
    assert av1_pixels(b"", item + frame * 999) == 96 * 64 * 1000


def test_sizes_are_read_from_the_codecs_own_headers() -> None:
    file = encode(scene(640, 480), "HEIF", quality=50)
    at = file.index(b"hvcC")
    config = file[at + 4 : at - 4 + int.from_bytes(file[at - 4 : at])]
    assert hevc_pixels(config, b"") == 640 * 480


@pytest.mark.parametrize("size", [(32, 32), (33, 47), (3000, 2000)])
@pytest.mark.parametrize("quality", [0, 100])
def test_the_smallest_lossy_webps_are_read(size: tuple[int, int], quality: int) -> None:
    """Of one colour; an encoder gives each macroblock 3.4 bits or more."""
    plain = Image.new("RGB", size, "teal")
    for options in ({}, {"save_all": True, "append_images": [plain.rotate(90)]}):
        webp = plainly(plain, "WEBP", quality=quality, method=6, **options)
        assert abs(read.read(webp).pixels.astype(int) - (0, 128, 128)).max() < 20  # quality 0 is not of that colour


@pytest.mark.parametrize("size", [(300, 200), (1000, 700)])
def test_run_lengths_of_the_usual_sizes_are_read(size: tuple[int, int]) -> None:
    assert read.read(run_lengths(*size)).pixels.max() == 0


def test_many_strips_and_tiles_are_read() -> None:
    data = tiff_of_zeros(bits=8, samples=1, compression=1, tile=16, side=2000)
    assert read.read(data).pixels.shape == (224, 224, 3)
    shows(encode(scene(2000, 1500), "TIFF", compression="tiff_lzw"))


def test_a_second_page_and_pictures_within_pages_are_never_opened() -> None:
    """The next directory, EXIF and the pictures within point at garbage, at themselves and at each other."""
    data = plainly(SCENE, "TIFF", tiffinfo={34665: 8, 330: 8, 34853: 8})
    shows(data)
    head = int.from_bytes(data[4:8], "little")
    entries = int.from_bytes(data[head : head + 2], "little")
    shows(patched(data, head + 2 + 12 * entries, "<I", head))


def test_a_damaged_fax_writes_nothing_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    data = tiff_of_zeros(bits=1, samples=1, compression=3, noise=True, side=2000)
    for compression in (2, 3, 4, 5, 8, 32773, 34925):
        try:
            read.read(data.replace(struct.pack("<HHII", 259, 4, 1, 3), struct.pack("<HHII", 259, 4, 1, compression)))
        except GlimpseError as error:
            assert error.code == "corrupt_image"
    assert capfd.readouterr().err == ""


def test_more_samples_than_can_be_decoded_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(GlimpseError):
        read.read(tiff_of(100, 100, (258, 3, 1, 8), (262, 3, 1, 2), (273, 4, 1, 200), (277, 4, 1, 1000)))
    assert caplog.records == []
