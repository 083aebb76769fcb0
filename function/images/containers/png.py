"""PNG: the chunks that its pixels need, in one piece (PNG 3rd edition, sections 5 and 11)."""

import struct
import zlib
from collections.abc import Iterator

from function.images.containers import exif
from function.images.containers.contents import MAX_PROFILE, Contents, damaged, too_complex
from function.images.formats import MAX_PIXELS, MAX_SAMPLE_BYTES, too_deep

MAX_CHUNKS = 100_000  # a 20 MB file in chunks of 8 KB, as libpng writes them, has 2,500
DEFLATED = 1032  # bytes that one byte can be unpacked to
SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SAMPLES = {2: 3, 4: 2, 6: 4}  # of a pixel, by the type of colour; else one
_CRITICAL = frozenset({b"IHDR", b"PLTE"})
_READ = frozenset({b"tRNS", b"eXIf", b"iCCP", b"cICP", b"sRGB"})


def essentials(data: bytes) -> Contents:
    """Raises CorruptImage for a file without pixels, of too many chunks, or whose header fails its checksum.

    An ancillary chunk that fails its checksum counts as missing, as in libpng.
    """
    view = memoryview(data)
    chunks: dict[bytes, bytes] = {}
    pixels: list[memoryview] = []
    for kind, content, checksum in _chunks(view):
        if kind == b"IDAT":
            pixels.append(content)
        elif (kind in _CRITICAL or kind in _READ) and kind not in chunks and (not pixels or kind == b"eXIf"):
            if zlib.crc32(content, zlib.crc32(kind)) == checksum:
                chunks[kind] = bytes(content)
            elif kind in _CRITICAL:
                raise damaged()
    if b"IHDR" not in chunks or not pixels:
        raise damaged()
    size = _sample_bytes(chunks[b"IHDR"])
    if size > MAX_SAMPLE_BYTES:
        raise too_deep()
    if size > DEFLATED * (sum(map(len, pixels)) + 1):
        raise damaged()
    kept = [_chunk(kind, chunks[kind]) for kind in (b"IHDR", b"PLTE", b"tRNS") if kind in chunks]
    file = b"".join([SIGNATURE, *kept, _chunk(b"IDAT", b"".join(pixels)), _chunk(b"IEND", b"")])
    cicp = chunks.get(b"cICP", b"")
    return Contents(
        file,
        exif.orientation(chunks.get(b"eXIf", b"")),
        _profile(chunks.get(b"iCCP", b"")),
        (cicp[0], cicp[1]) if len(cicp) == 4 else None,
    )


def _sample_bytes(header: bytes) -> int:
    """Bytes of a picture's samples, unpacked; nothing when it has too many pixels, which the decoder's header tells."""
    if len(header) < 13:
        raise damaged()
    width, height, depth, colour = struct.unpack_from(">IIBB", header)
    pixels = width * height
    return 0 if pixels > MAX_PIXELS else pixels * depth * _SAMPLES.get(colour, 1) // 8


def _chunks(view: memoryview) -> Iterator[tuple[bytes, memoryview, int]]:
    """Kind, content and checksum up to IEND, or to where the file ends; the last content may be cut short."""
    at = len(SIGNATURE)
    for _ in range(MAX_CHUNKS):
        if at + 8 > len(view):
            return
        length, kind = struct.unpack_from(">I4s", view, at)
        if kind == b"IEND":
            return
        end = at + 8 + length
        yield kind, view[at + 8 : end], int.from_bytes(view[end : end + 4])
        at = end + 4
    raise too_complex()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return b"".join(
        [struct.pack(">I", len(content)), kind, content, struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))]
    )


def _profile(chunk: bytes) -> bytes:
    """The profile in an iCCP chunk, unpacked as far as `MAX_PROFILE`; empty when longer or damaged."""
    _, _, packed = chunk.partition(b"\0")
    try:
        unpacker = zlib.decompressobj()
        profile = unpacker.decompress(packed[1:], MAX_PROFILE)
    except zlib.error:
        return b""
    return profile if unpacker.eof else b""
