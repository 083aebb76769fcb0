"""Chooses the store and the ledger that the settings name, importing their modules only then."""

from function.settings import Settings
from function.storage.base import Storage
from function.storage.ledger import Ledger, MemoryLedger


def connect(settings: Settings) -> Storage:
    """The store that the settings name: two buckets, or else the data folder. Raises Misconfigured."""
    if settings.uploads_bucket:
        from function.storage.aws.s3 import S3Storage

        return S3Storage(settings.uploads_bucket, settings.records_bucket, settings.upload_origin, settings.queue_url)
    from function.storage.folder import FolderStorage

    return FolderStorage(settings.data, settings.waiting, settings.upload_days)


def photo_in_place(settings: Settings, key: str) -> Storage:
    """The store for one photo in the bucket that is captioned where it lies. Raises Misconfigured."""
    from function.storage.aws.photo_in_place import PhotoInPlace

    return PhotoInPlace(settings.photo_bucket, key, settings.records_bucket, settings.write_back)


def ledger(settings: Settings) -> Ledger:
    """The ledger that the settings name: a table, or else this process's memory. Raises Misconfigured."""
    if settings.ledger_table:
        from function.storage.aws.dynamodb import DynamoLedger

        return DynamoLedger(settings.ledger_table)
    return MemoryLedger()
