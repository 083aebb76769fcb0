"""GIF: its first picture, without what stands before and behind it (GIF89a, sections 17 to 26)."""

import re

from function.images.containers.contents import Contents, damaged, too_complex

MAX_EXTENSIONS = 10_000  # before the first picture
_GRAPHIC_CONTROL = 0xF9
_BLOCKS = re.compile(  # of data, each behind a byte with its size; 20 MB of them in 0.2 s at most
    b"(?:" + b"|".join(re.escape(bytes([size])) + b".{%d}" % size for size in range(1, 256)) + b")*+\0", re.DOTALL
)


def essentials(data: bytes) -> Contents:
    """Raises CorruptImage for a file without a picture, or with too many extensions before the first."""
    at = 13 + _palette(data, 10)
    header, control = data[:at], b""
    for _ in range(MAX_EXTENSIONS):
        if data[at : at + 1] != b"!":
            break
        if data[at + 1 : at + 3] == bytes([_GRAPHIC_CONTROL, 4]):
            control = data[at : at + 7] + b"\0"
        blocks = _BLOCKS.match(data, at + 2)
        if not blocks:
            raise damaged()
        at = blocks.end()
    if data[at : at + 1] == b"!":
        raise too_complex()
    if data[at : at + 1] != b",":
        raise damaged()
    return Contents(b"".join([header, control, data[at:]]))


def _palette(data: bytes, at: int) -> int:
    """The bytes of the palette that the flags at `at` announce. Raises CorruptImage behind the end."""
    if at >= len(data):
        raise damaged()
    return 3 << (data[at] & 7) + 1 if data[at] & 0x80 else 0
