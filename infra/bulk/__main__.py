"""Caption the photos that lie in a bucket of yours: what `infra/backfill` runs.

    infra/backfill start --bucket my-photos --prefix photos/ --queue-url BULKQUEUEURL --concurrency 100
    infra/backfill start … --inventory s3://my-inventory/my-photos/all/2026-11-28T01-00Z/manifest.json
    infra/backfill status [--watch]      from any terminal
    infra/backfill pause | resume | cancel
    infra/backfill report --records RECORDSBUCKET

It counts the photos, says what they will cost and how long they will take, and asks. What was sent is kept in a file
(--state), so that it may be stopped or killed at any time and resumed. Photos that have a record for the same eTag are
passed over without being read.
"""

import argparse
import csv
import sys
import time
from collections import Counter
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from tqdm import tqdm

from function.__main__ import guarded
from infra import remedies
from infra.bulk import queue, report, sender
from infra.bulk.estimate import Estimate, estimated
from infra.bulk.inventory import Inventory, Unusable
from infra.bulk.messages import Refused
from infra.bulk.send import send_all
from infra.bulk.source import Listing, Source
from infra.bulk.state import Plan, State, Wishes
from infra.forecast import positive

WATCH_SECONDS = 10
PATIENCE_SECONDS = 60.0
"""How long a cancel waits for whoever sends to stop."""


class Stopped(Exception):
    """Why a command does not do what it was asked to."""


def main() -> int:
    args = _parser().parse_args()
    return guarded(lambda: _run(args))


def _run(args: argparse.Namespace) -> int:
    try:
        return int(args.run(args) or 0)
    except (BotoCoreError, ClientError) as error:
        print(f"backfill: {remedies.told(error)}", file=sys.stderr)
    except (Refused, Unusable, sender.Busy, Stopped) as error:
        print(f"backfill: {error}", file=sys.stderr)
    return 2


def start(args: argparse.Namespace) -> int:
    """Count, estimate, ask, send."""
    with sender.alone(args.state):
        there = State.read(args.state)
        if there and there.phase in ("sending", "paused"):
            raise Stopped(f"{args.state} has a backfill that is not finished. Resume it, or cancel it.")
        plan = Plan(args.bucket, args.prefix, args.inventory, args.queue_url, args.concurrency, 0)
        source = _source(plan)
        if not queue.let_captioners(True, plan.queue_url):
            print("WARNING: no function takes messages from this queue. Is it BulkQueueUrl?", file=sys.stderr)
        estimate = estimated(source, args.concurrency, args.writes_back)
        if not estimate.photos:
            raise Stopped(f"There are no photos in {args.bucket} below {args.prefix!r}.")
        print("\n".join(estimate.lines()), file=sys.stderr)
        if not args.yes and not _agreed():
            raise Stopped("nothing was sent")
        plan.photos = estimate.photos
        return _send(source, State(args.state, plan))


def _agreed() -> bool:
    try:
        return input("Type yes to begin: ").strip() == "yes"
    except EOFError:
        raise Stopped("Nobody is there to be asked, so nothing was sent. With --yes it does not ask.") from None


def resume(args: argparse.Namespace) -> int:
    with sender.alone(args.state):
        state = _unfinished(args)
        queue.let_captioners(True, state.plan.queue_url)
        if state.phase != "sent":
            return _send(_source(state.plan), state)
    return status(args)


def _send(source: Source, state: State) -> int:
    wishes = Wishes(state.file)
    wishes.clear()
    try:
        with tqdm(total=state.plan.photos, initial=state.sent, unit="photo") as bar:
            send_all(source, state, wishes, bar.update)
    except KeyboardInterrupt:
        print(f"backfill: stopped after {state.sent:,} photos; infra/backfill resume goes on", file=sys.stderr)
        raise
    print(f"backfill: {state.phase}, {state.sent:,} of {state.plan.photos:,} photos", file=sys.stderr)
    return 0


def pause(args: argparse.Namespace) -> None:
    """Stop sending, and have the captioners leave the rest in the queue."""
    state = _unfinished(args)
    Wishes(state.file).make("pause")
    is_fed = queue.let_captioners(False, state.plan.queue_url)
    if not sender.is_there(state.file):
        state.enter("paused")
    what = "captioners leave what is in the queue" if is_fed else "no function took messages from the queue anyway"
    print(f"backfill: paused; {what}", file=sys.stderr)


