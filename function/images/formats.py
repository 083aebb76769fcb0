"""Every limit on a photo, where a door can read it without importing an image library."""

from function.errors import PayloadTooLarge

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 100_000_000
MAX_SCANS = 100  # passes over the picture in one JPEG; a progressive one makes about ten, at up to 0.02 s each
MIN_SIDE = 32

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")  # Pillow's names; "JPEG" opens MPO as well
CONTENT_TYPES = tuple(f"image/{kind}" for kind in ["jpeg", "png", "webp", "gif", "bmp", "tiff", "avif", "heic", "heif"])
ACCEPTED = "Send a JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC photo."


def too_large() -> PayloadTooLarge:
    """The error for a file over `MAX_BYTES`, worded once for every door that has to count bytes."""
    return PayloadTooLarge(f"The file is over {MAX_BYTES // 1024**2} MB. Choose a smaller one or export it smaller.")
