"""Lambda's entry points, called as Lambda calls them: an event, a context, and settings from the environment."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from function import handlers
from function.storage.folder import FolderStorage
from function.storage.queue import created
from tests.caption_content import tells_of_a_dog
from tests.gateway import lambda_event

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that a new execution environment finds in its settings."""
    monkeypatch.setenv("GLIMPSE_DATA", str(tmp_path))
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    handlers._app.cache_clear()
    handlers._resolver.cache_clear()


def ask(method: str, path: str, content: object = None) -> tuple[int, dict[str, Any]]:
    body = b"" if content is None else json.dumps(content).encode()
    answer = handlers.api(lambda_event(method, path, body), None)
    return answer["statusCode"], json.loads(answer["body"])


def test_the_two_functions_take_a_photo_the_whole_way(data: Path, photos: Path) -> None:
    with (photos / "dog.jpg").open("rb") as photo:
        status, form = ask("POST", "/api/uploads", {"content_type": "image/jpeg", "size": 100_000})
        assert status == 201
        id = FolderStorage(data).receive(form["upload"]["fields"], photo)
    assert ask("GET", form["caption_url"]) == (202, {"id": id, "status": "pending"})
    handlers.captioner(dict(created(id)), None)
    status, record = ask("GET", form["caption_url"])
    assert status == 200
    assert tells_of_a_dog(record["caption"])


def test_an_environment_builds_its_application_once() -> None:
    ask("GET", "/api/health")
    first = handlers._app()
    ask("GET", "/api/health")
    assert handlers._app() is first


HEAVY = ("ai_edge_litert", "tensorflow", "numpy", "PIL", "function.captioning.captioner")


def test_the_api_function_never_imports_the_model_nor_an_image_library(tmp_path: Path) -> None:
    """In a fresh interpreter, with a request for every route that the api function has in the cloud."""
    program = f"""
import json, sys
from function import handlers
from tests.gateway import lambda_event
wanted = json.dumps({{"content_type": "image/jpeg", "size": 1000}}).encode()
for request in [("GET", "/api/health"), ("POST", "/api/uploads", wanted), ("GET", "/api/captions/{"0" * 32}")]:
    assert handlers.api(lambda_event(*request), None)["statusCode"] in (200, 201, 404)
assert handlers.api(lambda_event("GET", "/api/openapi.json"), None)["statusCode"] == 200
print([name for name in {HEAVY} if name in sys.modules])
"""
    program = program.replace("from tests.contract.doors", "from tests.gateway")
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=os.environ, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr


def test_a_handler_works_without_a_context() -> None:
    assert handlers.api(lambda_event("GET", "/api/health"), None)["statusCode"] == 200
