"""One inference and one record for each upload, in whatever order and number its events come."""

from pathlib import Path

import pytest

from function import jobs
from function.app import App
from function.captioning.beam_captioner import BeamCaptioner
from function.images import formats
from function.jobs import Created
from function.records import Record
from function.settings import Settings
from function.storage.base import RecordChanged, Upload, new_id
from function.storage.folder import FolderStorage
from tests.caption_content import tells_of_a_dog
from tests.records import record_of

NAME = "photo.jpg"
"""A photo that is copied into the store, again and again; one that comes with a form comes once."""


class Counting(App):
    """The application, counting how often it captions."""

    captions = 0

    def record(self, id: str, data: bytes) -> Record:
        self.captions += 1
        return super().record(id, data)


@pytest.fixture
def app(storage: FolderStorage, captioner: BeamCaptioner) -> Counting:
    return Counting(Settings(), storage, captioner)


@pytest.fixture
def dog(photos: Path) -> bytes:
    return (photos / "dog.jpg").read_bytes()


@pytest.fixture
def cat(photos: Path) -> bytes:
    return (photos / "cat.jpg").read_bytes()


def put(app: App, data: bytes) -> str:
    """Copy a photo to the one name; returns the eTag, as the event would carry it."""
    return copy(app, NAME, data)


def copy(app: App, name: str, data: bytes) -> str:
    assert isinstance(app.storage, FolderStorage)
    app.storage._upload(name).write_bytes(data)
    return app.storage.read_upload(name).etag


def record(app: App) -> Record:
    return record_of(app.storage, NAME)


def test_an_upload_gets_its_record(app: Counting, dog: bytes) -> None:
    etag = put(app, dog)
    jobs.caption(app, Created(NAME, etag, "0A"))
    assert tells_of_a_dog(record(app)["caption"])
    assert record(app)["upload"] == {"etag": etag, "sequencer": "0A"}


@pytest.mark.parametrize("sequencer", ["0A", ""], ids=["with a sequencer", "without"])
def test_the_same_event_twice_costs_one_inference(app: Counting, dog: bytes, sequencer: str) -> None:
    etag = put(app, dog)
    jobs.caption(app, Created(NAME, etag, sequencer))
    first = record(app)
    jobs.caption(app, Created(NAME, etag, sequencer))
    assert (app.captions, record(app)) == (1, first)


def test_a_bad_photo_is_judged_once(app: Counting) -> None:
    etag = put(app, b"not a photo")
    for _ in range(2):
        jobs.caption(app, Created(NAME, etag, "0A"))
    assert (app.captions, record(app)["error"]["code"]) == (1, "unsupported_format")


SEQUENCERS = [("0A", "0B"), ("", ""), ("0A", "0A")]


@pytest.mark.parametrize("sequencers", SEQUENCERS, ids=["with sequencers", "without", "with one for all"])
def test_another_photo_under_the_same_key_is_captioned_again(
    app: Counting, dog: bytes, cat: bytes, sequencers: tuple[str, str]
) -> None:
    jobs.caption(app, Created(NAME, put(app, cat), sequencers[0]))
    jobs.caption(app, Created(NAME, put(app, dog), sequencers[1]))
    assert tells_of_a_dog(record(app)["caption"])


def test_the_same_photo_uploaded_again_is_captioned_again(app: Counting, dog: bytes) -> None:
    jobs.caption(app, Created(NAME, put(app, dog), "0A"))
    jobs.caption(app, Created(NAME, put(app, dog), "0B"))
    assert app.captions == 2
    assert record(app)["upload"]["sequencer"] == "0B"


def test_an_older_event_never_overwrites_a_newer_record(app: Counting, dog: bytes, cat: bytes) -> None:
    old = Created(NAME, put(app, cat), "0A")
    jobs.caption(app, Created(NAME, put(app, dog), "0B"))
    newer = record(app)
    jobs.caption(app, old)
    assert (app.captions, record(app)) == (1, newer)


@pytest.mark.parametrize("sequencer", ["", "0A"], ids=["none", "one for all"])
def test_where_sequencers_do_not_tell_an_older_event_costs_nothing(
    app: Counting, dog: bytes, cat: bytes, sequencer: str
) -> None:
    old = Created(NAME, put(app, cat), sequencer)
    jobs.caption(app, Created(NAME, put(app, dog), sequencer))
    newer = record(app)
    jobs.caption(app, old)
    assert (app.captions, record(app)) == (1, newer)


def test_an_event_without_a_sequencer_keeps_the_one_that_is_known(app: Counting, dog: bytes, cat: bytes) -> None:
    old = Created(NAME, put(app, cat), "0A")
    jobs.caption(app, Created(NAME, put(app, cat), "0B"))
    jobs.caption(app, Created(NAME, put(app, dog)))
    jobs.caption(app, old)
    assert (app.captions, record(app)["upload"]["sequencer"]) == (2, "0B")


