"""The server as a process, and its worker."""

import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import local_server
from function.app import App
from function.aws.poller import Poller
from function.records import Record
from function.storage.base import new_id
from function.storage.folder import FolderStorage
from tests.caption_content import tells_of_a_dog
from tests.contract.doors import multipart
from tests.e2e.server import Server
from tests.records import record_of

ROOT = Path(__file__).parents[2]
PATIENCE = 30  # seconds; the machine may be busy with other things


def upload(storage: FolderStorage, data: bytes) -> str:
    id = new_id()
    return storage.receive(storage.presign(id, "image/jpeg", 60).fields, io.BytesIO(data))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def wait_for_record(storage: FolderStorage, id: str) -> Record:
    wait_until(lambda: storage.read_record(id) is not None)
    return record_of(storage, id)


def test_what_a_stopped_server_left_waiting_is_captioned(app: App, storage: FolderStorage, photos: Path) -> None:
    id = upload(storage, (photos / "dog.jpg").read_bytes())
    Poller(app).start()
    assert tells_of_a_dog(wait_for_record(storage, id)["caption"])


def test_a_fault_of_ours_ends_in_a_record_and_not_the_worker(
    app: App, storage: FolderStorage, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caption = app.record

    def sometimes_fail(id: str, data: bytes) -> Record:
        if data == b"poison":
            raise RuntimeError("out of luck")
        return caption(id, data)

    monkeypatch.setattr(app, "record", sometimes_fail)
    Poller(app).start()
    poison, dog = upload(storage, b"poison"), upload(storage, (photos / "dog.jpg").read_bytes())
    assert wait_for_record(storage, poison)["error"]["code"] == "internal_error"
    assert wait_for_record(storage, dog)["status"] == "captioned"


def test_a_full_disk_costs_a_record_and_not_the_worker(
    app: App, storage: FolderStorage, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_record = storage.write_record
    dog, cat = (upload(storage, (photos / name).read_bytes()) for name in ("dog.jpg", "cat.jpg"))

    def sometimes_fail(id: str, record: Record, replaces: str | None) -> None:
        if id == dog:
            raise OSError("No space left on device")
        write_record(id, record, replaces)

    monkeypatch.setattr(storage, "write_record", sometimes_fail)
    Poller(app).start()
    assert wait_for_record(storage, cat)["status"] == "captioned"
    assert list(storage.waiting()) == [dog]


def ask(url: str, request: bytes) -> bytes:
    """The status line and headers of an answer to a request as it is sent."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        return connection.makefile("rb").read().partition(b"\r\n\r\n")[0]


def test_a_request_target_may_be_absolute(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.start()
    try:
        for target in ("/api/health", f"{server.url}api/health", f"{server.url}api/%68ealth"):
            request = f"GET {target} HTTP/1.1\r\nHost: {urlsplit(server.url).netloc}\r\nConnection: close\r\n\r\n"
            assert ask(server.url, request.encode()).startswith(b"HTTP/1.1 200 ")
    finally:
        server.stop()


def test_the_log_holds_no_id(tmp_path: Path) -> None:
    """An upload that cannot be read fails with its path, as often as it is tried."""
    id = new_id()
    (tmp_path / "data" / "uploads" / id).mkdir(parents=True)
    server = Server(tmp_path)
    server.start()
    log = tmp_path / "server.log"
    try:
        wait_until(lambda: "IsADirectoryError" in log.read_text())
    finally:
        server.stop()
    assert "uploads/<id>" in log.read_text()
    assert id not in log.read_text()


def test_old_uploads_are_removed_while_the_server_runs(tmp_path: Path) -> None:
    old, new = (FolderStorage(tmp_path / "data")._upload(new_id()) for _ in range(2))
    for upload in (old, new):
        upload.write_bytes(b"not a photo")
    os.utime(old, (time.time() - 86500, time.time() - 86500))
    server = Server(tmp_path, GLIMPSE_UPLOAD_DAYS="1")
    server.start()
    try:
        wait_until(lambda: not old.exists())
        assert new.exists()
    finally:
        server.stop()


def test_tidying_goes_on_after_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Semaphore(0)

    class Store:
        def tidy(self) -> None:
            done.release()
            raise OSError("the disk is away")

    monkeypatch.setattr(local_server, "TIDY_SECONDS", 0.01)
    threading.Thread(target=local_server.keep_tidy, args=[Store()], daemon=True).start()
    assert all(done.acquire(timeout=PATIENCE) for _ in range(3))
    monkeypatch.setattr(local_server, "TIDY_SECONDS", 3600)


def serve(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a server that cannot start, and tell how it ended."""
    command = [sys.executable, "local_server.py", *map(str, arguments)]
    variables = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=variables, timeout=PATIENCE)


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = serve("--port", str(port), "--data", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"glimpse: cannot listen on 127.0.0.1:{port} (")
    assert "Try another --port." in done.stderr


def test_a_data_folder_that_cannot_be_used_is_told() -> None:
    done = serve("--port", "0", "--data", "/dev/null/data")
    assert (done.returncode, done.stderr) == (
        1,
        "glimpse: The data folder /dev/null/data cannot be used (Not a directory). Choose another.\n",
    )


def test_a_second_server_on_a_data_folder_is_told(tmp_path: Path) -> None:
    """The first goes on, and its end, orderly or not, frees the folder."""
    first = Server(tmp_path)
    first.start()
    try:
        done = serve("--port", "0", "--data", tmp_path / "data")
        assert (done.returncode, done.stdout, done.stderr) == (
            1,
            "",
            f"glimpse: Another server runs on the data folder {tmp_path / 'data'}. "
            "Stop that one, or choose another folder.\n",
        )
        with urllib.request.urlopen(f"{first.url}api/health", timeout=PATIENCE) as answer:
            assert answer.status == 200
        first.kill()
        first.start()
    finally:
        first.stop()


def test_a_server_that_is_killed_loses_no_upload_that_it_acknowledged(tmp_path: Path, photos: Path) -> None:
    server = Server(tmp_path, GLIMPSE_BEAM="50")  # captioning takes longer than uploading
    data = (photos / "dog.jpg").read_bytes()
    storage = FolderStorage(tmp_path / "data")
    server.start()
    acknowledged = [uploaded(server.url, data) for _ in range(6)]
    server.kill()
    waited = list(storage.waiting())
    server.start()
    try:
        assert waited, "the server was done before it was killed"
        assert all(wait_for_record(storage, id)["status"] == "captioned" for id in acknowledged)
    finally:
        server.stop()


def uploaded(url: str, data: bytes) -> str:
    """The id of a photo that the server has taken."""
    wanted = json.dumps({"content_type": "image/jpeg", "size": len(data)}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{url}api/uploads", wanted), timeout=PATIENCE) as answer:
        form = json.load(answer)
    sent = multipart(form["upload"]["fields"], "file", data)
    request = urllib.request.Request(
        f"{url}uploads", sent["data"], headers={"Content-Type": sent["content_type"]}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        assert answer.status == 204
    return str(form["id"])


def test_a_missing_model_stops_the_server_before_it_listens(tmp_path: Path) -> None:
    done = serve("--port", "0", "--data", tmp_path, GLIMPSE_MODEL=str(tmp_path))
    assert done.returncode == 1
    assert "manifest.json cannot be read" in done.stderr
    assert "http://" not in done.stdout


BUCKETS = {"GLIMPSE_UPLOADS_BUCKET": "u", "GLIMPSE_RECORDS_BUCKET": "r", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-west-1"}


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"GLIMPSE_UPLOADS_BUCKET": "u"}, "GLIMPSE_RECORDS_BUCKET go together"),
        ({**BUCKETS, **KEYS}, "Set GLIMPSE_QUEUE_URL"),
        ({**BUCKETS, **KEYS, "AWS_DEFAULT_REGION": ""}, "Set AWS_DEFAULT_REGION"),
        ({**BUCKETS, **KEYS, "AWS_ACCESS_KEY_ID": "", "GLIMPSE_QUEUE_URL": "http://127.0.0.1:9/q"}, "no credentials"),
    ],
    ids=["one bucket", "no queue", "no region", "no credentials"],
)
def test_a_store_in_the_cloud_that_is_half_set_up_is_told(environment: dict[str, str], complaint: str) -> None:
    alone = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null"}
    done = serve("--port", "0", **alone, **environment)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("glimpse: ")
    assert complaint in done.stderr
