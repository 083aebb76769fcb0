"""What the captioner function is called with: S3's events, directly and from a queue."""

import io
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ImageFile

from function.app import App
from function.aws import envelopes, events
from function.captioning.beam_captioner import BeamCaptioner
from function.settings import Settings
from function.storage.base import new_id
from function.storage.folder import FolderStorage
from function.storage.queue import created
from tests.caption_content import tells_of_a_dog
from tests.drawing import encode, scene
from tests.records import record_of
from tests.upload_events import TEST_EVENT, failures, s3_event, sqs_event

KEYS = st.sampled_from(
    [
        "Records",
        "Event",
        "Type",
        "Message",
        "source",
        "detail",
        "s3",
        "object",
        "key",
        "eventName",
        "eTag",
        "sequencer",
        "bucket",
        "name",
    ]
)


def upload(storage: FolderStorage, data: bytes) -> str:
    id = new_id()
    return storage.receive(storage.presign(id, "image/jpeg", 60).fields, io.BytesIO(data))


@pytest.fixture
def app(storage: FolderStorage, captioner: BeamCaptioner) -> App:
    return App(Settings(), storage, captioner)


@pytest.mark.parametrize("other", [{}, {"Records": None}, {"detail": {}}])
def test_what_is_no_event_of_s3_is_refused(app: App, other: envelopes.Event) -> None:
    with pytest.raises(ValueError, match="no event of S3"):
        events.handle(app, other)


def test_a_direct_event_gets_its_record(app: App, storage: FolderStorage, photos: Path) -> None:
    id = upload(storage, (photos / "dog.jpg").read_bytes())
    assert events.handle(app, created(id)) is None
    assert tells_of_a_dog(record_of(storage, id)["caption"])


def test_a_bad_image_gets_a_record_that_says_why(app: App, storage: FolderStorage) -> None:
    id = upload(storage, b"not a photo")
    events.handle(app, created(id))
    record = record_of(storage, id)
    assert (record["status"], record["error"]["code"]) == ("failed", "unsupported_format")


def test_one_event_may_speak_of_many_uploads(app: App, storage: FolderStorage) -> None:
    ids = [upload(storage, b"not a photo") for _ in range(3)]
    events.handle(app, s3_event(*(f"uploads/{id}" for id in ids)))
    assert all(storage.read_record(id) for id in ids)


def test_a_fault_of_ours_is_raised_after_every_upload_had_its_turn(
    app: App, storage: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [upload(storage, b"not a photo") for _ in range(3)]
    write_record = storage.write_record

    def sometimes_fail(name: str, *rest: Any, **named: Any) -> None:
        if name == ids[0]:
            raise OSError("disk full")
        write_record(name, *rest, **named)

    monkeypatch.setattr(storage, "write_record", sometimes_fail)
    with pytest.raises(OSError, match="disk full"):
        events.handle(app, s3_event(*(f"uploads/{id}" for id in ids)))
    assert [bool(storage.read_record(id)) for id in ids] == [False, True, True]


def test_events_in_messages_get_their_records(app: App, storage: FolderStorage) -> None:
    ids = [upload(storage, b"not a photo") for _ in range(2)]
    response = events.handle(app, sqs_event(TEST_EVENT, *(s3_event(f"uploads/{id}") for id in ids)))
    assert failures(response) == []
    assert all(storage.read_record(id) for id in ids)


@pytest.mark.parametrize("body", ["{", "[]", "null", "{}", '"text"', '{"Records": [{}]}', '{"Records": [1]}'])
def test_a_message_that_makes_no_sense_fails_alone(app: App, storage: FolderStorage, body: str) -> None:
    id = upload(storage, b"not a photo")
    response = events.handle(app, sqs_event(body, s3_event(f"uploads/{id}")))
    assert failures(response) == ["message-0"]
    assert storage.read_record(id)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(KEYS | st.text(), children),
    max_leaves=20,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=JSON)
def test_no_message_whatever_is_in_it_keeps_others_from_their_records(app: App, body: Any) -> None:
    gone = s3_event("uploads/gone")
    assert failures(events.handle(app, sqs_event(gone, body, gone))) in ([], ["message-1"])


def test_when_all_messages_fail_all_are_reported(app: App) -> None:
    assert failures(events.handle(app, sqs_event("{", "{"))) == ["message-0", "message-1"]


