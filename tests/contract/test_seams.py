"""What grows on its own: a route is a row and its function, a store is a class."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any

import openapi_spec_validator
import pytest
from werkzeug.datastructures import Headers

from function.app import App
from function.aws import gateway
from function.aws.poller import Poller
from function.captioning.beam_captioner import BeamCaptioner
from function.errors import BadRequest, NotFound
from function.records import Record
from function.settings import Settings
from function.storage.base import RECEPTION, PresignedPost, RecordChanged, Stored, Upload
from function.storage.queue import LocalQueue
from function.web.base import Answer, Operation, Request, Route
from function.web.routes import ROUTES, documented
from local_server import create_app
from tests.contract.doors import flask_client, multipart
from tests.gateway import lambda_event

ID = "0" * 31 + "a"
Answered = tuple[int, Mapping[str, str] | Headers, Any]
Ask = Callable[[str, str], Answered]


# A route


def greet(app: App, request: Request) -> Answer:
    if request.path["name"] == "nobody":
        raise BadRequest("Say whom to greet.")
    return Answer(HTTPStatus.OK, {"hello": request.path["name"], "from": app.settings.engine})


def greeting() -> Operation:
    return {"summary": "Greet somebody", "operationId": "greet", "responses": {"200": {"description": "A greeting"}}}


ROWS = documented(*ROUTES[:-1], Route("GET", "/api/greetings/{name}", greet, greeting))


@pytest.fixture(params=["lambda", "flask"])
def ask(request: pytest.FixtureRequest, app: App) -> Ask:
    """Asks a door over the longer table: method and path in, status, headers and content out."""

    def ask_lambda(method: str, path: str) -> Answered:
        answer = gateway.build(app, ROWS).resolve(lambda_event(method, path), None)
        return answer["statusCode"], answer["headers"], json.loads(answer["body"] or "null")

    def ask_flask(method: str, path: str) -> Answered:
        answer = create_app(app, ROWS).test_client().open(path, method=method)
        return answer.status_code, answer.headers, json.loads(answer.data or b"null")

    return {"lambda": ask_lambda, "flask": ask_flask}[request.param]


def test_a_row_and_its_function_make_a_route(ask: Ask) -> None:
    status, headers, content = ask("GET", "/api/greetings/Ada")
    assert (status, headers["Content-Type"], content) == (200, "application/json", {"hello": "Ada", "from": "litert"})
    assert ask("GET", "/api/greetings/nobody")[2]["error"]["code"] == "bad_request"
    assert ask("GET", "/api/greetings")[0] == 404
    status, headers, content = ask("HEAD", "/api/greetings/Ada")
    assert (status, headers["Content-Type"], content) == (200, "application/json", None)
    status, headers, content = ask("PUT", "/api/greetings/Ada")
    assert (status, headers["Allow"], content["error"]["code"]) == (405, "GET, HEAD", "method_not_allowed")
    document = ask("GET", "/api/openapi.json")[2]
    openapi_spec_validator.validate(document)
    assert document["paths"]["/api/greetings/{name}"]["get"]["summary"] == "Greet somebody"
    assert ask("GET", "/api/health")[0] == 200


# A store


class MemoryStore:
    """A store in the memory of one process."""

    upload_origin = ""

    def __init__(self) -> None:
        self.uploads: dict[str, bytes] = {}
        self.records: dict[str, tuple[int, str]] = {}
        self.queue = LocalQueue(attempts=1)

    def presign(self, id: str, content_type: str, seconds: int) -> PresignedPost:
        return PresignedPost(RECEPTION, {"key": id})

    def receive(self, fields: Mapping[str, str], file: IO[bytes]) -> str:
        self.uploads[fields["key"]] = file.read()
        self.queue.send(fields["key"])
        return fields["key"]

    def source(self, attempts: int) -> LocalQueue:
        return self.queue

    def tidy(self) -> None:
        """Nothing is kept for days."""

    def read_upload(self, name: str) -> Upload:
        if name not in self.uploads:
            raise NotFound("gone")
        return Upload(self.uploads[name], str(hash(self.uploads[name])))

    def has_upload(self, name: str) -> bool:
        return name in self.uploads

    def upload_age(self, name: str) -> float | None:
        return 0 if name in self.uploads else None

    def read_record(self, name: str) -> Stored | None:
        version, text = self.records.get(name, (0, ""))
        return Stored(json.loads(text), str(version)) if text else None

    def write_record(self, name: str, record: Record, replaces: str | None) -> None:
        version, _ = self.records.get(name, (0, ""))
        if (str(version) if version else None) != replaces:
            raise RecordChanged
        self.records[name] = (version + 1, json.dumps(record))

    def delete(self, name: str) -> bool:
        return bool([self.uploads.pop(name, None), self.records.pop(name, None)] != [None, None])


def test_a_class_makes_a_store(captioner: BeamCaptioner, photos: Path) -> None:
    """Form, upload, event, record and deletion, with nothing told that the store is another."""
    app = App(Settings(), MemoryStore(), captioner)
    client, poller = flask_client(app), Poller(app)
    photo = (photos / "dog.jpg").read_bytes()
    form = client.post("/api/uploads", json={"content_type": "image/jpeg", "size": len(photo)}).get_json()
    assert client.post(form["upload"]["url"], **multipart(form["upload"]["fields"], "file", photo)).status_code == 204
    assert client.get(form["caption_url"]).status_code == 202
    poller.poll()
    record = client.get(form["caption_url"]).get_json()
    assert (record["status"], record["image"]["bytes"]) == ("captioned", len(photo))
    assert client.delete(form["caption_url"]).status_code == 204
    assert client.get(form["caption_url"]).status_code == 404
    assert "connect-src 'self' ;" in client.get("/api/health").headers["Content-Security-Policy"]
