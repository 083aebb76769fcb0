"""How a caption is published, and that any model folder can be served."""

import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from function.app import App
from function.captioning.captioner import load, published
from function.captioning.manifest import Manifest
from function.errors import Misconfigured
from function.records import Caption, Word
from function.settings import Settings
from function.storage.folder import FolderStorage


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [(1.0, "likely"), (0.5, "likely"), (0.499, "possible"), (0.1, "possible"), (0.099, "none"), (0.0, "none")],
)
def test_certainty_is_decided_by_two_thresholds(confidence: float, expected: str) -> None:
    certainty, printed = published(["a", "dog"], confidence, Settings(hedge_below=0.5, silent_below=0.1))
    assert certainty == expected
    assert printed.text == {"likely": "A dog.", "possible": "Possibly a dog.", "none": ""}[expected]


@pytest.mark.parametrize(("grounded", "expected"), [(0.9, "likely"), (0.899, "possible"), (0.0, "possible")])
def test_what_may_name_something_absent_is_not_told_plainly(grounded: float, expected: str) -> None:
    settings = Settings(hedge_below=0.5, plain_from=0.9)
    assert published(["a", "dog"], 0.8, settings, grounded)[0] == expected
    assert published(["a", "dog"], 0.4, settings, grounded)[0] == "possible"


@pytest.mark.parametrize(
    ("confidence", "grounded", "thing", "text"),
    [
        (0.05, 1.0, "cat", "Possibly a cat."),  # the sentence is not to be trusted at all
        (0.3, 0.4, "cat", "Possibly a cat."),  # it names what is probably absent
        (0.3, 0.4, "", "Possibly a dog."),  # but nothing is surely there
        (0.3, 0.6, "cat", "Possibly a dog."),
        (0.05, 1.0, "", ""),
        (0.05, 1.0, "tv", "Possibly a television."),
        (0.05, 1.0, "elephant", "Possibly an elephant."),
        (0.05, 1.0, "skis", "Possibly skis."),
    ],
)
def test_a_thing_that_is_surely_there_stands_in_for_a_sentence(
    confidence: float, grounded: float, thing: str, text: str
) -> None:
    certainty, printed = published(["a", "dog"], confidence, Settings(), grounded, thing)
    assert (certainty, printed.text) == ("possible" if text else "none", text)
    assert (printed.places == (None, None)) == ("dog" not in text)


def test_a_caption_of_nothing_is_not_published() -> None:
    certainty, printed = published(["an", "image", "of", "a"], 1.0, Settings())
    assert (certainty, printed.text) == ("none", "")


class Brightness:
    """A captioner that is no beam search: one of two words, read from its model folder, and no attention."""

    def __init__(self, settings: Settings, model: Manifest) -> None:
        self.settings = settings
        self.words = json.loads(model.file("words").read_text(encoding="utf-8"))

    def describe(self, pixels: np.ndarray) -> Caption:
        assert (pixels.shape, pixels.dtype) == ((224, 224, 3), np.dtype(np.uint8))
        word = self.words[int(pixels.mean() > 127)]
        certainty, printed = published([word], 0.6, self.settings)
        attention = np.full((14, 14), 1 / 196, np.float32)
        start, end = printed.places[0] or (None, None)
        words = [Word(word, start, end, probability=1.0, attention=attention)]
        return Caption(word, 0.6, certainty, printed.text, [], words, [], 1.0, 1.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder as another team would hand it over."""
    (tmp_path / "words.json").write_text('["dark", "hell"]')
    model = Manifest(tmp_path, "brightness", "0.1", "de", "brightness", input_side=224, grid=14, channels=3)
    model.with_file("words", "words.json").write()
    return tmp_path


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one module that comes with such a folder."""
    name = "function.captioning.brightness"
    module = ModuleType(name)
    module.load = Brightness  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, name, module)


def test_another_model_is_a_folder_and_a_module(
    folder: Path, module: None, storage: FolderStorage, photos: Path
) -> None:
    app = App(Settings.from_environment({"GLIMPSE_MODEL": str(folder)}), storage)
    record = app.caption("id", (photos / "beach.jpg").read_bytes())
    assert (record["caption"], record["alt_text"], record["language"]) == ("hell", "Hell.", "de")
    assert record["model"] == {"name": "brightness", "version": "0.1", "engine": "litert"}
    assert [(word["start"], word["end"]) for word in record["words"]] == [(0, 4)]
    assert app.health()["model"] == "brightness 0.1"


def test_a_captioner_that_is_missing_is_named(folder: Path) -> None:
    with pytest.raises(Misconfigured, match=r"manifest\.json names the captioner 'brightness', and there is no func"):
        load(Settings(model=folder))


def test_a_file_that_was_altered_is_named(folder: Path, module: None) -> None:
    (folder / "words.json").write_text("[]")
    with pytest.raises(Misconfigured, match=r"words\.json is not the one that was released"):
        load(Settings(model=folder))


def test_a_model_of_another_input_side_is_refused(tmp_path: Path) -> None:
    Manifest(tmp_path, "large", "1", "en", "beam_captioner", input_side=448, grid=28, channels=512).write()
    with pytest.raises(Misconfigured, match="photos of 448 pixels a side, and they are read at 224"):
        load(Settings(model=tmp_path))
