import io
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from function.images import formats, read
from function.images.reduction import reduced
from tests.drawing import encode, png_chunk, png_claiming, scene
from tests.unit.images.samples import shows


@pytest.mark.parametrize("size", [(3001, 2003), (1000, 5000), (20000, 32)])
def test_averaging_in_bands_equals_averaging_at_once(size: tuple[int, int]) -> None:
    width, height = size
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    image = Image.fromarray(noise)
    whole = image.reduce((max(1, width // 448), max(1, height // 448))).resize((224, 224), Image.Resampling.BICUBIC)
    assert np.array_equal(read.read(encode(image, "BMP")).pixels, np.asarray(whole))


def test_a_large_jpeg_is_decoded_at_reduced_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []

    def noted(image: Image.Image) -> Image.Image:
        decoded.append(image.size)
        return reduced(image)

    monkeypatch.setattr(read, "reduced", noted)
    data = encode(scene(4032, 3024), "JPEG")
    photo = read.read(data)
    assert decoded == [(1008, 756)]
    assert (photo.width, photo.height) == (4032, 3024)
    shows(data)


def test_a_12_megapixel_jpeg_takes_a_fraction_of_its_full_decoding() -> None:
    noise = np.random.default_rng(0).integers(0, 25, (3024, 4032, 3), np.uint8)
    data = encode(Image.fromarray(np.asarray(scene(4032, 3024)) + noise), "JPEG", quality=90)

    def best(work: Callable[[], object]) -> float:
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
def test_a_100_megapixel_photo_is_read_in_bounded_memory(data: Callable[[], bytes]) -> None:
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
