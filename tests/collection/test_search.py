"""Questions and their answers."""

import time
from typing import Any

import numpy as np
import pytest

from collection.alike import features
from collection.alike.neighbours import Neighbours
from collection.index import paths, photos, tags
from collection.index.database import Index
from collection.index.paths import Seen
from collection.search.find import find, ids, ordered
from collection.search.query import parse
from tests.collection.writer import sentence


@pytest.fixture
def library(index: Index) -> Index:
    """Five photos with their words."""
    root = paths.add_root(index, index.file.parent.parent)
    content: list[tuple[str, dict[str, Any]]] = [
        ("2019/holiday/beach.jpg", sentence("two dogs run on the beach", ["dog", "beach", "run"])),
        ("2019/holiday/cat.png", sentence("a cat is asleep", ["cat"], "possible", ["a dog is asleep"])),
        ("2020/IMG_2020_dog.jpg", sentence("a black and white animal", ["animal"], "none")),
        ("2020/hotdog stand.jpg", sentence("a man sells food", ["man", "food"])),
        ("2020/c.jpg", sentence("a dog in the snow", ["dog", "snow"], "possible")),
    ]
    for i, (name, record) in enumerate(content):
        record["image"] = {"format": "PNG" if name.endswith("png") else "JPEG", "width": 1, "height": 1}
        paths.note(index, root, [Seen(name.encode(), "image", 1, i)])
        photo = photos.add(index, bytes([i]), 1)
        photos.keep_record(index, photo, record)
        taken = {"taken_at": f"{name[:4]}-0{i + 1}-01T12:00:00", "taken_source": "ExifIFD:DateTimeOriginal"}
        photos.keep_metadata(index, photo, taken, [])
        paths.attach(index, i + 1, bytes([i]), 1, i)
    return index


def names(index: Index, question: str, **options: Any) -> list[str]:
    return [row["shown"].rpartition("/")[2] for row in find(index, question, **options).photos]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("dog", ["beach.jpg", "c.jpg", "cat.png", "IMG_2020_dog.jpg"]),
        ("Dogs", ["beach.jpg", "c.jpg", "cat.png", "IMG_2020_dog.jpg"]),
        ("running dog", ["beach.jpg"]),
        ("dog beach", ["beach.jpg"]),
        ("the dog on the beach", ["beach.jpg"]),
        ('"on the beach"', ["beach.jpg"]),
        ('"beach the on"', []),
        ("bea*", ["beach.jpg"]),
        ("dog -beach -snow", ["IMG_2020_dog.jpg", "cat.png"]),
        ("-dog", ["hotdog stand.jpg"]),
        ("tag:dog", ["c.jpg", "beach.jpg"]),
        ("dog -tag:dog", ["IMG_2020_dog.jpg", "cat.png"]),
        ("certainty:possible", ["c.jpg", "cat.png"]),
        ("date:2019", ["cat.png", "beach.jpg"]),
        ("date:2019-02", ["cat.png"]),
        ("date:2019-02..2020-03", ["IMG_2020_dog.jpg", "cat.png"]),
        ("date:2020-04..", ["c.jpg", "hotdog stand.jpg"]),
        ("type:png", ["cat.png"]),
        ("type:jpg dog -snow", ["beach.jpg", "IMG_2020_dog.jpg"]),
        ("folder:2019/holiday", ["cat.png", "beach.jpg"]),
        ("is:undescribed", ["IMG_2020_dog.jpg"]),
        ("is:unsure", ["c.jpg", "cat.png"]),
        ("hotdog", ["hotdog stand.jpg"]),
        ("holiday", ["beach.jpg", "cat.png"]),
        ("black-and-white", ["IMG_2020_dog.jpg"]),
    ],
)
def test_a_question_finds_its_photos(library: Index, question: str, answer: list[str]) -> None:
    assert sorted(names(library, question)) == sorted(answer)


def test_the_surest_sentence_comes_first_and_a_name_or_an_alternative_last(library: Index) -> None:
    found = names(library, "dog")
    assert set(found[:2]) == {"beach.jpg", "c.jpg"}
    assert set(found[2:]) == {"cat.png", "IMG_2020_dog.jpg"}


def test_a_sure_caption_comes_before_the_same_one_with_doubt(index: Index) -> None:
    root = paths.add_root(index, index.file.parent.parent)
    for i, certainty in enumerate(("none", "possible", "likely")):
        paths.note(index, root, [Seen(f"{i}.jpg".encode(), "image", 1, i)])
        photos.keep_record(index, photos.add(index, bytes([i]), 1), sentence("a dog", [], certainty))
        paths.attach(index, i + 1, bytes([i]), 1, i)
    assert names(index, "dog") == ["2.jpg", "1.jpg", "0.jpg"]


def test_without_words_the_newest_come_first(library: Index) -> None:
    assert names(library, "")[0] == "c.jpg"
    assert names(library, "", order="oldest")[0] == "beach.jpg"


