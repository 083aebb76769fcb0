import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from function.errors import (
    GlimpseError,
)
from function.images import formats, read
from tests.drawing import encode, oriented, tiff
from tests.unit.images.samples import (
    FOUR_COLOURS,
    GREY,
    SCENE,
    SIXTEEN_BIT,
    SMALL_FILES,
    WARNING_FILES,
    half_transparent,
)

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
        assert (photo.pixels.shape, photo.pixels.dtype) == ((224, 224, 3), np.dtype(np.uint8))
        assert min(photo.width, photo.height) >= formats.MIN_SIDE


@settings(derandomize=True, database=None, deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_photo_or_a_typed_error(data: bytes) -> None:
    with pytest.raises(GlimpseError):
        read.read(data)


def test_a_slice_of_the_fuzz_ends_in_answers_within_the_bounds() -> None:
    """As `python -m benchmarks.fuzz_images` does with 10,000: each file in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.fuzz_images", "--count", "100", "--seed", "7"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("100 files:")
