"""Every route, through the Lambda handler and through Flask: status, headers and body must agree."""

import json
import re
import time
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
from openapi_schema_validator import OAS31Validator

from function.app import App
from function.aws import events, gateway
from function.images import formats
from function.storage.base import new_id
from function.storage.folder import FolderStorage
from function.storage.queue import created
from function.web.base import Route
from function.web.routes import ROUTES
from tests.contract.doors import flask_client, multipart
from tests.gateway import lambda_event

ROOT = Path(__file__).parents[2]
Asked = tuple[str, str, bytes, dict[str, str]]
"""A request: method, path, body and headers."""
JSON = {"content-type": "application/json"}
UPLOAD = {"content_type": "image/jpeg", "size": 1000}
UNKNOWN_ID = "0" * 32


def ask_lambda(
    app: App, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, dict[str, str], Any]:
    answer = gateway.build(app).resolve(lambda_event(method, path, body, headers), None)
    return answer["statusCode"], answer["headers"], json.loads(answer["body"] or "null")


def ask_flask(
    app: App, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, dict[str, str], Any]:
    answer = flask_client(app).open(path, method=method, data=body, headers=headers)
    return answer.status_code, dict(answer.headers), json.loads(answer.data or b"null")


def post(content: Any) -> Asked:
    return "POST", "/api/uploads", json.dumps(content).encode(), JSON


CASES: dict[str, tuple[Asked, int, str | None]] = {
    "health": (("GET", "/api/health", b"", {}), 200, None),
    "an upload form": (post(UPLOAD), 201, None),
    "the largest upload": (post(UPLOAD | {"size": formats.MAX_BYTES}), 201, None),
    "an upload too large": (post(UPLOAD | {"size": formats.MAX_BYTES + 1}), 413, "payload_too_large"),
    "an empty upload": (post(UPLOAD | {"size": 0}), 422, "empty_image"),
    "a negative size": (post(UPLOAD | {"size": -1}), 400, "bad_request"),
    "a size in words": (post(UPLOAD | {"size": "big"}), 400, "bad_request"),
    "a size that is true": (post(UPLOAD | {"size": True}), 400, "bad_request"),
    "no size": (post({"content_type": "image/jpeg"}), 400, "bad_request"),
    "another type": (post(UPLOAD | {"content_type": "text/html"}), 415, "unsupported_format"),
    "a type that is no text": (post(UPLOAD | {"content_type": ["image/jpeg"]}), 400, "bad_request"),
    "JSON that is no object": (post([1, 2]), 400, "bad_request"),
    "null": (post(None), 400, "bad_request"),
    "no JSON": (("POST", "/api/uploads", b"{", JSON), 400, "bad_request"),
    "no UTF-8": (("POST", "/api/uploads", b"\xff\xfe\x00", JSON), 400, "bad_request"),
    "deeply nested JSON": (("POST", "/api/uploads", b"[" * 100_000, JSON), 400, "bad_request"),
    "nothing": (("POST", "/api/uploads", b"", JSON), 400, "bad_request"),
    "an unknown id": (("GET", f"/api/captions/{UNKNOWN_ID}", b"", {}), 404, "not_found"),
    "no id at all": (("GET", "/api/captions/..%2F..%2Fsigning-key", b"", {}), 404, "not_found"),
    "an unknown address": (("GET", "/api/nothing", b"", {}), 404, "not_found"),
    "posting to an unknown address": (("POST", "/api/nothing", b"", {}), 404, "not_found"),
    "deleting an unknown id": (("DELETE", f"/api/captions/{UNKNOWN_ID}", b"", {}), 404, "not_found"),
    "deleting no id": (("DELETE", "/api/captions/signing-key", b"", {}), 404, "not_found"),
    "asking for the methods": (("OPTIONS", "/api/uploads", b"", {}), 405, "method_not_allowed"),
    "another method": (("DELETE", "/api/uploads", b"", {}), 405, "method_not_allowed"),
    "another method on a caption": (("PUT", f"/api/captions/{UNKNOWN_ID}", b"", {}), 405, "method_not_allowed"),
    "a caption of nothing": (("POST", "/api/caption", b"", {"content-type": "image/png"}), 422, "empty_image"),
    "a caption of text": (("POST", "/api/caption", b"hello", {"content-type": "image/png"}), 415, "unsupported_format"),
    "a form without a photo": (
        ("POST", "/api/caption", b"--x--\r\n", {"content-type": "multipart/form-data; boundary=x"}),
        400,
        "bad_request",
    ),
    "a damaged form": (
        ("POST", "/api/caption", b"nonsense", {"content-type": "multipart/form-data; boundary=x"}),
        400,
        "bad_request",
    ),
    "a form without a boundary": (
        ("POST", "/api/caption", b"nonsense", {"content-type": "multipart/form-data"}),
        400,
        "bad_request",
    ),
}


