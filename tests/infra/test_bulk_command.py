"""`infra/backfill` as a person uses it: start, status, pause, resume, cancel, report."""

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from function.storage.aws import clients
from infra.bulk import __main__ as command
from infra.bulk import queue, report, sender
from infra.bulk.estimate import Estimate
from infra.bulk.queue import Waiting
from infra.bulk.state import State, Wishes
from tests.infra.owners_bucket import BUCKET, KEYS, RECORDS, plan

Run = Callable[..., int]


@pytest.fixture
def captioners(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The bulk queue and the functions that it feeds, as the command sees them."""
    seen: dict[str, Any] = {"at_work": True, "purged": False, "waiting": Waiting(2, 1)}
    monkeypatch.setattr(queue, "waiting", lambda _: seen["waiting"])
    monkeypatch.setattr(queue, "purge", lambda _: seen.update(purged=True))
    monkeypatch.setattr(queue, "let_captioners", lambda work, _: seen.update(at_work=work) or 1)
    return seen


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


@pytest.fixture
def run(state: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command over that state: an action and its words → its exit status."""

    def run(action: str, *words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["backfill", action, "--state", str(state), *words])
        return command.main()

    return run


START = ("start", "--bucket", BUCKET, "--prefix", "photos/", "--queue-url", "https://queue")


@pytest.mark.usefixtures("bucket", "captioners")
def test_it_tells_what_it_will_cost_and_asks(
    run: Run,
    state: Path,
    sent: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "no")
    assert run(*START) == 2
    assert "5 photos" in capsys.readouterr().err
    assert (sent, state.exists()) == ([], False)
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    assert run(*START) == 0
    assert len(sent) == len(KEYS)
    run("status")
    out = capsys.readouterr().out
    assert "sent: 5 of 5 photos sent" in out
    assert "waiting 2, at work or to be tried again 1, through with 2" in out


@pytest.mark.usefixtures("bucket")
def test_pause_resume_and_cancel(
    run: Run, state: Path, sent: list[str], captioners: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("status") == 2
    State(state, plan(5)).enter("sending")
    assert run(*START, "--yes") == 2, "one that is not finished is not begun again"
    run("pause")
    assert not captioners["at_work"]
    assert Wishes(state).look() == "pause"
    run("resume")
    assert captioners["at_work"]
    found = State.read(state)
    assert found
    assert (found.phase, found.sent) == ("sent", 5)
    run("pause")
    run("status")
    assert capsys.readouterr().out.startswith("paused: 5 of 5 "), "captioners leave what was sent in the queue"
    run("resume")
    run("cancel")
    assert captioners["purged"]
    for action in ("resume", "pause", "cancel"):
        assert run(action) == 2
        assert "Start it again" in capsys.readouterr().err
    assert captioners["at_work"]
    assert len(sent) == 5


@pytest.mark.usefixtures("bucket", "sent")
def test_two_processes_do_not_send_the_same(
    run: Run,
    state: Path,
    captioners: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    State(state, plan(5)).enter("sending")
    monkeypatch.setattr(command, "PATIENCE_SECONDS", 0)
    with sender.alone(state):
        for words in (START, ("resume",)):
            assert run(*words) == 2
            assert "Another process sends" in capsys.readouterr().err
        assert run("cancel") == 2
        assert "not stopped yet" in capsys.readouterr().err
        run("status")
        assert capsys.readouterr().out.startswith("sending: 0 of 5 ")
    assert not captioners["purged"], "what is still on its way would come after it"
    run("status")
    assert capsys.readouterr().out.startswith("stopped, go on with resume: 0 of 5 ")


@pytest.mark.usefixtures("bucket", "captioners")
def test_it_says_why_it_does_not_start(
    run: Run, sent: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setattr(queue, "let_captioners", lambda *_: 0)
    assert run(*START) == 2
    told = capsys.readouterr().err
    assert "With --yes it does not ask" in told
    assert "Is it BulkQueueUrl?" in told
    assert run(*START, "--prefix", "empty/") == 2
    assert "There are no photos in owners-photos below 'empty/'." in capsys.readouterr().err
    assert sent == []


def test_captioners_of_the_queue_are_switched(endpoint: str) -> None:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="bulk")["QueueUrl"]
    clients.sqs.cache_clear()
    asked: list[dict[str, Any]] = []

    class Functions:
        def list_event_source_mappings(self, EventSourceArn: str) -> dict[str, Any]:
            return {"EventSourceMappings": [{"UUID": EventSourceArn.rpartition(":")[2]}]}

        def update_event_source_mapping(self, **words: Any) -> None:
            asked.append(words)

    assert queue.let_captioners(False, url, Functions()) == 1
    assert asked == [{"UUID": "bulk", "Enabled": False}]
    sqs.send_message(QueueUrl=url, MessageBody="x")
    assert queue.waiting(url) == Waiting(1, 0)
    queue.purge(url)
    assert queue.waiting(url) == Waiting(0, 0)
    clients.sqs.cache_clear()


def test_a_report_tells_what_failed_and_why(
    run: Run, state: Path, bucket: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    State(state, plan()).enter("sent")
    upload = {"bucket": BUCKET, "etag": "", "sequencer": ""}
    failed = {"status": "failed", "error": {"code": "forbidden", "message": "Let it read."}, "created_at": "2999-01-01"}
    contents = {
        "a": {**failed, "upload": {**upload, "key": "photos/a.jpg"}},
        "b": {**failed, "upload": {**upload, "key": "photos/b.jpg"}},
        "visitor": failed,
        "before": {**failed, "created_at": "2020-01-01", "upload": {**upload, "key": "photos/old.jpg"}},
        "fine": {"status": "captioned", "upload": {**upload, "key": "photos/c.jpg"}, "words": ["x" * 2000]},
    }
    for name, record in contents.items():
        bucket.put_object(Bucket=RECORDS, Key=f"captions/{name}.json", Body=json.dumps(record))
    run("report", "--records", RECORDS)
    assert capsys.readouterr().out == "2\tforbidden\tLet it read.\n"
    run("report", "--records", RECORDS, "--csv")
    assert [row["key"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))] == [
        "photos/a.jpg",
        "photos/b.jpg",
    ]
    assert next(report.failures(RECORDS, BUCKET, "")).code == "forbidden"


def test_an_estimate_grows_with_photos_and_shrinks_with_captioners() -> None:
    ten_million = Estimate(photos=10_000_000, size=30_000_000_000_000, concurrency=100)
    assert round(ten_million.dollars) == 231
    assert ten_million.duration.total_seconds() == 24_000
    assert "WARNING" in "".join(Estimate(photos=20_000_000, concurrency=2).lines())
    assert "WARNING" not in "".join(ten_million.lines())
