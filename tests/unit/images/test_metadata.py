"""What nobody needs never costs a photo its caption."""

import struct
import zlib

import numpy as np
import pytest

from function.errors import CorruptImage
from function.images import read
from tests.drawing import encode, png_chunk, png_with, scene
from tests.unit.images.samples import SCENE, SMALL_FILES, shows

BOMB = zlib.compress(bytes(50_000_000), 9)
PNG = SMALL_FILES["PNG"]
LARGE = encode(scene(600, 400), "JPEG", quality=90)
NOISE = np.random.default_rng(0).integers(0, 256, 2_000_000, np.uint8).tobytes()


def segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


@pytest.mark.parametrize(
    "chunk",
    [
        pytest.param(png_chunk(b"zTXt", b"a\0\0" + BOMB), id="compressed text of 50 MB"),
        pytest.param(png_chunk(b"iTXt", b"a\0\1\0\0\0" + BOMB), id="international text of 50 MB"),
        pytest.param(png_chunk(b"iCCP", b"a\0\0" + BOMB), id="profile of 50 MB"),
        pytest.param(png_chunk(b"iCCP", b"a\0\0" + zlib.compress(NOISE)), id="profile of 2 MB"),
        pytest.param(png_chunk(b"iCCP", b"a\0\7"), id="profile packed in an unknown way"),
        pytest.param(png_chunk(b"tEXt", b"a\0" + NOISE) * 3, id="text of 6 MB"),
        pytest.param(png_chunk(b"zTXt", b"a\0\7"), id="text packed in an unknown way"),
        pytest.param(png_chunk(b"gAMA", b"") + png_chunk(b"cHRM", b"\0") + png_chunk(b"pHYs", b""), id="empty chunks"),
        pytest.param(png_chunk(b"acTL", b"") + png_chunk(b"fcTL", b"\1"), id="broken animation"),
        pytest.param(png_chunk(b"tIME", bytes(7))[:-1] + b"!", id="wrong checksum of a chunk that may be left out"),
        pytest.param(png_chunk(b"eXIf", b"MM\0*")[:-1] + b"!", id="wrong checksum of EXIF"),
    ],
)
def test_a_png_is_shown_whatever_its_other_chunks_hold(chunk: bytes) -> None:
    shows(png_with(PNG, chunk))


def test_chunks_behind_the_pixels_do_not_matter() -> None:
    shows(PNG[:-12] + png_chunk(b"zTXt", b"a\0\0" + BOMB) + PNG[-12:])
    shows(PNG[:-12])


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(segment(0xE0, b"JFIF\0"), id="JFIF cut short"),
        pytest.param(segment(0xE2, b"MPF\0II*\0"), id="list of pictures cut short"),
        pytest.param(segment(0xED, b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\xff\xff\xff\xff"), id="Photoshop's block"),
        pytest.param(segment(0xE2, b"ICC_PROFILE\0\1\1" + NOISE[:60_000]), id="profile of noise"),
        pytest.param(segment(0xE2, b"ICC_PROFILE\0\1\4" + NOISE[:60_000]), id="profile without its end"),
        pytest.param(
            b"".join(segment(0xE2, b"ICC_PROFILE\0%c\x28" % n + NOISE[:60_000]) for n in range(1, 41)),
            id="profile of 2.4 MB",
        ),
        pytest.param(segment(0xE1, b"Exif\0\0" + NOISE[:60_000]) * 20, id="EXIF of noise, twenty times"),
        pytest.param(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x"), id="XMP cut short"),
        pytest.param(segment(0xFE, b"x") * 5000, id="five thousand comments"),
        pytest.param(b"\xff" * 100_000, id="filling"),
        pytest.param(b"\0" * 100_000, id="bytes between segments"),
    ],
)
def test_a_jpeg_is_shown_whatever_its_other_segments_hold(payload: bytes) -> None:
    shows(SMALL_FILES["JPEG"][:20] + payload + SMALL_FILES["JPEG"][20:])


@pytest.mark.parametrize("size", [1, 255])
def test_a_gif_is_shown_whatever_stands_before_its_picture(size: int) -> None:
    gif = SMALL_FILES["GIF"]
    picture = gif.index(b"\x2c\0\0\0\0\x60\0\x40\0")
    comment = b"!\xfe" + (bytes([size]) + b"x" * size) * 5000 + b"\0"
    shows(gif[:picture] + comment * 2 + gif[picture:])


def test_a_webp_is_shown_whatever_its_other_chunks_hold() -> None:
    webp = encode(SCENE, "WEBP", quality=90, exif=b"II*\0")
    extra = b"".join(kind + struct.pack("<I", len(NOISE)) + NOISE for kind in (b"XMP ", b"none"))
    longer = webp + extra
    shows(longer[:4] + struct.pack("<I", len(longer) - 8) + longer[8:])


def test_bytes_behind_the_end_that_riff_gives_are_no_chunks() -> None:
    webp = encode(SCENE, "WEBP", quality=90)
    shows(webp + b"EXIF" + struct.pack("<I", 26) + b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 274, 3, 1, 6, 0, 0))


def test_a_tiff_is_shown_whatever_its_other_tags_hold() -> None:
    tiff = encode(SCENE, "TIFF", tiffinfo={34665: 7, 330: 7, 700: NOISE, 33723: NOISE, 65000: tuple(range(60_000))})
    shows(tiff)


# A JPEG without its end marker


PHOTOS = {
    "baseline": LARGE,
    "progressive": encode(scene(600, 400), "JPEG", quality=90, progressive=True),
    "of noise": encode(SCENE.resize((600, 400)).effect_spread(40), "JPEG", quality=90),
    "of noise, progressive": encode(SCENE.resize((600, 400)).effect_spread(40), "JPEG", quality=90, progressive=True),
    "grey": encode(SCENE.resize((600, 400)).convert("L").effect_spread(40), "JPEG", optimize=True),
    "with restarts": encode(SCENE.resize((600, 400)).effect_spread(40), "JPEG", restart_marker_rows=1),
}


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize(
    "end",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff", id="half a marker"),
        pytest.param(b"\xd9", id="the marker's other half"),
        pytest.param(bytes(5000), id="zeros"),
        pytest.param(b"\xff" * 5000, id="filling"),
        pytest.param(b"\r\n", id="a line's end"),
        pytest.param(b"garbage, but not much of it", id="some bytes"),
    ],
)
def test_a_jpeg_without_its_end_marker_is_whole(name: str, end: bytes) -> None:
    whole = read.read(PHOTOS[name])
    assert np.array_equal(read.read(PHOTOS[name][:-2] + end).pixels, whole.pixels)


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("kept", [0.5, 0.9, 0.97])
@pytest.mark.parametrize("end", [b"", bytes(50_000), b"\xff" * 5000, b"garbage " * 1000])
def test_a_jpeg_that_lacks_rows_is_refused_whatever_follows(name: str, kept: float, end: bytes) -> None:
    with pytest.raises(CorruptImage):
        read.read(PHOTOS[name][: int(len(PHOTOS[name]) * kept)] + end)


def test_a_jpeg_cut_in_its_last_row_is_refused() -> None:
    noisy = PHOTOS["of noise"]
    with pytest.raises(CorruptImage):
        read.read(noisy[:-60])
