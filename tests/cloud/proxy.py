"""A proxy before the store's endpoint that misbehaves on request: slow, refusing, or hanging up half way."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

DENIED = b"<Error><Code>AccessDenied</Code><Message>uploads/%s is not for you</Message></Error>" % (b"a" * 32)
BROKEN = b"<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>"
SECONDS_TOO_LONG = 3


class Proxy(ThreadingHTTPServer):
    """Passes requests on; those whose method and path match `victim` get the `fault`, `times` times."""

    daemon_threads = True

    def __init__(self, endpoint: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.endpoint = urlsplit(endpoint).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.fault, self.victim, self.times = "", ("", ""), 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @contextmanager
    def failing(self, fault: str, method: str, path: str, times: int = 1000) -> Iterator[None]:
        self.fault, self.victim, self.times = fault, (method, path), times
        try:
            yield
        finally:
            self.times = 0

    def takes(self, method: str, path: str) -> bool:
        """Whether this request is to fail; counts it."""
        if self.times and method == self.victim[0] and path.startswith(self.victim[1]):
            self.times -= 1
            return True
        return False


class _Handler(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.fault if self.server.takes(self.command, self.path) else ""
        if fault == "slow":
            time.sleep(SECONDS_TOO_LONG)
            self.close_connection = True
        elif fault == "denied":
            self._answer(403, {}, DENIED)
        elif fault == "broken":
            self._answer(500, {}, BROKEN)
        else:
            self._pass_on(body, hang_up=fault == "hangs up")

    def _pass_on(self, body: bytes, hang_up: bool) -> None:
        upstream = http.client.HTTPConnection(self.server.endpoint)
        upstream.request(self.command, self.path, body, dict(self.headers))
        answer = upstream.getresponse()
        content = answer.read()
        headers = {name: value for name, value in answer.getheaders() if name.lower() != "transfer-encoding"}
        upstream.close()
        self._answer(answer.status, headers, content, hang_up)

    def _answer(self, status: int, headers: dict[str, str], content: bytes, hang_up: bool = False) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", headers.get("Content-Length", str(len(content))))
        self.end_headers()
        if hang_up:
            self.close_connection = True
            content = content[: len(content) // 2]
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _handle  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass
