"""What one client can take of the local server: bytes, connections and time."""

import json
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

import local_server
from function.app import App
from function.images import formats
from tests.contract.serving import serving

PATIENCE = 30


@pytest.fixture
def url(app: App) -> Iterator[str]:
    with serving(app) as url:
        yield url


def connection(url: str) -> socket.socket:
    address = urlsplit(url)
    return socket.create_connection((address.hostname, address.port), timeout=PATIENCE)


def head(size: int) -> bytes:
    return f"POST /api/caption HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode()


def is_healthy(url: str) -> bool:
    with urllib.request.urlopen(f"{url}/api/health", timeout=PATIENCE) as answer:
        return json.load(answer)["status"] == "ok"


def test_a_body_far_over_the_limit_is_refused_before_it_is_sent(url: str) -> None:
    with connection(url) as client:
        client.sendall(head(2**30))
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_body_over_the_limit_is_refused_in_the_apis_words(url: str) -> None:
    request = urllib.request.Request(f"{url}/api/caption", bytes(formats.MAX_BYTES + 100_000))
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=PATIENCE)
    with refused.value as answer:
        assert (answer.code, json.load(answer)["error"]["code"]) == (413, "payload_too_large")


def test_a_hundred_requests_that_drip_in_keep_nobody_waiting(url: str) -> None:
    with ExitStack() as open_connections:
        for _ in range(100):
            open_connections.enter_context(connection(url)).sendall(head(1000) + b"x")
        assert is_healthy(url)


def test_a_request_that_drips_in_has_its_time(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(local_server.LIMITS, "channel_timeout", 1)
    monkeypatch.setitem(local_server.LIMITS, "cleanup_interval", 0)
    with serving(app) as url, connection(url) as client:
        client.sendall(head(100_000))
        begun = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() < begun + PATIENCE:
                client.sendall(b"x")
                time.sleep(0.1)
