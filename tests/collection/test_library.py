"""A collection as the web's door sees it, and captioning in the background."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from collection.captions.background import Background
from collection.index.database import Index, locate
from collection.library import Library
from function.errors import BadRequest, NotFound
from tests.collection.conftest import picture, until
from tests.collection.writer import Writer, caption


@pytest.fixture
def library(index: Index, folder: Path, writer: Writer) -> Library:
    caption(index, folder, writer)
    return Library(index.file)


def id_of(library: Library, question: str) -> str:
    return str(library.photos(question)["photos"][0]["id"])


def test_photos_come_in_pages(library: Library) -> None:
    first = library.photos("wall", limit=2)
    second = library.photos("wall", limit=2, after=first["next"])
    assert (first["total"], len(first["photos"]), len(second["photos"]), second["next"]) == (3, 2, 1, None)


def test_no_answer_holds_a_path(library: Library, folder: Path) -> None:
    photo = library.photo(id_of(library, "blue"))
    assert photo["name"] == "blue.png"
    assert str(folder) not in str(photo)
    assert photo["record"]["alt_text"] == "A blue wall."


@pytest.mark.parametrize("id", ["", "0", "-1", "x", "../../etc/passwd", "9" * 30, "1; DROP TABLE photos", "¹"])
def test_an_id_that_is_none_is_not_found(library: Library, id: str) -> None:
    for ask in (library.photo, library.file, library.thumbnail):
        with pytest.raises(NotFound):
            ask(id)


def test_the_file_and_its_thumbnail_are_those_of_the_photo(library: Library, folder: Path) -> None:
    id = id_of(library, "blue")
    assert library.file(id) == (os.fsencode(folder / "sub" / "blue.png"), "image/png")
    assert library.thumbnail(id).startswith(b"\xff\xd8")
    (folder / "sub" / "blue.png").unlink()
    with pytest.raises(NotFound):
        library.file(id)


def test_what_a_person_changes_is_kept_and_found(library: Library) -> None:
    id = id_of(library, "red")
    changed = library.edit(id, {"alt_text": "Our barn.", "tags": ["barn", "red"], "favourite": True})
    assert (changed["text"], changed["tags"], changed["favourite"]) == ("Our barn.", ["barn", "red"], True)
    assert id_of(library, "is:favourite barn") == id
    assert library.edit(id, {"alt_text": ""})["text"] == "A red wall."


@pytest.mark.parametrize("changes", [{"path": "x"}, {"alt_text": 1}, {"favourite": "yes"}, {"tags": "barn"}])
def test_a_change_that_is_none_is_refused(library: Library, changes: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        library.edit(id_of(library, "red"), changes)


def test_tags_and_months_stand_at_the_side(library: Library) -> None:
    assert library.shelves()["tags"][0] == {"word": "wall", "photos": 3}
    assert library.shelves()["months"] == [{"month": "", "photos": 3}]


def test_threads_ask_at_once(library: Library) -> None:
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(library.photos("wall")["total"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [3] * 8


def test_photos_that_come_while_it_runs_are_captioned(folder: Path, writer: Writer) -> None:
    background = Background(locate(folder), folder, writer)
    background.start()
    until(lambda: background.progress.done == 3 and not background.progress.busy)
    library = Library(locate(folder))
    assert library.photos()["total"] == 3
    (folder / "new.png").write_bytes(picture("#0000fe", format="PNG"))
    until(lambda: library.photos("new")["total"] == 1)
    background.stop()
    assert background.progress.failed == 0
