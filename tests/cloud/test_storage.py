"""One contract for both stores: what the application relies on, held by the folder and by S3."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from function.errors import NotFound
from function.images import formats
from function.storage.aws.s3 import S3Storage
from function.storage.base import RecordChanged, Storage, Stored, new_id
from function.storage.folder import FolderStorage
from tests.cloud.conftest import UPLOADS, Cloud

NAMES = [
    "0" * 31 + "a",
    "photo.jpg",
    "holiday/a+b c.jpg",
    "Äpfel & Birnen 100%.jpg",
    "日本/写真.png",
    "../../etc/passwd",
    "..",
    "x" * 1016,
]


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return FolderStorage(tmp_path)
    cloud: Cloud = request.getfixturevalue("cloud")
    return cloud.store()


def put(store: Storage, name: str, data: bytes) -> None:
    """An upload that arrives by another road than the form."""
    if isinstance(store, FolderStorage):
        store._upload(name).write_bytes(data)
    elif isinstance(store, S3Storage):
        store._s3.put_object(Bucket=UPLOADS, Key=f"uploads/{name}", Body=data)


def kept(store: Storage, name: str) -> Stored:
    """The record, which has to be there."""
    stored = store.read_record(name)
    assert stored is not None
    return stored


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_what_is_stored_is_read_back(store: Storage, name: str) -> None:
    put(store, name, b"pixels")
    store.write_record(name, {"id": name}, replaces=None)
    assert store.has_upload(name)
    assert store.read_upload(name).data == b"pixels"
    assert kept(store, name).record == {"id": name}


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_what_was_never_stored_is_absent(store: Storage, name: str) -> None:
    assert not store.has_upload(name)
    assert store.read_record(name) is None
    with pytest.raises(NotFound):
        store.read_upload(name)


def test_names_do_not_mix(store: Storage) -> None:
    for name in NAMES:
        put(store, name, name.encode())
        store.write_record(name, {"id": name}, replaces=None)
    assert [store.read_upload(name).data for name in NAMES] == [name.encode() for name in NAMES]
    assert [kept(store, name).record["id"] for name in NAMES] == NAMES


def test_an_etag_tells_one_content_from_another(store: Storage) -> None:
    put(store, "a", b"one")
    first = store.read_upload("a").etag
    put(store, "a", b"two")
    assert store.read_upload("a").etag != first
    put(store, "a", b"one")
    assert store.read_upload("a").etag == first != ""


def test_a_first_record_never_overwrites_another(store: Storage) -> None:
    store.write_record("a", {"n": 1}, replaces=None)
    with pytest.raises(RecordChanged):
        store.write_record("a", {"n": 2}, replaces=None)
    assert kept(store, "a").record == {"n": 1}


def test_a_record_is_replaced_only_in_the_version_that_was_read(store: Storage) -> None:
    store.write_record("a", {"n": 1}, replaces=None)
    read = kept(store, "a")
    store.write_record("a", {"n": 2}, replaces=read.version)
    with pytest.raises(RecordChanged):
        store.write_record("a", {"n": 3}, replaces=read.version)
    assert kept(store, "a").record == {"n": 2}


def test_a_record_that_is_gone_is_not_replaced(store: Storage) -> None:
    with pytest.raises(RecordChanged):
        store.write_record("a", {"n": 1}, replaces='"0123456789abcdef0123456789abcdef"')
    assert store.read_record("a") is None


def test_what_is_deleted_is_absent(store: Storage) -> None:
    put(store, "a", b"pixels")
    put(store, "b", b"pixels")
    store.write_record("a", {"n": 1}, replaces=None)
    store.write_record("c", {"n": 1}, replaces=None)
    assert store.delete("a") and store.delete("c")
    assert not store.delete("a")
    assert not store.has_upload("a")
    assert store.read_record("a") is store.read_record("c") is None
    assert store.has_upload("b")
    assert store.delete("b")


def test_a_store_says_where_its_forms_lead(store: Storage) -> None:
    form = urlsplit(store.presign(new_id(), "image/png", 60).url)
    assert store.upload_origin == (f"{form.scheme}://{form.netloc}" if form.netloc else "")


def test_an_upload_is_read_no_further_than_a_byte_past_the_limit(store: Storage) -> None:
    put(store, "a", bytes(formats.MAX_BYTES + 1000))
    assert len(store.read_upload("a").data) == formats.MAX_BYTES + 1


def test_a_form_is_for_one_key_and_one_type(store: Storage) -> None:
    id = new_id()
    form = store.presign(id, "image/png", 60)
    assert form.fields["key"] == f"uploads/{id}"
    assert form.fields["Content-Type"] == "image/png"
    assert form.fields["policy"]
