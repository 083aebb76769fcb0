"""A decoded photo averaged down to little more than the model's input, band by band, in 8 bits a channel."""

import numpy as np
from PIL import Image

SIDE = 224
"""VGG16's input side. The whole photo is stretched to a square, as the photos it is trained on are."""

WORKING_SIDE = 2 * SIDE
"""Averaging stops here, so that the last resize still has pixels to work on."""


def reduced(image: Image.Image) -> Image.Image:
    """No side much over twice `WORKING_SIDE`; a mode of 8 bits a channel."""
    image = _averaged(image)
    return _stretched(image) if image.mode in ("I", "F") else image


def _averaged(image: Image.Image) -> Image.Image:
    """No side much over twice `WORKING_SIDE`; band by band, so that converting a photo never copies it whole."""
    across, down = (max(1, side // WORKING_SIDE) for side in image.size)
    if across == down == 1:
        return _plain(image)
    tops = range(0, image.height, 16 * down)
    boxes = [(0, top, image.width, min(top + 16 * down, image.height)) for top in tops]
    bands = [_plain(image.crop(box)).reduce((across, down)) for box in boxes]
    small = Image.new(bands[0].mode, (bands[0].width, sum(band.height for band in bands)))
    for top, band in zip(tops, bands, strict=True):
        small.paste(band, (0, top // down))
    return small


def _plain(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be averaged: no palette, no transparent colour, no 16-bit grey."""
    if image.mode.startswith("I;16"):  # scaled, where Pillow's `convert` would clip
        values = np.asarray(image)
        plain = Image.fromarray((values >> 8).astype(np.uint8))
        if "transparency" in image.info:
            plain.putalpha(Image.fromarray((values != image.info["transparency"]) * np.uint8(255)))
        return plain
    if image.has_transparency_data:
        mode = "LA" if image.mode in ("1", "L", "LA", "La") else "RGBA"
    else:
        mode = {"1": "L", "P": "RGB", "RGBX": "RGB"}.get(image.mode, image.mode)
    if mode == image.mode and "transparency" not in image.info:
        return image
    return image.convert(mode)


def _stretched(image: Image.Image) -> Image.Image:
    """32-bit integer and float pixels, whose range no header tells, stretched to 0..255; what is no number is dark."""
    with np.errstate(invalid="ignore"):  # a signalling NaN warns when it is copied
        values = np.asarray(image, np.float64)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    values = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    return Image.fromarray(np.rint((values - low) / (high - low or 1.0) * 255).astype(np.uint8))
