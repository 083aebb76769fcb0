"""The one thing EXIF is read for, and the directories that EXIF, TIFF and MPF are made of."""

import struct

ORIENTATION = 274
MAX_ENTRIES = 4096  # in one directory; cameras write under a hundred


def orientation(exif: bytes) -> int:
    """The orientation, 1 to 8, in a block of EXIF; 1 where it is damaged, missing or out of range."""
    return upright_or(value(exif.removeprefix(b"Exif\0\0"), ORIENTATION))


def upright_or(value: int | None) -> int:
    """An orientation that is one, or 1."""
    return value if value is not None and 1 <= value <= 8 else 1


def value(block: bytes, tag: int) -> int | None:
    """The first short or long of `tag` in the first directory of a TIFF block, or None."""
    try:
        order = {b"II": "<", b"MM": ">"}[block[:2]]
        at = int(struct.unpack_from(order + "I", block, 4)[0])
        entries = min(struct.unpack_from(order + "H", block, at)[0], MAX_ENTRIES)
        for entry in range(at + 2, at + 2 + 12 * entries, 12):
            name, kind = struct.unpack_from(order + "HH", block, entry)
            if name == tag and kind in (3, 4):
                return int(struct.unpack_from(order + {3: "H", 4: "I"}[kind], block, entry + 8)[0])
    except (KeyError, struct.error):
        pass
    return None
