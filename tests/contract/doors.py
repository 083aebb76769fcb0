"""The doors of Glimpse, opened the same way: a photo's bytes in, an `Answer` out."""

import hashlib
import io
import json
import sys
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from function import __main__ as cli
from function.app import App
from function.aws import events, gateway
from function.storage.queue import created
from local_server import create_app
from tests.gateway import lambda_event


@dataclass(frozen=True)
class Answer:
    """What a client learns: the caption and its words, or the error's code and message."""

    caption: str = ""
    probabilities: tuple[float, ...] = ()
    code: str = ""
    message: str = ""

    @classmethod
    def of(cls, content: dict[str, Any]) -> "Answer":
        if "error" in content:
            return cls(code=content["error"]["code"], message=content["error"]["message"])
        return cls(content["caption"], tuple(word["probability"] for word in content["words"]))


def through_lambda(app: App, photo: bytes) -> Answer:
    """`POST /api/caption` as API Gateway would call the function."""
    event = lambda_event("POST", "/api/caption", photo, {"content-type": "image/jpeg"})
    return Answer.of(json.loads(gateway.build(app).resolve(event, None)["body"]))


def through_flask(app: App, photo: bytes) -> Answer:
    """`POST /api/caption` to the local server."""
    return Answer.of(flask_client(app).post("/api/caption", data=photo, content_type="image/jpeg").get_json())


def through_flask_form(app: App, photo: bytes) -> Answer:
    """`POST /api/caption` to the local server as a multipart form."""
    return Answer.of(flask_client(app).post("/api/caption", **multipart({}, "image", photo)).get_json())


def through_upload(app: App, photo: bytes) -> Answer:
    """The folder store and an S3 event, as after a presigned upload."""
    id = hashlib.sha256(photo).hexdigest()[:32]  # a form takes one upload
    (app.settings.data / "uploads" / id).write_bytes(photo)
    events.handle(app, created(id))
    stored = app.storage.read_record(id)
    assert stored is not None
    return Answer.of(dict(stored.record))


def through_command_line(app: App, photo: bytes) -> Answer:
    """`glimpse --json -`."""
    stdin, stdout, stderr, argv = sys.stdin, sys.stdout, sys.stderr, sys.argv
    sys.stdin = io.TextIOWrapper(io.BytesIO(photo))
    sys.stdout, sys.stderr, sys.argv = io.StringIO(), io.StringIO(), ["glimpse", "--json", "-"]
    try:
        status = cli.main()
        printed, complained = sys.stdout.getvalue(), sys.stderr.getvalue()
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.argv = stdin, stdout, stderr, argv
    assert status == (0 if printed else 1)
    if printed:
        return Answer.of(json.loads(printed))
    message, _, code = complained.removeprefix("glimpse: -: ").rpartition(" (")
    return Answer(code=code.rstrip(")\n"), message=message)


def multipart(fields: dict[str, str], file_field: str, file: bytes | None) -> dict[str, Any]:
    """A multipart body and its type, as a browser would send them; arguments of a Flask client's `post`."""
    boundary = "glimpse-test-boundary"
    disposition = f'--{boundary}\r\nContent-Disposition: form-data; name="'
    parts = [f'{disposition}{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    if file is not None:
        head = f'{disposition}{file_field}"; filename="../../x.jpg"\r\nContent-Type: application/octet-stream\r\n\r\n'
        parts.append(head.encode() + file + b"\r\n")
    body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def flask_client(app: App) -> FlaskClient:
    return create_app(app).test_client()
