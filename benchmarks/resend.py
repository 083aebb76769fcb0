"""Kill infra.resend in the middle, let it go on, and send a visitor's photo meanwhile: `python -m benchmarks.resend`.

moto stands for S3 and SQS, in this process. Two of its habits are replaced, or it would take hours: it counts the whole
queue for every message that is sent, and lists it for every one that is received. That it sorts all keys for every page
of a listing stays, and is part of the times. Two local servers are the captioners of the two queues.
"""

import argparse
import copy
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from moto.server import ThreadedMotoServer
from moto.sqs.models import Message, Queue

from function.aws import envelopes
from infra.forecast import SECONDS_A_PHOTO

ROOT = Path(__file__).parents[1]
PHOTO = ROOT / "tests" / "photos" / "dog.jpg"
UPLOADS, RECORDS = "glimpse-uploads", "glimpse-records"
ACCOUNT = "123456789012"
BULK = "uploads/bulk/"
PATIENCE = 3600  # seconds


def main() -> None:
    keys = _parser().parse_args().keys
    with (
        TemporaryDirectory() as folder,
        _cloud(keys) as (visitors, bulk, sent),
        _captioner(visitors, Path(folder) / "visitors"),
        _captioner(bulk, Path(folder) / "bulk"),
    ):
        _visit("first")  # the server is warm from here on
        alone = _visit("alone")
        state = Path(folder) / "state.json"
        first = _kill_in_the_middle(bulk, state, keys)
        before = _records()
        meanwhile = _visit("meanwhile")
        second = _timed(lambda: _start(bulk, state).wait())
        captioned, computed = _records() - before - 1, _computed()
    lost = {f"{i:07d}" for i in range(keys)} - set(sent)
    twice = len(sent) - keys + len(lost)
    print(f"{keys} keys, killed after {first:.0f} s, resumed for {second:.0f} s: {len(lost)} lost, {twice} sent twice")
    print(f"the two runs computed for {computed:.0f} s")
    print(f"a visitor's photo: {alone:.2f} s alone, {meanwhile:.2f} s with the bulk queue half full")
    print(f"{captioned} records of the bulk queue in {meanwhile + second:.0f} s; ", end="")
    print(f"the forecast for as many with one captioner in Lambda is {captioned * SECONDS_A_PHOTO:.0f} s")


@contextmanager
def _cloud(keys: int) -> Iterator[tuple[str, str, list[str]]]:
    """Addresses of the visitors' queue and the bulk queue, and the names that the bulk queue was ever sent."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would print every request
    sent = _hasten_moto()
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ |= {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_DEFAULT_REGION": "us-east-1"}
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    for bucket in (UPLOADS, RECORDS):
        s3.create_bucket(Bucket=bucket)
    _fill(s3, keys)
    visitors, bulk = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("visitors", "bulk"))
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:visitors"
    rule = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(Bucket=UPLOADS, NotificationConfiguration={"QueueConfigurations": [rule]})
    yield visitors, bulk, sent
    server.stop()


def _hasten_moto() -> list[str]:
    """Count and list the queue no more than is needed; returns the names of uploads that the bulk queue is sent."""
    sent: list[str] = []
    add = Queue.add_message

    def add_message(queue: Queue, message: Message) -> None:
        if queue.name == "bulk":
            created = envelopes.created_uploads(json.loads(message.body), UPLOADS)
            sent.extend(upload.name.rpartition("/")[2] for upload in created)
        add(queue, message)

    def messages(queue: Queue) -> list[Message]:
        return [*islice((message for message in queue._messages if message.visible and not message.delayed), 20)]

    replaced: dict[str, object] = {"add_message": add_message, "messages": property(messages)}
    replaced["approximate_number_of_messages"] = property(lambda queue: len(queue._messages))
    for count in ("delayed", "not_visible"):
        replaced[f"approximate_number_of_messages_{count}"] = property(lambda _: 0)
    for name, value in replaced.items():
        setattr(Queue, name, value)
    return sent


def _fill(s3: Any, keys: int) -> None:
    """Uploads that share the bytes of one photo, put into moto itself: over HTTP it would take minutes."""
    from moto.s3.models import s3_backends

    s3.upload_file(str(PHOTO), UPLOADS, f"{BULK}0000000")
    there = s3_backends[ACCOUNT]["aws"].buckets[UPLOADS].keys
    for i in range(1, keys):
        key = copy.copy(there[f"{BULK}0000000"])
        key.name = f"{BULK}{i:07d}"
        there[key.name] = key


@contextmanager
def _captioner(queue_url: str, folder: Path) -> Iterator[None]:
    """A local server that captions what a queue tells of."""
    folder.mkdir()
    names = {"GLIMPSE_UPLOADS_BUCKET": UPLOADS, "GLIMPSE_RECORDS_BUCKET": RECORDS, "GLIMPSE_QUEUE_URL": queue_url}
    command = [sys.executable, "local_server.py", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **names}, stdout=-3, stderr=-3)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _visit(name: str) -> float:
    """Seconds from the upload of a visitor's photo to its record."""
    s3 = boto3.client("s3")
    begun = time.monotonic()
    s3.upload_file(str(PHOTO), UPLOADS, f"uploads/{name}")
    _wait(lambda: "Contents" in s3.list_objects_v2(Bucket=RECORDS, Prefix=f"captions/{name}.json"))
    return time.monotonic() - begun


def _records() -> int:
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=RECORDS)
    return sum(page["KeyCount"] for page in pages)


def _kill_in_the_middle(bulk: str, state: Path, keys: int) -> float:
    """Seconds until half of the keys were sent and it was killed."""

    def is_half_way() -> bool:
        assert process.poll() is None, "it ended too soon"
        return state.exists() and json.loads(state.read_text(encoding="utf-8"))["sent"] >= keys // 2

    begun = time.monotonic()
    process = _start(bulk, state)
    _wait(is_half_way)
    process.kill()
    process.wait()
    return time.monotonic() - begun


def _start(bulk: str, state: Path) -> "subprocess.Popen[bytes]":
    words = ["--bucket", UPLOADS, "--queue-url", bulk, "--prefix", BULK, "--state", str(state), "--concurrency", "1"]
    return subprocess.Popen([sys.executable, "-m", "infra.resend", *words], cwd=ROOT)


def _timed(work: Callable[[], object]) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def _computed() -> float:
    """Seconds of processor time of the processes that were started here and have ended."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            sys.exit("resend: it did not happen")
        time.sleep(0.05)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Kill infra.resend in the middle and let it go on, over moto.")
    parser.add_argument("--keys", type=int, default=100_000, help="uploads in the bucket (default: 100,000)")
    return parser


if __name__ == "__main__":
    main()
