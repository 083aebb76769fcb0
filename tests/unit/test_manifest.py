import json
from pathlib import Path
from typing import Any

import pytest

from function.captioning import manifest
from function.captioning.manifest import Manifest
from function.errors import Misconfigured


@pytest.fixture
def model(tmp_path: Path) -> Manifest:
    (tmp_path / "words.json").write_text("[]")
    model = Manifest(tmp_path, "tiny", "1", "en", "beam_captioner", 224, 14, 512, 0.8)
    model = model.with_file("vocabulary", "words.json", {"output/kernel": (2, 23)})
    model.write()
    return model


def test_a_manifest_survives_its_file(model: Manifest) -> None:
    assert manifest.read(model.folder) == model


def test_a_whole_file_is_found(model: Manifest) -> None:
    assert model.file("vocabulary") == model.folder / "words.json"


def test_an_altered_file_is_named_with_the_remedy(model: Manifest) -> None:
    (model.folder / "words.json").write_text("{}")
    with pytest.raises(Misconfigured, match=r"words\.json is not the one that was released.*git checkout"):
        model.file("vocabulary")


def test_a_missing_file_is_named_with_the_remedy(model: Manifest) -> None:
    (model.folder / "words.json").unlink()
    with pytest.raises(Misconfigured, match=r"words\.json cannot be read \(No such file or directory\).*make train"):
        model.file("vocabulary")


def test_a_file_without_a_checksum_is_refused(model: Manifest) -> None:
    with pytest.raises(Misconfigured, match=r"manifest\.json names no file for encoder"):
        model.file("encoder")


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"manifest\.json cannot be read"):
        manifest.read(tmp_path)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"files": None}, "files|items"),
        ({"grid": ...}, "grid"),
        ({"colour": "blue"}, "colour"),
        ({"files": {"vocabulary": {"name": "words.json"}}}, "sha256"),
    ],
    ids=["no files", "no grid", "an unknown entry", "no checksum"],
)
def test_what_is_no_manifest_is_named_with_the_remedy(model: Manifest, change: dict[str, Any], problem: str) -> None:
    content = {**json.loads(model.path.read_text()), **change}
    model.path.write_text(json.dumps({key: value for key, value in content.items() if value is not ...}))
    with pytest.raises(Misconfigured, match=rf"manifest\.json is not a model's manifest \(.*({problem}).*git checkout"):
        manifest.read(model.folder)


def test_text_that_is_no_json_is_no_manifest(model: Manifest) -> None:
    model.path.write_text("[")
    with pytest.raises(Misconfigured, match=r"manifest\.json is not a model's manifest"):
        manifest.read(model.folder)
