"""A store in two private buckets; a record never lands where it could trigger the function that wrote it."""

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import IO, Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from function.errors import Misconfigured, NotFound
from function.images import formats
from function.records import Record
from function.storage.aws import clients
from function.storage.aws.sqs import SqsSource
from function.storage.base import UPLOADS, PresignedPost, RecordChanged, Stored, Upload, record_key

_NOT_AS_IT_WAS = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}
"""What S3 answers to a conditional write when the record is another, is being written, or is gone."""


class S3Storage:
    """Uploads and records in S3. A fault of S3's or of the permissions is raised as botocore raises it.

    `upload_origin` (scheme and host) replaces the client's own endpoint in upload forms, where browsers
    reach the store under another name. `queue_url` names the queue that is told of the bucket's uploads.
    """

    def __init__(self, uploads_bucket: str, records_bucket: str, upload_origin: str = "", queue_url: str = "") -> None:
        self._s3 = clients.s3()
        self._uploads = uploads_bucket
        self._records = records_bucket
        self._origin = upload_origin.rstrip("/")
        self._queue_url = queue_url

    @property
    def upload_origin(self) -> str:
        return self._origin or clients.bucket_origin(self._s3, self._uploads)

    def presign(self, id: str, content_type: str, seconds: int) -> PresignedPost:
        form = self._s3.generate_presigned_post(
            self._uploads,
            UPLOADS + id,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, formats.MAX_BYTES]],
            ExpiresIn=seconds,
        )
        return PresignedPost(self._seen_by_browsers(form["url"]), form["fields"])

    def receive(self, fields: Mapping[str, str], file: IO[bytes]) -> str:
        raise NotFound("There is nothing at this address.")

    def source(self, attempts: int) -> SqsSource:
        if not self._queue_url:
            raise Misconfigured("Set GLIMPSE_QUEUE_URL to the queue that is told of the bucket's uploads.")
        return SqsSource(self._queue_url)

    def read_upload(self, name: str) -> Upload:
        try:
            answer = self._s3.get_object(Bucket=self._uploads, Key=self._upload_key(name))
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                raise NotFound("There is no such upload. Upload the photo again.") from None
            raise
        with closing(answer["Body"]) as body:  # left unread beyond the limit, whatever the object's size
            data = body.read(formats.MAX_BYTES + 1)
            if len(data) <= formats.MAX_BYTES:
                body.read(1)  # at its end, botocore checks that nothing was lost on the way
        return Upload(data, answer["ETag"].strip('"'))

    def has_upload(self, name: str) -> bool:
        return self._exists(self._uploads, self._upload_key(name))

    def upload_age(self, name: str) -> float | None:
        head = self._head(self._uploads, UPLOADS + name)
        return (datetime.now(UTC) - head["LastModified"]).total_seconds() if head else None

    def read_record(self, name: str) -> Stored | None:
        try:
            answer = self._s3.get_object(Bucket=self._records, Key=record_key(name))
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                return None
            raise
        with closing(answer["Body"]) as body:
            return Stored(json.load(body), answer["ETag"])

    def write_record(self, name: str, record: Record, replaces: str | None) -> None:
        condition: dict[str, str] = {"IfNoneMatch": "*"} if replaces is None else {"IfMatch": replaces}
        try:
            self._s3.put_object(
                Bucket=self._records,
                Key=record_key(name),
                Body=json.dumps(record).encode(),
                ContentType="application/json",
                **condition,
            )
        except ClientError as error:
            if code_of(error) in _NOT_AS_IT_WAS:
                raise RecordChanged from None
            raise

    def delete(self, name: str) -> bool:
        objects = [(self._uploads, UPLOADS + name), (self._records, record_key(name))]
        existed = [self._exists(bucket, key) for bucket, key in objects]
        for bucket, key in objects:
            self._s3.delete_object(Bucket=bucket, Key=key)
        return any(existed)

    def tidy(self) -> None:
        """Nothing: the bucket's lifecycle rule deletes."""

    def _upload_key(self, name: str) -> str:
        return UPLOADS + name

    def _exists(self, bucket: str, key: str) -> bool:
        return self._head(bucket, key) is not None

    def _head(self, bucket: str, key: str) -> Mapping[str, Any] | None:
        """What S3 says of an object without sending it; None where there is none."""
        try:
            head: Mapping[str, Any] = self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if code_of(error) == "404":  # an answer without a body has no other code
                return None
            raise
        return head

    def _seen_by_browsers(self, url: str) -> str:
        return self._origin + urlsplit(url).path if self._origin else url


def code_of(error: ClientError) -> str:
    """What S3 calls an error."""
    code: str = error.response["Error"]["Code"]
    return code
