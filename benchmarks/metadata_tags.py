"""What exiftool reads from photos, and what of it embedding a description may change."""

import base64
import codecs
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

Tags = dict[str, Any]


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252"), error.end


codecs.register_error("cp1252", _as_cp1252)

# Of the file and of exiftool itself, or computed from other tags.
_NOT_COMPARED = re.compile(
    "SourceFile|System:|ExifTool:|Composite:|File:.*(?:Digest|FileType)|RIFF:.*(?:WebP_Flags|UnknownEXIF)"
)
# Where something lies in the file; what lies there is compared.
_PLACES = re.compile(r"[^:]*:.*(?:Offsets?|Start|StartOfFile|MPImageLength|OffsetBase)$")
_XMP_TEXTS = ("XMP-dc", "Description"), ("XMP-iptcCore", "AltTextAccessibility"), ("XMP-tiff", "ImageDescription")
_OTHER_TEXTS = ("IFD0", "ImageDescription"), ("IPTC", "Caption-Abstract"), ("PNG", "Description")
_TEXTS = (*_XMP_TEXTS, *_OTHER_TEXTS)
_KEYWORDS = ("XMP-dc", "Subject"), ("IPTC", "Keywords")
_NEW = re.compile(r"RIFF:|File:|IPTC:.*CodedCharacterSet|Photoshop:.*IPTCDigest|XMP-x:")
_DIGEST = re.compile(r"Photoshop:.*IPTCDigest")


def read_tags(photos: list[Path]) -> list[Tags]:
    """All tags of each photo, binary values as base64; keys are GROUP:COPY:NAME, the copy only from the second on."""
    if not photos:
        return []
    with tempfile.NamedTemporaryFile("w", suffix=".args") as arguments:
        arguments.write("\n".join(map(str, photos)))
        arguments.flush()
        command = ["exiftool", "-json", "-a", "-G1:4", "-struct", "-b", "-U", "-m", "-@", arguments.name]
        done = subprocess.run(command, capture_output=True, check=False)
    found = {tags["SourceFile"]: tags for tags in json.loads(done.stdout)}
    return [found[str(photo)] for photo in photos]


def tags_of(tags: Tags, group: str, name: str) -> list[Any]:
    """The values of a tag in all copies of its group."""
    return [value for key, value in tags.items() if re.fullmatch(rf"{group}:(?:Copy\d+:)?{name}", key)]


def lost_tags(before: Tags, after: Tags, description: dict[str, Any]) -> list[str]:
    """What was there and is another now, or is new and was not meant to be."""
    changed = [
        f"{key}: {_short(value)} → {_short(after.get(key))}"
        for key, value in before.items()
        if after.get(key) != value and not _may_change(key, value, after.get(key), description)
    ]
    added = [
        f"{key}: new, {_short(value)}"
        for key, value in after.items()
        if key not in before and not _NOT_COMPARED.match(key) and not _NEW.match(key)
        if not _is_one_of(key, _KEYWORDS) and not (_is_one_of(key, _TEXTS) and value == description["words"])
    ]
    lost = [name for group, name in _KEYWORDS if not _listed(before, group, name) <= _listed(after, group, name)]
    warnings = set(_warnings(after)) - set(_warnings(before))
    return changed + added + lost + [f"warning: {warning}" for warning in sorted(warnings)]


def words_missing(before: Tags, after: Tags, description: dict[str, Any]) -> list[str]:
    """Fields that programs read the description from, and that say something else."""
    fields = [("XMP-dc", "Description"), ("XMP-iptcCore", "AltTextAccessibility")]
    fields += [text for text in _TEXTS if tags_of(before, *text)]
    wrong = [text for text in fields if set(tags_of(after, *text)) != {description["words"]}]
    subjects = {subject.lower() for subject in _listed(after, "XMP-dc", "Subject")}
    tagged = {tag.lower() for tag in description["tags"]} <= subjects
    return [f"words: {group}:{name}" for group, name in wrong] + ([] if tagged else ["words: XMP-dc:Subject"])


def _may_change(key: str, old: Any, new: Any, description: dict[str, Any]) -> bool:
    if _NOT_COMPARED.match(key) or _PLACES.fullmatch(key) or _DIGEST.fullmatch(key) or _is_one_of(key, _KEYWORDS):
        return True
    if _is_one_of(key, _TEXTS):
        return new in (description["words"], None)  # None: said twice before
    return _same_text(old, new)


def _same_text(old: Any, new: Any) -> bool:
    """Whether the same letters are read in their right encoding now, or a control character as white space."""
    old, new = json.dumps(old, ensure_ascii=False), json.dumps(new, ensure_ascii=False)
    old = re.sub(r"base64:([\w+/=]+)", lambda match: base64.b64decode(match[1]).decode(errors="cp1252"), old)
    readings = {old, re.sub(r"\\u00[01].|[\x80-\x9f]", " ", old)}
    with suppress(UnicodeError):
        readings.add(old.encode("cp1252").decode())
    return new in readings or new.replace("\\n", " ") in readings


def _is_one_of(key: str, names: tuple[tuple[str, str], ...]) -> bool:
    return any(re.fullmatch(rf"{group}:(?:Copy\d+:)?{name}(?:-en(?:-\w+)?)?", key) for group, name in names)


def _warnings(tags: Tags) -> Iterator[str]:
    for key, value in tags.items():
        if re.fullmatch(r"ExifTool:.*(?:Warning|Error)", key):
            yield re.sub(r"0x[\da-f]+|\d+", "N", str(value))


def _listed(tags: Tags, group: str, name: str) -> set[str]:
    values = tags_of(tags, group, name)
    return {str(item) for value in values for item in (value if isinstance(value, list) else [value]) if item != ""}


def _short(value: Any) -> str:
    return repr(value)[:80]