def cancel(args: argparse.Namespace) -> None:
    """Stop sending, and empty the queue. What is captioned stays."""
    Wishes(_unfinished(args).file).make("cancel")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while sender.is_there(args.state):
        if time.monotonic() > deadline:
            raise Stopped("Whoever sends has not stopped yet. Run this again.")
        time.sleep(0.2)
    state = _state(args)
    queue.purge(state.plan.queue_url)
    queue.let_captioners(True, state.plan.queue_url)
    state.enter("cancelled")
    Wishes(args.state).clear()
    print(f"backfill: cancelled; {state.sent:,} of {state.plan.photos:,} photos had been sent", file=sys.stderr)


def status(args: argparse.Namespace) -> int:
    while True:
        print("\n".join(_status(_state(args))), flush=True)
        if not getattr(args, "watch", False):
            return 0
        time.sleep(WATCH_SECONDS)


def _status(state: State) -> list[str]:
    plan, sent = state.plan, state.sent
    is_killed = state.phase == "sending" and not sender.is_there(state.file)
    phase = "stopped, go on with resume" if is_killed else state.phase
    told = f"{phase}: {sent:,} of {plan.photos:,} photos sent since {plan.started_at}"
    if state.phase == "cancelled":
        return [told, "those that still waited in the queue were taken out of it"]
    there = queue.waiting(plan.queue_url)
    done = max(0, sent - there.waiting - there.at_work)
    left = Estimate(plan.photos - done, 0, plan.concurrency).duration.total_seconds() / 3600
    return [
        told,
        f"waiting {there.waiting:,}, at work or to be tried again {there.at_work:,}, through with {done:,}",
        f"about {left:,.1f} hours left with {plan.concurrency} captioners",
    ]


def tell(args: argparse.Namespace) -> None:
    """The failures of a backfill, counted by their reasons, or each of them."""
    state = _state(args)
    found = report.failures(args.records, state.plan.bucket, state.plan.started_at)
    if args.csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(report.Failure._fields)
        writer.writerows(found)
        return
    counts = Counter((failure.code, failure.message) for failure in found)
    if not counts:
        print("backfill: no photo failed", file=sys.stderr)
    for (code, message), count in counts.most_common():
        print(f"{count:,}\t{code}\t{message}")


def _source(plan: Plan) -> Source:
    if plan.inventory:
        return Inventory(plan.inventory, plan.bucket, plan.prefix)
    return Listing(plan.bucket, plan.prefix)


def _state(args: argparse.Namespace) -> State:
    state = State.read(args.state)
    if state is None:
        raise Stopped(f"There is no backfill in {args.state}. Start one, or name the file of another with --state.")
    return state


def _unfinished(args: argparse.Namespace) -> State:
    """The backfill, if it may still be paused, resumed or cancelled."""
    state = _state(args)
    if state.phase == "cancelled":
        raise Stopped("It was cancelled. Start it again.")
    return state


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="infra/backfill", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    added = {}
    for run, name, help in (
        (start, "start", "count, estimate, ask, and send"),
        (status, "status", "how far it is"),
        (pause, "pause", "stop sending and captioning"),
        (resume, "resume", "go on, after a pause or a crash"),
        (cancel, "cancel", "stop sending, and empty the queue"),
        (tell, "report", "what failed, and why"),
    ):
        added[name] = action = actions.add_parser(name, help=help)
        action.set_defaults(run=run)
        action.add_argument(
            "--state", type=Path, default=Path("backfill-state.json"), help="file that keeps how far it is"
        )
    begin = added["start"]
    begin.add_argument("--bucket", required=True, help="BucketToCaption")
    begin.add_argument("--prefix", default="", help="PrefixToCaption, or something below it")
    begin.add_argument(
        "--inventory", default="", metavar="s3://…/manifest.json", help="read this inventory instead of listing"
    )
    begin.add_argument("--queue-url", required=True, help="BulkQueueUrl")
    begin.add_argument("--concurrency", type=positive, default=2, help="BulkConcurrency (default: 2)")
    begin.add_argument("--writes-back", action="store_true", help="count what WriteBack costs")
    begin.add_argument("--yes", action="store_true", help="do not ask")
    added["status"].add_argument("--watch", action="store_true", help="again every ten seconds")
    added["report"].add_argument("--records", required=True, metavar="BUCKET", help="RecordsBucket")
    added["report"].add_argument("--csv", action="store_true", help="each photo")
    return parser


if __name__ == "__main__":
    sys.exit(main())