@pytest.mark.parametrize(("request_", "status", "code"), CASES.values(), ids=CASES.keys())
def test_both_doors_answer_alike(app: App, request_: Asked, status: int, code: str | None) -> None:
    by_lambda, by_flask = ask_lambda(app, *request_), ask_flask(app, *request_)
    assert by_lambda[0] == by_flask[0] == status
    assert by_lambda[1]["Content-Type"] == by_flask[1]["Content-Type"] == "application/json"
    assert by_lambda[1].get("Allow") == by_flask[1].get("Allow")
    assert (by_flask[1].get("Allow") is not None) == (status == 405)
    assert _without_chance(by_lambda[2]) == _without_chance(by_flask[2])
    if code:
        assert by_flask[2].keys() == {"error"}
        assert by_flask[2]["error"].keys() == {"code", "message"}
        assert by_flask[2]["error"]["code"] == code


@pytest.mark.parametrize("path", ["/api/health", "/api/openapi.json", f"/api/captions/{UNKNOWN_ID}"])
def test_head_is_get_without_its_body(app: App, path: str) -> None:
    for ask in (ask_lambda, ask_flask):
        status, headers, content = ask(app, "GET", path, b"", {})
        assert content
        assert ask(app, "HEAD", path, b"", {}) == (status, headers, None)


@pytest.mark.parametrize("path", ["/api/%68ealth", "/%61pi/health"])
def test_an_address_may_be_percent_encoded(app: App, path: str) -> None:
    for ask in (ask_lambda, ask_flask):
        assert ask(app, "GET", path, b"", {})[0] == 200


def test_what_is_deleted_is_gone(app: App, storage: FolderStorage, photos: Path) -> None:
    for ask in (ask_lambda, ask_flask):
        id = new_id()
        with (photos / "dog.jpg").open("rb") as photo:
            storage.receive(storage.presign(id, "image/jpeg", 60).fields, photo)
        events.handle(app, created(id))
        path = f"/api/captions/{id}"
        assert ask(app, "GET", path, b"", {})[0] == 200
        status, headers, content = ask(app, "DELETE", path, b"", {})
        assert (status, content) == (204, None)
        assert "Content-Type" not in headers
        assert ask(app, "GET", path, b"", {})[0] == ask(app, "DELETE", path, b"", {})[0] == 404
        assert not storage.has_upload(id)


def _without_chance(content: Any) -> str:
    """JSON text with random ids and signatures blanked."""
    text = re.sub(r"[0-9a-f]{32}", "<id>", json.dumps(content))
    return re.sub(r'"policy": "[^"]*"', '"policy": "<signed>"', text)


@pytest.mark.parametrize(
    ("content_type", "canonical"),
    [
        ("image/jpg", "image/jpeg"),
        ("IMAGE/JPEG", "image/jpeg"),
        ("image/pjpeg", "image/jpeg"),
        ("image/jpeg; charset=binary", "image/jpeg"),
        ("image/x-ms-bmp", "image/bmp"),
        ("image/heif", "image/heic"),
    ],
)
def test_a_form_knows_media_types_by_their_aliases(app: App, content_type: str, canonical: str) -> None:
    request = post(UPLOAD | {"content_type": content_type})
    for ask in (ask_lambda, ask_flask):
        status, _, form = ask(app, *request)
        assert (status, form["upload"]["fields"]["Content-Type"]) == (201, canonical)


def test_health_says_what_is_running_and_what_it_takes(app: App) -> None:
    _, _, health = ask_flask(app, "GET", "/api/health", b"", {})
    assert health == {
        "status": "ok",
        "version": "0.2.0",
        "model": f"{app.model.name} {app.model.version}",
        "engine": "litert",
        "limits": {
            "max_bytes": formats.MAX_BYTES,
            "max_pixels": formats.MAX_PIXELS,
            "min_side": formats.MIN_SIDE,
            "max_request_bytes": formats.MAX_BYTES,
        },
        "access": {"kind": "open"},
        "formats": [
            {"name": row.label, "content_types": list(row.content_types), "suffixes": list(row.suffixes)}
            for row in formats.FORMATS
        ],
        "upload_days": None,
    }