@pytest.mark.parametrize(
    "question",
    [
        *("don't", "black-and-white", "20.04", "*", '"', '""', "tag:", "tag:*", "c++", "🐕", "-", "--", "a"),
        "x" * 10_000,
        "a " * 5_000,
        "(",
        "dog AND",
        "NEAR(a b)",
        "dog OR",
        "NOT",
        "own:dog",
        "date:yesterday",
        "date:2019-02..x",
        "^dog",
        "is:nothing",
        "\0",
        "dog\0cat",
        "'; DROP TABLE photos; --",
        "%",
        "_",
        "\n",
        "certainty:maybe",
        "ü",
        "{a b}",
        "a:b:c",
    ],
)
def test_every_question_gets_an_answer(library: Index, question: str) -> None:
    found = find(library, question)
    assert found.total >= len(found.photos)
    assert sorted(ids(library, question)) == sorted(row["id"] for row in find(library, question, limit=100).photos)


def test_a_question_without_content_says_so(library: Index) -> None:
    found = find(library, "🐕 *")
    assert (found.total, found.ignored) == (0, ["🐕", "*"])


def test_an_answer_comes_in_pages_and_says_how_many_there_are(library: Index) -> None:
    pages = [find(library, "dog", limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [page.total for page in pages] == [4, 4, 4]
    assert [len(page.photos) for page in pages] == [2, 2, 0]
    assert len({row["id"] for page in pages for row in page.photos}) == 4


@pytest.fixture
def alike(library: Index) -> Index:
    """The same photos, the more alike the nearer their places in the list are; an old encoder saw the last one."""
    for photo, row in enumerate(library.all("SELECT id FROM photos ORDER BY id")):
        values = np.zeros(features.SIZE, np.int8)
        values[:2] = 100 - 20 * photo, 20 * photo
        photos.keep_features(library, row["id"], values.tobytes(), "old" if photo == 4 else "new")
    return library


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("like:1", ["cat.png", "IMG_2020_dog.jpg", "hotdog stand.jpg"]),
        ("like:2", ["beach.jpg", "IMG_2020_dog.jpg", "hotdog stand.jpg"]),
        ("dog like:4", ["IMG_2020_dog.jpg", "cat.png", "beach.jpg"]),
        ("like:1 date:2019", ["cat.png"]),
        ("like:5", []),
        ("like:99", []),
        ("like:x", []),
        ("-like:1 -like:2", ["c.jpg"]),
    ],
)
def test_photos_are_asked_for_by_one_that_they_are_like(alike: Index, question: str, answer: list[str]) -> None:
    assert names(alike, question) == answer
    assert sorted(ids(alike, question)) == sorted(row["id"] for row in find(alike, question).photos)


def test_what_is_alike_may_be_sorted_otherwise(alike: Index) -> None:
    assert names(alike, "like:2", order="newest") == ["hotdog stand.jpg", "IMG_2020_dog.jpg", "beach.jpg"]


def test_features_that_come_later_are_compared_too(alike: Index) -> None:
    neighbours = Neighbours()
    before = ordered(alike, "like:1", neighbours=neighbours)
    packed, last = alike.value("SELECT packed FROM features WHERE photo = 2"), 5
    photos.keep_features(alike, last, packed, "new")
    assert ordered(alike, "like:1", neighbours=neighbours) == [before[0], last, *before[1:]]
    paths.forget(alike, 1, [b"2020/c.jpg"])
    assert ordered(alike, "like:1", neighbours=neighbours) == before


@pytest.mark.parametrize(("misspelt", "word"), [("beech", "beach"), ("anmial", "animal")])
def test_a_misspelt_word_gets_a_suggestion(library: Index, misspelt: str, word: str) -> None:
    assert find(library, misspelt).suggestions == [(misspelt, word)]


def test_where_nothing_is_found_fewer_words_are_counted(library: Index) -> None:
    assert find(library, "dog snow food").fewer == [("dog snow", 1)]
    assert find(library, "dog date:2021").fewer == [("dog", 4)]


def test_what_a_person_writes_and_tags_is_found_at_once(library: Index) -> None:
    photo = ids(library, "hotdog")[0]
    photos.edit(library, photo, own_text="Uncle Bob's birthday")
    tags.add(library, [photo], ["party"])
    assert names(library, "bob birthday") == names(library, "tag:party") == ["hotdog stand.jpg"]


def test_words_between_quotes_in_a_tag_are_one_tag(library: Index) -> None:
    tags.add(library, ids(library, "hotdog"), ["farm house"])
    assert names(library, 'tag:"farm house"') == ["hotdog stand.jpg"]


def test_a_word_takes_no_part_of_the_query_language() -> None:
    assert [term.match() for term in parse('dog" OR own:x* -("y')[0]] == ['"dog"', '"or"', '"own x"*', '"y"']


def test_an_answer_takes_little_time_whatever_is_asked(library: Index) -> None:
    started = time.perf_counter()
    find(library, "dog " * 2_500)
    assert time.perf_counter() - started < 1
