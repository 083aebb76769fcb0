"""Colours as sRGB shows them: ICC profiles, and the primaries and transfers that AVIF, HEIC and PNG name by number.

Applied to a photo of the model's size, so that it costs a few milliseconds whatever the photo had. A profile that
is damaged or for another kind of pixels is passed over, as browsers do.
"""

import functools
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

UNSEEN = 3
"""Levels of 255 that a profile may move no colour by and be passed over: sRGB itself, in its many versions."""

_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
_Array = npt.NDArray[np.float64]

# Linear light of BT.2020 and Display P3 primaries → BT.709, all with a D65 white (ITU-R BT.2087, SMPTE EG 432-1)
_TO_709 = {
    9: np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]),
    12: np.array([[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]]),
}
_LINEAR, _PQ, _HLG = 8, 16, 18
_DIFFUSE_WHITE = 203.0  # cd/m² of PQ, and 75 % of HLG's signal: BT.2408, table 1
_KNEE = 0.8  # light from here on, highlights included, is squeezed into what is left up to white


def to_srgb(image: Image.Image, profile: bytes, cicp: tuple[int, int] | None) -> Image.Image:
    """The picture, of 8 bits a channel, in sRGB; alpha stays. CMYK without a profile is left to Pillow."""
    if image.mode in ("LA", "RGBA"):
        alpha = image.getchannel("A")
        solid = to_srgb(image.convert(image.mode[:-1]), profile, cicp)
        solid.putalpha(alpha)
        return solid
    transform = _transform(profile, image.mode) if profile else None
    if transform:
        return ImageCms.applyTransform(image, transform) or image
    if cicp and not profile and image.mode == "RGB":
        return Image.fromarray(_from_cicp(np.asarray(image), *cicp))
    return image


@functools.lru_cache(maxsize=4)  # one camera's or printer's photos come together; a profile takes up to 4 MiB
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From a profile to sRGB; None when it is of no use for this mode, or changes nothing that can be seen."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if source.profile.xcolor_space.strip() != _SPACES.get(mode):
            return None
        transform = ImageCms.buildTransform(source, _srgb(), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    return None if _is_unseen(transform, mode) else transform


def _is_unseen(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether a transform leaves 216 colours, or 256 greys, as they are."""
    if mode == "CMYK":
        return False
    levels = np.arange(0, 256, 51, dtype=np.uint8)
    colours = np.stack(np.meshgrid(levels, levels, levels), -1).reshape(1, -1, 3)
    swatch = Image.fromarray(colours if mode == "RGB" else np.arange(256, dtype=np.uint8)[None])
    moved = ImageCms.applyTransform(swatch, transform) or swatch
    difference = np.asarray(moved, np.int16) - np.asarray(swatch.convert("RGB"), np.int16)
    return int(np.abs(difference).max()) <= UNSEEN


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.createProfile("sRGB")  # type: ignore[return-value]


def _from_cicp(pixels: npt.NDArray[np.uint8], primaries: int, transfer: int) -> npt.NDArray[np.uint8]:
    """Pixels (height, width, 3) whose primaries and transfer are H.273's, in sRGB; unknown ones stay as they are."""
    if primaries not in _TO_709 and transfer not in (_LINEAR, _PQ, _HLG):
        return pixels
    light = _light(pixels / 255, transfer)
    if primaries in _TO_709:
        light = light @ _TO_709[primaries].T
    if transfer in (_PQ, _HLG):
        light = np.where(light > _KNEE, 1 - (1 - _KNEE) * np.exp(-(light - _KNEE) / (1 - _KNEE)), light)
    light = light.clip(0, 1)
    signal = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    encoded: npt.NDArray[np.uint8] = np.rint(255 * signal).astype(np.uint8)
    return encoded


def _light(signal: _Array, transfer: int) -> _Array:
    """Linear light, 1 for diffuse white, of a signal 0..1; sRGB's curve for all transfers of standard range."""
    if transfer == _LINEAR:
        return signal
    if transfer == _PQ:  # SMPTE ST 2084, equation 4.1
        root = signal ** (1 / 78.84375)
        light: _Array = (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
        return light * (10_000 / _DIFFUSE_WHITE)
    if transfer == _HLG:  # BT.2100, table 5; its system gamma is left out
        scene: _Array = np.where(
            signal <= 0.5, signal**2 / 3, (np.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12
        )
        return scene / 0.265
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)
