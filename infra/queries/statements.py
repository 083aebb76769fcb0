"""The SQL of a search and of the saved queries: one text, which Athena takes as it is and DuckDB with `folder`'s help.

What a person asks for never becomes part of a text: each value is a parameter, for which the text has a question mark.
"""

from collections.abc import Sequence
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


def search(words: Sequence[str], since: str = "", certainty: str = "", limit: int = 50) -> Statement:
    """Photos whose sentence has each of the words, by its beginning, or whose tags do; the newest first.

    `since` is a time's beginning, as in 2026-01 or 2026-01-15; months are partitions, and no row lies in one before its
    `created_at`. Only ids of which some row fits are compared for which row is their last.
    """
    conditions = ["created_at >= ?", "month >= ?"] if since else []
    parameters = [since, since[:7]] if since else []
    if certainty:
        conditions.append("certainty = ?")
        parameters.append(certainty)
    for word in (word.lower() for word in words):
        conditions.append("(strpos(' ' || lower(text), ?) > 0 OR contains(tags, ?))")
        parameters += [f" {word}", word]
    fits = " AND ".join(conditions) or "true"
    sql = f"""SELECT id, path, text, certainty, confidence, array_join(tags, ', ') AS tags, created_at
FROM (
  SELECT *, {_LAST} AS age FROM records
  WHERE id IN (SELECT id FROM records WHERE {fits}){" AND month >= ?" if since else ""}
)
WHERE age = 1 AND NOT deleted AND {fits}
ORDER BY created_at DESC, id
LIMIT {int(limit)}
"""
    return Statement(sql, [*parameters, *([since[:7]] if since else []), *parameters])


def saved(name: str, parameters: Sequence[str] = ()) -> Statement:
    """A saved query. Raises ValueError where there is none of that name, or it takes another number of parameters."""
    known = names()
    if name not in known:
        raise ValueError(f"There is no saved query {name}. There are: {', '.join(known)}.")
    text = (SAVED / f"{name}.sql").read_text(encoding="utf-8")
    if text.count("?") != len(parameters):
        raise ValueError(f"The saved query {name} takes {text.count('?')} values, not {len(parameters)}.")
    return Statement(PHOTOS + text, list(parameters))


def names() -> list[str]:
    """The saved queries."""
    return sorted(path.stem for path in SAVED.glob("*.sql"))
