"""The saved events for `sam local invoke`: whole, as AWS sends them, and about what the template makes."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from function.aws import envelopes
from function.storage.base import is_id
from tests.infra.conftest import ROOT, Template
from tests.infra.reading import FUNCTIONS, routes, variables

FOLDER = ROOT / "infra" / "events"
BUCKET = "glimpse-uploads"


def saved(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


def names(pattern: str) -> list[str]:
    return sorted(path.stem for path in FOLDER.glob(f"{pattern}.json"))


ID = "3f8a1c5e9b7d4f2086ac1d3e5b790f24"
NAME = "holiday/two dogs & a ball (café).jpg"


@pytest.mark.parametrize(
    ("name", "upload", "etag"),
    [
        ("s3-put", ID, "265e2f125246c5bfd13ea6067eb8d53b"),
        ("s3-put-encoded-key", NAME, "265e2f125246c5bfd13ea6067eb8d53b"),
        ("sns-s3-put", ID, "265e2f125246c5bfd13ea6067eb8d53b"),
        ("eventbridge-put", NAME, "265e2f125246c5bfd13ea6067eb8d53b"),
        ("minio-put", ID, ""),
    ],
)
def test_an_event_tells_of_one_upload_whatever_its_envelope(name: str, upload: str, etag: str) -> None:
    (created,) = envelopes.created_uploads(saved(name), BUCKET)
    assert (created.name, created.etag) == (upload, etag)
    assert created.sequencer
    assert list(envelopes.created_uploads(saved(name), "another-bucket")) == []


def test_the_test_event_tells_of_none() -> None:
    assert list(envelopes.created_uploads(saved("test-event"), BUCKET)) == []


@pytest.mark.parametrize(
    ("message", "content"),
    [
        ("sqs-s3-put", "s3-put"),
        ("sqs-eventbridge-put", "eventbridge-put"),
        ("sqs-test-event", "test-event"),
    ],
)
def test_a_message_carries_an_event(message: str, content: str) -> None:
    (record,) = saved(message)["Records"]
    assert json.loads(record["body"]) == saved(content)


@pytest.mark.parametrize("message", names("sqs-*"))
def test_a_message_is_whole(message: str) -> None:
    (record,) = saved(message)["Records"]
    assert record["md5OfBody"] == hashlib.md5(record["body"].encode()).hexdigest()
    assert record["eventSource"] == "aws:sqs"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"


@pytest.mark.parametrize("name", names("api-*"))
def test_a_request_is_for_a_route_of_the_api(template: Template, name: str) -> None:
    request = saved(name)
    http = request["requestContext"]["http"]
    assert request["version"] == "2.0"
    assert request["routeKey"] == request["requestContext"]["routeKey"]
    assert request["routeKey"] in routes(template)
    path = request["routeKey"].split()[1].format(**request.get("pathParameters", {}))
    assert (f"{http['method']} {path}", http["path"]) == (f"{http['method']} {request['rawPath']}", request["rawPath"])


def test_the_saved_upload_is_one_that_the_api_can_read() -> None:
    id = saved("api-read-caption")["pathParameters"]["id"]
    assert is_id(id)
    assert saved("s3-put")["Records"][0]["s3"]["object"]["key"] == f"uploads/{id}"


def test_the_variables_for_invoking_locally_are_ones_that_the_template_declares(template: Template) -> None:
    given = saved("env")["Parameters"]  # `sam local` passes on no others
    declared = set().union(*(variables(template, function) for function in FUNCTIONS))
    assert set(given) <= declared
    assert given["GLIMPSE_UPLOADS_BUCKET"] == BUCKET


def test_events_are_named_by_what_sends_them() -> None:
    others = {"env", "test-event"}
    assert {path.name.split("-")[0] for path in FOLDER.iterdir() if Path(path).stem not in others} == {
        "s3",
        "sqs",
        "sns",
        "eventbridge",
        "minio",
        "api",
    }
