"""Have a bucket tell EventBridge of its objects, or no longer, and leave its other notifications as they are.

    python -m infra.bucket_events on my-photos
    python -m infra.bucket_events off my-photos

S3 keeps all of a bucket's notifications in one configuration that can only be replaced as a whole: it is read, changed
and written. Do not change it elsewhere in the same second.
"""

import argparse
import sys
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from function.errors import Misconfigured
from function.storage.aws import clients
from infra import remedies

_EVENTS = "EventBridgeConfiguration"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("on", "off"))
    parser.add_argument("bucket")
    args = parser.parse_args()
    try:
        changed = switch(args.bucket, on=args.what == "on")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"bucket_events: {remedies.told(error)}")
    except Misconfigured as error:
        sys.exit(f"bucket_events: {error}")
    print(f"{args.bucket}: events to EventBridge are {args.what}{'' if changed else ' already'}", file=sys.stderr)


def switch(bucket: str, on: bool) -> bool:
    """Turn a bucket's events to EventBridge on or off; whether that was a change. Raises what S3's client raises."""
    there: dict[str, Any] = clients.s3().get_bucket_notification_configuration(Bucket=bucket)
    others = {name: value for name, value in there.items() if name not in ("ResponseMetadata", _EVENTS)}
    if (_EVENTS in there) == on:
        return False
    wanted = {**others, _EVENTS: {}} if on else others
    clients.s3().put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration=wanted,
        SkipDestinationValidation=True,  # the others' queues are not asked again, which could refuse
    )
    return True


if __name__ == "__main__":
    main()
