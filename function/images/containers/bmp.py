"""BMP: what its run-length decoder, which Pillow has in Python, would have to do."""

from function.images.containers.contents import Contents, too_complex

MAX_RUN_LENGTH_WORK = 12_000_000  # pixels and, four times, bytes: 0.1 µs each
_RUN_LENGTHS = frozenset({1, 2})  # BI_RLE8, BI_RLE4


def essentials(data: bytes) -> Contents:
    """Raises CorruptImage for a run-length coded picture of over 12 megapixels or 3 MB."""
    size, compression = _number(data, 14), _number(data, 30)
    if size > 12 and compression in _RUN_LENGTHS:
        width, height = (abs(_number(data, at, signed=True)) for at in (18, 22))
        if width * height + 4 * len(data) > MAX_RUN_LENGTH_WORK:
            raise too_complex()
    return Contents(data)


def _number(data: bytes, at: int, *, signed: bool = False) -> int:
    return int.from_bytes(data[at : at + 4], "little", signed=signed)
