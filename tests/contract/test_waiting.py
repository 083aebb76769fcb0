"""Whoever asks for health, a form or a record never waits for somebody else's caption."""

import json
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from function.app import CAPTIONS_AT_ONCE, App
from function.aws.poller import Poller
from function.captioning.beam_captioner import BeamCaptioner
from function.records import Record, pending
from function.settings import Settings
from function.storage.base import RECEPTION
from function.storage.folder import FolderStorage
from local_server import create_app
from tests.contract.doors import multipart
from tests.contract.serving import serving

CAPTIONS = 8


class Blocked(App):
    """An application whose captions are under way until they are released."""

    under_way: threading.Semaphore
    released: threading.Event

    def caption(self, id: str, data: bytes) -> Record:
        self.under_way.release()
        assert self.released.wait(60)
        return pending(id)


@pytest.fixture
def blocked(app: App) -> Blocked:
    blocked = Blocked(app.settings, app.storage)
    blocked.under_way, blocked.released = threading.Semaphore(0), threading.Event()
    return blocked


def test_one_more_than_may_wait_is_told_to_come_again(blocked: Blocked) -> None:
    client = create_app(blocked).test_client
    with ThreadPoolExecutor(CAPTIONS_AT_ONCE) as pool:
        captions = [pool.submit(client().post, "/api/caption", data=b"x") for _ in range(CAPTIONS_AT_ONCE)]
        for _ in captions:
            assert blocked.under_way.acquire(timeout=60)
        refused = client().post("/api/caption", data=b"x")
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (429, "too_many_requests")
        assert int(refused.headers["Retry-After"]) > 0
        blocked.released.set()
        assert all(caption.result().status_code == 200 for caption in captions)
    assert client().post("/api/caption", data=b"x").status_code == 200


def test_uploads_beyond_the_queue_are_refused_until_there_is_room(tmp_path: Path, captioner: BeamCaptioner) -> None:
    app = App(Settings(), FolderStorage(tmp_path / "data", waiting=2), captioner)
    client, poller = create_app(app).test_client(), Poller(app)
    wanted = {"content_type": "image/jpeg", "size": 9}
    forms = [client.post("/api/uploads", json=wanted).get_json()["upload"] for _ in range(3)]
    sent = [client.post(RECEPTION, **multipart(form["fields"], "file", b"no photo")) for form in forms]
    assert [answer.status_code for answer in sent] == [204, 204, 429]
    asked = client.post("/api/uploads", json=wanted)
    for refused in (sent[2], asked):
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (429, "too_many_requests")
        assert int(refused.headers["Retry-After"]) > 0
    poller.poll()
    assert client.post(RECEPTION, **multipart(forms[2]["fields"], "file", b"no photo")).status_code == 204


def fetch(url: str, body: bytes | None = None) -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, body), timeout=60) as answer:
        return json.load(answer)


def test_health_and_forms_are_answered_while_eight_captions_are_under_way(blocked: Blocked) -> None:
    with serving(blocked) as url, ThreadPoolExecutor(CAPTIONS) as pool:
        captions = [pool.submit(fetch, f"{url}/api/caption", b"a photo") for _ in range(CAPTIONS)]
        for _ in captions:
            assert blocked.under_way.acquire(timeout=60)
        assert fetch(f"{url}/api/health")["status"] == "ok"
        assert fetch(f"{url}/api/uploads", b'{"content_type": "image/jpeg", "size": 9}')["id"]
        assert not any(caption.done() for caption in captions)
        blocked.released.set()
        assert all(caption.result()["status"] == "pending" for caption in captions)
