"""HEIC and AVIF: the items of the file, counted, and which of its properties turn the picture (ISO/IEC 23008-12).

The file is handed on as it is, but for the types of its EXIF and XMP items, which are changed so that no decoder
reads them; orientation is read here.
"""

import struct
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from function.images.containers import exif
from function.images.containers.contents import MAX_PROFILE, Contents, damaged, too_complex
from function.images.containers.isobmff.coded import av1_pixels, hevc_pixels
from function.images.formats import MAX_BYTES, MAX_PIXELS, too_deep, too_many_pixels

MAX_WORK = 240_000_000  # 2.6 s
MAX_SAMPLES = 210_000_000  # pixels of all items together, alpha among them; those of over 8 bits count three times
MAX_BOXES = 10_000
MAX_ITEMS = 1000  # libheif's own limit
MAX_EXTENTS = 4000
MAX_PARTS = 20_000  # properties of all items together
_METADATA = {b"Exif": b"skip", b"mime": b"skip"}


class _Item(NamedTuple):
    kind: bytes
    at: int  # of its kind in the file


class _Properties(NamedTuple):
    boxes: list[tuple[bytes, bytes]]  # kind and content, in the order that associations count from 1
    of: dict[int, list[int]]  # item → numbers of its properties

    def own(self, id: int) -> list[tuple[bytes, bytes]]:
        """The properties of an item."""
        return [self.boxes[number - 1] for number in self.of.get(id, []) if number <= len(self.boxes)]


class _Codec(NamedTuple):
    """A codec's configuration property, what counts its pixels, and its work for a pixel and a byte in 11 ns."""

    config: bytes
    pixels: Callable[[bytes, bytes], int]
    pixel_work: int
    byte_work: int


_DERIVED = frozenset({b"grid", b"iovl", b"iden"})  # pictures made of others; not of one another
_CODECS = {b"av01": _Codec(b"av1C", av1_pixels, 1, 7), b"hvc1": _Codec(b"hvcC", hevc_pixels, 2, 8)}


def essentials(data: bytes) -> Contents:
    """Raises CorruptImage for boxes that do not hold together or items that are too many or too large.

    EXIF's orientation counts only where no box of the picture's own (irot, imir) says how it is turned.
    """
    boxes = list(_boxes(data, 0, len(data)))
    meta = next((box for box in boxes if box[0] == b"meta"), None)
    if meta is None:
        raise damaged()
    try:
        return _read_meta(_as_still(data, boxes), meta[1] + 4, meta[2])
    except (struct.error, IndexError):
        raise damaged() from None


def _as_still(data: bytes, boxes: list[tuple[bytes, int, int]]) -> bytes:
    """The file without the tracks of a sequence, so that its still picture is what is decoded."""
    still = bytearray(data)
    for kind, start, end in boxes:
        if kind == b"moov":
            name = start - (4 if data[start - 4 : start] == kind else 12)  # behind it, a size of 64 bits
            still[name : name + 4] = b"free"
        elif kind == b"ftyp":
            still[start:end] = still[start:end].replace(b"avis", b"avif")
    return bytes(still)


def _read_meta(data: bytes, start: int, end: int) -> Contents:
    boxes = {kind: (at, stop) for kind, at, stop in _boxes(data, start, end)}
    if not {b"pitm", b"iinf", b"iloc", b"iprp"} <= boxes.keys():
        raise damaged()
    missing = (end, end)
    items = _items(data, *boxes.get(b"iinf", missing))
    extents = _extents(data, *boxes.get(b"iloc", missing), boxes.get(b"idat", missing)[0])
    properties = _properties(data, *boxes.get(b"iprp", missing))
    uses = _uses(data, *boxes.get(b"iref", missing), items)
    _check(data, items, extents, properties, uses)
    primary = _primary(data, *boxes.get(b"pitm", missing))
    own = properties.own(primary)
    is_turned = any(kind in (b"irot", b"imir") for kind, _ in own)
    changed = bytearray(data)
    for item in items.values():
        if item.kind in _METADATA:
            changed[item.at : item.at + 4] = _METADATA[item.kind]
    orientation = 1 if is_turned else _orientation(data, items, extents)
    return Contents(bytes(changed), orientation, *_colour(own))


def _check(
    data: bytes,
    items: dict[int, _Item],
    extents: dict[int, list[tuple[int, int]]],
    properties: _Properties,
    uses: Counter[int],
) -> None:
    """Hold what decoding every coded item as often as it is used would take against the limits."""
    work = pixels = 0
    deepest = 1
    for id, item in items.items():
        if item.kind not in _CODECS:
            continue
        codec, times = _CODECS[item.kind], max(1, uses[id])
        own = dict(properties.own(id))
        size = sum(length for _, length in extents.get(id, []))
        if times * size > MAX_BYTES:
            raise too_complex()
        coded = codec.pixels(own.get(codec.config, b""), _content(data, extents.get(id, [])))
        if coded > MAX_PIXELS:
            raise too_many_pixels()
        pixels += times * coded
        work += times * ((codec.pixel_work + _is_full_chroma(own)) * coded + codec.byte_work * size)
        deepest = max(deepest, _depth_weight(own))
    if work > MAX_WORK or pixels * deepest > MAX_SAMPLES:
        raise too_deep()


def _depth_weight(own: dict[bytes, bytes]) -> int:
    """Three for an item of over 8 bits a channel, which decoders hold in 16 and convert, else one."""
    is_deep = any(bits > 8 for bits in own.get(b"pixi", b"")[5:])
    is_deep = is_deep or own.get(b"av1C", bytes(3))[2] & 0x40 > 0 or own.get(b"hvcC", bytes(18))[17] & 7 > 0
    return 3 if is_deep else 1


