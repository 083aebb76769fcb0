"""A store's events in the captioner's hands: delivered again until they are done with, and not for ever."""

import threading
import time
from typing import Any

import pytest

from function.app import App
from function.aws import events
from function.aws import poller as poller_module
from function.aws.poller import Poller
from function.captioning.beam_captioner import BeamCaptioner
from function.errors import Unavailable
from function.settings import Settings
from function.storage.folder import FolderStorage
from function.storage.queue import LocalQueue
from local_server import create_app
from tests.records import record_of
from tests.unit.test_events import upload

PATIENCE = 30  # seconds; the machine may be busy with other things


def received(queue: LocalQueue) -> list[tuple[str, str]]:
    return [(message["body"], message["attributes"]["ApproximateReceiveCount"]) for message in queue.receive()]


def test_a_message_comes_again_until_it_is_done_with() -> None:
    queue = LocalQueue(attempts=3)
    queue.send("a")
    [first] = queue.receive()
    queue.settle(first, done=False)
    [second] = queue.receive()
    assert (second["body"], second["attributes"]) == (first["body"], {"ApproximateReceiveCount": "2"})
    queue.settle(second, done=True)
    assert queue.receive() == []


def test_a_message_is_given_up_after_its_attempts() -> None:
    queue = LocalQueue(attempts=2)
    queue.send("a")
    for _ in range(2):
        [message] = queue.receive()
        queue.settle(message, done=False)
    assert queue.receive() == []


def test_a_passing_fault_costs_an_upload_nothing(
    storage: FolderStorage, captioner: BeamCaptioner, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App(Settings(), storage, captioner)
    id = upload(storage, b"not a photo")
    poller, read_upload = Poller(app), storage.read_upload
    calls: list[str] = []

    def fail_once(name: str) -> Any:
        calls.append(name)
        if len(calls) == 1:
            raise OSError("the disk is away")
        return read_upload(name)

    monkeypatch.setattr(storage, "read_upload", fail_once)
    poller.poll()
    assert storage.read_record(id) is None
    poller.poll()
    assert record_of(storage, id)["error"]["code"] == "unsupported_format"


def test_a_fault_that_stays_ends_in_a_record(app: App, storage: FolderStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is away")

    id = upload(storage, b"not a photo")
    poller = Poller(app)
    monkeypatch.setattr(storage, "read_upload", fail)
    for _ in range(app.settings.attempts):
        assert storage.read_record(id) is None
        poller.poll()
    assert record_of(storage, id)["error"]["code"] == "internal_error"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Released when a poller that had a fault pauses before it goes on."""
    paused = threading.Semaphore(0)
    monkeypatch.setattr(poller_module, "PAUSE_SECONDS", 0.05)
    sleep = time.sleep

    def pause(seconds: float) -> None:
        paused.release()
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", pause)
    return paused


class Panic(BaseException):
    """What a native library raises that does not think of itself as an exception."""


def test_no_fault_stops_the_captioner_and_health_tells_of_it(
    app: App, storage: FolderStorage, monkeypatch: pytest.MonkeyPatch, pauses: threading.Semaphore
) -> None:
    handle = events.handle
    poller = Poller(app)
    poller.start()
    assert app.health()["status"] == "ok"
    panicking = threading.Event()
    panicking.set()

    def sometimes_panic(*arguments: Any) -> Any:
        if panicking.is_set():
            raise Panic
        return handle(*arguments)

    monkeypatch.setattr(events, "handle", sometimes_panic)
    id = upload(storage, b"not a photo")
    assert pauses.acquire(timeout=PATIENCE)
    with pytest.raises(Unavailable, match="log says why"):
        app.health()
    panicking.clear()
    deadline = time.monotonic() + PATIENCE
    while storage.read_record(id) is None or poller.trouble():
        assert time.monotonic() < deadline
    assert app.health()["status"] == "ok"


def test_an_upload_under_way_for_minutes_is_told(
    app: App, storage: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, release = threading.Event(), threading.Event()

    def hang(*_: Any) -> dict[str, Any]:
        begun.set()
        assert release.wait(PATIENCE)
        return {"batchItemFailures": []}

    monkeypatch.setattr(events, "handle", hang)
    poller = Poller(app)
    poller.start()
    upload(storage, b"not a photo")
    assert begun.wait(PATIENCE)
    assert poller.trouble() == ""
    monkeypatch.setattr(poller_module, "LONGEST_SECONDS", -1)
    answer = create_app(app).test_client().get("/api/health")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "unavailable")
    assert "under way" in answer.get_json()["error"]["message"]
    release.set()


def test_a_captioner_that_is_not_there_is_told(app: App) -> None:
    assert "stopped" in Poller(app).trouble()


def test_a_photo_deleted_before_its_turn_is_passed_over(app: App, storage: FolderStorage) -> None:
    poller = Poller(app)
    id = upload(storage, b"not a photo")
    assert storage.delete(id)
    poller.poll()
    assert storage.read_record(id) is None


def test_what_waits_at_the_start_is_delivered_first(app: App, storage: FolderStorage) -> None:
    waiting = [upload(storage, b"not a photo") for _ in range(3)]
    poller = Poller(app)
    later = upload(storage, b"not a photo")
    for id in [*waiting, later]:
        poller.poll()
        assert storage.read_record(id)
