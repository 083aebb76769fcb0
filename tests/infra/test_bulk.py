"""`infra/backfill`: what lies in a bucket, or in its inventory, sent, killed, resumed, cancelled, reported."""

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import boto3
import pyarrow
import pyarrow.orc
import pyarrow.parquet
import pytest

from function.aws import envelopes
from function.storage.aws import clients
from function.storage.photo_bucket import PhotoBucket
from infra import backfill
from infra.bulk import __main__ as command
from infra.bulk import queue, report
from infra.bulk import state as states
from infra.bulk.estimate import Estimate
from infra.bulk.inventory import Inventory, Unusable
from infra.bulk.queue import Waiting
from infra.bulk.send import send_all
from infra.bulk.source import Listing, Source
from infra.bulk.state import Plan, State, Wishes
from tests.infra.conftest import ROOT

BUCKET, LISTS, RECORDS = "owners-photos", "owners-inventory", "kept-records"
MANY = int(os.environ.get("GLIMPSE_TEST_BACKFILL", "3000"))
"""Keys of the inventory that is killed in the middle; 100,000 take a minute or two."""
KEYS = ["photos/2025/a b.jpg", "photos/2025/é+.png", "photos/2026/c.jpg", "photos/loose.jpg", "photos/2026/d"]
OTHERS = ["photos/2025/film.mp4", "photos/2026/c.jpg.xmp", "other/x.jpg"]


@pytest.fixture(scope="module")
def bucket(endpoint: str) -> Any:
    """A bucket with photos and other things, and the clients of the functions set to it."""
    clients.s3.cache_clear()
    clients.s3_for_many.cache_clear()
    s3 = boto3.client("s3")
    for name in (BUCKET, LISTS, RECORDS):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key in [*KEYS, *OTHERS]:
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    yield s3
    clients.s3.cache_clear()
    clients.s3_for_many.cache_clear()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys that were sent, as the captioner reads them from the messages."""
    keys: list[str] = []
    photos = PhotoBucket(BUCKET, "", "secret")

    def send(_: str, bodies: list[str]) -> None:
        keys.extend(created.key for b in bodies for created in envelopes.created_uploads(json.loads(b), "", photos))

    monkeypatch.setattr(backfill, "send", send)
    return keys


def plan(photos: int = 0) -> Plan:
    return Plan(BUCKET, "photos/", "", "https://queue", 2, photos)


def all_of(source: Source) -> list[tuple[str, int, str]]:
    return sorted((p.key, p.size, p.etag) for part in source.parts() for p in source.photos(part, ""))


# Lists of photos


def rows(keys: list[str]) -> list[dict[str, Any]]:
    """An inventory's rows, with an older version and a deletion among them."""
    size = {"size": 7, "e_tag": "e", "is_delete_marker": False}
    there = [{"bucket": BUCKET, "key": key, "is_latest": True, **size} for key in keys]
    older = {**there[0], "is_latest": False, "e_tag": "older"}
    return [older, *there, {**there[0], "key": "photos/gone.jpg", "is_delete_marker": True}]


def as_csv(content: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
        [
            r["bucket"],
            quote_plus(r["key"]),
            str(r["is_latest"]).lower(),
            str(r["is_delete_marker"]).lower(),
            r["size"],
            r["e_tag"],
        ]
        for r in content
    )
    return gzip.compress(text.getvalue().encode())


def as_parquet(content: list[dict[str, Any]]) -> bytes:
    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(content), file)
    return file.getvalue()


def as_orc(content: list[dict[str, Any]]) -> bytes:
    file = io.BytesIO()
    pyarrow.orc.write_table(pyarrow.Table.from_pylist(content), file)
    return file.getvalue()


FORMATS = {"CSV": as_csv, "Parquet": as_parquet, "ORC": as_orc}


