"""BMP: what its run-length decoder, which Pillow has in Python, would have to do."""

from function.images.containers.contents import Contents, damaged, too_complex
from function.images.formats import MAX_PIXELS, too_many_pixels

MAX_RUN_LENGTH_WORK = 12_000_000  # pixels and, four times, bytes: 0.1 µs each
_HEADERS = frozenset({40, 52, 56, 64, 108, 124})  # sizes of those that exist, but for the oldest
_RUN_LENGTHS = frozenset({1, 2})  # BI_RLE8, BI_RLE4


def essentials(data: bytes) -> Contents:
    """Raises CorruptImage for a run-length coded picture of over 12 megapixels or 3 MB, or one that lacks rows."""
    if _number(data, 14) == 12:  # an older header, whose pictures are never run-length coded
        width, height, bits, compression = _number(data, 18, 2), _number(data, 20, 2), _number(data, 24, 2), 0
    elif _number(data, 14) not in _HEADERS:
        raise damaged()
    else:
        width, height = _number(data, 18), abs(_number(data, 22, signed=True))
        bits, compression = _number(data, 28, 2), _number(data, 30)
    if width * height > MAX_PIXELS:
        raise too_many_pixels()
    if compression in _RUN_LENGTHS:
        if width * height + 4 * len(data) > MAX_RUN_LENGTH_WORK:
            raise too_complex()
    elif (width * bits + 7) // 8 * height > len(data):
        raise damaged()
    return Contents(data)


def _number(data: bytes, at: int, size: int = 4, *, signed: bool = False) -> int:
    return int.from_bytes(data[at : at + size], "little", signed=signed)