@pytest.mark.parametrize(
    ("older", "newer"),
    [("0055AED6DCD90281E5", "0055AED6DCD90281E6"), ("0A", "0A01"), ("0a", "0B")],
    ids=["of one length", "of two lengths", "of two cases"],
)
def test_sequencers_are_ordered_as_s3_orders_them(app: Counting, dog: bytes, older: str, newer: str) -> None:
    jobs.caption(app, Created(NAME, put(app, dog), newer))
    jobs.caption(app, Created(NAME, "other", older))
    jobs.caption(app, Created(NAME, app.storage.read_upload(NAME).etag, newer))
    assert app.captions == 1
    jobs.caption(app, Created(NAME, "other", newer + "1"))
    assert app.captions == 2


def test_an_upload_that_is_gone_is_passed_over(app: Counting) -> None:
    jobs.caption(app, Created(new_id(), "x", "0A"))
    assert app.captions == 0


def test_a_worker_that_was_overtaken_leaves_the_newer_record(
    app: Counting, dog: bytes, cat: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one worker looks at the cat, the dog is uploaded over it and another worker is done with it.

    That takes a worker whose claim has run out.
    """
    event = Created(NAME, put(app, cat), "0A")
    read_upload = app.storage.read_upload

    def read_and_be_overtaken(name: str) -> Upload:
        upload = read_upload(name)
        monkeypatch.setattr(app.storage, "read_upload", read_upload)
        app.ledger.release(name)
        jobs.caption(app, Created(NAME, put(app, dog), "0B"))
        return upload

    monkeypatch.setattr(app.storage, "read_upload", read_and_be_overtaken)
    jobs.caption(app, event)
    assert tells_of_a_dog(record(app)["caption"])
    assert record(app)["upload"]["sequencer"] == "0B"


def test_an_upload_deleted_while_it_is_captioned_leaves_no_record(
    app: Counting, dog: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = put(app, dog)
    caption = app.record

    def delete_and_caption(id: str, data: bytes) -> Record:
        assert app.storage.delete(id)
        return caption(id, data)

    monkeypatch.setattr(app, "record", delete_and_caption)
    jobs.caption(app, Created(NAME, etag, "0A"))
    assert app.storage.read_record(NAME) is None


def test_a_record_that_others_keep_writing_is_left_for_later(
    app: Counting, dog: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RecordChanged

    etag = put(app, dog)
    monkeypatch.setattr(app.storage, "write_record", refuse)
    with pytest.raises(RecordChanged):
        jobs.caption(app, Created(NAME, etag, "0A"))


def test_an_upload_over_the_limit_gets_a_record_that_says_so(app: Counting, tmp_path: Path) -> None:
    put(app, bytes(formats.MAX_BYTES + 1))
    jobs.caption(app, Created(NAME, "x", "0A"))
    assert record(app)["error"]["code"] == "payload_too_large"


def test_giving_up_leaves_a_record_that_any_later_event_replaces(app: Counting, dog: bytes) -> None:
    etag = put(app, dog)
    jobs.give_up(app, Created(NAME))
    assert record(app)["error"]["code"] == "internal_error"
    jobs.caption(app, Created(NAME, etag, "0A"))
    assert tells_of_a_dog(record(app)["caption"])


def test_giving_up_leaves_a_good_record_alone(app: Counting, dog: bytes) -> None:
    jobs.caption(app, Created(NAME, put(app, dog), "0A"))
    jobs.give_up(app, Created(NAME))
    assert record(app)["status"] == "captioned"


# One form, one upload


def test_a_second_upload_with_a_form_stays_without_a_caption(
    app: Counting, cat: bytes, dog: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    id = new_id()
    jobs.caption(app, Created(id, copy(app, id, dog), "0A"))
    first = record_of(app.storage, id)
    jobs.caption(app, Created(id, copy(app, id, cat), "0B"))
    assert (app.captions, record_of(app.storage, id)) == (1, first)
    assert jobs.USED_BEFORE in caplog.messages  # template.yaml counts it


def test_an_upload_that_was_given_up_is_captioned_when_its_event_comes_again(app: Counting, dog: bytes) -> None:
    id = new_id()
    etag = copy(app, id, dog)
    jobs.give_up(app, Created(id))
    jobs.caption(app, Created(id, etag, "0A"))
    assert tells_of_a_dog(record_of(app.storage, id)["caption"])


# Once more, because a person asks for it


@pytest.mark.parametrize("name", [NAME, "0" * 32])
def test_a_record_older_than_the_wish_is_made_anew_once(app: Counting, dog: bytes, name: str) -> None:
    etag = copy(app, name, dog)
    jobs.caption(app, Created(name, etag, "0A"))
    for _ in range(2):
        jobs.caption(app, Created(name, etag, anew="2000-01-01T00:00:00Z"))
    assert app.captions == 1
    wish = Created(name, etag, anew="2999-01-01T00:00:00Z")
    jobs.caption(app, wish)
    assert app.captions == 2
    assert record_of(app.storage, name)["upload"]["etag"] == etag
