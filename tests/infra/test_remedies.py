"""What the commands of infra/ say where AWS refuses something."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from function.storage.aws import clients
from infra import bucket_events, compact, remedies, resend
from infra.bulk import __main__ as backfill
from tests.infra.conftest import run


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("NoSuchBucket", "There is no bucket mine. Check its name"),
        ("AccessDenied", r"do this \(ListObjectsV2\)"),
        ("403", r"do this \(ListObjectsV2\)"),
        ("AWS.SimpleQueueService.NonExistentQueue", "sam list stack-outputs"),
        ("ExpiredToken", "Sign in again"),
        ("UnrecognizedClientException", "AWS_PROFILE"),
        ("SlowDown", r"An error occurred \(SlowDown\)"),
    ],
)
def test_an_error_is_told_with_what_to_do(code: str, expected: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "?", "BucketName": "mine"}}, "ListObjectsV2")
    assert re.search(expected, remedies.told(error))


def test_an_error_of_the_connection_is_told_as_it_is() -> None:
    assert "http://nowhere" in remedies.told(EndpointConnectionError(endpoint_url="http://nowhere"))


def backfills(*words: str) -> list[str]:
    return ["start", "--bucket", "none", "--queue-url", "QUEUE", *words]


@pytest.mark.parametrize(
    ("main", "words", "expected"),
    [
        (backfill.main, backfills(), "no bucket none"),
        (backfill.main, backfills("--queue-url", "https://sqs/1/none"), "no such queue"),
        (backfill.main, backfills("--concurrency", "0"), "1 or more"),
        (backfill.main, backfills("--inventory", "manifest.json"), "s3://BUCKET/…/manifest.json"),
        (backfill.main, backfills("--inventory", "s3://none/manifest.json"), "no bucket none"),
        (backfill.main, ["status"], "Start one, or name the file of another with --state"),
        (resend.main, ["--bucket", "none", "--queue-url", "QUEUE"], "no bucket none"),
        (resend.main, ["--bucket", "none", "--queue-url", "QUEUE", "--concurrency", "-1"], "1 or more"),
        (bucket_events.main, ["on", "none"], "no bucket none"),
        (compact.main, ["none"], "no bucket none"),
    ],
)
def test_a_wrong_word_is_told_and_nothing_is_left(
    endpoint: str,
    main: Callable[[], object],
    words: list[str],
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    clients.s3.cache_clear()
    clients.sqs.cache_clear()
    queue_url = boto3.client("sqs").create_queue(QueueName="bulk")["QueueUrl"]
    monkeypatch.setattr(sys, "argv", ["command", *(queue_url if word == "QUEUE" else word for word in words)])
    try:
        status = main()
    except SystemExit as end:
        status = end.code
    told = f"{status} {capsys.readouterr().err}"
    assert expected in told
    assert "Traceback" not in told
    assert status not in (0, None)
    assert not [*tmp_path.glob("*.json")]
    clients.s3.cache_clear()
    clients.sqs.cache_clear()


@pytest.mark.parametrize("script", ["backfill", "search"])
def test_without_an_environment_it_says_how_to_make_one(script: str) -> None:
    done = run(script, PYTHON="/nowhere/python")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"infra/{script}: there is no /nowhere/python. Run: make .venv/serve\n"
