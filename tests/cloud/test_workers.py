"""Workers on a queue: killed, doubled, and poisoned. Every upload gets its record, and one inference after the last."""

import io
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.cloud.conftest import RECORDS, UPLOADS, Cloud

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds; the machine may be busy with other things
PHOTOS = 24
Work = Callable[[], "subprocess.Popen[bytes]"]
Notes = Callable[[], Counter[str]]


@pytest.fixture
def work(cloud: Cloud, tmp_path: Path) -> Iterator[Work]:
    """Starts worker processes, which all write into one file of notes."""
    workers = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.cloud.worker", str(tmp_path / "notes")]
        environment = {**os.environ, **cloud.environment, "GLIMPSE_THREADS": "1"}
        workers.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    """How often each upload was captioned so far."""
    path = tmp_path / "notes"
    return lambda: Counter(path.read_text().split() if path.exists() else [])


def upload(cloud: Cloud, photos: Path, count: int = PHOTOS) -> list[str]:
    """Photos of different content; returns the ids."""
    ids = []
    with Image.open(photos / "dog.jpg") as image:
        for i in range(count):
            file = io.BytesIO()
            image.resize((300 + i, 224)).save(file, "JPEG")
            ids.append(f"{i:032x}")
            cloud.s3.put_object(Bucket=UPLOADS, Key=f"uploads/{ids[-1]}", Body=file.getvalue())
    return ids


def records(cloud: Cloud) -> dict[str, str]:
    """The eTag of every record by its key."""
    listed = cloud.s3.list_objects_v2(Bucket=RECORDS).get("Contents", [])
    return {item["Key"]: item["ETag"] for item in listed}


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def all_captioned(cloud: Cloud, ids: list[str]) -> bool:
    return set(records(cloud)) == {f"captions/{id}.json" for id in ids}


def test_a_worker_killed_in_the_middle_loses_nothing_and_repeats_nothing(
    cloud: Cloud, photos: Path, work: Work, notes: Notes
) -> None:
    ids = upload(cloud, photos)
    first = work()
    wait_for(lambda: len(records(cloud)) >= PHOTOS // 4)
    first.kill()
    first.wait()
    done, captioned = records(cloud), notes()
    assert len(done) < PHOTOS
    work()
    wait_for(lambda: all_captioned(cloud, ids) and cloud.count(cloud.queue_url) == 0)
    assert records(cloud) | done == records(cloud)  # what was done stays as it was
    repeated = {id for id, times in notes().items() if times > 1}
    assert repeated <= set(captioned) - {key[9:41] for key in done}  # captioned, but killed before its record was kept
    assert len(repeated) <= 1
    assert cloud.count(cloud.dead_letters_url) == 0


def test_two_workers_share_a_queue(cloud: Cloud, photos: Path, work: Work, notes: Notes) -> None:
    ids = upload(cloud, photos, 20)
    work(), work()
    wait_for(lambda: all_captioned(cloud, ids) and cloud.count(cloud.queue_url) == 0)
    assert set(notes()) == set(ids)
    assert cloud.count(cloud.dead_letters_url) == 0


def test_every_event_delivered_twice_costs_one_inference(cloud: Cloud, photos: Path, work: Work, notes: Notes) -> None:
    ids = upload(cloud, photos, 10)
    for id in ids:  # S3 tells a second time, as it may
        etag = cloud.s3.head_object(Bucket=UPLOADS, Key=f"uploads/{id}")["ETag"].strip('"')
        upload_ = {"bucket": {"name": UPLOADS}, "object": {"key": f"uploads/{id}", "eTag": etag}}
        body = {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": upload_}]}
        cloud.sqs.send_message(QueueUrl=cloud.queue_url, MessageBody=json.dumps(body))
    work()
    wait_for(lambda: all_captioned(cloud, ids) and cloud.count(cloud.queue_url) == 0)
    assert notes() == Counter(ids)


def test_a_poison_message_ends_among_the_dead_letters(cloud: Cloud, photos: Path, work: Work) -> None:
    cloud.sqs.send_message(QueueUrl=cloud.queue_url, MessageBody='{"not": "an event"}')
    cloud.s3.upload_file(str(photos / "dog.jpg"), UPLOADS, "uploads/" + "a" * 32)
    cloud.sqs.set_queue_attributes(QueueUrl=cloud.queue_url, Attributes={"VisibilityTimeout": "0"})
    work()
    wait_for(lambda: cloud.count(cloud.dead_letters_url) == 1)
    wait_for(lambda: len(records(cloud)) == 1)
    [letter] = cloud.sqs.receive_message(QueueUrl=cloud.dead_letters_url)["Messages"]
    assert letter["Body"] == '{"not": "an event"}'
