"""How a collection fails as a whole; a photo's own failure is a `Failure`, and ends nothing."""

from typing import NamedTuple


class CollectionError(Exception):
    """Something that stops the command: the message names the culprit and says what to do next."""


class Failure(NamedTuple):
    """A photo that could not be captioned or written: its path as printed, and why."""

    path: str
    code: str
    message: str
