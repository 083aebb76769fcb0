"""A store's events in the captioner's hands: delivered again until they are done with, and not for ever."""

from typing import Any

from function.app import App
from function.aws.poller import Poller
from function.storage.folder import FolderStorage
from function.storage.queue import LocalQueue
from tests.unit.test_events import upload


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


def test_a_passing_fault_costs_an_upload_nothing(app: App, storage: FolderStorage, captioner, monkeypatch) -> None:
    app._captioner = captioner
    id = upload(storage, b"not a photo")
    poller, read_upload, calls = Poller(app), storage.read_upload, []

    def fail_once(name: str) -> Any:
        calls.append(name)
        if len(calls) == 1:
            raise OSError("the disk is away")
        return read_upload(name)

    monkeypatch.setattr(storage, "read_upload", fail_once)
    poller.poll()
    assert storage.read_record(id) is None
    poller.poll()
    assert storage.read_record(id).record["error"]["code"] == "unsupported_format"


def test_a_fault_that_stays_ends_in_a_record(app: App, storage: FolderStorage, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is away")

    id = upload(storage, b"not a photo")
    poller = Poller(app)
    monkeypatch.setattr(storage, "read_upload", fail)
    for _ in range(app.settings.attempts):
        assert storage.read_record(id) is None
        poller.poll()
    assert storage.read_record(id).record["error"]["code"] == "internal_error"


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
