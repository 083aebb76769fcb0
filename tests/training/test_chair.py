from pathlib import Path

import pytest

from training.chair import Chair, measure, people
from training.data.base import Photo


def photo(*captions: str, objects: frozenset[str] | None = None) -> Photo:
    return Photo("a.jpg", Path("a.jpg"), captions, objects)


LABELLED = photo("A man sits.", objects=frozenset(["person", "bench", "dog"]))


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("a man on a bench", Chair(0, 0, 2 / 3)),
        ("a man with a cat on a bench", Chair(1 / 3, 1, 2 / 3)),
        ("two dogs and two puppies", Chair(0, 0, 1 / 3)),  # a class counts once
        ("a hot dog", Chair(1, 1, 0)),
        ("the sun is shining", Chair(0, 0, 0)),
    ],
)
def test_named_classes_are_held_against_labels_and_captions(caption: str, expected: Chair) -> None:
    assert measure([(LABELLED, caption)]) == expected


def test_what_people_name_is_there_though_no_label_says_so() -> None:
    assert measure([(photo("A cat.", objects=frozenset()), "a kitten")]).instances == 0


def test_without_labels_recall_is_of_what_people_name() -> None:
    assert measure([(photo("A cat.", "A dog."), "a dog")]) == Chair(0, 0, 0.5)


def test_a_persons_caption_is_held_against_the_others() -> None:
    found = people([photo("A cat.", "A dog.", "A dog.", objects=frozenset(["dog"]))])
    assert (found.instances, found.sentences) == (1 / 3, 1 / 3)


def test_nothing_said_is_nothing_wrong() -> None:
    assert measure([]) == Chair(0, 0, 0)
