"""When a photo was taken: the first of `FIELDS` that says something possible, else its name, else the file's time.

A date is local time as ISO 8601, as precise as its source: "2014", "2014-05" or "2014-05-02T10:51:39+02:00".
What cannot be true counts as missing: no such day, before photography, after now, and what cameras and file systems
say when they do not know (1 January of 1904, 1970 or 1980). Nothing is rounded, guessed or completed.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

FIELDS = (
    ("ExifIFD:DateTimeOriginal", "ExifIFD:OffsetTimeOriginal"),
    ("XMP-exif:DateTimeOriginal", ""),
    ("ExifIFD:CreateDate", "ExifIFD:OffsetTimeDigitized"),
    ("XMP-photoshop:DateCreated", ""),
    ("IPTC:DateCreated", "IPTC:TimeCreated"),
    ("XMP-xmp:CreateDate", ""),
    ("PNG:CreationTime", ""),
    ("PNG:CreateDate", ""),
    ("MIE-Main:DateTimeOriginal", ""),
)
"""The order: the moment of exposure, in EXIF and then in XMP; digitized; created, as other programs write it.

Beside a field is the one that has its offset from UTC, or for IPTC the time of its day.
"""
NAME, FILE = "name", "file"
"""`taken_source` of a date from the file's name, and of a guess: the file's own time."""

_FIRST_PHOTOGRAPH = 1826
_UNSET = ("1904-01-01", "1970-01-01", "1980-01-01", "1969-12-31")
_VALUE = re.compile(
    r"(?P<year>\d{4})(?:[:\-/](?P<month>\d{2})(?:[:\-/](?P<day>\d{2})"
    r"(?:[ T](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?(?P<offset>Z|[+-]\d{2}:?\d{2})?)?)?)?\Z"
)
_DAY = r"(?P<year>\d{4}){0}(?P<month>\d{2}){0}(?P<day>\d{2})"
_TIME = r"(?P<hour>\d{2}){0}(?P<minute>\d{2}){0}(?P<second>\d{2})"
_IN_NAME = tuple(
    re.compile(rf"(?<!\d){pattern}(?!\d)")
    for pattern in (
        _DAY.replace("{0}", "") + r"[_\-T ]" + _TIME.replace("{0}", "") + r"(?:\d{3})?",  # IMG_20200514_105139, PXL_…
        _DAY.replace("{0}", "-") + r"[_ T\-]" + _TIME.replace("{0}", r"[.\-:]"),  # 2014-04-02 10.51.39
        _DAY.replace("{0}", "-"),  # 2014-04-02
        _DAY.replace("{0}", "") + r"(?=-WA\d|[_\-. ]|$)",  # IMG-20200608-WA0001
    )
)


class Taken(NamedTuple):
    """A date and where it comes from: a field's name, `NAME` or `FILE`."""

    at: str
    source: str


def taken(tags: Mapping[str, Any], name: str, mtime_ns: int, now: datetime | None = None) -> Taken | None:
    """The date of a photo from its metadata, its file's name and its file's time; None where none is possible."""
    now = now or datetime.now(UTC)
    for field, beside in FIELDS:
        value, more = str(tags.get(field, "")).strip(), str(tags.get(beside, "")).strip()
        if field == "IPTC:DateCreated" and more:
            value, more = f"{value} {more}", ""
        if at := _possible(_VALUE.match(value), more, now):
            return Taken(at, field)
    for pattern in _IN_NAME:
        for match in pattern.finditer(name):
            if at := _possible(match, "", now):
                return Taken(at, NAME)
    modified = datetime.fromtimestamp(mtime_ns / 1e9).isoformat(timespec="seconds")
    at = _possible(_VALUE.match(modified), "", now)
    return Taken(at, FILE) if at else None


def _possible(match: re.Match[str] | None, offset: str, now: datetime) -> str:
    """The date of a match as ISO 8601, "" for none and for one that cannot be true."""
    if match is None:
        return ""
    parts = {name: value for name, value in match.groupdict().items() if value is not None}
    for unknown in ("month", "day"):  # 2014:05:00 00:00:00 knows its month
        if parts.get(unknown) == "00":
            parts = {name: parts[name] for name in ("year", "month")[: ("month", "day").index(unknown) + 1]}
            break
    try:
        day = datetime(*(int(parts.get(name, "1")) for name in ("year", "month", "day")))  # type: ignore[arg-type]
        clock = _clock(parts, offset)
    except ValueError:
        return ""
    text = "-".join(parts[name] for name in ("year", "month", "day") if name in parts)
    if day.year < _FIRST_PHOTOGRAPH or text in _UNSET or day.replace(tzinfo=UTC) > now + timedelta(days=1):
        return ""
    return text + clock


def _clock(parts: Mapping[str, str], offset: str) -> str:
    """The time of day, empty where it is not known. Raises ValueError for one that no clock shows."""
    if "hour" not in parts:
        return ""
    time = f"{parts['hour']}:{parts['minute']}:{parts.get('second', '00')}"
    datetime.strptime(time, "%H:%M:%S")
    offset = parts.get("offset") or (offset if re.fullmatch(r"Z|[+-]\d{2}:\d{2}", offset) else "")
    return f"T{time}{offset}"
