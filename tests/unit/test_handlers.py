"""Lambda's entry points, called as Lambda calls them: an event, a context, and settings from the environment."""

import json
from pathlib import Path

import pytest

from function import events, handlers
from function.storage.folder import FolderStorage
from tests.contract.doors import lambda_event
from tests.sights import tells_of_a_dog


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch):
    """The folder that a new execution environment finds in its settings."""
    monkeypatch.setenv("GLIMPSE_DATA", str(tmp_path))
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    handlers._app.cache_clear()
    handlers._resolver.cache_clear()


def ask(method: str, path: str, content: object = None) -> tuple[int, dict]:
    body = b"" if content is None else json.dumps(content).encode()
    answer = handlers.api(lambda_event(method, path, body), None)
    return answer["statusCode"], json.loads(answer["body"])


def test_the_two_functions_take_a_photo_the_whole_way(data: Path, photos: Path) -> None:
    with (photos / "dog.jpg").open("rb") as photo:
        status, form = ask("POST", "/api/uploads", {"content_type": "image/jpeg", "size": 100_000})
        assert status == 201
        id = FolderStorage(data).receive(form["upload"]["fields"], photo)
    assert ask("GET", form["caption_url"]) == (202, {"id": id, "status": "pending"})
    handlers.captioner(dict(events.created(id)), None)
    status, record = ask("GET", form["caption_url"])
    assert status == 200
    assert tells_of_a_dog(record["caption"])


def test_an_environment_builds_its_application_once() -> None:
    ask("GET", "/api/health")
    first = handlers._app()
    ask("GET", "/api/health")
    assert handlers._app() is first


def test_the_api_function_does_not_load_the_model() -> None:
    assert ask("GET", "/api/health")[0] == 200
    assert handlers._app()._captioner is None
