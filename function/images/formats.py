"""The table of image formats and every limit on a photo, where a door can read them without an image library.

A row of `FORMATS` is all there is to a format: decoding, signatures, what the API takes, what it tells clients
and the messages follow it. Its decoder is Pillow's, or one that `function.images.read` has registered with Pillow.
"""

import re
from typing import NamedTuple

from function.errors import PayloadTooLarge, TooManyPixels

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 100_000_000
MAX_SAMPLE_BYTES = 600_000_000  # of a picture as it is packed: 100 megapixels of RGB with 16 bits
MAX_SCANS = 100  # passes over the picture in one JPEG; a progressive one makes about ten
MIN_SIDE = 32


class Format(NamedTuple):
    """One image format.

    `pillow` is Pillow's name of it and `label` the usual one. The first of `content_types` is the canonical
    media type, the others are aliases and types that the same decoder reads. `signature` is a regular
    expression over a file's first bytes, in which a dot is any byte.
    """

    pillow: str
    label: str
    content_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    signature: bytes


FORMATS = (
    Format(  # Pillow's decoder opens MPO as well: a JPEG with further pictures behind the first
        "JPEG",
        "JPEG",
        ("image/jpeg", "image/jpg", "image/pjpeg", "image/mpo"),
        (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
        rb"\xff\xd8\xff",
    ),
    Format("PNG", "PNG", ("image/png", "image/x-png", "image/apng"), (".png", ".apng"), rb"\x89PNG\r\n\x1a\n"),
    Format("WEBP", "WebP", ("image/webp", "image/x-webp"), (".webp",), rb"RIFF....WEBP"),
    Format("GIF", "GIF", ("image/gif",), (".gif",), rb"GIF8[79]a"),
    Format(  # its reserved bytes are zero, or the size of its second header is one that exists
        "BMP",
        "BMP",
        ("image/bmp", "image/x-bmp", "image/x-ms-bmp", "image/x-windows-bmp"),
        (".bmp", ".dib"),
        rb"BM(?:....\0\0\0\0|.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0)",
    ),
    Format("TIFF", "TIFF", ("image/tiff", "image/tif", "image/x-tiff"), (".tif", ".tiff"), rb"II[*+]\0|MM\0[*+]"),
    Format("AVIF", "AVIF", ("image/avif", "image/avif-sequence"), (".avif", ".avifs"), rb"....ftypavi[fs]"),
    Format(
        "HEIF",
        "HEIC",
        ("image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"),
        (".heic", ".heif", ".hif", ".heics", ".heifs"),
        rb"....ftyp(?:hei[cxms]|hev[cxms]|mi[fa].|msf1)",
    ),
)


def canonical(content_type: str) -> str | None:
    """The media type of a format for any of its aliases, whatever their case and parameters; None for other types."""
    wanted = content_type.partition(";")[0].strip().lower()
    return next((row.content_types[0] for row in FORMATS if wanted in row.content_types), None)


def recognised(data: bytes) -> list[Format]:
    """The formats whose files begin as this one does: none, one, or those that share a signature."""
    return [row for row in FORMATS if re.match(row.signature, data, re.DOTALL)]


def recorded(pillow: str) -> str:
    """A format as records name it, from Pillow's name; a name that is not in the table stays (MPO)."""
    return next((row.label.upper() for row in FORMATS if row.pillow == pillow), pillow)


def accepted() -> str:
    """What to send, as a sentence."""
    *labels, last = [row.label for row in FORMATS]
    return f"Send a {', '.join(labels)} or {last} photo."


def too_large() -> PayloadTooLarge:
    """The error for a file over `MAX_BYTES`, worded once for every door that has to count bytes."""
    return PayloadTooLarge(f"The file is over {MAX_BYTES // 1024**2} MB. Choose a smaller one or export it smaller.")


def too_many_pixels() -> TooManyPixels:
    """The error for a picture over `MAX_PIXELS`, worded once for containers and decoders."""
    return TooManyPixels(f"The image has over {MAX_PIXELS // 10**6} megapixels. Scale it down and try again.")


def too_deep() -> TooManyPixels:
    """The error for a picture within `MAX_PIXELS` whose pixels, by their depth or coding, take too much work."""
    return TooManyPixels("The image has too many pixels for its kind. Scale it down or save it with 8 bits a channel.")
