"""Caption what lies in the bucket already: a message on the queue for every upload under a prefix.

    python -m infra.backfill --bucket my-uploads --queue-url https://sqs.eu-west-1.amazonaws.com/1234/my-queue

Run it again after a stop and it goes on after the last key it sent, which the state file keeps until all are.
Nothing is captioned twice, however often it runs: the captioner passes over uploads that have their record.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from botocore.exceptions import BotoCoreError, ClientError
from tqdm import tqdm

from function.errors import Misconfigured
from function.storage import clients
from function.storage.base import UPLOADS

BATCH = 10
"""Messages that SQS takes at once."""


class Refused(Exception):
    """The queue did not take every message."""


def main() -> None:
    args = _parser().parse_args()
    if not args.prefix.startswith(UPLOADS):
        sys.exit(f"backfill: only what lies under {UPLOADS} is captioned. Copy photos there: that captions them, too.")
    progress = Progress(args.state, f"{args.bucket}/{args.prefix} to {args.queue_url}")
    try:
        backfill(args.bucket, args.prefix, args.queue_url, progress)
    except (BotoCoreError, ClientError, Misconfigured, Refused) as error:
        sys.exit(f"backfill: {error}\nWhat was sent is noted in {args.state}; run the same command to go on.")
    progress.finish()


def backfill(bucket: str, prefix: str, queue_url: str, progress: "Progress") -> None:
    """Send a message for every upload that is still to do."""
    total = sum(len(batch) for batch in batches(bucket, prefix, after=""))
    with tqdm(total=total, initial=progress.sent, unit="upload") as bar:
        for batch in batches(bucket, prefix, after=progress.last):
            send(queue_url, [message(bucket, upload) for upload in batch])
            progress.advance(batch[-1]["Key"], len(batch))
            bar.update(len(batch))


def batches(bucket: str, prefix: str, after: str) -> Iterator[list[dict[str, Any]]]:
    """What S3 lists under a prefix after a key, in the order of the keys and in batches."""
    for page in clients.s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, StartAfter=after):
        uploads = page.get("Contents", [])
        for start in range(0, len(uploads), BATCH):
            yield uploads[start : start + BATCH]


def message(bucket: str, upload: dict[str, Any]) -> str:
    """The event that S3 would have sent; without a sequencer, so that any of S3's own is newer."""
    described = {"key": quote_plus(upload["Key"]), "size": upload["Size"], "eTag": upload["ETag"].strip('"')}
    s3 = {"bucket": {"name": bucket}, "object": described}
    return json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Backfill", "s3": s3}]})


def send(queue_url: str, bodies: list[str]) -> None:
    """Raises Refused unless every message was taken."""
    entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies)]
    failed = clients.sqs().send_message_batch(QueueUrl=queue_url, Entries=entries).get("Failed")
    if failed:
        raise Refused(f"The queue refused {len(failed)} messages ({failed[0]['Code']}).")


class Progress:
    """How far a backfill came, in a file that a later run of the same one reads."""

    def __init__(self, file: Path, what: str) -> None:
        self._file, self._what = file, what
        state = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        known = state.get("what") == what
        self.last: str = state["last"] if known else ""
        self.sent: int = state["sent"] if known else 0

    def advance(self, last: str, count: int) -> None:
        self.last, self.sent = last, self.sent + count
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps({"what": self._what, "last": self.last, "sent": self.sent}), encoding="utf-8")
        part.replace(self._file)

    def finish(self) -> None:
        self._file.unlink(missing_ok=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Send the uploads that are in a bucket already through the queue.")
    parser.add_argument("--bucket", required=True, help="the uploads bucket")
    parser.add_argument("--queue-url", required=True, help="the queue that the captioner is fed from")
    parser.add_argument("--prefix", default=UPLOADS, help=f"keys to send (default: {UPLOADS})")
    parser.add_argument("--state", type=Path, default=Path("backfill.json"), help="file that keeps the progress")
    return parser


if __name__ == "__main__":
    main()
