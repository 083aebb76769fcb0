"""The most expensive files that are accepted: for each format, what its limits still let through.

Run as a command, prints what decoding each of them costs. `files` yields them by name, a few MB each, made here.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.decoding import cost

SIDE = 10_000  # 100 megapixels


def files() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Name and maker of each file."""
    yield "JPEG, progressive, 20 passes", lambda: _jpeg_of_passes(Image.new("RGB", (SIDE, SIDE), "teal"), 20)
    yield "JPEG, progressive, CMYK, 20 passes", lambda: _jpeg_of_passes(Image.new("CMYK", (SIDE, SIDE)), 20)
    yield "JPEG, 18 MB of noise", lambda: encode(noise(6000, 5200, "RGB"), "JPEG", quality=70)
    yield (
        "JPEG, 18 MB of noise, progressive",
        lambda: encode(noise(6000, 5200, "RGB"), "JPEG", quality=40, progressive=True, subsampling=0),
    )
    yield "JPEG, too narrow to be scaled", lambda: encode(noise(65_500, 447, "RGB"), "JPEG", quality=30)
    yield (
        "JPEG, progressive noise without its end",
        lambda: encode(noise(6000, 5000, "RGB"), "JPEG", quality=60, progressive=True)[:-2],
    )
    for interlaced in (False, True):
        yield f"PNG, RGB of 16 bits{', interlaced' * interlaced}", lambda i=interlaced: png(SIDE, SIDE, 16, 2, i)  # type: ignore[misc]
    yield "PNG, palette, interlaced", lambda: png(SIDE, SIDE, 8, 3, True)
    yield "PNG, grey, 1 row", lambda: png(3_000_000, 33, 1, 0, False)
    yield "PNG, 18 MB of noise", lambda: encode(noise(2500, 2400, "RGB"), "PNG", compress_level=1)
    yield "GIF", lambda: encode(Image.new("P", (SIDE, SIDE)), "GIF")
    yield "GIF, 18 MB of noise", lambda: encode(noise(4000, 3000, "L"), "GIF")
    yield "GIF, 20 MB of comments", lambda: _commented(1)
    yield "WebP, lossless", lambda: encode(Image.new("RGBA", (16_383, 6103)), "WEBP", lossless=True, method=0)
    yield "WebP, lossless noise", lambda: encode(noise(2200, 2100, "RGBA"), "WEBP", lossless=True, method=0)
    yield "WebP, lossy noise", lambda: encode(noise(4000, 3600, "RGBA"), "WEBP", quality=20, method=0)
    yield (
        "AVIF, 4:4:4 and alpha",
        lambda: encode(Image.new("RGBA", (SIDE, SIDE), "#0f08"), "AVIF", speed=10, subsampling="4:4:4"),
    )
    yield "HEIC", lambda: _heic(Image.new("RGB", (SIDE, SIDE), "teal"))
    yield "HEIC, 11 MB of noise", lambda: _heic(noise(3000, 2500, "RGB"))
    yield "HEIC, photo of 12 megapixels", lambda: encode(noise(400, 300, "RGB").resize((4000, 3000)), "HEIF")
    yield "BMP, 1 bit", lambda: encode(Image.new("1", (SIDE, SIDE)), "BMP")
    yield "BMP, run lengths", lambda: run_lengths(3400, 3400)
    yield "TIFF, RGB, LZW", lambda: encode(Image.new("RGB", (SIDE, SIDE)), "TIFF", compression="tiff_lzw")
    for name, options in TIFFS.items():
        yield f"TIFF, {name}", lambda o=options: tiff_of_zeros(**o)  # type: ignore[misc]


TIFFS: dict[str, dict[str, Any]] = {
    "RGB of 16 bits, deflated, one strip": {"bits": 16, "samples": 3, "compression": 8},
    "RGB of 16 bits, deflated, 65,000 tiles": {"bits": 16, "samples": 3, "compression": 8, "tile": 48},
    "CMYK, PackBits": {"bits": 8, "samples": 4, "compression": 32773, "photometric": 5},
    "float, LZMA": {"bits": 32, "samples": 1, "compression": 34925, "kind": 3},
    "grey, uncompressed, 65,000 tiles": {"bits": 8, "samples": 1, "compression": 1, "tile": 48},
    "fax of noise": {"bits": 1, "samples": 1, "compression": 3, "noise": True},
    "planes of 16 bits": {"bits": 16, "samples": 3, "compression": 8, "planar": 2},
}


def encode(image: Image.Image, format: str, **options: Any) -> bytes:
    """The bytes of `image`; `options` go to Pillow's encoder."""
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def _heic(image: Image.Image) -> bytes:
    """Encoded without the minutes that x265 takes by default."""
    return encode(image, "HEIF", quality=80, enc_params={"preset": "ultrafast"})


