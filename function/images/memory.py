"""Memory that decoders freed, given back to the system.

glibc keeps what threads free in arenas of their own: after a burst of large photos a process held 2.2 GB idle.
"""

import ctypes
import functools
from collections.abc import Callable

PROBE = 8
"""Bytes per pixel that a decoder may want at once."""


def give_back() -> None:
    """Return free memory to the system where the C library can (glibc); elsewhere nothing happens."""
    trim = _trim()
    if trim:
        trim(0)


def is_short(pixels: int) -> bool:
    """Whether the memory to decode so many pixels is not to be had, so that a decoder's failure may be due to that."""
    try:
        bytearray(PROBE * pixels)
    except MemoryError:
        return True
    return False


@functools.cache
def _trim() -> Callable[[int], int] | None:
    """`malloc_trim` of the C library of this process; musl, macOS and Windows have none."""
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return trim
