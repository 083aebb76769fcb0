"""What the captioner function is called with: S3's events, directly and from a queue."""

import io
import json
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
from function.jobs import Created
from function.settings import Settings
from function.storage.base import new_id
from function.storage.folder import FolderStorage
from function.storage.queue import created
from tests.caption_content import tells_of_a_dog
from tests.drawing import encode, scene
from tests.records import record_of

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
TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "glimpse-uploads"}


def s3_event(*keys: str, name: str = "ObjectCreated:Post", bucket: str = "glimpse-uploads") -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventSource": "aws:s3",
                "eventName": name,
                "s3": {"bucket": {"name": bucket}, "object": {"key": key, "eTag": "e", "sequencer": "0A"}},
            }
            for key in keys
        ]
    }


def sqs_event(*bodies: object, receives: int = 1) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"message-{i}",
                "receiptHandle": "handle",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": str(receives)},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
            }
            for i, body in enumerate(bodies)
        ]
    }


def failures(response: Any) -> list[str]:
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


def names(event: envelopes.Event, bucket: str = "") -> list[str]:
    return [upload.name for upload in envelopes.created_uploads(event, bucket)]


def upload(storage: FolderStorage, data: bytes) -> str:
    id = new_id()
    return storage.receive(storage.presign(id, "image/jpeg", 60).fields, io.BytesIO(data))


@pytest.fixture
def app(storage: FolderStorage, captioner: BeamCaptioner) -> App:
    return App(Settings(), storage, captioner)


@pytest.mark.parametrize(
    ("encoded", "name"),
    [
        ("a" * 32, "a" * 32),
        ("holiday/photo.jpg", "holiday/photo.jpg"),
        ("holiday+photo.jpg", "holiday photo.jpg"),
        ("holiday%20photo.jpg", "holiday photo.jpg"),
        ("a%2Bb.jpg", "a+b.jpg"),
        ("holiday%2Fphoto.jpg", "holiday/photo.jpg"),
        ("caf%C3%A9.jpg", "café.jpg"),
        ("café.jpg", "café.jpg"),
        ("%E6%97%A5%E6%9C%AC.png", "日本.png"),
        ("100%25.jpg", "100%.jpg"),
    ],
)
def test_keys_arrive_url_encoded(encoded: str, name: str) -> None:
    assert names(s3_event("uploads/" + encoded)) == [name]


def test_the_whole_key_may_be_encoded() -> None:
    assert names(s3_event("uploads%2Fphoto.jpg")) == ["photo.jpg"]


def test_etag_and_sequencer_come_along() -> None:
    [upload] = envelopes.created_uploads(s3_event("uploads/a"))
    assert (upload.etag, upload.sequencer) == ("e", "0A")


@pytest.mark.parametrize(
    "name", ["ObjectCreated:Put", "ObjectCreated:CompleteMultipartUpload", "s3:ObjectCreated:Copy"]
)
def test_every_way_to_create_an_object_counts(name: str) -> None:
    assert names(s3_event("uploads/a", name=name)) == ["a"]


@pytest.mark.parametrize(
    "other",
    [
        s3_event("captions/" + "a" * 32),
        s3_event("uploads"),
        s3_event("uploads/"),
        s3_event("uploads/folder/"),
        s3_event("uploads/a", name="ObjectRemoved:Delete"),
        s3_event("uploads/a", name="LifecycleExpiration:Delete"),
        s3_event("uploads/a", bucket="another"),
        TEST_EVENT,
        {"Records": []},
    ],
    ids=["a prefix", "no prefix", "no name", "a folder", "a deletion", "an expiry", "a bucket", "a test", "nothing"],
)
def test_other_events_are_passed_over(other: envelopes.Event) -> None:
    assert names(other, "glimpse-uploads") == []


@pytest.mark.parametrize("etag", [None, ""])
def test_a_store_without_etags_leaves_it_empty(etag: str | None) -> None:
    event = s3_event("uploads/a")
    event["Records"][0]["s3"]["object"] |= {"eTag": etag, "sequencer": None}
    assert [*envelopes.created_uploads(event)] == [Created("a")]


def test_a_bucket_may_be_named_by_its_arn_alone() -> None:
    event = s3_event("uploads/a")
    event["Records"][0]["s3"]["bucket"] = {"arn": "arn:aws-cn:s3:::glimpse-uploads"}
    assert (names(event, "glimpse-uploads"), names(event, "uploads")) == (["a"], [])


def test_an_event_may_be_in_several_envelopes() -> None:
    detail = {"bucket": {"name": "glimpse-uploads"}, "object": {"key": "uploads/a+b %41.jpg"}}
    event: Any = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    assert names(event) == ["a+b %41.jpg"]  # EventBridge encodes no keys
    assert names({"Type": "Notification", "Message": json.dumps(event)}) == ["a+b %41.jpg"]
    assert names({**event, "detail-type": "Object Deleted"}) == []


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
