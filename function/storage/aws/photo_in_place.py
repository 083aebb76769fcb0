"""One photo in a bucket of somebody's own: read where it lies, its record beside all others, itself left as it is."""

from botocore.exceptions import ClientError

from function.errors import Forbidden
from function.records import Record
from function.settings import WriteBack
from function.storage.aws import write_back
from function.storage.aws.s3 import S3Storage, code_of
from function.storage.base import Upload, record_key

_DENIED = {"AccessDenied", "InvalidObjectState", "KMS.DisabledException", "KMS.NotFoundException", "403"}
"""What S3 answers where asking again is of no use: no permission for the object or its key, or an archive."""


class PhotoInPlace(S3Storage):
    """The store as it is for one photo, whatever name it is asked for. Nothing here changes or deletes the photo."""

    def __init__(self, bucket: str, key: str, records_bucket: str, mode: WriteBack = "off") -> None:
        super().__init__(bucket, records_bucket)
        self._key = key
        self._mode = mode

    def read_upload(self, name: str) -> Upload:
        """As any store; raises Forbidden where the photo cannot be read, or is gone: S3 does not tell which."""
        try:
            return super().read_upload(name)
        except ClientError as error:
            if code_of(error) in _DENIED:
                raise Forbidden(
                    f"The photo cannot be read ({code_of(error)}). Let the captioner's role read it, decrypt it with "
                    "its key, or bring it back from its archive; then start a backfill."
                ) from None
            raise

    def has_upload(self, name: str) -> bool:
        """Whether the photo is there and may be read."""
        try:
            return super().has_upload(name)
        except ClientError as error:
            if code_of(error) in _DENIED:
                return False
            raise

    def write_record(self, name: str, record: Record, replaces: str | None) -> None:
        super().write_record(name, record, replaces)
        write_back.write_back(self._s3, self._mode, self._uploads, self._key, record)

    def delete(self, name: str) -> bool:
        """Remove the record alone."""
        existed = self._exists(self._records, record_key(name))
        self._s3.delete_object(Bucket=self._records, Key=record_key(name))
        return existed

    def _upload_key(self, name: str) -> str:
        return self._key