def test_the_openapi_document_is_valid_and_names_every_route(app: App) -> None:
    status, headers, document = ask_flask(app, "GET", "/api/openapi.json", b"", {})
    assert (status, headers["Content-Type"]) == (200, "application/json")
    openapi_spec_validator.validate(document)
    assert document["openapi"].startswith("3.1")
    operations = {(method, path) for path, item in document["paths"].items() for method in item}
    assert operations == {
        ("post", "/api/uploads"),
        ("get", "/api/captions/{id}"),
        ("delete", "/api/captions/{id}"),
        ("post", "/api/caption"),
        ("get", "/api/health"),
    }


@pytest.mark.parametrize(("request_", "status", "code"), CASES.values(), ids=CASES.keys())
def test_every_answer_is_as_documented(
    app: App, document: dict[str, Any], request_: Asked, status: int, code: str | None
) -> None:
    method, path = request_[:2]
    path = "/api/captions/{id}" if path.startswith("/api/captions/") else path
    operation = document["paths"].get(path, {}).get(method.lower())
    if operation:
        schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
        OAS31Validator(schema).validate(ask_flask(app, *request_)[2])
    else:
        assert status in (404, 405)


def test_a_record_is_as_documented(app: App, document: dict[str, Any], photos: Path) -> None:
    responses = document["paths"]["/api/caption"]["post"]["responses"]
    schema = OAS31Validator(responses["200"]["content"]["application/json"]["schema"])
    record = flask_client(app).post("/api/caption", data=(photos / "dog.jpg").read_bytes()).get_json()
    schema.validate(record)
    texts = {field: record[field] for field in ("caption", "alt_text", "alternatives", "words", "tags")}
    schema.validate(record | {"neutral": texts})
    for field in texts:
        assert not schema.is_valid(record | {"neutral": {**texts, field: None}})
    del record["neutral"]  # as in records of earlier versions
    schema.validate(record)


@pytest.fixture
def document(app: App) -> dict[str, Any]:
    return ask_flask(app, "GET", "/api/openapi.json", b"", {})[2]


def test_a_photo_goes_the_whole_way(app: App, photos: Path) -> None:
    client = flask_client(app)
    photo = (photos / "dog.jpg").read_bytes()
    form = client.post("/api/uploads", json={"content_type": "image/jpeg", "size": len(photo)}).get_json()
    assert client.get(form["caption_url"]).status_code == 404
    assert client.post(form["upload"]["url"], **multipart(form["upload"]["fields"], "file", photo)).status_code == 204
    waiting = client.get(form["caption_url"])
    assert (waiting.status_code, waiting.get_json()) == (202, {"id": form["id"], "status": "pending"})
    assert waiting.headers["Retry-After"] == "1"
    events.handle(app, created(form["id"]))
    record = client.get(form["caption_url"]).get_json()
    assert record["caption"] == client.post("/api/caption", data=photo).get_json()["caption"]
    assert record["image"]["bytes"] == len(photo)


@pytest.mark.parametrize(
    ("change", "file", "status", "code"),
    [
        ({"key": "uploads/" + "b" * 32}, b"pixels", 403, "forbidden"),
        ({"policy": "forged"}, b"pixels", 403, "forbidden"),
        ({"Content-Type": "text/html"}, b"pixels", 415, "unsupported_format"),
        ({}, bytes(formats.MAX_BYTES + 1), 413, "payload_too_large"),
        ({}, bytes(2 * formats.MAX_BYTES), 413, "payload_too_large"),
        ({}, b"", 400, "bad_request"),
        ({}, None, 400, "bad_request"),
    ],
    ids=["another key", "forged", "another type", "a byte too large", "twice too large", "empty", "no file"],
)
def test_an_upload_that_breaks_its_form_is_refused(
    app: App, change: dict[str, str], file: bytes | None, status: int, code: str
) -> None:
    client = flask_client(app)
    form = client.post("/api/uploads", json=UPLOAD).get_json()
    answer = client.post("/uploads", **multipart(form["upload"]["fields"] | change, "file", file))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)


def test_an_upload_whose_form_has_expired_is_refused(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    client = flask_client(app)
    form = client.post("/api/uploads", json=UPLOAD).get_json()
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + form["expires_in"] + 2)
    answer = client.post("/uploads", **multipart(form["upload"]["fields"], "file", b"pixels"))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "forbidden")


def test_an_unforeseen_fault_tells_nothing(
    app: App, storage: FolderStorage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: str) -> None:
        raise OSError("/secret/path")

    monkeypatch.setattr(storage, "read_record", fail)
    status, _, content = ask_flask(app, "GET", f"/api/captions/{UNKNOWN_ID}", b"", {})
    assert (status, content["error"]["code"]) == (500, "internal_error")
    assert "secret" not in json.dumps(content)
    assert "/secret/path" in caplog.text


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_is_in_the_architecture(route: Route) -> None:
    assert f"| `{route.method} {route.path}`" in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
