"""The ledger of functions that run side by side: one table of DynamoDB, whose items expire by themselves.

The key of an item is `id`, and its time to live `expires_at` (seconds since 1970). Uploads are known by the SHA-256 of
their names: an id opens its record, so the table holds none.
"""

import hashlib
import time
from collections.abc import Callable

from botocore.exceptions import ClientError

from function.storage.aws import clients

DAYS_KEPT = 8
"""Days that the count of a day can still be looked at."""


class DynamoLedger:
    """A ledger in the table of that name. A fault of DynamoDB's is raised as botocore raises it."""

    def __init__(self, table: str) -> None:
        self._table = table

    def claim(self, name: str, seconds: int) -> bool:
        now = int(time.time())
        return self._done(
            clients.dynamodb().put_item,
            Item={**_key("upload", name), "expires_at": _number(now + seconds)},
            ConditionExpression="attribute_not_exists(id) OR expires_at < :now",
            ExpressionAttributeValues={":now": _number(now)},
        )

    def release(self, name: str) -> None:
        clients.dynamodb().delete_item(TableName=self._table, Key=_key("upload", name))

    def count(self, day: str, limit: int) -> bool:
        expires_at = int(time.time()) + DAYS_KEPT * 24 * 3600
        return self._done(
            clients.dynamodb().update_item,
            Key={"id": {"S": f"day {day}"}},
            UpdateExpression="SET expires_at = if_not_exists(expires_at, :expires) ADD photos :one",
            ConditionExpression="attribute_not_exists(photos) OR photos < :limit",
            ExpressionAttributeValues={
                ":expires": _number(expires_at),
                ":one": _number(1),
                ":limit": _number(limit),
            },
        )

    def _done(self, write: Callable[..., object], **arguments: object) -> bool:
        """Whether a conditional write was carried out."""
        try:
            write(TableName=self._table, **arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True


def _key(kind: str, name: str) -> dict[str, dict[str, str]]:
    return {"id": {"S": f"{kind} {hashlib.sha256(name.encode()).hexdigest()}"}}


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}
