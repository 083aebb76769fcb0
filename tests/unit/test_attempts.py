"""An upload is tried a limited number of times, even if an attempt ends the process."""

import io
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from function.app import App
from function.aws import events
from function.aws.poller import Poller
from function.settings import Settings
from function.storage.base import new_id
from function.storage.folder import FolderStorage
from function.storage.local.deliveries import DeliveriesInFolder
from function.storage.queue import created
from tests.records import record_of
from tests.unit.test_events import upload

ROOT = Path(__file__).parents[2]


def work(data: Path, attempts: int) -> int:
    """How a worker ended: 0 when nothing waits any more."""
    command = [sys.executable, "-m", "tests.unit.fatal_worker", str(data), str(attempts)]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=120).returncode


@pytest.mark.parametrize("attempts", [1, 3])
def test_an_upload_that_kills_the_process_is_tried_so_many_times_and_told(
    storage: FolderStorage, tmp_path: Path, photos: Path, attempts: int
) -> None:
    """What waits behind it is captioned then."""
    black = io.BytesIO()
    Image.new("RGB", (64, 64)).save(black, "PNG")
    fatal, dog = upload(storage, black.getvalue()), upload(storage, (photos / "dog.jpg").read_bytes())
    ends: list[int] = []
    while not ends or ends[-1] == -signal.SIGKILL:
        ends.append(work(tmp_path / "data", attempts))
    assert ends == [-signal.SIGKILL] * attempts + [0]
    assert record_of(storage, fatal)["error"]["code"] == "internal_error"
    assert record_of(storage, dog)["status"] == "captioned"
    assert list((tmp_path / "data" / "deliveries").iterdir()) == []


def test_deliveries_are_counted_from_one_process_to_the_next(tmp_path: Path) -> None:
    first = DeliveriesInFolder(tmp_path / "deliveries")
    assert [first.add("a"), first.add("a"), first.add("b")] == [1, 2, 1]
    second = DeliveriesInFolder(tmp_path / "deliveries")
    assert second.add("a") == 3
    second.forget("a")
    second.forget("unknown")
    assert second.add("a") == 1


def test_what_is_done_with_is_not_counted_any_more(app: App, storage: FolderStorage, tmp_path: Path) -> None:
    poller = Poller(app)
    upload(storage, b"not a photo")
    poller.poll()
    assert list((tmp_path / "data" / "deliveries").iterdir()) == []


def test_counts_of_uploads_that_no_longer_wait_are_removed(storage: FolderStorage, tmp_path: Path) -> None:
    waiting, gone = upload(storage, b"not a photo"), new_id()
    deliveries = DeliveriesInFolder(tmp_path / "data" / "deliveries")
    for name in (waiting, gone):
        deliveries.add(name)
    storage.source(attempts=5)
    assert [path.name for path in (tmp_path / "data" / "deliveries").iterdir()] == [waiting]


def test_a_delivery_that_cannot_be_counted_comes_later(storage: FolderStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    app = App(Settings(), storage)
    poller, id = Poller(app), upload(storage, b"not a photo")
    with monkeypatch.context() as full:
        full.setattr(DeliveriesInFolder, "add", lambda self, name: (_ for _ in ()).throw(OSError("No space left")))
        with pytest.raises(OSError):
            poller.poll()
    poller.poll()
    assert record_of(storage, id)["error"]["code"] == "unsupported_format"


def test_a_clock_put_back_keeps_no_upload_from_its_record(
    app: App, storage: FolderStorage, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second photo under a name that people gave is captioned, though by the clock its event is the older one."""
    now = time.time()
    for photo, moment in (("dog.jpg", now), ("cat.jpg", now - 86400)):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        monkeypatch.setattr(time, "time_ns", lambda moment=moment: int(moment * 1e9))
        shutil.copy(photos / photo, storage._upload("pet.jpg"))
        events.handle(app, created("pet.jpg"))
        assert record_of(storage, "pet.jpg")["image"]["bytes"] == (photos / photo).stat().st_size
