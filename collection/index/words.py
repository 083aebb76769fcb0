"""The full-text rows: one for every photo that lists show, rewritten whenever something it is made of changes."""

import json
import re
import zlib

from collection.index.database import Index

_LETTERS = re.compile(r"[^\W\d_]{3,30}")
CAPTIONS = {"likely": "caption", "possible": "possible", "none": "withheld"}
"""The column of a caption by its certainty, so that it can weigh less without a look at the photo."""
COLUMNS = ("own", *CAPTIONS.values(), "tags", "alternatives", "files")


def refresh(index: Index, photo: int) -> None:
    """Write a photo's row anew, or take it away where no file of it is left or a JPEG stands for it."""
    index.run("DELETE FROM words WHERE rowid = ?", [photo])
    row = index.one("SELECT own_text, found_text, place, certainty, leader FROM photos WHERE id = ?", [photo])
    files = _files(index, photo)
    listed = row is not None and row["leader"] is None and bool(files)
    index.run("UPDATE photos SET listed = ? WHERE id = ?", [listed, photo])
    if row is None or not listed:
        return
    caption, alternatives = _sentences(index, photo)
    texts = {
        "own": "\n".join(filter(None, (row["own_text"], row["found_text"], row["place"]))),
        CAPTIONS[row["certainty"]]: caption,
        "tags": " ".join(r[0] for r in index.run("SELECT word FROM tags WHERE photo = ? AND NOT hidden", [photo])),
        "alternatives": alternatives,
        "files": "\n".join(files),
    }
    marks = ", ".join("?" * (len(COLUMNS) + 1))
    values = [texts.get(column, "") for column in COLUMNS]
    index.run(f"INSERT INTO words (rowid, {', '.join(COLUMNS)}) VALUES ({marks})", [photo, *values])
    spelt = {word for text in values for word in _LETTERS.findall(text.lower())}
    index.run_many("INSERT OR IGNORE INTO lexicon (word) VALUES (?)", ((word,) for word in spelt))


def _files(index: Index, photo: int) -> list[str]:
    """Words of the paths of a photo and of the RAW files it stands for."""
    rows = index.run(
        """SELECT shown FROM paths JOIN contents USING (sha256)
        WHERE contents.photo = ?1 OR contents.photo IN (SELECT id FROM photos WHERE leader = ?1) ORDER BY shown""",
        [photo],
    )
    return [row[0] for row in rows]


def _sentences(index: Index, photo: int) -> tuple[str, str]:
    """The caption and the alternatives of a photo's record."""
    packed = index.value("SELECT record FROM records WHERE photo = ?", [photo])
    if packed is None:
        return "", ""
    record = json.loads(zlib.decompress(packed))
    others = [other["caption"] for other in record.get("alternatives", [])]
    return record.get("caption", ""), "\n".join(others)
