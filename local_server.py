"""Glimpse on one machine: API Gateway, S3 and the event source in one small Flask app.

Serves the page, turns each /api request into the event that API Gateway would send to the same handler,
takes uploads with the checks that S3 would make, and hands each to the same captioner on a worker thread.
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
from typing import Any

from flask import Flask, Response, jsonify, request
from waitress import create_server
from werkzeug.exceptions import HTTPException

from function import api, errors, events, images, records
from function.app import App
from function.settings import Settings
from function.storage import FolderStorage

logger = logging.getLogger("glimpse")
SITE = Path(__file__).parent / "site"
FORM_OVERHEAD = 64 * 1024
"""Room for a multipart form's other fields and boundaries beside the largest photo."""
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "connect-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def create_app(glimpse: App, storage: FolderStorage, worker: "Worker") -> Flask:
    """The web application over one Glimpse application, its folder store and the worker that captions."""
    flask = Flask(__name__, static_folder=str(SITE), static_url_path="")
    flask.config["MAX_CONTENT_LENGTH"] = images.MAX_BYTES + FORM_OVERHEAD
    resolver = api.build(glimpse)
    turn = threading.Lock()  # like a Lambda environment, the resolver answers one request at a time

    @flask.get("/")
    def index() -> Response:
        return flask.send_static_file("index.html")

    @flask.route("/api/<path:_>", methods=METHODS)
    def call_api(_: str) -> Response:
        event = gateway_event()
        with turn:
            answer = resolver.resolve(event, None)  # type: ignore[arg-type]  # the routes use no Lambda context
        return Response(answer["body"], answer["statusCode"], answer["headers"])

    @flask.post("/uploads")
    def receive_upload() -> tuple[str, int]:
        file = request.files.get("file")
        if file is None:
            raise errors.BadRequest("The form has no file. Send it as the last field, named file.")
        worker.caption(storage.receive(request.form, file.stream))
        return "", 204

    @flask.after_request
    def secure(response: Response) -> Response:
        response.headers.update(SECURITY_HEADERS)
        response.headers["Cache-Control"] = "no-cache"
        return response

    _add_error_handlers(flask)
    return flask


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
            return images.too_large()
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
    """The event source: hands uploads to the captioner one by one, on a thread of its own."""

    def __init__(self, glimpse: App, storage: FolderStorage) -> None:
        self._glimpse = glimpse
        self._storage = storage
        self._uploads: queue.SimpleQueue[str] = queue.SimpleQueue()

    def start(self) -> None:
        """Caption what an earlier run left waiting, then whatever comes."""
        for id in self._storage.waiting():
            self._uploads.put(id)
        threading.Thread(target=self._run, name="captioner", daemon=True).start()

    def caption(self, id: str) -> None:
        self._uploads.put(id)

    def _run(self) -> None:
        while True:
            self._caption(self._uploads.get())

    def _caption(self, id: str) -> None:
        """Caption one upload; there is no dead-letter queue here, so a fault has to end in the record."""
        try:
            events.handle(self._glimpse, events.created(id))
        except Exception:
            logger.exception("an upload could not be captioned")
            try:
                self._storage.write_record(id, records.failed(id, errors.InternalError()))
            except OSError:  # a full disk, say: without a record, the upload is tried again at the next start
                logger.exception("nor could its failure be recorded")


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Serve Glimpse, page and API, on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=5000, help="port; 0 picks a free one (default: 5000)")
    parser.add_argument("--data", type=Path, help="folder for uploads and records (default: GLIMPSE_DATA, or ./data)")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        settings = Settings.from_environment(os.environ)
        settings = settings.replaced(data=args.data) if args.data else settings
        storage = FolderStorage(settings.data)
        glimpse = App(settings, storage)
        _ = glimpse.captioner  # loaded now: a broken installation stops here, not at the first photo
        server = _listening(glimpse, storage, args.host, args.port)
    except errors.Misconfigured as error:
        sys.exit(f"glimpse: {error}")
    except OSError as error:
        sys.exit(f"glimpse: cannot listen on {args.host}:{args.port} ({error.strerror}). Try another --port.")
    print(f"Glimpse is ready: open http://{args.host}:{server.effective_port} in a browser.", flush=True)
    server.run()


def _listening(glimpse: App, storage: FolderStorage, host: str, port: int) -> Any:
    """A started worker behind a production WSGI server that is bound but does not answer yet."""
    worker = Worker(glimpse, storage)
    server = create_server(create_app(glimpse, storage, worker), host=host, port=port)
    worker.start()
    return server


if __name__ == "__main__":
    main()
