"""`infra/backfill` over an inventory of many keys: paused, killed, resumed and cancelled in the middle.

GLIMPSE_TEST_BACKFILL=100000 pytest tests/infra/test_bulk_many.py -s shows what was sent.
"""

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from function.aws import envelopes
from function.storage.aws import clients
from function.storage.photo_bucket import PhotoBucket
from infra.bulk import __main__ as command
from infra.bulk import send
from infra.bulk.messages import BATCH
from infra.bulk.source import PARTS
from infra.bulk.state import State
from tests.infra.conftest import ROOT
from tests.infra.emulated_queue import BulkQueue
from tests.infra.owners_bucket import BUCKET, RECORDS, put_inventory, rows

MANY = int(os.environ.get("GLIMPSE_TEST_BACKFILL", "2000"))
FILES = 3
ON_THEIR_WAY = BATCH * PARTS * (send.AHEAD + 1)
"""Photos that may be sent after a wish at most, once it was seen."""


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[BulkQueue]:
    with BulkQueue() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", server.address)
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.address)
        clients.sqs.cache_clear()
        yield server
        clients.sqs.cache_clear()
        server.shutdown()


class Backfill:
    """The command. What acts is a process of its own; what only tells is asked for here, which is quicker."""

    def __init__(self, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.file, self._capsys, self._monkeypatch = file, capsys, monkeypatch

    def begin(self, action: str, *words: str) -> "subprocess.Popen[str]":
        line = [str(ROOT / "infra" / "backfill"), action, "--state", str(self.file), *words]
        pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(line, env={**os.environ, "PYTHON": sys.executable}, **pipes)

    def told(self, action: str, *words: str) -> str:
        self._monkeypatch.setattr(sys, "argv", ["backfill", action, "--state", str(self.file), *words])
        assert command.main() == 0
        return self._capsys.readouterr().out

    @property
    def state(self) -> State:
        found = State.read(self.file)
        assert found
        return found


def ended(process: "subprocess.Popen[str]") -> str:
    """What an action printed, once it has ended well."""
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    return out + err.rpartition("\r")[2]  # without the bar


def sending_until(most: int, queue: BulkQueue, backfill: Backfill, *action: str) -> "subprocess.Popen[str]":
    """An action that goes on sending, of which the queue has taken so many messages and takes no more."""
    queue.take_until(most)
    sending = backfill.begin(*action)
    queue.wait_until_full()
    return sending


def sent_keys(queue: BulkQueue) -> Counter[str]:
    photos = PhotoBucket(BUCKET, "", "secret")
    return Counter(c.key for body in queue.bodies for c in envelopes.created_uploads(json.loads(body), "", photos))


@pytest.fixture
def backfill(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Backfill:
    return Backfill(tmp_path / "state.json", capsys, monkeypatch)


def test_many_keys_are_sent_paused_killed_resumed_and_cancelled(
    bucket: Any, queue: BulkQueue, backfill: Backfill
) -> None:
    keys = [f"photos/{number:06}.jpg" for number in range(MANY)]
    manifest = put_inventory(bucket, "CSV", *(rows(keys[part::FILES]) for part in range(FILES)))

    where = ("--bucket", BUCKET, "--prefix", "photos/", "--queue-url", queue.url, "--inventory", manifest)
    sending = sending_until(MANY // 5, queue, backfill, "start", *where, "--yes")
    ended(backfill.begin("pause"))
    queue.take_until(MANY)
    assert "backfill: paused" in ended(sending)
    assert not queue.feeds
    assert backfill.state.sent == len(queue.bodies) <= MANY // 5 + ON_THEIR_WAY

    sending = sending_until(MANY // 2, queue, backfill, "resume")
    assert queue.feeds
    sending.kill()
    sending.communicate()
    assert backfill.told("status").startswith("stopped, go on with resume: ")

    sending = sending_until(MANY * 4 // 5, queue, backfill, "resume")
    cancelling = backfill.begin("cancel")
    while not backfill.file.with_suffix(".wish").exists():
        assert cancelling.poll() is None
    queue.take_until(2 * MANY)
    assert "backfill: cancelled" in ended(sending)
    messages = len(queue.bodies)
    told = ended(cancelling)
    assert f"cancelled; {backfill.state.sent:,} of {MANY:,} photos had been sent" in told

    status, report = backfill.told("status"), backfill.told("report", "--records", RECORDS)
    assert status.startswith(f"cancelled: {backfill.state.sent:,} of {MANY:,} photos sent")
    assert report == ""
    assert (len(queue.bodies), queue.waiting, queue.feeds) == (messages, 0, True), "nothing is sent after it"
    sent = sent_keys(queue)
    lost_none_of_what_it_says(backfill.state, sent, keys)
    print(f"{messages:,} messages for {len(sent):,} photos; {told}{status}")


def lost_none_of_what_it_says(state: State, sent: Counter[str], keys: list[str]) -> None:
    """Every photo up to a part's cursor was sent; only those on their way at the kill were sent twice."""
    for part in range(FILES):
        said = state.part(f"lists/data/CSV-{part}").sent
        assert set(keys[part::FILES][:said]) <= set(sent)
    assert state.sent <= len(sent) < MANY
    assert max(sent.values()) <= 2
