"""What somebody typed, as words and conditions. Everything is a question; nothing is a syntax error.

dog beach          both words, in any form (dogs, beaches)
"on the beach"     these words side by side; so are the parts of don't, black-and-white and 20.04
beach*             words that begin so
-dog               without the word
tag:dog  certainty:possible  date:2024-07  date:2024..2025-03  type:png  folder:2024/summer
is:favourite       and the other states of `STATES`
like:42            the photos most like the one of that id; each condition may be negated with a minus
"""

import re
from typing import NamedTuple

MAX_WORDS = 32
MAX_LETTERS = 64  # of a word; the longest ones in use are shorter
FIELDS = ("tag", "certainty", "date", "type", "folder", "is", "like")
CERTAINTIES = ("likely", "possible", "none")
STATES = {
    "favourite": "photos.favourite",
    "reviewed": "photos.reviewed",
    "own": "(photos.own_text != '' OR photos.found_text != '')",
    "undescribed": "(photos.own_text = '' AND photos.found_text = '' AND photos.alt_text = '' AND NOT decorative)",
    "unsure": "(photos.own_text = '' AND photos.found_text = '' AND photos.certainty = 'possible' AND NOT decorative)",
    "decorative": "photos.decorative",
    "captioned": "photos.status = 'captioned'",
    "failed": "photos.status = 'failed'",
    "dated": "(photos.taken_at IS NOT NULL AND photos.taken_source != 'file')",
    "placed": "photos.latitude IS NOT NULL",
}
"""The values of `is:` and what they mean in SQL."""

STOP_WORDS = frozenset(
    (
        "a",
        "an",
        "and",
        "are",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
    )
)

_PIECE = re.compile(
    r'(?P<minus>-?)(?:(?P<field>[a-z]+):(?P<value>"[^"]*"|\S+)|"(?P<phrase>[^"]*)"?|(?P<word>\S+))', re.IGNORECASE
)
_LETTERS = re.compile(r"[^\W_]+")
_DATE = re.compile(r"(?P<first>\d{4}(?:-\d{2}){0,2})(?P<to>\.\.(?P<last>\d{4}(?:-\d{2}){0,2})?)?\Z")


class Term(NamedTuple):
    """Words that stand side by side, lower case and without signs; `prefix`: the last one may go on."""

    words: tuple[str, ...]
    prefix: bool = False
    negative: bool = False

    def match(self) -> str:
        """The term in FTS5's language; its words are letters and digits, so nothing needs to be escaped."""
        return '"' + " ".join(self.words) + '"' + ("*" if self.prefix else "")


class Condition(NamedTuple):
    """A condition on a photo's columns, `value` lower case where it is compared so."""

    field: str
    value: str
    negative: bool = False


class Query(NamedTuple):
    """A question; `ignored` are pieces with nothing in them to look for."""

    terms: list[Term]
    conditions: list[Condition]
    ignored: list[str]

    @property
    def positive(self) -> list[Term]:
        return [term for term in self.terms if not term.negative]

    @property
    def is_empty(self) -> bool:
        return not self.terms and not self.conditions


def parse(text: str) -> Query:
    query = Query([], [], [])
    for match in _PIECE.finditer(text):
        if len(query.terms) + len(query.conditions) >= MAX_WORDS:
            query.ignored.append(match[0][:MAX_LETTERS])
            break
        if (condition := _condition(match)) is not None:
            query.conditions.append(condition)
        elif (term := _term(match)) is not None:
            query.terms.append(term)
        else:
            query.ignored.append(match[0][:MAX_LETTERS])
    return query


def _condition(match: re.Match[str]) -> Condition | None:
    """The condition of a piece like tag:dog; None where it is none that anybody could mean."""
    field, negative = (match["field"] or "").lower(), bool(match["minus"])
    value = " ".join((match["value"] or "").strip('"').split())
    is_meant = {
        "tag": bool(_LETTERS.search(value)),
        "certainty": value.lower() in CERTAINTIES,
        "date": _DATE.match(value) is not None,
        "type": bool(_LETTERS.fullmatch(value)),
        "folder": bool(value),
        "is": value.lower() in STATES,
        "like": value.isascii() and value.isdigit() and len(value) < 19,
    }
    if not is_meant.get(field, False):
        return None
    return Condition(field, value if field == "folder" else value.lower(), negative)


def _term(match: re.Match[str]) -> Term | None:
    text = match["phrase"] if match["phrase"] is not None else match[0].removeprefix(match["minus"])
    words = tuple(word[:MAX_LETTERS].lower() for word in _LETTERS.findall(text)[:MAX_WORDS])
    if not words:
        return None
    return Term(words, text.endswith("*") and match["phrase"] is None, bool(match["minus"]))


def dates(value: str) -> tuple[str, str]:
    """The first date of `date:`, and what is behind the last: for 2024-07, "2024-07" and "2024-07~"."""
    match = _DATE.match(value)
    if match is None:
        raise ValueError(f"no date: {value}")
    last = match["first"] if match["to"] is None else match["last"] or "9999"
    return match["first"], f"{last}~"
