import io

import pytest

from function import events
from function.app import App
from function.errors import PayloadTooLarge
from function.storage import FolderStorage, new_id
from tests.sights import tells_of_a_dog


def event(key: str, name: str = "ObjectCreated:Post") -> events.Event:
    return {"Records": [{"eventName": name, "s3": {"object": {"key": key}}}]}


def upload(storage: FolderStorage, data: bytes) -> str:
    id = new_id()
    return storage.receive(storage.presign(id, "image/jpeg", 60).fields, io.BytesIO(data))


def test_a_new_upload_gets_its_record(app: App, storage: FolderStorage, photos) -> None:
    id = upload(storage, (photos / "dog.jpg").read_bytes())
    events.handle(app, events.created(id))
    record = storage.read_record(id)
    assert record is not None
    assert record["status"] == "captioned"
    assert tells_of_a_dog(record["caption"])


def test_a_bad_image_gets_a_record_that_says_why(app: App, storage: FolderStorage) -> None:
    id = upload(storage, b"not a photo")
    events.handle(app, events.created(id))
    record = storage.read_record(id)
    assert record is not None
    assert (record["status"], record["error"]["code"]) == ("failed", "unsupported_format")


def test_an_upload_that_cannot_be_read_gets_a_record_that_says_why(app: App, storage, monkeypatch) -> None:
    def refuse(_: str) -> bytes:
        raise PayloadTooLarge("too large")

    monkeypatch.setattr(storage, "read_upload", refuse)
    id = new_id()
    events.handle(app, events.created(id))
    assert storage.read_record(id)["error"]["code"] == "payload_too_large"


def test_an_event_for_an_upload_that_is_gone_is_passed_over(app: App, storage: FolderStorage) -> None:
    id = new_id()
    events.handle(app, events.created(id))
    assert storage.read_record(id) is None


def test_a_fault_of_ours_is_raised_so_that_the_event_comes_again(app: App, storage, monkeypatch, photos) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    id = upload(storage, (photos / "dog.jpg").read_bytes())
    monkeypatch.setattr(storage, "write_record", fail)
    with pytest.raises(OSError, match="disk full"):
        events.handle(app, events.created(id))


def test_keys_arrive_url_encoded() -> None:
    id = new_id()
    assert list(events.uploads(event("uploads%2F" + id))) == [id]


@pytest.mark.parametrize(
    "other",
    [
        event("captions/" + "a" * 32),
        event("uploads/holiday+photo.jpg"),
        event("uploads/" + "a" * 32, name="ObjectRemoved:Delete"),
        {"Service": "Amazon S3", "Event": "s3:TestEvent"},
    ],
    ids=["another prefix", "another name", "a deletion", "S3's test event"],
)
def test_other_events_are_passed_over(other: events.Event) -> None:
    assert list(events.uploads(other)) == []
