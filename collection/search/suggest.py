"""Help where nothing was found: words of the index that are spelt much like those asked for, and shorter questions."""

from collections.abc import Callable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from collection.index.database import Index
from collection.search.query import Query, Term

_MIN_SIMILARITY = 0.6  # of spellings: 1 - edits / letters
_CANDIDATES = 5


def spelling(index: Index, query: Query) -> list[tuple[str, str]]:
    """(misspelt, suggested) for every word of a question that no photo has and that is much like one."""
    words = {word for term in query.positive for word in term.words}
    unknown = [word for word in sorted(words) if not _matches(index, word)]
    known = [row[0] for row in index.run("SELECT word FROM lexicon")] if unknown else []
    return [(word, best) for word in unknown if (best := _best(index, word, known))]


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


def _best(index: Index, word: str, known: list[str]) -> str:
    """The word that some photo has and that is spelt most like this one, "" where none is."""
    similarity = OSA.normalized_similarity
    close = process.extract(word, known, scorer=similarity, limit=_CANDIDATES, score_cutoff=_MIN_SIMILARITY)
    return next((other for other, _, _ in close if _matches(index, other)), "")


def _matches(index: Index, word: str) -> bool:
    return index.one("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", [f'"{word}"']) is not None


def _quoted(term: Term) -> str:
    return _phrase(" ".join(term.words)) + "*" * term.prefix


def _phrase(text: str) -> str:
    return f'"{text}"' if " " in text else text
