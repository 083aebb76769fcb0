"""JPEG: its segments without the metadata, and its passes counted (ITU-T T.81, annex B)."""

import re
import struct
from collections.abc import Iterator

from function.errors import CorruptImage
from function.images.containers import exif
from function.images.containers.contents import MAX_PROFILE, Contents, damaged, too_complex
from function.images.formats import MAX_PIXELS, MAX_SCANS, too_many_pixels

MAX_WORK = 2_000_000_000  # pixels times passes: 0.5 to 1 ns each
ARITHMETIC = 10  # what a pass costs when it is coded arithmetically
MAX_SEGMENTS = 10_000
MAX_TABLES = 256 * 1024  # bytes of all segments that are kept; a camera's take 1 to 5 KB

_MARKER = re.compile(rb"\xff([\x02-\xcf\xd8-\xfe])")  # neither stuffing nor a restart
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_KEPT = _FRAMES | {0xC4, 0xCC, 0xDB, 0xDD}  # frames, Huffman and arithmetic tables, quantisation, restarts
_SCAN, _END = 0xDA, 0xD9
_BARE = frozenset({0xD8, 0xD9})  # markers without a segment
_ARITHMETIC_FRAMES = frozenset(range(0xC9, 0xD0))


def essentials(data: bytes) -> Contents:
    """Raises CorruptImage for a file without a frame or a pass, of too many parts, or of too much work."""
    header = _Header()
    at = 2
    for _ in range(MAX_SEGMENTS):
        marker = _MARKER.search(data, at)
        if not marker or marker[1] == b"\xd9":
            raise damaged()
        at = marker.end()
        if marker[1][0] in _BARE:
            continue
        length = _length(data, at)
        if marker[1] == b"\xda":
            scans = data[marker.start() :]
            is_open = _check_scans(scans, header)
            return header.contents(scans, is_open)
        header.add(marker[1][0], data[at + 2 : at + length], data[marker.start() : at + length])
        at += length
    raise too_complex()


class _Header:
    """The segments before the first pass, sorted into what is kept, what is read here, and the rest."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []
        self._bytes = 0
        self._jfif = self._adobe = self._exif = b""
        self._profile: dict[int, bytes] = {}
        self._profile_parts = 0
        self._is_multiple = False
        self.pixels = 0
        self.is_arithmetic = False

    def add(self, marker: int, payload: bytes, segment: bytes) -> None:
        if marker in _KEPT:
            self._kept.append(segment)
            self._bytes += len(segment)
            if self._bytes > MAX_TABLES:
                raise too_complex()
            if marker in _FRAMES and len(payload) >= 5:
                height, width = struct.unpack_from(">HH", payload, 1)
                self.pixels = width * height
                self.is_arithmetic = marker in _ARITHMETIC_FRAMES
        elif marker == 0xE0 and payload.startswith(b"JFIF\0") and len(payload) >= 14:
            self._jfif = self._jfif or segment
        elif marker == 0xEE and payload.startswith(b"Adobe") and len(payload) >= 12:
            self._adobe = segment
        elif marker == 0xE1 and payload.startswith(b"Exif\0\0"):
            self._exif = self._exif or payload
        elif marker == 0xE2:
            self._add_application_2(payload)

    def _add_application_2(self, payload: bytes) -> None:
        if payload.startswith(b"ICC_PROFILE\0") and len(payload) > 14:
            self._profile.setdefault(payload[12], payload[14:])
            self._profile_parts = payload[13]
        elif payload.startswith(b"MPF\0"):
            self._is_multiple = (exif.value(payload[4:], 0xB001) or 0) > 1

    def contents(self, scans: bytes, is_open: bool) -> Contents:
        parts = b"".join(part for _, part in sorted(self._profile.items()))
        is_complete = len(self._profile) == self._profile_parts and len(parts) <= MAX_PROFILE
        return Contents(
            b"".join([b"\xff\xd8", self._jfif, self._adobe, *self._kept, scans]),
            exif.orientation(self._exif),
            parts if is_complete else b"",
            is_multiple=self._is_multiple,
            is_open=is_open,
        )


def _length(data: bytes, at: int) -> int:
    """The length of a segment, its own two bytes included."""
    length = int.from_bytes(data[at : at + 2])
    if length < 2 or at + length > len(data):
        raise damaged()
    return length


def _check_scans(data: bytes, header: _Header) -> bool:
    """Count the passes from the first on; whether the file goes on to its last byte without an end marker."""
    if not header.pixels:
        raise damaged()
    if header.pixels > MAX_PIXELS:
        raise too_many_pixels()
    work = header.pixels * (ARITHMETIC if header.is_arithmetic else 1)
    scans = 0
    for segments, (marker, _) in enumerate(_segments(data, 0)):
        if marker == _END:
            return False
        scans += marker == _SCAN
        if scans > MAX_SCANS or scans * work > MAX_WORK:
            raise CorruptImage("The JPEG is made of too many passes. Export it again as a plain JPEG.")
        if segments > MAX_SEGMENTS:
            raise too_complex()
    return True


def is_progressive(file: bytes) -> bool:
    """Whether the frame is of the kinds whose passes refine one another."""
    frame = next((marker for marker, _ in _segments(file, 2) if marker in _FRAMES), None)
    return frame in (0xC2, 0xCA)


def has_all_passes(file: bytes) -> bool:
    """Whether the passes of a progressive file, counted by their headers, bring every coefficient in full."""
    missing: set[tuple[int, int]] = set()
    for marker, payload in _segments(file, 2):
        if marker in _FRAMES:
            missing = {(payload[at], k) for at in range(6, len(payload) - 2, 3) for k in range(64)}
        elif marker == _SCAN and payload:
            ids = payload[1 : 1 + 2 * payload[0] : 2]
            first, last, precision = payload[1 + 2 * payload[0] :][:3]
            if not precision & 15:
                missing -= {(id, k) for id in ids for k in range(first, last + 1)}
    return not missing


def _segments(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Marker and content of all segments, and the end marker; what is between them, pixels mostly, is passed over."""
    while marker := _MARKER.search(data, at):
        at = marker.end()
        if marker[1][0] in _BARE:
            yield marker[1][0], b""
            continue
        length = int.from_bytes(data[at : at + 2])
        yield marker[1][0], data[at + 2 : at + length]
        at += length
