import hashlib
import struct

import numpy as np
import pytest

from function.images import read
from tests.drawing import (
    encode,
    jpeg_with_exif,
    oriented,
    png_chunk,
    png_with,
    scene,
)
from tests.unit.images.samples import (
    SCENE,
    SMALL_FILES,
    TURNED,
    shows,
)


@pytest.mark.parametrize("format", SMALL_FILES)
def test_every_format_becomes_the_same_pixels_and_facts(format: str) -> None:
    data = SMALL_FILES[format]
    photo = read.read(data)
    assert (photo.pixels.shape, photo.pixels.dtype) == ((224, 224, 3), np.dtype(np.uint8))
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
