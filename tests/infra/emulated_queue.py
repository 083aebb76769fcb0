"""A bulk queue and the function that it feeds, as far as infra/backfill asks; faster than moto with many keys."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

UUID = "11111111-2222-3333-4444-555555555555"


class BulkQueue(ThreadingHTTPServer):
    """SQS and Lambda at one address. Keeps every message that it ever took; nobody takes messages out but a purge.

    `most` is how many messages it takes before senders have to wait, until it is raised: that is how a test stops the
    clock in the middle of a backfill.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[str] = []
        self.waiting = 0
        self.feeds = True
        self._most = 0
        self._changed = threading.Condition()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def url(self) -> str:
        return f"{self.address}/123456789012/bulk"

    def take_until(self, most: int) -> None:
        with self._changed:
            self._most = most
            self._changed.notify_all()

    def wait_until_full(self) -> None:
        """Until `most` messages have come."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.bodies) >= self._most, timeout=600)

    def take(self, bodies: list[str]) -> None:
        with self._changed:
            self._changed.wait_for(lambda: len(self.bodies) < self._most)
            self.bodies += bodies
            self.waiting += len(bodies)
            self._changed.notify_all()

    def purge(self) -> None:
        with self._changed:
            self.waiting = 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: BulkQueue

    def do_POST(self) -> None:
        """SQS."""
        asked = self._asked()
        action = self.headers["X-Amz-Target"].partition(".")[2]
        if action == "SendMessageBatch":
            self.server.take([entry["MessageBody"] for entry in asked["Entries"]])
            taken = [{"Id": e["Id"], "MessageId": "m", "MD5OfMessageBody": ""} for e in asked["Entries"]]
            self._answer({"Successful": taken, "Failed": []})
        elif action == "GetQueueAttributes":
            counts = {"ApproximateNumberOfMessages": self.server.waiting, "ApproximateNumberOfMessagesNotVisible": 0}
            known = {name: str(count) for name, count in counts.items()} | {"QueueArn": "arn:aws:sqs:::bulk"}
            self._answer({"Attributes": {name: known[name] for name in asked["AttributeNames"]}})
        else:
            assert action == "PurgeQueue"
            self.server.purge()
            self._answer({})

    def do_GET(self) -> None:
        """Lambda's event source mappings."""
        self._answer({"EventSourceMappings": [{"UUID": UUID}]})

    def do_PUT(self) -> None:
        assert UUID in self.path
        self.server.feeds = self._asked()["Enabled"]
        self._answer({"UUID": UUID})

    def _asked(self) -> dict[str, Any]:
        return dict(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        try:
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):  # whoever asked was killed
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing."""
