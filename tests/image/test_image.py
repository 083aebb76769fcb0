"""The container image: what is in it, and that it serves the page's API and Lambda's handlers alike."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from tests.caption_content import tells_of_a_dog
from tests.contract.doors import multipart
from tests.image import building, running
from tests.image.running import Container

EVENTS = building.ROOT / "infra" / "events"


ROOT = Path(__file__).parents[2]


@pytest.fixture
def dog(photos: Path) -> bytes:
    return (photos / "dog.jpg").read_bytes()


def uploaded(server: Container, photo: bytes) -> str:
    """Send a photo the way the page does; the path of its record."""
    ticket = server.post("/api/uploads", json.dumps({"content_type": "image/jpeg", "size": len(photo)}).encode())
    form = multipart(ticket["upload"]["fields"], "file", photo)
    server.post("/uploads", form["data"], form["content_type"])
    return str(ticket["caption_url"])


def finished(server: Container, path: str) -> Any:
    """The record, once it is there."""
    deadline = time.monotonic() + running.SECONDS_TO_START
    while (record := server.get(path))["status"] == "pending" and time.monotonic() < deadline:
        time.sleep(0.1)
    return record


def test_a_run_with_nothing_but_a_port_captions_photos(server: Container, dog: bytes) -> None:
    assert tells_of_a_dog(server.post("/api/caption", dog, "image/jpeg")["caption"])
    assert tells_of_a_dog(finished(server, uploaded(server, dog))["caption"])


def test_any_user_can_run_it_with_nothing_to_write_to_but_tmp(image: str, dog: bytes) -> None:
    with running.web(image, "--read-only", "--tmpfs", "/tmp", "--user", "12345:12345") as server:
        assert server.execute("id", "-u").strip() == "12345"
        with pytest.raises(RuntimeError, match="Read-only file system"):
            server.execute("touch", "/app/anything")
        assert tells_of_a_dog(finished(server, uploaded(server, dog))["caption"])


def test_what_is_mounted_at_data_outlives_the_container(image: str, dog: bytes, tmp_path: Path) -> None:
    keep = ["--volume", f"{tmp_path}:/data"]
    with running.web(image, *keep) as server:
        path = uploaded(server, dog)
        record = finished(server, path)
    with running.web(image, *keep) as another:
        assert another.get(path) == record


def test_it_stops_when_told_to(image: str) -> None:
    with running.web(image) as server:
        server.get("/api/health")
        server.stop()
        assert server.inspect("State.ExitCode") == 0  # 137 would be SIGKILL


def test_docker_can_ask_for_its_health(server: Container) -> None:
    server.get("/api/health")
    building.podman("healthcheck", "run", server.id)


def invoked(function: Container, event: str) -> Any:
    """What the function makes of a saved event. The emulator says 200 to errors, too."""
    return function.post(running.INVOCATIONS, (EVENTS / f"{event}.json").read_bytes())


def test_lambda_calls_the_api(image: str) -> None:
    with running.function(image, "function.handlers.api") as api:
        answers = {event: invoked(api, event) for event in ("api-health", "api-caption")}
    assert json.loads(answers["api-health"]["body"])["engine"] == "litert"
    assert json.loads(answers["api-caption"]["body"])["status"] == "captioned"


def test_lambda_calls_the_captioner(image: str) -> None:
    with running.function(image, "function.handlers.captioner") as captioner:
        assert invoked(captioner, "test-event") is None
        assert invoked(captioner, "sqs-test-event") == {"batchItemFailures": []}
        assert invoked(captioner, "api-health")["errorType"] == "ValueError"  # no event of S3


def test_it_holds_what_runs_and_nothing_else(server: Container) -> None:
    assert set(server.execute("ls", "/app").split()) == {
        "__pycache__",
        "entrypoint",
        "function",
        "local_server.py",
        "site",
    }
    model = {path.name for path in (ROOT / "function" / "model").iterdir()}
    model = {name for name in model if not name.endswith(".md")}  # the model card
    assert set(server.execute("ls", "/app/function/model").split()) == model
    assert not {"pip", "setuptools", "tensorflow"} & set(server.execute("ls", *site_packages(server)).split())


def site_packages(server: Container) -> list[str]:
    return server.execute("sh", "-c", "echo /opt/venv/lib/python*/site-packages").split()


def test_everything_is_compiled_before_it_has_to_start(server: Container) -> None:
    loaded = server.execute(
        "sh", "-c", "python -v -c 'import function.handlers, function.captioning.engines.litert, local_server' 2>&1"
    )
    sources = re.findall(r"^# code object from '?(.+?)'?$", loaded, re.MULTILINE)
    assert sources
    assert [source for source in sources if not source.endswith(".pyc")] == []


def test_it_leaves_the_user_to_whoever_runs_it(server: Container) -> None:
    assert server.inspect("Config.User") == ""  # sam local invoke adds steps that need root


def test_it_is_small(image: str) -> None:
    (size,) = building.podman("image", "inspect", "--format", "{{.Size}}", image).split()
    assert int(size) < 450_000_000
