"""`python -m infra.resend` over a real bucket and queue, stopped and run again."""

import copy
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from function.app import App
from function.aws import envelopes, events
from function.captioning.captioner import Captioner
from infra import forecast, resend
from infra.bulk import messages
from infra.bulk.messages import BATCH, Refused
from infra.forecast import Forecast
from tests.cloud.conftest import RECORDS, UPLOADS, Cloud

ROOT = Path(__file__).parents[2]
MANY = 300
"""Keys on their way when it is killed. moto counts its whole queue for each; benchmarks/resend.py has 100,000."""
NAMES = [f"{i:02d}/a+b é.jpg" for i in range(25)]


Run = Callable[..., "Ended"]


@pytest.fixture
def bucket(cloud: Cloud) -> Cloud:
    """A bucket that had its uploads before it had a notification."""
    cloud.s3.put_bucket_notification_configuration(Bucket=UPLOADS, NotificationConfiguration={})
    for name in NAMES:
        cloud.s3.put_object(Bucket=UPLOADS, Key=f"uploads/{name}", Body=name.encode())
    cloud.sqs.purge_queue(QueueUrl=cloud.queue_url)
    return cloud


class Ended(NamedTuple):
    """How a command ended."""

    returncode: int
    stderr: str


@pytest.fixture
def run(bucket: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process: to start Python for each takes longer than what it does."""

    def run(*more: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["resend", *words(bucket, tmp_path / "state", *more)])
        code: object = 0
        try:
            resend.main()
        except SystemExit as end:
            code = end.code
        said = capsys.readouterr().err
        return Ended(1, f"{said}{code}\n") if isinstance(code, str) else Ended(int(str(code)), said)

    return run


def words(cloud: Cloud, state: Path, *more: str) -> list[str]:
    return ["--bucket", UPLOADS, "--queue-url", cloud.queue_url, "--state", str(state), *more]


def received(cloud: Cloud) -> list[str]:
    """Bodies of all messages in the queue, which is emptied."""
    bodies = []
    while messages := cloud.sqs.receive_message(QueueUrl=cloud.queue_url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(message["Body"])
            cloud.sqs.delete_message(QueueUrl=cloud.queue_url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def names(bodies: list[str]) -> list[str]:
    return sorted(created.name for body in bodies for created in envelopes.created_uploads(json.loads(body), UPLOADS))


def test_every_upload_gets_a_message_and_the_state_is_forgotten(bucket: Cloud, run: Run, tmp_path: Path) -> None:
    done = run()
    assert done.returncode == 0
    assert "25/25" in done.stderr
    assert names(received(bucket)) == sorted(NAMES)
    assert not (tmp_path / "state").exists()


def test_a_prefix_narrows_it(bucket: Cloud, run: Run) -> None:
    assert run("--prefix", "uploads/1").returncode == 0
    assert names(received(bucket)) == NAMES[10:20]


def test_after_a_stop_it_goes_on_where_it_was(bucket: Cloud, run: Run, tmp_path: Path) -> None:
    def send_twice(queue_url: str, bodies: list[str]) -> None:
        if bucket.count(queue_url) == 20:
            raise Refused("enough")
        messages.send(queue_url, bodies)

    progress = resend.Progress(tmp_path / "state", f"{UPLOADS}/uploads/ to {bucket.queue_url}")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Refused):
        patch.setattr(resend, "SENDERS", 1)
        patch.setattr(resend, "send", send_twice)
        resend.resend(UPLOADS, "uploads/", bucket.queue_url, progress, len(NAMES))
    done = run()
    assert "25/25" in done.stderr
    assert names(received(bucket)) == sorted(NAMES)


def test_killed_it_loses_no_key(bucket: Cloud, run: Run, tmp_path: Path) -> None:
    """Killed outright in the middle of many keys, it sends some of them twice and leaves out none."""
    keys = s3_backends["123456789012"]["aws"].buckets[UPLOADS].keys
    many = [f"many/{i:06d}" for i in range(MANY)]
    for name in many:  # put into moto itself: over HTTP it would take minutes
        keys[f"uploads/{name}"] = copy.copy(keys[f"uploads/{NAMES[0]}"])
        keys[f"uploads/{name}"].name = f"uploads/{name}"
    command = [sys.executable, "-m", "infra.resend", *words(bucket, tmp_path / "state", "--prefix", "uploads/many/")]
    first = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    while not (tmp_path / "state").exists() or json.loads((tmp_path / "state").read_text())["sent"] < MANY // 3:
        assert first.poll() is None
        time.sleep(0.05)
    first.kill()
    first.wait()
    assert 0 < json.loads((tmp_path / "state").read_text())["sent"] < MANY
    assert run("--prefix", "uploads/many/").returncode == 0
    queue = sqs_backends["123456789012"]["eu-west-1"].queues["glimpse-uploads"]
    sent = names([message.body for message in queue._messages])
    for name in many:
        del keys[f"uploads/{name}"]
    assert set(sent) == set(many)
    assert len(sent) - len(many) <= (resend.SENDERS + 1) * BATCH


def test_records_are_made_anew_where_a_person_asks_for_it(bucket: Cloud, run: Run, captioner: Captioner) -> None:
    seen: list[object] = []
    app = App(bucket.settings, bucket.store(), captioner, observe=seen.append)
    for more in ([], ["--recaption"]):
        time.sleep(1.1 if more else 0)  # records tell their time in seconds
        run("--prefix", "uploads/0", *more)
        for body in received(bucket) * 2:  # every message comes twice
            events.handle(app, json.loads(body))
    assert len(seen) == 2 * 10


def test_a_dry_run_foretells_and_sends_nothing(bucket: Cloud, run: Run) -> None:
    done = run("--dry-run", "--concurrency", "5")
    assert (done.returncode, received(bucket)) == (0, [])
    assert done.stderr.splitlines()[0] == "25 uploads at 5 captioners will take about 0.0 hours."


def test_a_forecast_warns_of_what_is_deleted_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "SECONDS_A_PHOTO", 1000 * forecast.SECONDS_A_PHOTO)  # for a thousandth of the photos
    now = datetime.now(UTC)
    short = Forecast(concurrency=5, upload_days=7)
    short.add([now] * 1_000 + [now - timedelta(days=6)] * 9_000)
    assert short.duration == timedelta(seconds=480_000)  # 5.6 days
    assert short.lost() == 9_000
    assert [line[:7] for line in short.lines()] == ["10000 u", "WARNING"]
    longer = Forecast(concurrency=2, upload_days=None)
    longer.add([now] * 11_000)
    assert longer.lost() == 0
    assert "14 days" in [*longer.lines()][1]


def test_what_has_its_record_is_not_captioned_again(bucket: Cloud, run: Run, captioner: Captioner) -> None:
    seen: list[object] = []
    app = App(bucket.settings, bucket.store(), captioner, observe=seen.append)
    for _ in range(2):
        run("--prefix", "uploads/0")
        for body in received(bucket):
            events.handle(app, json.loads(body))
    assert len(seen) == 10


def test_a_prefix_elsewhere_is_refused_with_the_remedy(bucket: Cloud, run: Run) -> None:
    done = run("--prefix", "holiday/")
    assert (done.returncode, received(bucket)) == (1, [])
    assert "infra/backfill" in done.stderr


def test_records_are_sent_to_the_analysis(bucket: Cloud, run: Run) -> None:
    days = {
        "ID": "forget",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"ExpiredObjectDeleteMarker": True},
    }
    bucket.s3.put_bucket_lifecycle_configuration(Bucket=RECORDS, LifecycleConfiguration={"Rules": [days]})
    for name in ("a", "b"):
        bucket.s3.put_object(Bucket=RECORDS, Key=f"captions/{name}.json", Body=b"{}")
    done = run("--bucket", RECORDS, "--records")
    assert (done.returncode, done.stderr.splitlines()[0]) == (0, "2 records")
    assert [json.loads(body)["Records"][0]["s3"]["object"]["key"] for body in received(bucket)] == [
        "captions%2Fa.json",
        "captions%2Fb.json",
    ]
    assert run("--bucket", RECORDS, "--records", "--prefix", "uploads/").returncode == 1


def test_a_bucket_that_is_not_there_is_told(bucket: Cloud, run: Run) -> None:
    done = run("--bucket", "no-such-bucket")
    assert done.returncode == 1
    assert done.stderr.startswith("resend: There is no bucket no-such-bucket.")
