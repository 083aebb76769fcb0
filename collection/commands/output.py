"""Lines, JSON lines or CSV on standard output, and everything else on standard error.

Each line is flushed as it comes. A path that is no text or holds a line break is escaped in lines and CSV.
"""

import csv
import io
import sys
from collections.abc import Mapping
from typing import Any, Literal

from function.__main__ import encodable, json_line

Form = Literal["lines", "json", "csv"]
CSV_COLUMNS = ("path", "alt_text", "certainty", "confidence", "tags")


class Output:
    """Writes one photo after the other in one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        if form == "csv":
            self._line(_csv(CSV_COLUMNS))

    def photo(self, path: str, record: Mapping[str, Any]) -> None:
        """One photo: its path and alt text, the columns of `CSV_COLUMNS`, or the whole record."""
        if self._form == "json":
            self._line(json_line({"path": path, **record}))
        elif self._form == "csv":
            tags = " ".join(tag["word"] for tag in record.get("tags", []))
            self._line(_csv([path, record["alt_text"], record["certainty"], record["confidence"], tags]))
        else:
            self._line(f"{path}\t{record['alt_text']}")

    def _line(self, text: str) -> None:
        print(encodable(text), flush=True)


def say(message: str) -> None:
    """A message for people, on standard error."""
    encoding = sys.stderr.encoding or "utf-8"
    print(message.encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr, flush=True)


def say_not_compared(photos: int) -> None:
    """Say how many photos were left out because another model made what they are compared by, if any were."""
    if photos:
        say(f"glimpse: {photos:,} photos of another model were not compared. Make them comparable: glimpse FOLDER")


def formula_safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _csv(values: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow([formula_safe(value) for value in values])
    return buffer.getvalue()
