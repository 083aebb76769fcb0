"""What a store holds of an upload."""

from function.records import Record
from function.storage.base import Storage


def record_of(storage: Storage, name: str) -> Record:
    """The record of an upload that has one."""
    stored = storage.read_record(name)
    assert stored is not None
    return stored.record
