"""Profiles, and the primaries and transfers that are named by number, end in sRGB."""

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from function.images import read
from tests.drawing import CORNERS, corners, encode, png_chunk, png_with
from tests.unit.images.samples import SCENE, WHITE, half_transparent, shows

TO_P3 = np.array([[0.8225, 0.1774, 0.0], [0.0332, 0.9669, 0.0], [0.0171, 0.0724, 0.9108]])
TO_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def linear(pixels: np.ndarray) -> np.ndarray:
    signal = pixels / 255
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)


def srgb(light: np.ndarray) -> np.ndarray:
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light.clip(0) ** (1 / 2.4) - 0.055)


def eight_bits(signal: np.ndarray) -> Image.Image:
    return Image.fromarray(np.rint(255 * signal.clip(0, 1)).astype(np.uint8))


def number(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def profile_of(kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """An ICC profile, version 2, with the tags that all have and these."""
    white = b"".join(map(number, (0.9642, 1.0, 0.8249)))
    tags |= {b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + bytes(79)}
    tags |= {b"wtpt": b"XYZ \0\0\0\0" + white, b"cprt": b"text\0\0\0\0none\0\0\0\0"}
    at, table, content = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, tag in tags.items():
        table += name + struct.pack(">II", at + len(content), len(tag))
        content += tag + bytes(-len(tag) % 4)
    header = struct.pack(">I4sI4s4s4s", at + len(content), b"none", 0x02100000, kind, space, connection)
    return (header + bytes(12) + b"acsp" + bytes(28) + white).ljust(128, b"\0") + table + content


def matrix_profile(matrix: np.ndarray, gamma: float | None) -> bytes:
    """A monitor's: columns of `matrix` are the primaries in XYZ under D50; linear without a gamma."""
    curve = b"curv\0\0\0\0" + (struct.pack(">IHxx", 1, round(gamma * 256)) if gamma else struct.pack(">I", 0))
    tags = {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    for name, primary in zip((b"rXYZ", b"gXYZ", b"bXYZ"), matrix.T, strict=True):
        tags[name] = b"XYZ \0\0\0\0" + b"".join(map(number, primary))
    return profile_of(b"mntr", b"RGB ", b"XYZ ", tags)


# sRGB's primaries in XYZ under D50 (IEC 61966-2-1, adapted by Bradford), and those of Display P3
SRGB_XYZ = np.array([[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]])
P3_XYZ = np.array([[0.5151, 0.2920, 0.1571], [0.2412, 0.6922, 0.0666], [-0.0011, 0.0419, 0.7841]])
P3 = matrix_profile(P3_XYZ, 2.2)


def cmyk_profile() -> bytes:
    """A printer's: paper is white, cyan L* 50, all else black (ICC.1:2010, 10.9, a table of two points a channel)."""
    points = bytes([255, 128, 128]) + bytes([0, 128, 128]) * 7 + bytes([127, 128, 128]) + bytes([0, 128, 128]) * 7
    identity = b"".join(number(float(i % 4 == 0)) for i in range(9))
    table = b"mft1\0\0\0\0\4\3\2\0" + identity + bytes(range(256)) * 4 + points + bytes(range(256)) * 3
    return profile_of(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table})


CMYK = cmyk_profile()


def in_p3(image: Image.Image) -> Image.Image:
    """What a camera stores for the same colours in P3 with a gamma of 2.2."""
    return eight_bits((linear(np.asarray(image)) @ TO_P3.T).clip(0, 1) ** (1 / 2.2))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_a_wide_profile_is_applied(format: str) -> None:
    options: dict[str, dict[str, Any]] = {
        "JPEG": {"quality": 95},
        "WEBP": {"lossless": True},
        "AVIF": {"quality": 95},
        "HEIF": {"quality": 95},
    }
    stored = in_p3(SCENE)
    assert np.abs(corners(np.asarray(stored)) - np.array(CORNERS)).max() > 15
    shows(encode(stored, format, icc_profile=P3, **options.get(format, {})), tolerance=8)


def test_a_profile_is_applied_to_what_is_opaque_and_white_stays_white() -> None:
    stored = in_p3(SCENE)
    stored.putalpha(half_transparent("RGBA").getchannel("A"))
    shows(encode(stored, "PNG", icc_profile=P3), CORNERS[0], WHITE, CORNERS[2], WHITE)


def test_a_linear_profile_is_applied() -> None:
    stored = eight_bits(linear(np.asarray(SCENE)))
    shows(encode(stored, "PNG", icc_profile=matrix_profile(SRGB_XYZ, None)), tolerance=12)


def test_an_srgb_profile_changes_no_pixel() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = read.read(encode(SCENE, "PNG")).pixels
    assert np.array_equal(read.read(encode(SCENE, "PNG", icc_profile=profile)).pixels, plain)


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(b"nonsense" * 40, id="nonsense"),
        pytest.param(P3[:200], id="cut short"),
        pytest.param(P3.replace(b"RGB ", b"CMYK"), id="of another kind of pixels"),
        pytest.param(P3.replace(b"acsp", b"asdf"), id="without its signature"),
        pytest.param(P3[:128] + struct.pack(">I", 2**32 - 1) + P3[132:], id="of four billion tags"),
        pytest.param(P3 + bytes(5_000_000), id="of 5 MB"),
    ],
)
def test_a_profile_of_no_use_is_passed_over(profile: bytes) -> None:
    shows(encode(SCENE, "TIFF", icc_profile=profile))
    shows(encode(SCENE, "PNG", icc_profile=profile))


