"""What words a file would get: never over somebody's own, unless that is asked for."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from collection.index import tags
from collection.index.database import Index, Row
from collection.metadata import read
from function.records import signature

_ALSO = {  # written only where the field is there already, so that no program shows the old words (MWG 2.0, 5)
    "IPTC:Caption-Abstract": 2000,
    "IFD0:ImageDescription": 0,
    "PNG:Description": 0,
}
"""Fields beside XMP's that hold the description, and how many bytes they may have; 0 for any number."""


class Plan(NamedTuple):
    """The new description, None to leave it, and all subjects the file will have, None to leave them."""

    description: str | None
    subjects: list[str] | None
    added: list[str]
    removed: list[str]

    def __str__(self) -> str:
        parts = [] if self.description is None else [f'description "{self.description}"']
        parts += [f"tags +{', +'.join(self.added)}"] if self.added else []
        parts += [f"tags -{', -'.join(self.removed)}"] if self.removed else []
        return "; ".join(parts)


def plan(index: Index, photo: Row, found: Mapping[str, Any], overwrite: bool) -> Plan | None:
    """What to write for a photo whose file and side files say `found`; None where there is nothing to write.

    A photo that needs a description gets nothing until a person has written one or tagged it.
    """
    words = read.words(found)
    text = "" if photo["decorative"] else photo["own_text"] or photo["alt_text"]
    shown = tags.of(index, photo["id"])
    if not text:
        shown = tags.of_person(index, photo["id"])
    current = next((str(found[name]) for name in read.DESCRIPTIONS if name in found), "")
    is_free = not words.description or overwrite
    description = text if text and is_free and not (current == text and _is_everywhere(text, found)) else None
    before = {tags.normal(word) for word in words.subjects}
    removed = [word for word in words.subjects if tags.normal(word) in set(tags.hidden(index, photo["id"]))]
    added = [word for word in shown if word not in before]
    if description is None and not added and not removed:
        return None
    subjects = [word for word in words.subjects if word not in removed] + added
    return Plan(description, subjects if added or removed else None, added, removed)


def arguments(plan: Plan, found: Mapping[str, Any]) -> list[str]:
    """Exiftool's arguments for a plan; `found` are the tags that the file to be written has now."""
    options: list[str] = []
    if plan.description is not None:
        options += [
            f"-XMP-dc:Description={plan.description}",
            f"-XMP-iptcCore:AltTextAccessibility={plan.description}",
            f"-{read.WRITER}={signature(plan.description)}",
        ]
        for name, most in _ALSO.items():
            if name in found:
                text = plan.description.encode()[: most or None].decode(errors="ignore")
                options.append(f"-{name}={text}")
    if plan.subjects is not None:
        fields = ["XMP-dc:Subject", *(["IPTC:Keywords"] if "IPTC:Keywords" in found else [])]
        for field in fields:
            options += [f"-{field}=", *(f"-{field}={word}" for word in plan.subjects)]
    return options


def _is_everywhere(text: str, found: Mapping[str, Any]) -> bool:
    return all(str(found[name]) == text for name in ("XMP-dc:Description", *_ALSO) if name in found)
