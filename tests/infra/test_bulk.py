"""`infra/backfill`: what lies in a bucket, or in its inventory, sent, paused, killed, resumed."""

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

import pytest

from function.aws import envelopes
from function.storage.aws import clients
from function.storage.photo_bucket import PhotoBucket
from infra.bulk import messages
from infra.bulk import state as states
from infra.bulk.inventory import Inventory, Unusable
from infra.bulk.send import send_all
from infra.bulk.source import Listing, Source
from infra.bulk.state import State, Wishes
from tests.infra.conftest import ROOT
from tests.infra.owners_bucket import BUCKET, FORMATS, KEYS, OTHERS, plan, put_inventory, rows

MANY = int(os.environ.get("GLIMPSE_TEST_BACKFILL", "3000"))
"""Keys of the inventory that is killed in the middle; 100,000 take a minute or two."""


def all_of(source: Source) -> list[tuple[str, int, str]]:
    return sorted((p.key, p.size, p.etag) for part in source.parts() for p in source.photos(part, ""))


# Lists of photos


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
        raise messages.Refused("enough")

    monkeypatch.setattr(messages, "send", refuse)
    state = State(tmp_path / "state.json", plan())
    with pytest.raises(messages.Refused):
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
