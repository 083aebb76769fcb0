"""The list of unfamiliar things is what it says it is; how they are published is measured by the command."""

import json

from function.captioning import manifest
from function.captioning.english.object_names import PHRASES
from function.settings import Settings
from training.unfamiliar import CLASSES

MODEL = manifest.read(Settings().model)


def test_there_are_a_hundred_different_ones() -> None:
    assert len(set(CLASSES)) == len(CLASSES) == 100


def test_none_of_them_has_a_word_in_the_released_model() -> None:
    words = set(json.loads(MODEL.file("vocabulary").read_text(encoding="utf-8")))
    known = [name for name in CLASSES if set(name.lower().split()) <= words or tuple(name.split()) in PHRASES]
    assert known == []
