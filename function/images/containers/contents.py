"""What the reader of a container hands on: the least that a decoder needs, and what decides how it is shown.

A leaf beside `function.errors`. Containers are read with the standard library alone, in time and memory that
their size in bytes bounds, so that nothing in a file reaches a decoder before it has been counted.
"""

from typing import NamedTuple

from function.errors import CorruptImage

MAX_PROFILE = 4 * 1024**2
"""Bytes of an ICC profile; a longer one is passed over. Printers' profiles take 0.5 to 2 MB."""


class Contents(NamedTuple):
    """One file without what nobody needs.

    `file` is a complete file of the same format. `orientation` is EXIF's, 1 to 8, `profile` an ICC profile or
    empty, `cicp` the code points of primaries and transfer (ITU-T H.273) where the container names them.
    `is_multiple` tells of further pictures behind the first (MPO), `is_open` of a JPEG without its end marker.
    """

    file: bytes
    orientation: int = 1
    profile: bytes = b""
    cicp: tuple[int, int] | None = None
    is_multiple: bool = False
    is_open: bool = False


def damaged() -> CorruptImage:
    """The error for a file that does not hold together, worded once for containers and decoders."""
    return CorruptImage("The image is damaged or incomplete. Try to export or download it again.")


def too_complex() -> CorruptImage:
    """The error for a file whose reading would take more time or memory than a photo gets."""
    return CorruptImage("The image is made of too many parts. Export it again, as a plain JPEG.")
