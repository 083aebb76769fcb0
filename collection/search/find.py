"""Photos that answer a question, best first: bm25 (Robertson et al., TREC-3), weighted by field and certainty."""

import json
from collections.abc import Callable
from typing import NamedTuple

from collection.alike.neighbours import Neighbours
from collection.index.database import Index, Row
from collection.search import suggest
from collection.search.query import STATES, STOP_WORDS, Condition, Query, dates, parse

WEIGHTS = {
    "own": 4.0,
    "caption": 3.0,
    "possible": 2.4,
    "withheld": 1.5,
    "tags": 2.0,
    "alternatives": 1.0,
    "files": 1.0,
}
"""How much a word counts by where it stands; the columns of `collection.index.words`, in their order.

A caption's certainty is a factor of its weight: 1 for likely, 0.8 for possible, 0.5 for one that is withheld.
"""
MOST_RANKED = 30_000
"""Photos that are ranked; words of more photos tell them apart too little, and those added last come first."""
_NAME = "(SELECT min(shown) FROM paths JOIN contents USING (sha256) WHERE contents.photo = photos.id)"
ORDERS = {
    "newest": "photos.taken_at DESC, photos.id DESC",
    "oldest": "photos.taken_at, photos.id",
    "name": f"{_NAME}, photos.id",
    "most-certain": "photos.confidence DESC, photos.id",
    "least-certain": "photos.confidence, photos.id",
}
"""What a list may be sorted by, in SQL; `name` is the path."""
MOST_ALIKE = 100
"""Photos that are like one, which `like:` asks for."""
LIMIT = 20
EVERYTHING = -1  # as SQLite has it


class Found(NamedTuple):
    """One page of an answer. `total` counts all of it.

    Where nothing was found, `suggestions` are (misspelt word, word of the index), and `fewer` are shorter questions
    with the number of photos they would find. `ignored` are pieces with nothing in them to look for.
    """

    photos: list[Row]
    total: int
    suggestions: list[tuple[str, str]]
    fewer: list[tuple[str, int]]
    ignored: list[str]


def find(
    index: Index, text: str, limit: int = LIMIT, offset: int = 0, order: str = "", neighbours: Neighbours | None = None
) -> Found:
    """Answer a question: what is most alike or ranks best first; else, or with an `order` of `ORDERS`, by date.

    `neighbours` are those of the index, where they are kept for the next question.
    """
    query = parse(text)
    if query.ignored and query.is_empty:
        return Found([], 0, [], [], query.ignored)
    rows, total = _page(index, _compared(index, query, neighbours), limit, offset, order)
    if total or not query.positive:
        return Found(rows, total, [], [], query.ignored)
    return Found([], 0, suggest.spelling(index, query), suggest.fewer(query, lambda q: count(index, q)), query.ignored)


def count(index: Index, query: Query) -> int:
    """How many listed photos answer a question."""
    query = _compared(index, query, None)
    where, values = _where(query)
    return int(index.value(f"SELECT count(*) FROM {_tables(query)} WHERE {where}", values))


def ordered(index: Index, text: str, order: str = "", neighbours: Neighbours | None = None) -> list[int]:
    """All photos that answer a question, as `find` orders them."""
    query = _compared(index, parse(text), neighbours)
    return [] if query.ignored and query.is_empty else _ordered(index, query, order, count(index, query))


def ids(index: Index, text: str) -> list[int]:
    """All photos that answer a question, in no order that means anything; none for a question without content."""
    query = _compared(index, parse(text), None)
    if query.ignored and query.is_empty:
        return []
    where, values = _where(query)
    return [row[0] for row in index.run(f"SELECT {_id(query)} FROM {_tables(query)} WHERE {where}", values)]


def _compared(index: Index, query: Query, neighbours: Neighbours | None) -> Query:
    """The question with the photos that are like one, as JSON and best first, in the place of its id."""
    if not any(condition.field == "like" for condition in query.conditions):
        return query
    known = neighbours or Neighbours()

    def among(condition: Condition) -> Condition:
        if condition.field != "like":
            return condition
        alike = known.of_photo(index, int(condition.value), MOST_ALIKE)
        return Condition("among", json.dumps(alike), condition.negative)

    return query._replace(conditions=[among(condition) for condition in query.conditions])


def _page(index: Index, query: Query, limit: int, offset: int, order: str) -> tuple[list[Row], int]:
    total = count(index, query)
    return rows(index, _ordered(index, query, order, total, limit, offset)), total