def noise(width: int, height: int, mode: str) -> Image.Image:
    """Pixels that no encoder can foretell."""
    channels = len(mode)
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)
    return Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels, mode)


def _jpeg_of_passes(image: Image.Image, passes: int) -> bytes:
    jpeg = encode(image, "JPEG", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:-2] + jpeg[last:-2] * (passes - jpeg.count(b"\xff\xda")) + jpeg[-2:]


def png(width: int, height: int, depth: int, colour: int, interlaced: bool) -> bytes:
    """A PNG of zeros."""
    samples = {0: 1, 2: 3, 3: 1, 6: 4}[colour]
    packer = zlib.compressobj(9)
    size = (
        _interlaced_size(width, height, samples * depth) if interlaced else height * (1 + width * samples * depth // 8)
    )
    block = bytes(1 << 20)
    pixels = b"".join(packer.compress(block) for _ in range(size // len(block) + 1)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    palette = _chunk(b"PLTE", bytes(768)) if colour == 3 else b""
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + palette + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _interlaced_size(width: int, height: int, bits: int) -> int:
    """Bytes of the seven passes of Adam7, filters included."""
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    return sum(
        -(-(height - top) // down) * (1 + -(-(-(-(width - left) // across) * bits) // 8))
        for left, top, across, down in passes
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _commented(size: int) -> bytes:
    gif = encode(Image.new("P", (64, 64)), "GIF")
    picture = gif.index(b"\x2c\0\0\0\0\x40\0\x40\0")
    block = bytes([size]) + b"x" * size
    return gif[:picture] + b"!\xfe" + block * (20_000_000 // len(block)) + b"\0" + gif[picture:]


def run_lengths(width: int, height: int) -> bytes:
    """A BMP of 8 bits whose rows are one run and an end of line each, which is filled pixel by pixel."""
    rows = b"\1\0\0\0" * height + b"\0\1"
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(rows), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 1024 + len(rows), 0, 0, 54 + 1024) + header + bytes(1024)[:1024] + rows


def tiff_of_zeros(
    bits: int,
    samples: int,
    compression: int,
    tile: int = 0,
    photometric: int | None = None,
    kind: int = 1,
    planar: int = 1,
    noise: bool = False,
    side: int = SIDE,
) -> bytes:
    """A TIFF of `side` by `side` pixels, all of whose strips or tiles are the same bytes."""
    across, down = (tile, tile) if tile else (side, side)
    size = across * down * (samples if planar == 1 else 1) * bits // 8
    packed = np.random.default_rng(0).bytes(8_000_000) if noise else _packed(size, compression)
    pieces = (-(-side // across)) ** 2 * (samples if planar == 2 else 1)
    values: dict[int, list[int]] = {256: [side], 257: [side], 258: [bits] * samples, 259: [compression]}
    values |= {
        262: [photometric if photometric is not None else 2 if samples > 2 else 1],
        277: [samples],
        284: [planar],
    }
    values |= {339: [kind] * samples} | ({338: [2]} if samples == 4 and photometric is None else {})
    offsets, lengths = [8] * pieces, [len(packed)] * pieces
    values |= (
        {322: [tile], 323: [tile], 324: offsets, 325: lengths} if tile else {273: offsets, 278: [side], 279: lengths}
    )
    lists = b""
    entries = []
    for tag, numbers in sorted(values.items()):
        listed = struct.pack(f"<{len(numbers)}I", *numbers)
        place = struct.pack("<I", 8 + len(packed) + len(lists)) if len(numbers) > 1 else listed
        lists += listed if len(numbers) > 1 else b""
        entries.append(struct.pack("<HHI", tag, 4, len(numbers)) + place)
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    return b"II*\0" + struct.pack("<I", 8 + len(packed) + len(lists)) + packed + lists + directory


def _packed(size: int, compression: int) -> bytes:
    if compression == 8:
        return zlib.compress(bytes(size), 9)
    if compression == 32773:
        return b"\x81\0" * (size // 128 + 1)
    if compression == 34925:
        import lzma

        return lzma.compress(bytes(size), preset=0)
    return bytes(size)


def main() -> None:
    for name, make in files():
        data = make()
        spent = cost(data)
        print(
            f"{name:45} {len(data) / 1e6:6.2f} MB  {spent.outcome:15} {spent.seconds:5.2f} s {spent.megabytes:6.0f} MB"
            f" {spent.logged} logged",
            flush=True,
        )


if __name__ == "__main__":
    main()