def _is_full_chroma(own: dict[bytes, bytes]) -> bool:
    """Whether an HEVC item has colours for every pixel (4:4:4), which cost its decoder half as much again."""
    return own.get(b"hvcC", bytes(17))[16] & 3 == 3


def _content(data: bytes, extents: list[tuple[int, int]]) -> bytes:
    return b"".join(data[at : at + length] for at, length in extents)


def _orientation(data: bytes, items: dict[int, _Item], extents: dict[int, list[tuple[int, int]]]) -> int:
    """EXIF's, from the first EXIF item: four bytes say where its TIFF header is."""
    for id, item in items.items():
        if item.kind == b"Exif":
            block = _content(data, extents.get(id, []))
            return exif.orientation(block[4 + int.from_bytes(block[:4]) :])
    return 1


def _colour(own: list[tuple[bytes, bytes]]) -> tuple[bytes, tuple[int, int] | None]:
    """The profile in a colour box, and the primaries and transfer where one names them by number."""
    profile, cicp = b"", None
    for kind, content in own:
        if kind == b"colr" and content[:4] in (b"prof", b"rICC") and len(content) <= MAX_PROFILE:
            profile = content[4:]
        elif kind == b"colr" and content[:4] == b"nclx":
            primaries, transfer = struct.unpack_from(">HH", content, 4)
            cicp = int(primaries), int(transfer)
    return profile, cicp


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the content of every box between two places. Raises CorruptImage."""
    for _ in range(MAX_BOXES):
        if at + 8 > end:
            return
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1 and at + 16 <= end:
            (size,), head = struct.unpack_from(">Q", data, at + 8), 16
        size = size or end - at
        if size < head:
            raise damaged()
        yield kind, at + head, min(at + size, end)
        at += size
    raise too_complex()


def _primary(data: bytes, at: int, end: int) -> int:
    if at == end:
        return 0
    return int(struct.unpack_from(">I" if data[at] else ">H", data, at + 4)[0])


def _items(data: bytes, at: int, end: int) -> dict[int, _Item]:
    items: dict[int, _Item] = {}
    if at == end:
        return items
    for kind, start, _ in _boxes(data, at + (8 if data[at] else 6), end):
        if kind == b"infe" and data[start] >= 2:
            (id,) = struct.unpack_from(">H" if data[start] == 2 else ">I", data, start + 4)
            name = start + 8 + 2 * (data[start] > 2)
            items[id] = _Item(data[name : name + 4], name)
        if len(items) > MAX_ITEMS:
            raise too_complex()
    return items


def _extents(data: bytes, at: int, end: int, idat: int) -> dict[int, list[tuple[int, int]]]:
    """Item → places and lengths of its bytes in the file."""
    extents: dict[int, list[tuple[int, int]]] = {}
    if at == end:
        return extents
    version = data[at]
    offset_size, length_size = data[at + 4] >> 4, data[at + 4] & 15
    base_size, index_size = data[at + 5] >> 4, (data[at + 5] & 15) * (version > 0)
    reader = _Reader(data, at + 6)
    left = MAX_EXTENTS
    for _ in range(reader.number(2 if version < 2 else 4)):
        id = reader.number(2 if version < 2 else 4)
        is_in_idat = version > 0 and reader.number(2) & 15 == 1
        reader.number(2)
        base = reader.number(base_size) + (idat if is_in_idat else 0)
        found = []
        for _ in range(reader.number(2)):
            reader.number(index_size)
            start = base + reader.number(offset_size)
            found.append((start, reader.number(length_size) or len(data) - start))
            left -= 1
            if left < 0:
                raise too_complex()
        extents[id] = found
        if len(extents) > MAX_ITEMS:
            raise too_complex()
    return extents


def _properties(data: bytes, at: int, end: int) -> _Properties:
    boxes: list[tuple[bytes, bytes]] = []
    of: dict[int, list[int]] = {}
    for kind, start, stop in _boxes(data, at, end):
        if kind == b"ipco":
            boxes += [(name, data[begin:finish]) for name, begin, finish in _boxes(data, start, stop)]
        elif kind == b"ipma":
            reader = _Reader(data, start + 4)
            left = MAX_PARTS
            for _ in range(reader.number(4)):
                id = reader.number(4 if data[start] else 2)
                wide = data[start + 3] & 1
                numbers = [reader.number(1 + wide) & (0x7FFF if wide else 0x7F) for _ in range(reader.number(1))]
                of.setdefault(id, []).extend(number for number in numbers if number)
                left -= 1 + len(numbers)
                if left < 0:
                    raise too_complex()
    return _Properties(boxes, of)


def _uses(data: bytes, at: int, end: int, items: dict[int, _Item]) -> Counter[int]:
    """How often each item is a part of others, as a tile is of a grid."""
    uses: Counter[int] = Counter()
    if at == end:
        return uses
    wide = 4 if data[at] else 2
    for kind, start, _ in _boxes(data, at + 4, end):
        if kind == b"dimg":
            reader = _Reader(data, start)
            whole = reader.number(wide)
            parts = [reader.number(wide) for _ in range(reader.number(2))]
            uses.update(parts)
            is_nested = _is_derived(items, whole) and any(_is_derived(items, part) for part in parts)
            if is_nested or uses.total() > MAX_ITEMS:
                raise too_complex()
    return uses


def _is_derived(items: dict[int, _Item], id: int) -> bool:
    return id in items and items[id].kind in _DERIVED


class _Reader:
    """Big-endian numbers, one behind the other. Raises IndexError behind the end."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def number(self, size: int) -> int:
        at, self._at = self._at, self._at + size
        if self._at > len(self._data):
            raise IndexError
        return int.from_bytes(self._data[at : self._at])
