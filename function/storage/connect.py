"""Chooses the store that the settings name, importing its module only then."""

from function.settings import Settings
from function.storage.base import Storage


def connect(settings: Settings) -> Storage:
    """The store that the settings name: two buckets, or else the data folder. Raises Misconfigured."""
    if settings.uploads_bucket:
        from function.storage.s3 import S3Storage

        return S3Storage(settings.uploads_bucket, settings.records_bucket, settings.upload_origin, settings.queue_url)
    from function.storage.folder import FolderStorage

    return FolderStorage(settings.data, settings.waiting, settings.upload_days)
