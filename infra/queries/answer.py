"""What every engine answers."""

from typing import Any, NamedTuple


class Answer(NamedTuple):
    """Columns by name, rows of their values, and the bytes that were read for them where that costs something."""

    columns: list[str]
    rows: list[list[Any]]
    scanned: int | None = None


class NoAnswer(Exception):
    """Why there is none, and what to do."""


DOLLARS_A_TERABYTE = 5.0
LEAST_BYTES = 10_000_000
"""Athena's price for what a query scans, and what it counts at least; docs/search.md says where that is from."""


def price(scanned: int) -> float:
    """Dollars for a query of Athena's that scanned so many bytes."""
    return max(scanned, LEAST_BYTES) * DOLLARS_A_TERABYTE / 1e12
