"""Glimpse on one machine: API Gateway, S3 and the event source in one small Flask app.

Serves the page, turns each /api request into the event that API Gateway would send to the same handler,
takes uploads with the checks that S3 would make, and hands each to the same captioner on a worker thread.
Where the settings name buckets and a queue, real or LocalStack's, browsers upload to S3 and the worker polls SQS.
"""

import argparse
import base64
import logging
import os
import queue
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request
from waitress import create_server
from werkzeug.exceptions import HTTPException

from function import errors, jobs
from function.app import App
from function.aws import events
from function.images import formats
from function.settings import Settings
from function.storage.base import new_id
from function.storage.connect import connect
from function.storage.folder import FolderStorage
from function.web import api

logger = logging.getLogger("glimpse")
SITE = Path(__file__).parent / "site"
FORM_OVERHEAD = 64 * 1024
"""Room for a multipart form's other fields and boundaries beside the largest photo."""
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class EventSource(Protocol):
    """What makes the captioner's work start: `start` returns at once."""

    def start(self) -> None: ...


def create_app(glimpse: App, worker: "Worker | None" = None) -> Flask:
    """The web application over one Glimpse application; the worker captions what a folder store receives."""
    flask = Flask(__name__, static_folder=str(SITE), static_url_path="")
    flask.config["MAX_CONTENT_LENGTH"] = formats.MAX_BYTES + FORM_OVERHEAD
    resolver = api.build(glimpse)
    turn = threading.Lock()  # like a Lambda environment, the resolver answers one request at a time
    headers = security_headers(glimpse)

    @flask.get("/")
    def index() -> Response:
        return flask.send_static_file("index.html")

    @flask.route("/api/<path:_>", methods=METHODS)
    def call_api(_: str) -> Response:
        event = gateway_event()
        with turn:
            answer = resolver.resolve(event, None)  # type: ignore[arg-type]  # the routes use no Lambda context
        return Response(answer["body"], answer["statusCode"], answer["headers"])

    @flask.after_request
    def secure(response: Response) -> Response:
        response.headers.update(headers)
        return response

    if worker:
        _add_uploads(flask, worker)
    _add_error_handlers(flask)
    return flask


def _add_uploads(flask: Flask, worker: "Worker") -> None:
    """What S3 does for a bucket: take a file whose form is in order and tell the captioner."""

    @flask.post("/uploads")
    def receive_upload() -> tuple[str, int]:
        file = request.files.get("file")
        if file is None:
            raise errors.BadRequest("The form has no file. Send it as the last field, named file.")
        worker.caption(worker.storage.receive(request.form, file.stream))
        return "", 204


def security_headers(glimpse: App) -> dict[str, str]:
    """Headers of every answer; the page may talk to this server and to where its upload forms lead.

    Raises Misconfigured when the store cannot sign a form.
    """
    form = urlsplit(glimpse.storage.presign(new_id(), formats.FORMATS[0].content_types[0], 1).url)
    elsewhere = f" {form.scheme}://{form.netloc}" if form.netloc else ""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        f"connect-src 'self' https:{elsewhere}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }


def _add_error_handlers(flask: Flask) -> None:
    """Whatever fails outside the API handler has the API's error shape."""

    @flask.errorhandler(errors.GlimpseError)
    def known(error: errors.GlimpseError) -> tuple[Response, int]:
        return jsonify(error.as_dict()), error.status

    @flask.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[Response, int]:
        return known(_translated(error))

    @flask.errorhandler(Exception)
    def unforeseen(error: Exception) -> tuple[Response, int]:
        logger.error("a request failed", exc_info=error)
        return known(errors.InternalError())


def _translated(error: HTTPException) -> errors.GlimpseError:
    match error.code:
        case 404:
            return errors.NotFound("There is nothing at this address.")
        case 405:
            return errors.MethodNotAllowed("This address does not answer such requests.")
        case 413:
            return formats.too_large()
        case code if code is not None and code < 500:
            return errors.BadRequest("The request is malformed.")
    return errors.InternalError()


def gateway_event() -> dict[str, Any]:
    """The current Flask request as API Gateway's HTTP API (payload 2.0) would describe it."""
    body = request.get_data()
    path = request.environ.get("REQUEST_URI", request.path).partition("?")[0]  # as sent: %2F is not a slash
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": request.query_string.decode("latin-1"),
        "headers": {**{name.lower(): value for name, value in request.headers}, "x-forwarded-proto": request.scheme},
        "requestContext": {
            "accountId": "local",
            "apiId": "local",
            "domainName": request.host,
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.remote_addr,
                "userAgent": request.user_agent.string,
            },
            "requestId": str(uuid.uuid4()),
            "stage": "$default",
            "timeEpoch": int(time.time() * 1000),
        },
        "body": base64.b64encode(body).decode("ascii"),
        "isBase64Encoded": True,
    }


