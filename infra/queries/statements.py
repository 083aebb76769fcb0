"""The SQL of a search and of the saved queries: one text, which Athena takes as it is and DuckDB with `folder`'s help.

What a person asks for never becomes part of a text: each value is a parameter, for which the text has a question mark.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

SAVED = Path(__file__).parent / "saved"
CERTAINTIES = ("likely", "possible", "none")
_LAST = "row_number() OVER (PARTITION BY id ORDER BY changed_at DESC, deleted DESC)"
PHOTOS = f"""WITH several AS (SELECT id FROM records GROUP BY id HAVING count(*) > 1),
photos AS (
  SELECT *, 1 AS age FROM records WHERE NOT deleted AND id NOT IN (SELECT id FROM several)
  UNION ALL
  SELECT * FROM (SELECT *, {_LAST} AS age FROM records WHERE id IN (SELECT id FROM several))
  WHERE age = 1 AND NOT deleted
)
"""
"""The photos as they are now: the last row of each id in `records`, without those that say that it is gone. Only ids
that have several rows are sorted: ten million rows would not fit into two gigabytes."""


class Statement(NamedTuple):
    """A text with a question mark for each of its parameters, which are strings."""

    sql: str
    parameters: Sequence[str] = ()


def search(words: Sequence[str], since: str = "", until: str = "", certainty: str = "", limit: int = 50) -> Statement:
    """Photos whose sentence has each of the words, by its beginning, or whose tags do; the newest first.

    `since` and `until` are months or days, as in 2026-01 or 2026-01-15, both included, in UTC. Only ids of which some
    row fits are compared for which row is their last.
    """
    conditions, parameters, months = [], [], [_month_before(since)] if since else []
    if since:
        conditions.append("created_at >= ?")
        parameters.append(since)
    if until:
        conditions.append(f"substr(created_at, 1, {len(until)}) <= ?")
        parameters.append(until)
    if certainty:
        conditions.append("certainty = ?")
        parameters.append(certainty)
    for word in (word.lower() for word in words):
        conditions.append("(strpos(' ' || lower(text), ?) > 0 OR contains(tags, ?))")
        parameters += [f" {word}", word]
    fits = " AND ".join(conditions) or "true"
    late_enough = " AND month >= ?" if since else ""
    sql = f"""SELECT id, path, text, certainty, confidence, array_join(tags, ', ') AS tags, created_at
FROM (
  SELECT *, {_LAST} AS age FROM records
  WHERE id IN (SELECT id FROM records WHERE {fits}{late_enough}){late_enough}
)
WHERE age = 1 AND NOT deleted AND {fits}
ORDER BY created_at DESC, id
LIMIT {int(limit)}
"""
    return Statement(sql, [*parameters, *months, *months, *parameters])


def _month_before(since: str) -> str:
    """The first month whose partition may hold rows from a day on: the day's, or on the first day the month before.

    A row lies in the month of the oldest row of its file, which is fifteen minutes older at most, or later.
    """
    day = date.fromisoformat(f"{since}-01"[:10])
    return f"{day - timedelta(days=1):%Y-%m}"


def saved(name: str, parameters: Sequence[str] = ()) -> Statement:
    """A saved query. Raises ValueError where there is none of that name, or it takes another number of parameters."""
    known = names()
    if name not in known:
        raise ValueError(f"There is no saved query {name}. There are: {', '.join(known)}.")
    text = (SAVED / f"{name}.sql").read_text(encoding="utf-8")
    if text.count("?") != len(parameters):
        wanted = " ".join([f"--saved {name}", *["VALUE"] * text.count("?")])
        raise ValueError(f"The saved query {name} is asked for so: infra/search {wanted}")
    return Statement(PHOTOS + text, list(parameters))


def names() -> list[str]:
    """The saved queries."""
    return sorted(path.stem for path in SAVED.glob("*.sql"))
