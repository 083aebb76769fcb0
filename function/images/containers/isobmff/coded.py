"""How many pixels a coded AVIF or HEIC item makes its decoder work on, whatever the container says of its size.

Reads the sizes in the sequence headers and counts the frames, hidden ones too (AV1 specification, sections 5.3 to
5.9; ITU-T H.265, sections 7.3.1 and 7.3.2).
"""

from collections.abc import Iterator

MAX_UNITS = 100_000  # OBUs or NAL units of one item; a picture has under a hundred
_SEQUENCE, _FRAMES = 1, (3, 6)  # types of OBU
_PARAMETERS, _PICTURES = 33, 32  # NAL units of a sequence; smaller types are slices


def av1_pixels(config: bytes, data: bytes) -> int:
    """Pixels of all frames of an AV1 item with the `av1C` property `config`. Raises IndexError where one is cut."""
    sizes, frames = [0], 0
    for part in (config[4:], data):
        for kind, content in _obus(part):
            if kind == _SEQUENCE:
                sizes.append(_av1_size(_Bits(content)))
            frames += kind in _FRAMES
    return max(sizes) * max(1, frames)


def hevc_pixels(config: bytes, data: bytes) -> int:
    """Pixels of all pictures of an HEVC item with the `hvcC` property `config`. Raises IndexError as above."""
    sizes, pictures = [0], 0
    for unit in (*_configured(config), *_sized(data, (config[21] & 3) + 1)):
        if len(unit) < 3:
            continue
        kind = unit[0] >> 1 & 63
        if kind == _PARAMETERS:
            sizes.append(_hevc_size(_Bits(unit[2:200].replace(b"\0\0\3", b"\0\0"))))
        pictures += kind < _PICTURES and unit[2] >= 128
    return max(sizes) * max(1, pictures)


class _Bits:
    """Numbers of any number of bits, the first bit first. Raises IndexError behind the end."""

    def __init__(self, data: bytes) -> None:
        self._number, self._left = int.from_bytes(data[:256]), 8 * len(data[:256])

    def take(self, bits: int) -> int:
        self._left -= bits
        if self._left < 0:
            raise IndexError
        return self._number >> self._left & ((1 << bits) - 1)

    def exponential(self) -> int:
        """A number in Exp-Golomb code, as both specifications have it."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)


def _obus(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(MAX_UNITS):
        if at >= len(data):
            return
        head = data[at]
        at += 1 + (head >> 2 & 1)
        size = len(data) - at
        if head & 2:
            size, at = _leb128(data, at)
        yield head >> 3 & 15, data[at : at + min(size, 256)]
        at += size
    raise IndexError


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """A number of 7 bits a byte, and where the next one starts."""
    value = 0
    for place in range(8):
        value |= (data[at + place] & 127) << 7 * place
        if data[at + place] < 128:
            return value, at + place + 1
    raise IndexError


def _av1_size(bits: _Bits) -> int:
    """Pixels of the largest frame that a sequence header allows."""
    bits.take(4)  # profile, still picture
    if bits.take(1):  # reduced header
        bits.take(5)
    else:
        _skip_operating_points(bits)
    across, down = bits.take(4) + 1, bits.take(4) + 1
    return (bits.take(across) + 1) * (bits.take(down) + 1)


def _skip_operating_points(bits: _Bits) -> None:
    delays = 0
    if bits.take(1):  # timing
        bits.take(64)
        if bits.take(1):
            bits.exponential()
        if bits.take(1):  # decoder model
            delays = 2 * (bits.take(5) + 1) + 1
            bits.take(42)
    has_display_delay = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)
        if delays and bits.take(1):
            bits.take(delays)
        if has_display_delay and bits.take(1):
            bits.take(4)


def _configured(config: bytes) -> Iterator[bytes]:
    """The NAL units in an `hvcC` property."""
    at = 23
    for _ in range(config[22]):
        count, at = int.from_bytes(config[at + 1 : at + 3]), at + 3
        for _ in range(count):
            if at >= len(config):
                raise IndexError
            size = int.from_bytes(config[at : at + 2])
            yield config[at + 2 : at + 2 + size]
            at += 2 + size


def _sized(data: bytes, width: int) -> Iterator[bytes]:
    """The beginnings of NAL units that each follow their size, in `width` bytes."""
    at = 0
    for _ in range(MAX_UNITS):
        if at >= len(data):
            return
        size = int.from_bytes(data[at : at + width])
        yield data[at + width : at + width + min(size, 200)]
        at += width + size
    raise IndexError


def _hevc_size(bits: _Bits) -> int:
    """Pixels of a picture, from a sequence parameter set behind its unit's header."""
    bits.take(4)
    layers = bits.take(3)
    bits.take(1 + 96)
    present = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    if layers:
        bits.take(2 * (8 - layers))
    for has_profile, has_level in present:
        bits.take(88 * has_profile + 8 * has_level)
    bits.exponential()
    if bits.exponential() == 3:
        bits.take(1)
    return bits.exponential() * bits.exponential()
