"""Send the events of the deployment's own buckets again: of uploads to the bulk queue, of records to the analysis.

    python -m infra.resend --bucket UPLOADSBUCKET --queue-url BULKQUEUEURL
    python -m infra.resend --bucket UPLOADSBUCKET --queue-url BULKQUEUEURL --recaption
    python -m infra.resend --bucket RECORDSBUCKET --queue-url CHANGESQUEUEURL --records

For photos in a bucket of your own there is infra/backfill. The bucket is listed twice: once to tell how long it will
take, once to send. Run it again after a stop and it goes on after the last key that is known to be sent, which the
state file keeps until all are. Nothing is captioned twice, however often it runs: the captioner passes over uploads
that have their record, except with --recaption.
"""

import argparse
import json
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError
from tqdm import tqdm

from function.errors import Misconfigured
from function.storage.aws import clients
from function.storage.base import RECORDS, UPLOADS
from infra import remedies
from infra.bulk.messages import BATCH, Refused, message, send
from infra.forecast import Forecast, positive

SENDERS = 8
"""Batches on their way at once, below the ten connections that a client keeps."""


def main() -> None:
    args = _parser().parse_args()
    place = RECORDS if args.records else UPLOADS
    args.prefix = args.prefix or place
    if not args.prefix.startswith(place):
        remedy = "" if args.records else " For photos elsewhere in a bucket there is infra/backfill."
        sys.exit(f"resend: only what lies under {place} is taken.{remedy}")
    what = f"{args.bucket}/{args.prefix} to {args.queue_url}{' again' if args.recaption else ''}"
    progress = Progress(args.state, what)
    try:
        total = _count(args, progress)
        if not args.dry_run:
            resend(args.bucket, args.prefix, args.queue_url, progress, total, recaption=args.recaption)
            progress.finish()
    except (BotoCoreError, ClientError) as error:
        _stop(remedies.told(error), args.state)
    except (Misconfigured, Refused) as error:
        _stop(str(error), args.state)
    except KeyboardInterrupt:
        _stop("stopped", args.state)


def _stop(why: str, state: Path) -> NoReturn:
    hint = f"\nWhat was sent is noted in {state}; run the same command to go on." if state.exists() else ""
    sys.exit(f"resend: {why}{hint}")


def _count(args: argparse.Namespace, progress: "Progress") -> int:
    """How many keys are still to be sent; of uploads it prints how long they take and what will be gone by then."""
    listed = batches(args.bucket, args.prefix, after=progress.last)
    if args.records:
        count = sum(len(batch) for batch in listed)
        print(f"{count} records", file=sys.stderr)
        return count
    forecast = Forecast(args.concurrency, upload_days(args.bucket))
    for batch in listed:
        forecast.add(upload["LastModified"] for upload in batch)
    print("\n".join(forecast.lines()), file=sys.stderr)
    return forecast.count


def upload_days(bucket: str) -> int | None:
    """Days after which the bucket deletes uploads; None where it does not."""
    try:
        rules = clients.s3().get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchLifecycleConfiguration":
            return None
        raise
    days = [rule["Expiration"]["Days"] for rule in rules if rule["Status"] == "Enabled" and "Expiration" in rule]
    return min(days, default=None)


def resend(
    bucket: str, prefix: str, queue_url: str, progress: "Progress", total: int, *, recaption: bool = False
) -> None:
    """Send a message for every key that is still to do, several batches at once; progress counts in order."""
    asked_at = progress.asked_at if recaption else ""
    under_way: deque[tuple[Future[None], str, int]] = deque()
    with tqdm(total=progress.sent + total, initial=progress.sent, unit="key") as bar:

        def settle() -> None:
            sent, last, count = under_way.popleft()
            sent.result()
            progress.advance(last, count)
            bar.update(count)

        with ThreadPoolExecutor(SENDERS) as pool:
            for batch in batches(bucket, prefix, after=progress.last):
                bodies = [message(bucket, entry, asked_at) for entry in batch]
                under_way.append((pool.submit(send, queue_url, bodies), batch[-1]["Key"], len(batch)))
                if len(under_way) > SENDERS:
                    settle()
            while under_way:
                settle()


def batches(bucket: str, prefix: str, after: str) -> Iterator[list[dict[str, Any]]]:
    """What S3 lists under a prefix after a key, in the order of the keys and in batches."""
    for page in clients.s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, StartAfter=after):
        entries = page.get("Contents", [])
        for start in range(0, len(entries), BATCH):
            yield entries[start : start + BATCH]


class Progress:
    """How far a resending came, in a file that a later run of the same one reads.

    `asked_at` is when the first of its runs began, in UTC: with --recaption, records from then on are new already.
    """

    def __init__(self, file: Path, what: str) -> None:
        self._file, self._what = file, what
        state = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        known = state.get("what") == what
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        self.last: str = state["last"] if known else ""
        self.sent: int = state["sent"] if known else 0
        self.asked_at: str = state.get("asked_at", now) if known else now

    def advance(self, last: str, count: int) -> None:
        self.last, self.sent = last, self.sent + count
        state = {"what": self._what, "last": self.last, "sent": self.sent, "asked_at": self.asked_at}
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(state), encoding="utf-8")
        part.replace(self._file)

    def finish(self) -> None:
        self._file.unlink(missing_ok=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.resend", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bucket", required=True, help="UploadsBucket; with --records, RecordsBucket")
    parser.add_argument("--queue-url", required=True, help="BulkQueueUrl; with --records, ChangesQueueUrl")
    parser.add_argument("--prefix", default="", help=f"keys to send (default: {UPLOADS}, or {RECORDS})")
    parser.add_argument("--records", action="store_true", help="records, for the analysis, instead of uploads")
    parser.add_argument("--state", type=Path, default=Path("resend.json"), help="file that keeps the progress")
    parser.add_argument("--concurrency", type=positive, default=2, help="its captioners, BulkConcurrency (default: 2)")
    parser.add_argument("--recaption", action="store_true", help="make records anew that are older than this")
    parser.add_argument("--dry-run", action="store_true", help="only tell how long it would take")
    return parser


if __name__ == "__main__":
    main()