def put_inventory(s3: Any, kind: str, *files: list[dict[str, Any]]) -> str:
    """An inventory of the bucket with these files, as S3 writes it; the address of its manifest."""
    names = [f"lists/data/{kind}-{number}" for number in range(len(files))]
    for name, content in zip(names, files, strict=True):
        s3.put_object(Bucket=LISTS, Key=name, Body=FORMATS[kind](content))
    manifest = {
        "sourceBucket": BUCKET,
        "destinationBucket": f"arn:aws:s3:::{LISTS}",
        "fileFormat": kind,
        "fileSchema": "Bucket, Key, IsLatest, IsDeleteMarker, Size, ETag",
        "files": [{"key": name, "size": 1, "MD5checksum": ""} for name in names],
    }
    s3.put_object(Bucket=LISTS, Key=f"lists/{kind}/manifest.json", Body=json.dumps(manifest))
    return f"s3://{LISTS}/lists/{kind}/manifest.json"


@pytest.mark.parametrize("kind", FORMATS)
def test_an_inventory_is_read_in_every_format(bucket: Any, kind: str) -> None:
    inventory = Inventory(put_inventory(bucket, kind, rows([*KEYS[:3], *OTHERS]), rows(KEYS[3:])), BUCKET, "photos/")
    assert all_of(inventory) == sorted((key, 7, "e") for key in KEYS)
    first, second, _ = inventory.photos(inventory.parts()[0], "")
    assert next(inventory.photos(inventory.parts()[0], first.cursor)).key == second.key


def test_an_inventory_of_another_bucket_is_refused(bucket: Any) -> None:
    with pytest.raises(Unusable, match="not another"):
        Inventory(put_inventory(bucket, "CSV", rows(KEYS)), "another", "")


@pytest.mark.usefixtures("bucket")
def test_a_bucket_is_listed_folder_by_folder() -> None:
    listing = Listing(BUCKET, "photos/")
    assert listing.parts() == [Listing.LOOSE, "photos/2025/", "photos/2026/"]
    assert [key for key, _, _ in all_of(listing)] == sorted(KEYS)
    assert [p.key for p in listing.photos("photos/2025/", "photos/2025/a b.jpg")] == ["photos/2025/é+.png"]
    assert len({etag for _, _, etag in all_of(listing)}) == len(KEYS)


# Sending


@pytest.mark.usefixtures("bucket")
def test_every_photo_is_sent_once(sent: list[str], tmp_path: Path) -> None:
    state = State(tmp_path / "state.json", plan())
    send_all(Listing(BUCKET, "photos/"), state, Wishes(state.file))
    assert sorted(sent) == sorted(KEYS)
    assert (state.phase, state.sent) == ("sent", len(KEYS))


def test_a_paused_backfill_goes_on_where_it_was(
    bucket: Any, sent: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "_PAUSE_SECONDS", 0)
    keys = [f"photos/{number:03}.jpg" for number in range(200)]
    source = Inventory(put_inventory(bucket, "CSV", rows(keys)), BUCKET, "photos/")
    state = State(tmp_path / "state.json", plan())
    wishes = Wishes(state.file)
    send_all(source, state, wishes, lambda _: wishes.make("pause"))
    assert state.phase == "paused"
    assert 0 < len(sent) < 200
    again = State.read(state.file)
    assert again
    wishes.clear()
    send_all(source, again, Wishes(state.file))
    assert (again.phase, again.sent) == ("sent", 200)
    assert Counter(sent) == dict.fromkeys(keys, 1)


@pytest.mark.usefixtures("bucket")
def test_a_queue_that_refuses_stops_it_and_what_was_sent_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str, __: list[str]) -> None:
        raise backfill.Refused("enough")

    monkeypatch.setattr(backfill, "send", refuse)
    state = State(tmp_path / "state.json", plan())
    with pytest.raises(backfill.Refused):
        send_all(Listing(BUCKET, "photos/"), state, Wishes(state.file))
    again = State.read(state.file)
    assert again
    assert (again.phase, again.sent) == ("sending", 0)


