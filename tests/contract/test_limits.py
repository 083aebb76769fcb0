"""What one client can take of the local server: bytes, connections and time."""

import http.client
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

import local_server
from function.app import App
from function.images import formats
from function.settings import Settings
from function.storage.folder import FolderStorage
from function.web.serving import server
from function.web.serving.headers import security_headers
from tests.contract.serving import running, serving
from tests.unit.test_local_server import wait_until

PATIENCE = 30


@pytest.fixture
def url(app: App) -> Iterator[str]:
    with serving(app) as url:
        yield url


def connection(url: str, sender: str = "127.0.0.1") -> socket.socket:
    """A connection from an address of this machine."""
    address = urlsplit(url)
    return socket.create_connection((address.hostname, address.port), PATIENCE, (sender, 0))


def answer_of(client: socket.socket) -> tuple[http.client.HTTPResponse, Any]:
    """An answer until the end of its connection, and what it says in JSON."""
    answer = http.client.HTTPResponse(client)
    answer.begin()
    return answer, json.loads(answer.read())


def head(size: int) -> bytes:
    return f"POST /api/caption HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode()


def is_healthy(url: str, sender: str = "127.0.0.1") -> bool:
    with connection(url, sender) as client:
        client.sendall(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return answer_of(client)[1]["status"] == "ok"


@pytest.fixture
def short_discard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a refused client still sends is read for half a second."""
    monkeypatch.setattr(server, "DISCARD_SECONDS", 0.5)
    monkeypatch.setitem(server.LIMITS, "cleanup_interval", 0)


FAR_OVER = 2 * formats.MAX_BYTES + 1_000_000


@pytest.mark.parametrize("size", [FAR_OVER, 2**30])
def test_a_body_far_over_the_limit_is_refused_before_it_is_sent(url: str, size: int) -> None:
    with connection(url) as client:
        client.sendall(head(size))
        answer, content = answer_of(client)
    assert (answer.status, content["error"]["code"]) == (413, "payload_too_large")
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")


def test_nobody_is_asked_for_a_body_that_is_refused(url: str) -> None:
    with connection(url) as client:
        client.sendall(head(2**30)[:-2] + b"Expect: 100-continue\r\n\r\n")
        assert answer_of(client)[0].status == 413


def test_a_client_that_sends_all_of_its_body_first_reads_why_it_was_refused(url: str) -> None:
    """The connection is not reset under it."""
    for body in (bytes(FAR_OVER), iter([bytes(1_000_000)] * (FAR_OVER // 1_000_000 + 1))):
        client = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
        client.request("POST", "/api/caption", body)
        with client.getresponse() as answer:
            assert (answer.status, json.load(answer)["error"]["code"]) == (413, "payload_too_large")
        client.close()
    assert is_healthy(url)


def test_a_refused_client_that_goes_on_sending_is_cut_off(app: App, short_discard: None) -> None:
    with serving(app) as url, connection(url) as client:
        client.sendall(head(2**30))
        assert answer_of(client)[0].status == 413
        is_cut_off(client)


def test_it_is_cut_off_where_the_thread_that_answered_comes_late(
    app: App, short_discard: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = server.Connection.service

    def answer_and_look_back(self: server.Connection) -> None:
        answer(self)
        wait_until(lambda: self._is_shut)
        self.last_activity = time.time()

    monkeypatch.setattr(server.Connection, "service", answer_and_look_back)
    with serving(app) as url, connection(url) as client:
        client.sendall(head(2**30))
        assert answer_of(client)[0].status == 413
        is_cut_off(client)


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
    ],
    ids=["no HTTP", "no length", "a coding", "long headers"],
)
def test_a_request_that_is_none_is_refused_in_the_apis_words(url: str, request_: bytes) -> None:
    with connection(url) as client:
        client.sendall(request_)
        answer, content = answer_of(client)
    assert (answer.status, content["error"]["code"]) == (400, "bad_request")
    assert is_healthy(url)


def test_a_fault_outside_the_application_is_told_in_the_apis_words(app: App, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("out of luck")

    one = server.bound(fail, app.settings, security_headers(app), "127.0.0.1", 0)
    with running(one), connection(f"http://127.0.0.1:{one.effective_port}") as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer, content = answer_of(client)
    assert (answer.status, content["error"]["code"]) == (500, "internal_error")
    assert "out of luck" not in content["error"]["message"]


def test_a_body_over_the_limit_is_refused_in_the_apis_words(url: str) -> None:
    request = urllib.request.Request(f"{url}/api/caption", bytes(formats.MAX_BYTES + 100_000))
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=PATIENCE)
    with refused.value as answer:
        assert (answer.code, json.load(answer)["error"]["code"]) == (413, "payload_too_large")


def test_too_little_memory_is_told_as_a_fault_of_ours(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(app, "caption", short)
    answer = local_server.create_app(app).test_client().post("/api/caption", data=b"a large photo")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (500, "internal_error")


def drip(url: str, stack: ExitStack, count: int, sender: str = "127.0.0.1") -> None:
    """Requests that begin and do not go on."""
    for _ in range(count):
        stack.enter_context(connection(url, sender)).sendall(head(1000) + b"x")


def test_an_address_that_holds_all_connections_it_may_keeps_no_other_waiting(url: str) -> None:
    with ExitStack() as stack:
        drip(url, stack, server.CONNECTIONS_PER_ADDRESS)
        assert is_healthy(url, "127.0.0.2")
        with connection(url) as client:
            answer, content = answer_of(client)
        assert (answer.status, content["error"]["code"]) == (429, "too_many_requests")
        assert int(answer.headers["Retry-After"]) > 0
    wait_until(lambda: is_answered(url))


def is_answered(url: str) -> bool:
    with connection(url) as client:
        client.sendall(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return client.recv(20).startswith(b"HTTP/1.1 200 ")


def test_a_proxy_that_is_trusted_may_have_more(storage: FolderStorage) -> None:
    app = App(Settings(proxies="127.0.0.1"), storage)
    with serving(app) as url, ExitStack() as stack:
        drip(url, stack, server.CONNECTIONS_PER_ADDRESS + 10)
        assert is_healthy(url)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
    ],
)
def test_a_network_of_ipv6_is_one_sender(one: str, other: str, same: bool) -> None:
    assert (server._sender(one) == server._sender(other)) is same


def is_cut_off(client: socket.socket) -> None:
    """Send, a little at a time, until the server ends the connection."""
    with pytest.raises(OSError):
        begun = time.monotonic()
        while time.monotonic() < begun + PATIENCE:
            client.sendall(b"x")
            time.sleep(0.1)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(server.LIMITS, "channel_timeout", 1)
    monkeypatch.setitem(server.LIMITS, "cleanup_interval", 0)


@pytest.mark.usefixtures("impatient")
def test_a_request_that_drips_in_has_its_time(app: App) -> None:
    with serving(app) as url, connection(url) as client:
        client.sendall(head(100_000))
        is_cut_off(client)


@pytest.mark.usefixtures("impatient")
def test_a_clock_put_back_gives_a_request_no_more_time(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(app) as url, connection(url) as client:
        client.sendall(head(100_000))
        monkeypatch.setattr(time, "time", lambda: 0.0)
        is_cut_off(client)


def test_a_clock_put_forward_ends_no_request_that_is_under_way(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(server.LIMITS, "cleanup_interval", 0)
    with serving(app) as url, connection(url) as client:
        client.sendall(head(11))
        tomorrow = time.time() + 86400
        monkeypatch.setattr(time, "time", lambda: tomorrow)
        time.sleep(1.5)  # the server's loop turns once a second
        client.sendall(b"not a photo")
        assert answer_of(client)[1]["error"]["code"] == "unsupported_format"


def test_every_address_of_a_host_is_served(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    infos = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in ("127.0.0.1", "127.0.0.2")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: infos)
    one = server.bound(local_server.create_app(app), app.settings, security_headers(app), "localhost", 0)
    monkeypatch.undo()
    with running(one):
        for each in [each for each in one._map.values() if isinstance(each, server.Server)]:
            assert is_healthy(f"http://{each.effective_host}:{each.effective_port}")
    assert len(infos) == 2
