"""Decode many damaged files, each in a process of its own, and print what took longest, what was largest, what died.

    python -m benchmarks.fuzz_images --count 10000 --seed 1

Seeds are small pictures of every format and kind; a file is one of them with some bytes changed, added, removed,
repeated or taken from another. The same count and seed give the same files. Exits with 1 when a process died, raised
anything untyped, wrote to standard error, or went over `MAX_SECONDS` or `MAX_MEGABYTES`.
"""

import argparse
import random
import struct
import sys
from collections import Counter
from collections.abc import Iterator

from PIL import Image

from benchmarks.decoding import Cost, cost
from benchmarks.worst_images import TIFFS, encode, noise, png, run_lengths, tiff_of_zeros

MAX_SECONDS, MAX_MEGABYTES, MAX_REFUSAL = 3.0, 1700, 0.2
EXPECTED = frozenset(
    {"read", "corrupt_image", "too_many_pixels", "image_too_small", "unsupported_format", "empty_image"}
)
_NUMBERS = [
    struct.pack(f">{kind}", n) for kind, n in (("I", 0), ("I", 2**32 - 1), ("I", 2**31 - 1), ("H", 0), ("H", 65535))
]


def seeds() -> list[bytes]:
    """Small files of every format."""
    photo = noise(12, 8, "RGB").resize((96, 64))
    files = [encode(photo, format) for format in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")]
    files += [encode(photo, "JPEG", progressive=True), encode(photo.convert("CMYK"), "JPEG"), encode(photo, "MPO")]
    files += [encode(photo.convert("RGBA"), format) for format in ("PNG", "WEBP", "TIFF", "AVIF", "HEIF")]
    files += [encode(photo.convert("RGBA"), "WEBP", lossless=True), encode(photo.convert("P"), "PNG", transparency=0)]
    files += [encode(photo, format, save_all=True, append_images=[photo]) for format in ("GIF", "WEBP", "PNG", "AVIF")]
    files += [
        encode(photo, "TIFF", compression=name)
        for name in ("tiff_lzw", "jpeg", "tiff_deflate", "packbits", "lzma", "zstd")
    ]
    files += [encode(photo.convert("1"), "TIFF", compression=name) for name in ("group3", "group4")]
    files += [png(96, 64, 16, 6, True), run_lengths(96, 64)]
    files += [tiff_of_zeros(**{**options, "side": 96}) for options in TIFFS.values()]
    exif = Image.Exif()
    exif[274] = 6
    return files + [encode(photo, format, exif=exif.tobytes()) for format in ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")]


def damaged(count: int, seed: int) -> Iterator[bytes]:
    """`count` files, the same for the same seed."""
    dice = random.Random(seed)
    sound = seeds()
    for _ in range(count):
        data = bytearray(dice.choice(sound))
        for _ in range(dice.choice([1, 1, 2, 3, 8])):
            _damage(data, dice, sound)
        yield bytes(data)


def _damage(data: bytearray, dice: random.Random, sound: list[bytes]) -> None:
    at = dice.randrange(min(len(data), dice.choice([64, 512, 1 << 20])) + 1)
    new = dice.choice([dice.randbytes(dice.randint(1, 8)), *_NUMBERS])
    match dice.choice(["change", "change", "change", "bit", "add", "remove", "repeat", "cut", "splice"]):
        case "change":
            data[at : at + len(new)] = new
        case "bit" if at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        case "add":
            data[at:at] = new
        case "remove":
            del data[at : at + dice.randint(1, 100)]
        case "repeat":
            data[at:at] = data[at : at + dice.randint(1, 200)] * dice.choice([2, 50, 2000])
        case "cut":
            del data[at:]
        case "splice":
            data[at:] = dice.choice(sound)[at:]


def faults(spent: Cost) -> list[str]:
    """What one decode did that none may do."""
    is_refusal = spent.outcome not in ("read", "corrupt_image")  # what is damaged within shows when it is decoded
    found = [] if spent.outcome in EXPECTED else [spent.outcome]
    found += ["slow"] * (spent.seconds > (MAX_REFUSAL if is_refusal else MAX_SECONDS))
    found += ["large"] * (spent.megabytes > MAX_MEGABYTES)
    return found + ["log"] * (spent.logged > 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    costs = [cost(data) for data in damaged(arguments.count, arguments.seed)]
    print(
        f"{len(costs)} files:",
        ", ".join(f"{n} {outcome}" for outcome, n in Counter(c.outcome for c in costs).most_common()),
    )
    for title, key in (("slowest", lambda i: costs[i].seconds), ("largest", lambda i: costs[i].megabytes)):
        for index in sorted(range(len(costs)), key=key, reverse=True)[:3]:
            print(f"{title}: file {index}, {costs[index]}")
    bad = {index: found for index, spent in enumerate(costs) if (found := faults(spent))}
    for index, found in bad.items():
        print(f"FAULT: file {index}: {', '.join(found)}; {costs[index]}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