class Worker:
    """The event source of a folder: hands uploads to the captioner one by one, on a thread of its own."""

    def __init__(self, glimpse: App, storage: FolderStorage) -> None:
        self.storage = storage
        self._glimpse = glimpse
        self._names: queue.SimpleQueue[str] = queue.SimpleQueue()

    def start(self) -> None:
        """Caption what an earlier run left waiting, then whatever comes."""
        for name in self.storage.waiting():
            self._names.put(name)
        threading.Thread(target=self._run, name="captioner", daemon=True).start()

    def caption(self, name: str) -> None:
        self._names.put(name)

    def _run(self) -> None:
        while True:
            self._caption(self._names.get())

    def _caption(self, name: str) -> None:
        """Caption one upload; there is no dead-letter queue here, so a fault has to end in the record."""
        try:
            events.handle(self._glimpse, events.created(name))
        except Exception:
            logger.exception("an upload could not be captioned")
            try:
                jobs.give_up(self._glimpse, name)
            except OSError:  # a full disk, say: without a record, the upload is tried again at the next start
                logger.exception("nor could its failure be recorded")


class Poller:
    """The event source of a bucket: its queue, polled and answered as Lambda's event source mapping does it."""

    BATCH = 5
    PAUSE_SECONDS = 5

    def __init__(self, glimpse: App, queue_url: str) -> None:
        from function.storage import clients

        self._glimpse = glimpse
        self._sqs = clients.sqs()
        self._queue_url = queue_url
        self._wait = clients.LONG_POLL_SECONDS

    def start(self) -> None:
        threading.Thread(target=self._run, name="captioner", daemon=True).start()

    def poll(self) -> None:
        """Wait for messages, caption what they speak of, and delete those that are done with."""
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=self.BATCH,
            WaitTimeSeconds=self._wait,
            MessageSystemAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        if not messages:
            return
        response = events.handle(self._glimpse, {"Records": [_as_record(message) for message in messages]}) or {}
        failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])

    def _run(self) -> None:
        while True:
            try:
                self.poll()
            except Exception:
                logger.exception("the queue could not be polled")
                time.sleep(self.PAUSE_SECONDS)


def _as_record(message: dict[str, Any]) -> dict[str, Any]:
    """A message as the queue tells it → as Lambda would."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {},
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
    }


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Serve Glimpse, page and API, on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=5000, help="port; 0 picks a free one (default: 5000)")
    parser.add_argument("--data", type=Path, help="folder for uploads and records (default: GLIMPSE_DATA, or ./data)")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)
    try:
        settings = Settings.from_environment(os.environ)
        server = _listening(settings.replaced(data=args.data) if args.data else settings, args.host, args.port)
    except errors.Misconfigured as error:
        sys.exit(f"glimpse: {error}")
    except OSError as error:
        sys.exit(f"glimpse: cannot listen on {args.host}:{args.port} ({error.strerror}). Try another --port.")
    host = "127.0.0.1" if args.host == "0.0.0.0" else args.host  # noqa: S104
    print(f"Glimpse is ready: open http://{host}:{server.effective_port} in a browser.", flush=True)
    server.run()


def _listening(settings: Settings, host: str, port: int) -> Any:
    """A started event source behind a production WSGI server that is bound but does not answer yet."""
    glimpse = App(settings, connect(settings))
    _ = glimpse.captioner  # loaded now: a broken installation stops here, not at the first photo
    source = event_source(glimpse)
    server = create_server(create_app(glimpse, source if isinstance(source, Worker) else None), host=host, port=port)
    source.start()
    return server


def event_source(glimpse: App) -> EventSource:
    """A worker for a folder, a poller for a bucket. Raises Misconfigured when the bucket's queue is not named."""
    if isinstance(glimpse.storage, FolderStorage):
        return Worker(glimpse, glimpse.storage)
    if not glimpse.settings.queue_url:
        raise errors.Misconfigured("Set GLIMPSE_QUEUE_URL to the queue that is told of the bucket's uploads.")
    return Poller(glimpse, glimpse.settings.queue_url)


if __name__ == "__main__":
    main()
