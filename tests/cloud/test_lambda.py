"""The functions in AWS's own runtime and emulator, fed with the saved events of infra/events."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from function import jobs
from tests.caption_content import tells_of_a_dog
from tests.cloud.conftest import RECORDS, UPLOADS, Cloud
from tests.cloud.emulator import Emulator

EVENTS = Path(__file__).parents[2] / "infra" / "events"


def saved(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def captioner(cloud: Cloud, tmp_path: Path) -> Iterator[Emulator]:
    with Emulator("function.handlers.captioner", cloud.environment, tmp_path / "log") as emulator:
        yield emulator


@pytest.fixture
def api(cloud: Cloud, tmp_path: Path) -> Iterator[Emulator]:
    with Emulator("function.handlers.api", cloud.environment, tmp_path / "log") as emulator:
        yield emulator


def put(cloud: Cloud, photo: Path, event: dict[str, Any]) -> str:
    """Upload a photo where a saved event of S3 says it was; returns the name of its record."""
    from function.aws.envelopes import created_uploads

    [created] = created_uploads(event, UPLOADS)
    cloud.s3.upload_file(str(photo), UPLOADS, f"uploads/{created.name}")
    return created.name


def record(cloud: Cloud, name: str) -> dict[str, Any]:
    return json.load(cloud.s3.get_object(Bucket=RECORDS, Key=f"captions/{name}.json")["Body"])


def test_an_event_leaves_a_record_whatever_its_envelope(cloud: Cloud, captioner: Emulator, photos: Path) -> None:
    for event in ("s3-put", "s3-put-encoded-key", "sns-s3-put", "eventbridge-put", "minio-put"):
        name = put(cloud, photos / "dog.jpg", saved(event))
        assert captioner.invoke(saved(event)) is None, event
        assert tells_of_a_dog(record(cloud, name)["caption"]), event
        cloud.store().delete(name)


def test_an_event_in_a_message_leaves_a_record(cloud: Cloud, captioner: Emulator, photos: Path) -> None:
    for message in ("sqs-s3-put", "sqs-sns-s3-put", "sqs-eventbridge-put"):
        name = put(cloud, photos / "dog.jpg", json.loads(saved(message)["Records"][0]["body"]))
        assert captioner.invoke(saved(message)) == {"batchItemFailures": []}, message
        assert tells_of_a_dog(record(cloud, name)["caption"]), message
        cloud.store().delete(name)


def test_the_test_events_are_taken_without_a_word(captioner: Emulator) -> None:
    assert captioner.invoke(saved("test-event")) is None
    assert captioner.invoke(saved("sqs-test-event")) == {"batchItemFailures": []}


def test_what_is_no_event_is_an_error_of_the_function(captioner: Emulator) -> None:
    assert captioner.invoke({"hello": "world"})["errorType"] == "ValueError"


def test_a_photo_goes_the_whole_way_through_both_functions(
    cloud: Cloud, api: Emulator, photos: Path, tmp_path: Path
) -> None:
    form = json.loads(api.invoke(saved("api-create-upload"))["body"])
    assert form["upload"]["url"].endswith(f"/{UPLOADS}")
    cloud.s3.upload_file(str(photos / "dog.jpg"), UPLOADS, form["upload"]["fields"]["key"])
    question = saved("api-read-caption")
    question["rawPath"] = question["requestContext"]["http"]["path"] = form["caption_url"]
    assert api.invoke(question)["statusCode"] == 202
    event = saved("s3-put")
    event["Records"][0]["s3"]["object"]["key"] = form["upload"]["fields"]["key"]
    with Emulator("function.handlers.captioner", cloud.environment, tmp_path / "other-log") as captioner:
        assert captioner.invoke(event) is None
    answer = api.invoke(question)
    assert (answer["statusCode"], json.loads(answer["body"])["status"]) == (200, "captioned")


@pytest.mark.parametrize(("event", "status"), [("api-health", 200), ("api-read-caption", 404)])
def test_the_api_answers_its_saved_events(api: Emulator, event: str, status: int) -> None:
    assert api.invoke(saved(event))["statusCode"] == status


def test_a_synchronous_caption_needs_no_store(photos: Path, tmp_path: Path) -> None:
    with Emulator("function.handlers.api", {"GLIMPSE_DATA": str(tmp_path / "data")}, tmp_path / "log") as emulator:
        answer = emulator.invoke(saved("api-caption"))
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["status"] == "captioned"


def test_logs_and_metrics_tell_the_operator_what_nobody_else_may_know(
    cloud: Cloud, captioner: Emulator, photos: Path
) -> None:
    event = saved("sqs-s3-put")
    name = put(cloud, photos / "dog.jpg", json.loads(event["Records"][0]["body"]))
    captioner.invoke(event)
    other = "f0" * 16  # a form takes one upload
    cloud.s3.put_object(Bucket=UPLOADS, Key=f"uploads/{other}", Body=b"a secret text")
    captioner.invoke(saved("s3-put-encoded-key"))  # gone
    again = json.loads(event["Records"][0]["body"])
    put(cloud, photos / "cat.jpg", again)
    again["Records"][0]["s3"]["object"] |= {"eTag": "another", "sequencer": "FF"}
    captioner.invoke(again)
    bad = json.loads(event["Records"][0]["body"])
    bad["Records"][0]["s3"]["object"] |= {"key": f"uploads/{other}", "sequencer": "FF"}
    captioner.invoke(bad)
    bad["Records"][0]["s3"]["bucket"] = None
    assert "errorType" in captioner.invoke(bad)

    metrics = [line for line in captioner.lines if "_aws" in line]
    assert sum("ColdStart" in line for line in metrics) == 1
    [captioned] = [line for line in metrics if "Captions" in line]
    assert captioned["Captions"] == [1]
    assert all(captioned[f"{stage}Milliseconds"][0] > 0 for stage in ("Decode", "Encode", "Search"))
    [failed] = [line for line in metrics if "Failures" in line]
    assert (failed["service"], failed["code"]) == ("glimpse", "unsupported_format")

    logs = [line for line in captioner.lines if "message" in line]
    assert all(line["service"] == "glimpse" for line in logs)
    assert {"skipped an upload that is gone", jobs.USED_BEFORE} <= {line["message"] for line in logs}
    assert not any(word in captioner.output for word in (name, other, "holiday", "secret text"))