def test_a_fault_leaves_no_record_while_there_is_another_attempt(
    app: App, storage: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = upload(storage, b"not a photo")
    monkeypatch.setattr(storage, "read_upload", fault)
    assert failures(events.handle(app, sqs_event(s3_event(f"uploads/{id}"), receives=4))) == ["message-0"]
    assert storage.read_record(id) is None


def test_a_shortage_of_memory_is_a_fault_of_ours_and_tried_again(
    app: App, storage: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = upload(storage, encode(scene(), "BMP"))

    def load(image: ImageFile.ImageFile) -> None:
        raise MemoryError

    with monkeypatch.context() as short:
        short.setattr(ImageFile.ImageFile, "load", load)
        assert failures(events.handle(app, sqs_event(s3_event(f"uploads/{id}"), receives=4))) == ["message-0"]
        assert storage.read_record(id) is None
        assert failures(events.handle(app, sqs_event(s3_event(f"uploads/{id}"), receives=5))) == ["message-0"]
    assert record_of(storage, id)["error"]["code"] == "internal_error"
    assert failures(events.handle(app, sqs_event(s3_event(f"uploads/{id}"), receives=6))) == []
    assert record_of(storage, id)["status"] == "captioned"


def test_the_last_attempt_leaves_a_record_for_the_client_and_the_message_to_the_operator(
    app: App, storage: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = upload(storage, b"not a photo")
    monkeypatch.setattr(storage, "read_upload", fault)
    assert failures(events.handle(app, sqs_event(s3_event(f"uploads/{id}"), receives=5))) == ["message-0"]
    assert record_of(storage, id)["error"]["code"] == "internal_error"


def test_a_last_attempt_that_takes_the_process_with_it_leaves_that_record_too(
    app: App, storage: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As if the process had run out of memory."""

    def kill(*_: object) -> None:
        raise Killed

    id = upload(storage, b"not a photo")
    monkeypatch.setattr(storage, "read_upload", kill)
    with pytest.raises(Killed):
        events.handle(app, sqs_event(s3_event(f"uploads/{id}"), receives=5))
    assert record_of(storage, id)["error"]["code"] == "internal_error"


def test_a_last_attempt_whose_first_write_fails_leaves_its_record_afterwards(
    app: App, storage: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_record, failed_writes = storage.write_record, iter([True])

    def fail_once(*rest: Any, **named: Any) -> None:
        if next(failed_writes, False):
            raise ConnectionError("the store is away")
        write_record(*rest, **named)

    id = upload(storage, b"not a photo")
    monkeypatch.setattr(storage, "write_record", fail_once)
    monkeypatch.setattr(storage, "read_upload", fault)
    assert failures(events.handle(app, sqs_event(s3_event(f"uploads/{id}"), receives=5))) == ["message-0"]
    assert record_of(storage, id)["error"]["code"] == "internal_error"


def test_a_last_attempt_whose_first_write_fails_is_still_made(
    app: App, storage: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = upload(storage, b"not a photo")
    monkeypatch.setattr(storage, "has_upload", fault)
    events.handle(app, sqs_event(s3_event(f"uploads/{id}"), receives=5))
    assert record_of(storage, id)["error"]["code"] == "unsupported_format"


def test_faults_of_ours_are_counted_and_bad_photos_are_not(app: App, storage: FolderStorage) -> None:
    faults: list[str] = []
    id = upload(storage, b"not a photo")
    events.handle(app, sqs_event("{", s3_event(f"uploads/{id}")), lambda: faults.append("fault"))
    assert faults == ["fault"]


def test_an_upload_that_another_worker_has_is_left_to_it(app: App, storage: FolderStorage) -> None:
    faults: list[str] = []
    id = upload(storage, b"not a photo")
    message = sqs_event(s3_event(f"uploads/{id}"))
    assert app.ledger.claim(id, 60)
    assert failures(events.handle(app, message, lambda: faults.append("fault"))) == ["message-0"]
    assert (storage.read_record(id), faults) == (None, [])
    app.ledger.release(id)
    assert failures(events.handle(app, message)) == []
    assert storage.read_record(id)


def test_a_last_attempt_that_goes_well_leaves_its_own_record(app: App, storage: FolderStorage) -> None:
    id = upload(storage, b"not a photo")
    assert failures(events.handle(app, sqs_event(s3_event(f"uploads/{id}"), receives=5))) == []
    assert record_of(storage, id)["error"]["code"] == "unsupported_format"


def test_a_last_attempt_at_what_is_gone_leaves_nothing(app: App, storage: FolderStorage) -> None:
    assert failures(events.handle(app, sqs_event(s3_event("uploads/gone"), receives=5))) == []
    assert storage.read_record("gone") is None


def test_what_fails_is_logged_without_its_content(app: App, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        events.handle(app, sqs_event('{"secret": "holiday"', s3_event("elsewhere/holiday.jpg")))
    assert "a message failed" in caplog.text
    assert "holiday" not in caplog.text


def fault(*_: object) -> None:
    raise ConnectionError("the store is away")
