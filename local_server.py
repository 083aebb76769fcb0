"""Glimpse on one machine: API Gateway, S3 and the event source in one small Flask app.

Serves the page, answers the routes of the same table as Lambda's door, hands uploads to a store that receives
them itself, and polls the store's events as Lambda would. Where the settings name buckets and a queue, real or
LocalStack's, browsers upload to S3 instead.
"""

import argparse
import logging
import os
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from http import HTTPMethod
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from function import errors
from function.app import App
from function.aws.poller import Poller
from function.images import formats
from function.settings import Settings
from function.storage.base import RECEPTION, Storage, without_ids
from function.storage.connect import connect
from function.storage.local import signing
from function.web import dispatch
from function.web.access.proxies import Proxies
from function.web.base import Answer, Request, Route
from function.web.routes import ROUTES
from function.web.serving.headers import security_headers
from function.web.serving.server import bound

SITE = Path(__file__).parent / "site"
TIDY_SECONDS = 3600
FORM_OVERHEAD = 64 * 1024
"""Room for a multipart form's other fields and boundaries beside the largest photo."""


def create_app(glimpse: App, routes: Iterable[Route] = ROUTES) -> Flask:
    """The web application over one Glimpse application and a table of routes."""
    flask = Flask(__name__, static_folder=str(SITE), static_url_path="")
    flask.url_map.merge_slashes = False  # as API Gateway
    flask.config["MAX_CONTENT_LENGTH"] = formats.MAX_BYTES + FORM_OVERHEAD
    headers = security_headers(glimpse)
    proxies = Proxies(glimpse.settings)

    @flask.before_request
    def check_host() -> None:
        proxies.check_host(request.headers.get("Host", ""))

    @flask.get("/")
    def index() -> Response:
        return flask.send_static_file("index.html")

    @flask.after_request
    def secure(response: Response) -> Response:
        response.headers.update(headers)
        return response

    @flask.errorhandler(Exception)
    def refuse(error: Exception) -> Response:
        return _response(dispatch.refusal(_translated(error) if isinstance(error, HTTPException) else error))

    _add_routes(flask, glimpse, routes, proxies)
    _add_reception(flask, glimpse)
    return flask


def _add_routes(flask: Flask, glimpse: App, routes: Iterable[Route], proxies: Proxies) -> None:
    """A rule for each path; what stands below /api and in no row is not looked for among the page's files."""

    def rule(path: str, methods: Mapping[str, Route]) -> None:
        @flask.route(path.replace("{", "<").replace("}", ">"), endpoint=path, methods=[*HTTPMethod])
        def view(**values: str) -> Response:
            return _response(dispatch.answer(glimpse, methods, _request(values, proxies)))

    for path, methods in dispatch.by_path(routes).items():
        rule(path, methods)

    @flask.route("/api/<path:_>", methods=[*HTTPMethod])
    def no_such_address(_: str) -> Response:
        raise dispatch.no_such_address()


def _add_reception(flask: Flask, glimpse: App) -> None:
    """What S3 does for a bucket: take the file of an upload form."""

    @flask.post(RECEPTION)
    def receive_upload() -> tuple[str, int]:
        file = request.files.get("file")
        if file is None:
            raise errors.BadRequest("The form has no file. Send it as the last field, named file.")
        glimpse.storage.receive(request.form, file.stream)
        return "", 204


def _request(values: dict[str, str], proxies: Proxies) -> Request:
    headers = {name.lower(): value for name, value in request.headers}
    prefix = proxies.prefix(request.environ["REMOTE_ADDR"], headers.get("x-forwarded-prefix", ""))
    return Request(request.method, values, headers, request.get_data(), prefix)


def _response(answer: Answer) -> Response:
    response = Response(answer.body, int(answer.status), dict(answer.headers))
    del response.headers["Content-Type"]
    if answer.content_type:
        response.headers["Content-Type"] = answer.content_type
    return response


def _translated(error: HTTPException) -> Exception:
    """What Flask refuses itself, as an error of Glimpse."""
    match error.code:
        case 404:
            return dispatch.no_such_address()
        case 405:
            return errors.MethodNotAllowed(getattr(error, "valid_methods", None) or [])
        case 413:
            return formats.too_large()
        case code if code is not None and code < 500:
            return errors.BadRequest("The request is malformed.")
    return error


class LogFormatter(logging.Formatter):
    """Lines without ids, which a traceback has in its paths."""

    def format(self, record: logging.LogRecord) -> str:
        return without_ids(super().format(record))


def main() -> None:
    """Serve until interrupted."""
    args = _parser().parse_args()
    log = logging.StreamHandler()
    log.setFormatter(LogFormatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[log])
    logging.getLogger("botocore").setLevel(logging.WARNING)
    try:
        settings = Settings.from_environment(os.environ)
        settings = settings.replaced(data=args.data or settings.data, hosts=f"{settings.hosts},{args.host}")
        if args.rotate_key:
            _rotate_key(settings)
            return
        server = _listening(settings, args.host, args.port)
    except errors.Misconfigured as error:
        sys.exit(f"glimpse: {error}")
    except OSError as error:
        sys.exit(f"glimpse: cannot listen on {args.host}:{args.port} ({error.strerror}). Try another --port.")
    host = "127.0.0.1" if args.host == "0.0.0.0" else args.host  # noqa: S104
    print(f"Glimpse is ready: open http://{host}:{server.effective_port} in a browser.", flush=True)
    server.run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Serve Glimpse, page and API, on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=5000, help="port; 0 picks a free one (default: 5000)")
    parser.add_argument("--data", type=Path, help="folder for uploads and records (default: GLIMPSE_DATA, or ./data)")
    parser.add_argument(
        "--rotate-key", action="store_true", help="sign upload forms with a new key from now on, and serve nothing"
    )
    return parser


def _rotate_key(settings: Settings) -> None:
    """Replace the signing key of the data folder; a server that runs on it goes on with the new one."""
    try:
        signing.rotate(settings.data)
    except OSError as error:
        sys.exit(f"glimpse: The key of {settings.data} cannot be replaced ({error.strerror}).")
    print("Upload forms are signed with a new key. Those of the key before stay valid until the next rotation.")


def _listening(settings: Settings, host: str, port: int) -> Any:
    """A started poller behind a production WSGI server that is bound but does not answer yet."""
    glimpse = App(settings, connect(settings))
    _ = glimpse.captioner  # loaded now: a broken installation stops here, not at the first photo
    poller = Poller(glimpse)
    headers = security_headers(glimpse)
    server = bound(create_app(glimpse), settings, headers, host, port)
    poller.start()
    threading.Thread(target=keep_tidy, args=[glimpse.storage], name="tidying", daemon=True).start()
    return server


def keep_tidy(storage: Storage) -> None:
    """Have the store remove what is past its time, now and every `TIDY_SECONDS`."""
    while True:
        try:
            storage.tidy()
        except Exception:
            logging.exception("uploads that are past their days could not be removed")
        time.sleep(TIDY_SECONDS)


if __name__ == "__main__":
    main()
