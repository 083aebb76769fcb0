"""Memory that decoders freed, given back to the system; and whether a decoder failed for the lack of it.

glibc keeps what threads free in arenas of their own: after a burst of large photos a process held 0.7 to 2.2 GB idle.
To give all back after every photo would cost each 5 ms, for the pages that the next one touches anew; a fixed
threshold for `mmap` would cost the model the same. So it is done when a photo left much behind.
"""

import ctypes
import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

KEPT = 16 * 1024**2
"""Bytes that one photo may leave in the process."""

PROBE = 8
"""Bytes per pixel that a decoder may want at once."""

_STATM = Path("/proc/self/statm")


@contextmanager
def given_back() -> Iterator[None]:
    """Return what was used meanwhile to the system where the C library can (glibc); elsewhere nothing happens."""
    trim = _trim()
    before = _resident() if trim else 0
    try:
        yield
    finally:
        if trim and _resident() - before > KEPT:
            trim(0)


def is_short(pixels: int) -> bool:
    """Whether the memory to decode so many pixels is not to be had, so that a decoder's failure may be due to that."""
    try:
        np.empty(PROBE * pixels, np.uint8)  # asked for, never touched
    except MemoryError:
        return True
    return False


def _resident() -> int:
    """Bytes of this process in memory; 0 where the system does not tell."""
    try:
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


@functools.cache
def _trim() -> Callable[[int], int] | None:
    """`malloc_trim` of the C library of this process; musl, macOS and Windows have none."""
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return trim
