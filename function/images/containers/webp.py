"""WebP: its picture or first frame, its profile and its EXIF (RFC 9649, section 2)."""

import struct
from collections.abc import Iterator

from function.images.containers import exif
from function.images.containers.contents import MAX_PROFILE, Contents, damaged, too_complex

MAX_CHUNKS = 10_000  # an animation of several minutes


def essentials(data: bytes) -> Contents:
    """Raises CorruptImage for a file without a picture, or of too many chunks."""
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
        kept = [(b"VP8X", bytes([extended[0] & 0x12]) + extended[1:]), (b"ANIM", chunks.get(b"ANIM", bytes(6)))]
        return _riff([*kept, (b"ANMF", frame)])
    picture = next((kind for kind in (b"VP8 ", b"VP8L") if kind in chunks), None)
    if picture is None:
        raise damaged()
    kept = [(kind, chunks[kind]) for kind in (b"ALPH", picture) if kind in chunks]
    if len(extended) >= 10:
        kept.insert(0, (b"VP8X", bytes([extended[0] & 0x10]) + extended[1:]))
    return _riff(kept)


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
