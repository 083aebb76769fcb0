"""Help where nothing was found: words of the index that are spelt much like those asked for, and shorter questions."""

import re
from collections.abc import Callable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from collection.index.database import Index
from collection.search.query import Query, Term

_MIN_SIMILARITY = 0.6  # of spellings: 1 - edits / letters
_CANDIDATES = 5
_LETTERS = re.compile(r"[^\W\d_]+")


def spelling(index: Index, query: Query) -> list[tuple[str, str]]:
    """(misspelt, suggested) for every word of a question that no photo has and that is much like one."""
    words = {word for term in query.positive for word in term.words}
    unknown = [word for word in sorted(words) if not _matches(index, word)]
    stems = [row[0] for row in index.run("SELECT term FROM vocabulary WHERE term >= 'a'")] if unknown else []
    return [(word, best) for word in unknown if (best := _best(index, word, stems))]


def fewer(query: Query, count: Callable[[Query], int]) -> list[tuple[str, int]]:
    """The question with one of its words or conditions left out, and how many photos that finds, most first."""
    parts: list[Query] = []
    for i in range(len(query.terms)):
        parts.append(query._replace(terms=[*query.terms[:i], *query.terms[i + 1 :]]))
    for i in range(len(query.conditions)):
        parts.append(query._replace(conditions=[*query.conditions[:i], *query.conditions[i + 1 :]]))
    counted = [(spelt(part), count(part)) for part in parts if part.positive]
    return sorted(((text, total) for text, total in dict(counted).items() if total), key=lambda pair: -pair[1])


def spelt(query: Query) -> str:
    """A question as somebody would type it."""
    terms = (f"{'-' * t.negative}{_quoted(t)}" for t in query.terms)
    conditions = (f"{'-' * c.negative}{c.field}:{_phrase(c.value)}" for c in query.conditions)
    return " ".join([*terms, *conditions])


def _best(index: Index, word: str, stems: list[str]) -> str:
    """The word of the index that is spelt most like this one, "" where none is.

    The vocabulary holds stems, which nobody wants to read: the words are looked up where the best stems occur.
    """
    close = process.extract(word, stems, scorer=OSA.normalized_similarity, limit=_CANDIDATES, score_cutoff=0.5)
    words: set[str] = set()
    for stem, _, _ in close:
        row = index.one("SELECT * FROM words WHERE words MATCH ? LIMIT 1", [f'"{stem}"'])
        words.update(w for text in row or () for w in _LETTERS.findall(text.lower()))
    best = process.extractOne(word, sorted(words), scorer=OSA.normalized_similarity, score_cutoff=_MIN_SIMILARITY)
    return best[0] if best else ""


def _matches(index: Index, word: str) -> bool:
    return index.one("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", [f'"{word}"']) is not None


def _quoted(term: Term) -> str:
    return _phrase(" ".join(term.words)) + "*" * term.prefix


def _phrase(text: str) -> str:
    return f'"{text}"' if " " in text else text
