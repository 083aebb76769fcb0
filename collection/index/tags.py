"""Tags of photos: the model's, the file's and people's. What a person removes stays away."""

from collections import Counter
from collections.abc import Iterable, Sequence

from collection.index import words
from collection.index.database import Index


def normal(word: str) -> str:
    """A tag as it is kept: one line, lower case, single spaces, no commas."""
    return " ".join(word.replace(",", " ").split()).lower()


def of(index: Index, photo: int) -> list[str]:
    """The tags of a photo: people's first, then the file's, then the model's."""
    rows = index.run(
        """SELECT word FROM tags WHERE photo = ? AND NOT hidden
        ORDER BY CASE origin WHEN 'person' THEN 0 WHEN 'file' THEN 1 ELSE 2 END, word""",
        [photo],
    )
    return [row[0] for row in rows]


def of_person(index: Index, photo: int) -> list[str]:
    """The tags that people gave a photo."""
    statement = "SELECT word FROM tags WHERE photo = ? AND origin = 'person' AND NOT hidden ORDER BY word"
    return [row[0] for row in index.run(statement, [photo])]


def hidden(index: Index, photo: int) -> list[str]:
    """The tags that people took from a photo."""
    return [row[0] for row in index.run("SELECT word FROM tags WHERE photo = ? AND hidden ORDER BY word", [photo])]


def replace(index: Index, photo: int, origin: str, given: Sequence[str]) -> None:
    """Tags from the model or the file in place of those it gave before; the caller refreshes the photo's words."""
    index.run("DELETE FROM tags WHERE photo = ? AND origin = ? AND NOT hidden", [photo, origin])
    _insert(index, [photo], given, origin)


def add(index: Index, photos: Iterable[int], given: Sequence[str]) -> int:
    """A person's tags on many photos at once; how many tags are new or shown again."""
    photos = list(photos)
    with index.change():
        before = _shown(index)
        for word in filter(None, map(normal, given)):
            index.run_many(
                """INSERT INTO tags (word, photo, origin) VALUES (?, ?, 'person')
                ON CONFLICT DO UPDATE SET origin = 'person', hidden = 0""",
                [(word, photo) for photo in photos],
            )
        for photo in photos:
            words.refresh(index, photo)
        return _shown(index) - before


def remove(index: Index, photos: Iterable[int], given: Sequence[str]) -> int:
    """Take tags from many photos at once, for good; how many tags that were."""
    removed = 0
    with index.change():
        for photo in photos:
            for word in map(normal, given):
                statement = "UPDATE tags SET hidden = 1, origin = 'person' WHERE photo = ? AND word = ? AND NOT hidden"
                removed += index.run(statement, [photo, word]).rowcount
            words.refresh(index, photo)
    return removed


def merge(index: Index, old: Sequence[str], new: str) -> int:
    """Put one tag in the place of others, on every photo; renaming is a merge of one. How many photos changed."""
    old = [word for word in map(normal, old) if word != normal(new)]
    with index.change():
        marks = ", ".join("?" * len(old))
        statement = f"SELECT DISTINCT photo FROM tags WHERE word IN ({marks}) AND NOT hidden"
        photos = [row[0] for row in index.run(statement, old)]
        remove(index, photos, old)
        add(index, photos, [new])
    return len(photos)


def counts(index: Index, beside: Sequence[str] = ()) -> list[tuple[str, int]]:
    """Every tag with its number of listed photos, most first; only photos that have all of `beside`, where given."""
    beside = list(map(normal, beside))
    both = "".join(" AND photo IN (SELECT photo FROM tags WHERE word = ? AND NOT hidden)" for _ in beside)
    grouped = f"SELECT word, count(*) FROM tags WHERE NOT hidden{both}"
    totals = Counter(dict(map(tuple, index.run(f"{grouped} GROUP BY word", beside))))
    unlisted = index.run(f"{grouped} AND photo IN (SELECT id FROM photos WHERE NOT listed) GROUP BY word", beside)
    totals.subtract(dict(map(tuple, unlisted)))
    found = [(word, total) for word, total in totals.items() if total > 0 and word not in beside]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _insert(index: Index, photos: Iterable[int], given: Iterable[str], origin: str) -> None:
    rows = [(word, photo, origin) for photo in photos for word in filter(None, map(normal, given))]
    index.run_many("INSERT OR IGNORE INTO tags (word, photo, origin) VALUES (?, ?, ?)", rows)


def _shown(index: Index) -> int:
    return int(index.value("SELECT count(*) FROM tags WHERE NOT hidden"))
