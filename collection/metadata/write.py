"""Words into photos or beside them, through exiftool: a new file is made, checked, and put in the old one's place.

The pixels, all other metadata, the file's times, mode and owner stay. A RAW file and a format that holds no words
get a side file instead.
"""

import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Literal, NamedTuple

from collection.index import paths
from collection.index.database import Index, Row
from collection.index.errors import Failure
from collection.metadata import plan, read, sidecars
from collection.metadata.exiftool import ExifTool, Tags
from collection.scan import kinds

_HOLDS_NO_WORDS = (".bmp", ".dib")
_BATCH = 50
LEFT_AFTER_SECONDS = 600
"""From this age on a new file that is not in its place belongs to a process that was killed."""
_NEW = re.compile(rb"\.glimpse-[0-9a-f]{16}\.[A-Za-z0-9]{1,8}(_exiftool_tmp)?")


class Options(NamedTuple):
    """`sidecar`: None to write into photos, `full` for photo.jpg.xmp, `short` for photo.xmp."""

    sidecar: Literal["full", "short"] | None = None
    dry_run: bool = False
    overwrite: bool = False


def write_words(
    index: Index, tool: ExifTool, root: int, within: bytes, options: Options, stopped: Callable[[], bool]
) -> Iterator[tuple[str, plan.Plan | Failure]]:
    """Write the words of all captioned photos of a folder; gives each file that was or would be written."""
    rows = paths.below(index, root, within)
    if not options.dry_run:
        _tidy({os.path.dirname(os.path.realpath(paths.absolute(index, row))) for row in rows})
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        places = [paths.absolute(index, row) for row in batch]
        for row, place, found in zip(batch, places, read.merged(tool, places), strict=True):
            if stopped():
                return
            if (planned := plan.plan(index, row, found, options.overwrite)) is None:
                continue
            failure = None if options.dry_run else _written(index, tool, row, place, planned, options)
            yield row["shown"], Failure(row["shown"], "not_written", failure) if failure else planned


def _written(index: Index, tool: ExifTool, row: Row, place: bytes, planned: plan.Plan, options: Options) -> str | None:
    """Carry out one plan; what went wrong, or None."""
    suffix = os.path.splitext(os.fsdecode(place))[1].lower()
    beside = options.sidecar or row["kind"] == kinds.RAW or suffix in _HOLDS_NO_WORDS
    try:
        if beside:
            return _write_beside(tool, place, planned, options.sidecar or "full")
        return _write_into(index, tool, row, os.path.realpath(place), planned)
    except OSError as error:
        return f"Its words cannot be written ({error.strerror})."


def _write_into(index: Index, tool: ExifTool, row: Row, place: bytes, planned: plan.Plan) -> str | None:
    found = tool.read([place], read.WANTED)[0]
    new = _beside(place, os.path.splitext(place)[1])
    try:
        if problem := _made(tool, new, plan.arguments(planned, found), place, found):
            return problem
        with open(new, "rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").digest()
        with index.change():  # before the new file is in its place: whoever finds it knows the photo
            index.run("INSERT OR IGNORE INTO contents (sha256, photo) VALUES (?, ?)", [sha256, row["id"]])
        _replace(new, place)
    finally:
        _remove(new)
    status = os.stat(place)
    paths.attach(index, row["file"], sha256, status.st_size, status.st_mtime_ns)
    return None


def _write_beside(tool: ExifTool, place: bytes, planned: plan.Plan, form: Literal["full", "short"]) -> str | None:
    target = _sidecar(tool, place, form)
    exists = os.path.exists(target)
    found = tool.read([target], read.WANTED)[0] if exists else {}
    options = plan.arguments(planned, found)
    if target == sidecars.names(place)[1] and sidecars.BELONGS_TO not in found:
        options.append(f"-{sidecars.BELONGS_TO}={os.fsdecode(os.path.splitext(place)[1])[1:].upper()}")
    new = _beside(target, b".xmp")
    try:
        if problem := _made(tool, new, options, target if exists else None, found):
            return problem
        _replace(new, target)
    finally:
        _remove(new)
    return None


def _sidecar(tool: ExifTool, place: bytes, form: Literal["full", "short"]) -> bytes:
    """The side file to write: the one that is there, else one of the wanted form that no RAW has a claim to."""
    full, short = sidecars.beside(place)
    if full is not None:
        return full
    if short is not None:
        is_ours = sidecars.is_of(place, tool.read([short], read.WANTED)[0])
        return sidecars.names(place)[0 if not is_ours else 1]
    return sidecars.names(place)[1 if form == "short" and sidecars.is_of(place, {}) else 0]


def _made(tool: ExifTool, new: bytes, options: list[str], source: bytes | None, before: Tags) -> str | None:
    """Make the new file and read it back; what went wrong, or None. Nothing but the words may be missing from it."""
    codes = ["-m", "-codedcharacterset=utf8"] if any(o.startswith("-IPTC:") for o in options) else ["-m"]
    if source is not None:  # exiftool writes WebP only where it is
        shutil.copyfile(source, new)
    output: tuple[str | bytes, ...] = ("-o", new) if source is None else ("-overwrite_original", new)
    if problem := tool.written(*codes, *options, "-charset", "filename=UTF8", *output):
        return f"exiftool cannot write it ({problem.splitlines()[0]})."
    if not os.path.exists(new):
        return "exiftool made no file of it."
    after = tool.read([new], read.WANTED)[0]
    if lost := [name for name in before if name not in after and not name.startswith("Composite")]:
        return f"{lost[0]} would be lost."
    return None


def _replace(new: bytes, place: bytes) -> None:
    """Put a finished file in another's place, with the times, mode and owner of that one."""
    with open(new, "rb+") as file:
        os.fsync(file.fileno())
    if os.path.exists(place):
        status = os.stat(place)
        if hasattr(os, "chown"):
            os.chown(new, status.st_uid, status.st_gid)
        shutil.copystat(place, new)
    os.replace(new, place)


def _beside(place: bytes, suffix: bytes) -> bytes:
    """A hidden name in the same folder, short enough for any file system."""
    return os.path.join(os.path.dirname(place), b".glimpse-" + secrets.token_hex(8).encode() + suffix)


def _tidy(folders: Iterable[bytes]) -> None:
    """Remove the new files that killed processes have left in folders."""
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in [entry for entry in entries if _NEW.fullmatch(entry.name)]:
                if time.time() - entry.stat(follow_symlinks=False).st_ctime > LEFT_AFTER_SECONDS:
                    os.remove(entry.path)


def _remove(place: bytes) -> None:
    if os.path.exists(place):
        os.remove(place)
