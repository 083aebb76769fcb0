"""Decoders' own messages, kept out of the log: a file decides how many there are.

Python's warnings about odd metadata are filtered, and Pillow's logger is heard when it is critical only. libtiff
writes its errors to standard error, a line for each row of a damaged fax (116 MB for an 8 MB file); Pillow turns off
its warnings, not these. Its handler is set to none through the library that Pillow has loaded: redirecting file
descriptor 2 instead would swallow what other threads write meanwhile. Where libtiff is linked into Pillow itself
(Windows), there is no such function to call.
"""

import ctypes
import logging
import re
import threading
import warnings
from typing import Any

from PIL import _imaging

_FILTER: Any = ("ignore", None, Warning, re.compile(r"PIL\.|pillow_heif"), 0)  # as `warnings.filters` has it
_lock = threading.Lock()


def hush_warnings() -> None:
    """Ignore the decoders' warnings, of odd metadata mostly: where warnings are errors, a good photo would fail.

    For good, since `warnings.catch_warnings` would take the filter away from under other threads.
    """
    with _lock:
        if warnings.filters[:1] != [_FILTER]:
            warnings.filterwarnings("ignore", module=_FILTER[3].pattern)


def hush_libraries() -> None:
    """Have Pillow and libtiff report errors to their caller alone."""
    logging.getLogger("PIL").setLevel(logging.CRITICAL)
    try:
        decoders = ctypes.CDLL(_imaging.__file__)  # finds functions in the libraries it was linked with, too
        for name in ("TIFFSetErrorHandler", "TIFFSetErrorHandlerExt"):
            set_handler = getattr(decoders, name)
            set_handler.argtypes, set_handler.restype = [ctypes.c_void_p], ctypes.c_void_p
            set_handler(None)
    except (AttributeError, OSError):
        pass
