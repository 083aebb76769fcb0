"""The files in function/model: found, checked against SHA256SUMS, and described by model.json.

A missing or altered file is reported by name with the remedy, before a runtime trips over it.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from function.errors import Misconfigured

CHECKSUMS = "SHA256SUMS"
DESCRIPTION = "model.json"
VOCABULARY = "vocabulary.json"
ATTRIBUTES = "attributes.json"
LITERT_ENCODER, LITERT_DECODER = "encoder.tflite", "decoder.tflite"
TENSORFLOW_ENCODER, TENSORFLOW_DECODER = "encoder.npz", "decoder.npz"
_REMEDY = "Restore it from the repository (git checkout -- function/model) or make it with `make train`."


@dataclass(frozen=True)
class ModelInfo:
    """What model.json says: who wrote a caption, in which language, and the search settings that were best on dev."""

    name: str
    version: str
    language: str
    length_penalty: float


def verified(folder: Path, name: str) -> Path:
    """The path of a model file whose content is what SHA256SUMS says.

    Raises Misconfigured when the file or the list is missing, or the checksum differs.
    """
    path = folder / name
    expected = _checksums(folder).get(name)
    if expected is None:
        raise Misconfigured(f"{folder / CHECKSUMS} does not list {name}. {_REMEDY}")
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Misconfigured(f"The model file {path} cannot be read ({error.strerror}). {_REMEDY}") from error
    if found != expected:
        raise Misconfigured(f"The model file {path} is not the one that was released (checksum differs). {_REMEDY}")
    return path


def info(folder: Path) -> ModelInfo:
    """Read model.json. Raises Misconfigured as `verified` does."""
    return ModelInfo(**json.loads(verified(folder, DESCRIPTION).read_text(encoding="utf-8")))


def write_checksums(folder: Path, names: Iterable[str]) -> None:
    """Write SHA256SUMS for the named files, in the format of `sha256sum`."""
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(names)]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def _checksums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Misconfigured(f"{folder / CHECKSUMS} cannot be read ({error.strerror}). {_REMEDY}") from error
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
