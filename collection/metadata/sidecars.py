"""Side files: `photo.jpg.xmp` (digiKam, darktable, Immich) and `photo.xmp` (Lightroom, Capture One).

A short one may belong to a RAW of the same name; then it says nothing of the JPEG beside it.
"""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from collection.scan import kinds

BELONGS_TO = "XMP-photoshop:SidecarForExtension"


class Sidecars(NamedTuple):
    """The side files that lie beside a photo; None where there is none of that name."""

    full: bytes | None
    short: bytes | None


def beside(place: bytes) -> Sidecars:
    full, short = names(place)
    return Sidecars(full if os.path.isfile(full) else None, short if os.path.isfile(short) else None)


def names(place: bytes) -> tuple[bytes, bytes]:
    """The two names that a photo's side file may have."""
    return place + b".xmp", os.path.splitext(place)[0] + b".xmp"


def state(place: bytes) -> str:
    """The times and sizes of a photo's side files, to see when one has changed."""
    found = []
    for name in names(place):
        try:
            status = os.stat(name)
        except OSError:
            continue
        found.append(f"{status.st_size}.{status.st_mtime_ns}")
    return " ".join(found)


def is_of(place: bytes, short: Mapping[str, Any]) -> bool:
    """Whether a short side file, by its tags, belongs to this photo and not to a RAW of the same name."""
    own = os.path.splitext(os.fsdecode(place))[1].lower()
    if named := str(short.get(BELONGS_TO, "")).lower():
        return named.lstrip(".") == own.lstrip(".")
    return own in kinds.RAW_SUFFIXES or not has_raw(place)


def has_raw(place: bytes) -> bool:
    """Whether a RAW of the same name lies beside a photo."""
    folder, name = os.path.split(os.fsdecode(place))
    stem = os.path.splitext(name)[0]
    try:
        others = os.listdir(folder or ".")
    except OSError:
        return False
    return any(os.path.splitext(o)[0] == stem and os.path.splitext(o)[1].lower() in kinds.RAW_SUFFIXES for o in others)
