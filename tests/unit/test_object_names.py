import pytest

from function.captioning.english.object_names import OBJECTS, object_classes, objects_named
from function.captioning.vocabulary import tokenize


def named(sentence: str) -> set[str]:
    return object_classes([tokenize(sentence)])


@pytest.mark.parametrize(
    ("sentence", "classes"),
    [
        ("two men and a little girl", {"person"}),
        ("a skier on skis", {"person", "skis"}),
        ("puppies on a sofa", {"dog", "couch"}),
        ("a hot dog on a table", {"hot dog", "dining table"}),
        ("hot dogs", {"hot dog"}),
        ("a stuffed teddy bear", {"teddy bear"}),
        ("a polar bear", {"bear"}),
        ("a baby elephant with its mother", {"elephant"}),
        ("a couple of giraffes", {"giraffe"}),
        ("a toilet bowl", set()),
        ("a train on the train tracks", {"train"}),
        ("a football player in a football uniform", {"person"}),
        ("a catcher's mitt", {"baseball glove"}),
        ("knives and forks", {"knife", "fork"}),
        ("a glass of wine", {"wine glass"}),
        ("a field of yellow flowers", set()),
        ("", set()),
    ],
)
def test_words_name_classes(sentence: str, classes: set[str]) -> None:
    assert named(sentence) == classes


def test_every_class_is_named_by_its_own_name_but_the_ambiguous_orange() -> None:
    assert {kind for kind in OBJECTS if kind not in named(f"a {kind}")} == {"orange"}
    assert len(OBJECTS) == 80


def test_where_a_class_is_named_is_known() -> None:
    assert objects_named(tokenize("a man eats hot dogs")) == [(1, 2, "person"), (3, 5, "hot dog")]


def test_no_name_stands_for_two_classes() -> None:
    names = [name for row in OBJECTS.values() for name in row]
    assert len(names) == len(set(names))