def test_a_cmyk_profile_is_applied() -> None:
    """By this one, cyan alone prints mid-grey, L* 50, and any other ink black."""
    stored = Image.new("CMYK", (96, 64), (255, 0, 0, 0))
    grey = [[119] * 3] * 4
    shows(encode(stored, "TIFF", icc_profile=CMYK), *grey)
    shows(encode(stored, "JPEG", quality=95, icc_profile=CMYK), *grey)
    shows(encode(stored, "TIFF"), *[[0, 255, 255]] * 4)


@pytest.mark.parametrize(
    ("primaries", "transfer", "stored"),
    [
        pytest.param(1, 13, SCENE, id="sRGB"),
        pytest.param(2, 2, SCENE, id="unspecified"),
        pytest.param(12, 13, eight_bits(srgb(linear(np.asarray(SCENE)) @ TO_P3.T)), id="Display P3"),
        pytest.param(9, 14, eight_bits(srgb(linear(np.asarray(SCENE)) @ TO_2020.T)), id="BT.2020"),
        pytest.param(1, 8, eight_bits(linear(np.asarray(SCENE))), id="linear"),
    ],
)
def test_primaries_and_transfers_named_by_number_are_applied(
    primaries: int, transfer: int, stored: Image.Image
) -> None:
    chunk = png_chunk(b"cICP", bytes([primaries, transfer, 0, 1]))
    shows(png_with(encode(stored, "PNG"), chunk), tolerance=8)


def pq(light: np.ndarray) -> np.ndarray:
    """SMPTE ST 2084, equation 5.2, of light whose 1 is 203 cd/m²."""
    power = (light * 203 / 10_000).clip(0) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def hlg(light: np.ndarray) -> np.ndarray:
    """BT.2100, table 5, of light whose 1 is at 75 % of the signal."""
    scene = light * 0.265
    return np.where(
        scene <= 1 / 12, np.sqrt(3 * scene), 0.17883277 * np.log((12 * scene - 0.28466892).clip(1e-9)) + 0.55991073
    )


@pytest.mark.parametrize(("transfer", "curve"), [(16, pq), (18, hlg)], ids=["PQ", "HLG"])
def test_photos_of_high_range_look_as_those_of_standard_range(transfer: int, curve: Callable[[Any], Any]) -> None:
    """But for their brightest tones, which make room for highlights."""
    light = linear(np.asarray(SCENE)) @ TO_2020.T
    chunk = png_chunk(b"cICP", bytes([9, transfer, 0, 1]))
    shows(png_with(encode(eight_bits(curve(light)), "PNG"), chunk), tolerance=12)
