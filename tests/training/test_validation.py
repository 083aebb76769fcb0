from pathlib import Path
from typing import cast

import numpy as np
import pytest

from function.captioning.vocabulary import Vocabulary
from training import validation
from training.concepts import Concepts
from training.data.base import DataSet, Photo
from training.model import Network
from training.validation import Validator, validate

VOCABULARY = Vocabulary(["a", "dog", "cat", "sits"])
CONCEPTS = Concepts(["dog"], ["dog", "cat"])


class Drawn(DataSet):
    """Four photos of a dog that sits."""

    name = "drawn"
    splits = ("dev",)

    def __init__(self) -> None:
        pass

    def split(self, name: str) -> list[Photo]:
        return [Photo(f"{i}.jpg", Path(f"{i}.jpg"), ("A dog sits.",) * 5, frozenset(["dog"])) for i in range(4)]

    def help(self) -> str:
        return ""


class Writer:
    """Writes the sentence it is given; is sure of a dog and not of a cat."""

    def __init__(self, sentence: str) -> None:
        self.ids = VOCABULARY.encode(sentence.split())
        self.decoder = self

    def block5(self, pooled: np.ndarray) -> np.ndarray:
        return pooled

    def encode_memory(self, features: np.ndarray) -> tuple[None, "Writer"]:
        self.rows = len(features)
        return None, self

    def numpy(self) -> np.ndarray:
        return np.tile(np.array([[0.9, 0.9, 0.1]], np.float32), (self.rows, 1))


def network(sentence: str) -> Network:
    return cast(Network, Writer(sentence))


@pytest.fixture
def validator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Validator:
    np.save(tmp_path / "drawn-dev-whole.npy", np.ones((4, 512), np.float16))
    monkeypatch.setattr(validation, "greedy", lambda network, part: np.array([[*network.ids, 0]] * len(part)))
    return Validator(Drawn(), VOCABULARY, CONCEPTS, tmp_path)


def test_a_caption_that_names_what_is_not_there_is_counted(validator: Validator) -> None:
    right, wrong = validator.scores(network("a dog sits")), validator.scores(network("a cat sits"))
    assert (right["drawn chair"], wrong["drawn chair"]) == (0, 100)
    assert right["drawn objects"] == right["drawn attributes"] == 100


def test_weights_are_chosen_by_the_mean_cider_of_all_sets(validator: Validator) -> None:
    class Other:
        def scores(self, network: Network) -> dict[str, float]:
            return {"other cider": 40.0, "other chair": 7.0}

    writer = network("a dog sits")
    scores = validate(writer, [validator, Other()])
    assert scores["cider"] == pytest.approx((validator.scores(writer)["drawn cider"] + 40) / 2)
    assert scores["other chair"] == 7