@pytest.fixture
def sqs() -> Iterator[tuple[str, list[str]]]:
    """SQS as far as sending goes, faster than moto: its address, and the bodies of the messages that it took."""
    bodies: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            bodies.extend(entry["MessageBody"] for entry in asked["Entries"])
            taken = [{"Id": e["Id"], "MessageId": "m", "MD5OfMessageBody": ""} for e in asked["Entries"]]
            answer = json.dumps({"Successful": taken, "Failed": []}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", bodies
    server.shutdown()
    server.server_close()


def keys_in(bodies: list[str]) -> Counter[str]:
    photos = PhotoBucket(BUCKET, "", "secret")
    return Counter(c.key for body in bodies for c in envelopes.created_uploads(json.loads(body), "", photos))


def test_an_inventory_is_sent_killed_in_the_middle_and_resumed(
    bucket: Any, sqs: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed outright, it sends some keys twice and leaves out none."""
    address, bodies = sqs
    keys = [f"photos/{number:06}.jpg" for number in range(MANY)]
    manifest = put_inventory(bucket, "CSV", *(rows(keys[part::3]) for part in range(3)))
    state = tmp_path / "state.json"
    environment = {**os.environ, "AWS_ENDPOINT_URL_SQS": address, "PYTHON": sys.executable}
    words = [
        str(ROOT / "infra" / "backfill"),
        "start",
        "--state",
        str(state),
        "--bucket",
        BUCKET,
        "--prefix",
        "photos/",
    ]
    words += ["--queue-url", f"{address}/123456789012/bulk", "--inventory", manifest, "--yes"]
    first = subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL)
    while len(bodies) < MANY // 2:
        assert first.poll() is None
        time.sleep(0.01)
    first.kill()
    first.wait()
    before = State.read(state)
    assert before
    assert (before.phase, before.plan.photos) == ("sending", MANY)
    assert before.sent < MANY
    clients.sqs.cache_clear()
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", address)
    send_all(Inventory(manifest, BUCKET, "photos/"), before, Wishes(state))
    clients.sqs.cache_clear()
    assert before.sent == MANY
    counts = keys_in(bodies)
    assert set(counts) == set(keys)
    assert max(counts.values()) <= 2


# The command


@pytest.fixture
def captioners(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The bulk queue and the functions that it feeds, as the command sees them."""
    seen: dict[str, Any] = {"at_work": True, "purged": False, "waiting": Waiting(2, 1)}
    monkeypatch.setattr(queue, "waiting", lambda _: seen["waiting"])
    monkeypatch.setattr(queue, "purge", lambda _: seen.update(purged=True))
    monkeypatch.setattr(queue, "let_captioners", lambda work, _: seen.update(at_work=work) or 1)
    monkeypatch.setattr(command, "GRACE_SECONDS", 0)
    return seen


def run(monkeypatch: pytest.MonkeyPatch, state: Path, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["backfill", words[0], "--state", str(state), *words[1:]])
    return command.main()


START = ("start", "--bucket", BUCKET, "--prefix", "photos/", "--queue-url", "https://queue")


@pytest.mark.usefixtures("bucket")
def test_it_tells_what_it_will_cost_and_asks(
    sent: list[str],
    captioners: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    state = tmp_path / "state.json"
    monkeypatch.setattr("builtins.input", lambda _: "no")
    assert run(monkeypatch, state, *START) == 2
    assert "5 photos" in capsys.readouterr().err
    assert (sent, state.exists()) == ([], False)
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    assert run(monkeypatch, state, *START) == 0
    assert len(sent) == len(KEYS)
    run(monkeypatch, state, "status")
    out = capsys.readouterr().out
    assert "sent: 5 of 5 photos sent" in out
    assert "waiting 2, at work or to be tried again 1, through with 2" in out


@pytest.mark.usefixtures("bucket", "sent")
def test_pause_resume_and_cancel(
    captioners: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    assert run(monkeypatch, state, "status") == 2
    State(state, plan(5)).enter("sending")
    assert run(monkeypatch, state, *START, "--yes") == 2, "one that is not finished is not begun again"
    run(monkeypatch, state, "pause")
    assert not captioners["at_work"]
    assert Wishes(state).look() == "pause"
    run(monkeypatch, state, "resume")
    assert captioners["at_work"]
    found = State.read(state)
    assert found
    assert (found.phase, found.sent) == ("sent", 5)
    run(monkeypatch, state, "cancel")
    assert captioners["purged"]
    assert run(monkeypatch, state, "resume") == 2
    assert "Start it again" in capsys.readouterr().err


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
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state = State(tmp_path / "state.json", plan())
    state.enter("sent")
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
    run(monkeypatch, state.file, "report", "--records", RECORDS)
    assert capsys.readouterr().out == "2\tforbidden\tLet it read.\n"
    run(monkeypatch, state.file, "report", "--records", RECORDS, "--csv")
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
