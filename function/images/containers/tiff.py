"""TIFF and BigTIFF: the first directory without the tags that no decoder needs, its strips or tiles counted.

The decoders are handed a copy of the directory behind the file's end (TIFF 6.0, section 2), of the listed tags
only and without a successor: EXIF, further pages and pictures within pages are never opened.
"""

import struct
from collections.abc import Iterable
from typing import NamedTuple

from function.images.containers import exif
from function.images.containers.contents import MAX_PROFILE, Contents, damaged, too_complex
from function.images.formats import MAX_PIXELS, MAX_SAMPLE_BYTES, too_deep, too_many_pixels

MAX_PIECES = 65_536  # strips or tiles: 20 to 40 µs each
MAX_VALUES = 1_000_000  # in one tag; three curves of 16 bits have 196,608
MAX_MEMORY = 1_200_000_000  # bytes of the picture and of its largest strip, decoded
MAX_WORK = 1_500_000_000  # pixels times passes of the JPEGs within

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _STRIPS, _SAMPLES, _ROWS = 256, 257, 258, 259, 273, 277, 278
_STRIP_BYTES, _PLANAR, _TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES = 279, 284, 322, 323, 324, 325
_ICC = 34675
_KEPT = frozenset(
    {_WIDTH, _HEIGHT, _BITS, _COMPRESSION, 262, 266, _STRIPS, _SAMPLES, _ROWS, _STRIP_BYTES, _PLANAR, 292, 293, 317}
    | {
        320,
        _TILE_WIDTH,
        _TILE_HEIGHT,
        _TILES,
        _TILE_BYTES,
        332,
        334,
        338,
        339,
        347,
        *range(512, 522),
        529,
        530,
        531,
        532,
    }
)
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_NUMBERS = {1: "B", 3: "H", 4: "I", 16: "Q"}
_UNPACKED = {1: 1, 5: 2731, 8: 1032, 32946: 1032, 32773: 64}  # most bytes of one byte, by compression
_JPEG = frozenset({6, 7})


class _Entry(NamedTuple):
    tag: int
    kind: int
    values: int
    start: int  # where its values are
    packed: bytes  # as it stands in the directory


class _Layout(NamedTuple):
    """How one kind of TIFF writes its directories: formats of `struct`, and bytes that an entry holds itself."""

    order: str
    number: str  # of entries
    entry: str
    offset: str
    first: int  # where the offset of the first directory is


def essentials(data: bytes) -> Contents:
    """Raises CorruptImage for a directory that is damaged, has too many parts or costs too much memory."""
    layout = _layout(data)
    entries = {entry.tag: entry for entry in _entries(data, layout)}
    _check(data, layout, entries)
    kept = sorted(entry for tag, entry in entries.items() if tag in _KEPT)
    number = struct.pack(layout.order + layout.number, len(kept))
    end = struct.pack(layout.order + layout.offset, 0)
    padding = bytes(len(data) % 2)
    start = struct.pack(layout.order + layout.offset, len(data) + len(padding))
    header = data[: layout.first] + start
    directory = b"".join([number, *(entry.packed for entry in kept), end])
    return Contents(
        b"".join([header, data[len(header) :], padding, directory]),
        exif.upright_or(_first(data, layout, entries.get(exif.ORIENTATION))),
        _profile(data, entries.get(_ICC)),
    )


def _layout(data: bytes) -> _Layout:
    order = "<" if data[:2] == b"II" else ">"
    if data[2:4] in (b"+\0", b"\0+"):
        return _Layout(order, "Q", "HHQ8s", "Q", 8)
    return _Layout(order, "H", "HHI4s", "I", 4)


def _entries(data: bytes, layout: _Layout) -> Iterable[_Entry]:
    """The first entry of every tag whose values lie within the file. Raises CorruptImage."""
    try:
        (at,) = struct.unpack_from(layout.order + layout.offset, data, layout.first)
        (count,) = struct.unpack_from(layout.order + layout.number, data, at)
        at += struct.calcsize(layout.order + layout.number)
        if count > exif.MAX_ENTRIES:
            raise too_complex()
        found: dict[int, _Entry] = {}
        size = struct.calcsize(layout.order + layout.entry)
        for start in range(at, at + size * count, size):
            entry = _entry(data, layout, start, size)
            if entry and entry.tag not in found:
                found[entry.tag] = entry
    except (OverflowError, struct.error):  # an offset of up to 64 bits
        raise damaged() from None
    return found.values()


def _entry(data: bytes, layout: _Layout, at: int, size: int) -> _Entry | None:
    tag, kind, count, _ = struct.unpack_from(layout.order + layout.entry, data, at)
    inline = struct.calcsize(layout.offset)
    start = at + size - inline
    length = count * _SIZES.get(kind, 0)
    if length > inline:
        (start,) = struct.unpack_from(layout.order + layout.offset, data, start)
    if not length or start + length > len(data):
        return None
    if tag in _KEPT and count > MAX_VALUES:
        raise too_complex()
    return _Entry(tag, kind, count, start, data[at : at + size])


def _check(data: bytes, layout: _Layout, entries: dict[int, _Entry]) -> None:
    """Hold the picture's strips or tiles, what decoding them needs, and their passes against the limits."""

    def number(tag: int, default: int) -> int:
        value = _first(data, layout, entries.get(tag))
        return default if value is None else value

    width, height = number(_WIDTH, 0), number(_HEIGHT, 0)
    if not width or not height:
        raise damaged()
    if width * height > MAX_PIXELS:
        raise too_many_pixels()
    samples = max(1, number(_SAMPLES, 1))
    if width * height * samples * number(_BITS, 1) / 8 > MAX_SAMPLE_BYTES:
        raise too_deep()
    planes = samples if number(_PLANAR, 1) == 2 else 1
    passes = data.count(b"\xff\xda") if number(_COMPRESSION, 1) in _JPEG else 0
    for offsets, across, down in (
        (_STRIPS, width, min(height, number(_ROWS, height))),
        (_TILES, number(_TILE_WIDTH, width), number(_TILE_HEIGHT, height)),
    ):
        if not across or not down:
            raise damaged()
        pieces = -(-width // across) * -(-height // down) * planes
        listed = entries[offsets].values if offsets in entries else 0
        size = across * down * samples / planes * number(_BITS, 1) / 8
        is_used = (offsets == _TILES) == (_TILE_WIDTH in entries)
        if is_used and size > _UNPACKED.get(number(_COMPRESSION, 1), MAX_PIXELS) * len(data):
            raise damaged()
        if max(pieces, listed) > MAX_PIECES or listed > pieces or 4 * width * height + size > MAX_MEMORY:
            raise too_complex()
        if passes * across * down > MAX_WORK:
            raise too_complex()


def _first(data: bytes, layout: _Layout, entry: _Entry | None) -> int | None:
    """The first value of a tag of whole numbers."""
    if entry is None or entry.kind not in _NUMBERS:
        return None
    return int(struct.unpack_from(layout.order + _NUMBERS[entry.kind], data, entry.start)[0])


def _profile(data: bytes, entry: _Entry | None) -> bytes:
    if entry is None or entry.values > MAX_PROFILE:
        return b""
    return data[entry.start : entry.start + entry.values]
