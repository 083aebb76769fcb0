"""WebP: its picture or first frame, its profile and its EXIF (RFC 9649, section 2)."""

import struct
from collections.abc import Iterator

from function.images.containers import exif
from function.images.containers.contents import MAX_PROFILE, Contents, damaged, too_complex

MAX_CHUNKS = 10_000  # an animation of several minutes
FRAME_HEADER = 16  # bytes of ANMF before its chunks
LEAST_BITS = 1.6
"""Of each macroblock in a lossy picture's first partition: its two prediction modes take 0.82 + 0.85 bits at the least,
by the fixed probabilities of key frames (RFC 6386, section 11.2)."""


def essentials(data: bytes) -> Contents:
    """Raises CorruptImage for a file without a picture, too small for it, or of too many chunks."""
    chunks: dict[bytes, bytes] = {}
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    for kind, content in _chunks(data, 12, end):
        chunks.setdefault(kind, content)
    profile = chunks.get(b"ICCP", b"")
    return Contents(
        _file(chunks),
        exif.orientation(chunks.get(b"EXIF", b"")),
        profile if len(profile) <= MAX_PROFILE else b"",
    )


def _file(chunks: dict[bytes, bytes]) -> bytes:
    """A file of the picture alone; of an animation, of its canvas and first frame."""
    extended, frame = chunks.get(b"VP8X", b""), chunks.get(b"ANMF", b"")
    if len(extended) >= 10 and extended[0] & 2 and frame:
        _check_size(dict(_chunks(frame, FRAME_HEADER, len(frame))).get(b"VP8 ", b""))
        kept = [(b"VP8X", bytes([extended[0] & 0x12]) + extended[1:]), (b"ANIM", chunks.get(b"ANIM", bytes(6)))]
        return _riff([*kept, (b"ANMF", frame)])
    picture = next((kind for kind in (b"VP8 ", b"VP8L") if kind in chunks), None)
    if picture is None:
        raise damaged()
    _check_size(chunks.get(b"VP8 ", b""))
    kept = [(kind, chunks[kind]) for kind in (b"ALPH", picture) if kind in chunks]
    if len(extended) >= 10:
        kept.insert(0, (b"VP8X", bytes([extended[0] & 0x10]) + extended[1:]))
    return _riff(kept)


def _check_size(frame: bytes) -> None:
    """Raises CorruptImage for a lossy frame of fewer bytes than its size takes at the least (RFC 6386, section 9.1)."""
    if len(frame) < 10:
        return  # no header: the decoder refuses it
    partition = min(int.from_bytes(frame[:3], "little") >> 5, len(frame))
    width, height = (size & 0x3FFF for size in struct.unpack_from("<HH", frame, 6))
    macroblocks = -(-width // 16) * -(-height // 16)
    if partition * 8 < macroblocks * LEAST_BITS:
        raise damaged()


def _chunks(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    for _ in range(MAX_CHUNKS):
        if at + 8 > end:
            return
        kind, length = struct.unpack_from("<4sI", data, at)
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + (length & 1)
    raise too_complex()


def _riff(chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(
        kind + struct.pack("<I", len(content)) + content + bytes(len(content) & 1) for kind, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
