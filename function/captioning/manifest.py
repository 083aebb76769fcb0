"""The manifest of a model folder: what the model is, and which files it is made of.

`manifest.json` is the one place that knows them, so a model is swapped by pointing GLIMPSE_MODEL at another folder.
A missing or altered file is reported by name with the remedy, before a runtime trips over it. A leaf, which the api
function imports for the model's name: nothing heavy here.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from function.errors import Misconfigured

NAME = "manifest.json"
_REMEDY = "Restore it from the repository (git checkout -- function/model) or make it with `make train`."
Tensors = Mapping[str, tuple[int, int]]
"""Where each weight of a network stands in its LiteRT file: (subgraph, tensor), by the network's name for it."""


@dataclass(frozen=True)
class ModelFile:
    """A file of a model: its name in the folder, the SHA-256 of its content, and the weights in it, if any."""

    name: str
    sha256: str
    tensors: Tensors = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """A model folder.

    `language` is that of its captions, as in BCP 47. `captioner` is the module of `function.captioning` that runs the
    model. Photos are uint8 RGB (input_side, input_side, 3); the encoder sees them as grid × grid regions of `channels`
    numbers. A beam search has `length_penalty` as its exponent, and `object_weight` and `object_threshold` say what it
    costs to name an object that the network does not see (`grounding`). `files` go by their content: "encoder",
    "vocabulary" and so on, as the captioner asks for them.
    """

    folder: Path
    name: str
    version: str
    language: str
    captioner: str
    input_side: int
    grid: int
    channels: int
    length_penalty: float = 0.0
    object_weight: float = 0.0
    object_threshold: float = 1.0
    files: Mapping[str, ModelFile] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return self.folder / NAME

    def file(self, content: str) -> Path:
        """The path of the file that holds `content`, which is the one that the manifest describes.

        Raises Misconfigured when the manifest names none, or it cannot be read, or its checksum differs.
        """
        if content not in self.files:
            raise Misconfigured(f"{self.path} names no file for {content}. {_REMEDY}")
        path = self.folder / self.files[content].name
        if _checksum(path) != self.files[content].sha256:
            raise Misconfigured(f"The model file {path} is not the one that was released (checksum differs). {_REMEDY}")
        return path

    def with_file(self, content: str, name: str, tensors: Tensors | None = None) -> "Manifest":
        """The manifest with a file of the folder added or renewed, its checksum taken now."""
        entry = ModelFile(name, _checksum(self.folder / name), tensors or {})
        return replace(self, files={**self.files, content: entry})

    def write(self) -> None:
        """Write manifest.json into the folder."""
        content = {name: value for name, value in asdict(self).items() if name != "folder"}
        for entry in content["files"].values():
            if not entry["tensors"]:
                del entry["tensors"]
        self.path.write_text(_compact(json.dumps(content, indent=2)) + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """The manifest of a model folder. Raises Misconfigured when it is missing or is none."""
    path = folder / NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        files = {key: _file(**entry) for key, entry in content.pop("files").items()}
        return Manifest(folder=folder, files=files, **content)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read ({error.strerror}). {_REMEDY}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Misconfigured(f"{path} is not a model's manifest ({error}). {_REMEDY}") from error


def _file(name: str, sha256: str, tensors: Mapping[str, Any] | None = None) -> ModelFile:
    places = {weight: (int(subgraph), int(tensor)) for weight, (subgraph, tensor) in (tensors or {}).items()}
    return ModelFile(name, sha256, places)


def _checksum(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Misconfigured(f"The model file {path} cannot be read ({error.strerror}). {_REMEDY}") from error


def _compact(text: str) -> str:
    """Pairs of numbers on one line each."""
    return re.sub(r"\[\s+(\d+),\s+(\d+)\s+\]", r"[\1, \2]", text)
