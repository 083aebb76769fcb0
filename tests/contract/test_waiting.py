"""Whoever asks for health, a form or a record never waits for somebody else's caption."""

import json
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from function.app import App
from function.records import Record, pending
from tests.contract.serving import serving

CAPTIONS = 8


class Blocked(App):
    """An application whose captions are under way until they are released."""

    def caption(self, id: str, data: bytes) -> Record:
        self.under_way.release()
        assert self.released.wait(60)
        return pending(id)


@pytest.fixture
def blocked(app: App) -> Blocked:
    blocked = Blocked(app.settings, app.storage)
    blocked.under_way, blocked.released = threading.Semaphore(0), threading.Event()
    return blocked


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