def _ordered(index: Index, query: Query, order: str, total: int, limit: int = EVERYTHING, offset: int = 0) -> list[int]:
    where, values = _where(query)
    sorted_by = ORDERS.get(order, ORDERS["newest"])
    alike = next((c.value for c in query.conditions if c.field == "among" and not c.negative), None)
    if alike is not None and not order:
        statement = f"""SELECT {_id(query)} FROM {_tables(query)} WHERE {where}
            ORDER BY (SELECT key FROM json_each(?) WHERE value = {_id(query)}) LIMIT ? OFFSET ?"""
        values = [*values, alike]
    elif not query.positive:
        statement = f"SELECT photos.id FROM photos WHERE {where} ORDER BY {sorted_by} LIMIT ? OFFSET ?"
    elif not order and total <= MOST_RANKED:
        weights = ", ".join(map(str, WEIGHTS.values()))
        statement = f"""SELECT words.rowid FROM {_tables(query)} WHERE {where}
            ORDER BY bm25(words, {weights}), words.rowid LIMIT ? OFFSET ?"""
    elif not order:
        statement = f"SELECT words.rowid FROM {_tables(query)} WHERE {where} ORDER BY words.rowid DESC LIMIT ? OFFSET ?"
    else:
        statement = f"SELECT photos.id FROM {_tables(query, True)} WHERE {where} ORDER BY {sorted_by} LIMIT ? OFFSET ?"
    return [row[0] for row in index.run(statement, [*values, limit, offset])]


def _id(query: Query) -> str:
    return "words.rowid" if query.positive else "photos.id"


def rows(index: Index, chosen: list[int]) -> list[Row]:
    """The photos of some ids, in that order, with the path that a list shows."""
    statement = """SELECT photos.*, paths.shown, paths.root, paths.path FROM photos
        JOIN contents ON contents.photo = photos.id JOIN paths USING (sha256)
        WHERE photos.id = ? ORDER BY paths.path LIMIT 1"""
    found = (index.one(statement, [photo]) for photo in chosen)
    return [row for row in found if row is not None]


def _tables(query: Query, dated: bool = False) -> str:
    if not query.positive:
        return "photos"
    is_joined = dated or any(condition.field not in _BY_ID for condition in query.conditions)
    return "words CROSS JOIN photos ON photos.id = words.rowid" if is_joined else "words"


def _where(query: Query) -> tuple[str, list[str]]:
    """The conditions of a question in SQL, and their values."""
    parts: list[tuple[str, list[str]]] = [("photos.listed = 1", [])]
    if query.positive:
        parts = [(_MATCHES, [_match(query)])]
    elif query.terms:
        without = " OR ".join(term.match() for term in query.terms)
        parts.append(("photos.id NOT IN (SELECT rowid FROM words WHERE words MATCH ?)", [without]))
    for field, value, negative in query.conditions:
        condition, values = _CONDITIONS[field](value)
        condition = condition.format(id=_id(query), fixed="+" if query.positive else "")
        parts.append((f"NOT COALESCE({condition}, 0)" if negative else condition, values))
    return " AND ".join(part if " OR " not in part else f"({part})" for part, _ in parts), [
        value for _, values in parts for value in values
    ]


def _match(query: Query) -> str:
    """The words in FTS5's language; those that are in every sentence are left out, unless there are no others."""
    telling = [term for term in query.positive if len(term.words) > 1 or term.words[0] not in STOP_WORDS]
    wanted = " AND ".join(term.match() for term in telling or query.positive)
    unwanted = " OR ".join(term.match() for term in query.terms if term.negative)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


_MATCHES = "words MATCH ?"


def _dated(value: str) -> tuple[str, list[str]]:
    return "photos.taken_at >= ? AND photos.taken_at < ?", list(dates(value))


_FILES = "SELECT contents.photo FROM paths JOIN contents USING (sha256) WHERE"
_BY_ID = ("tag", "folder", "among")  # conditions that need no other column of a photo
# With words, the full-text index leads (`fixed`, a plus, says so to SQLite); without, the photos of a tag may.
_CONDITIONS: dict[str, Callable[[str], tuple[str, list[str]]]] = {
    "tag": lambda value: ("{fixed}{id} IN (SELECT photo FROM tags WHERE word = ? AND NOT hidden)", [value]),
    "certainty": lambda value: ("photos.certainty = ?", [value]),
    "date": _dated,
    "type": lambda value: (
        f"lower(photos.format) = ? OR {{id}} IN ({_FILES} lower(paths.shown) LIKE ?)",
        [{"jpg": "jpeg", "tif": "tiff"}.get(value, value), f"%.{value}"],
    ),
    "folder": lambda value: (f"+{{id}} IN ({_FILES} paths.shown GLOB ?)", [f"{_literal(value.strip('/'))}/*"]),
    "is": lambda value: (STATES[value], []),
    "among": lambda ids: ("{fixed}{id} IN (SELECT value FROM json_each(?))", [ids]),
}


def _literal(text: str) -> str:
    """Text that GLOB takes as it stands."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in text)
