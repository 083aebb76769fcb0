"""Arguments that several commands share, and what they mean."""

import argparse
import os
from pathlib import Path

from collection.index.database import Index, Row, locate
from collection.index.errors import CollectionError
from collection.index.paths import root_folder


def parser(name: str, description: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"glimpse {name}".strip(), description=description)


def add_index(parser: argparse.ArgumentParser, folder: bool = True) -> None:
    """`--index`, and `--folder` where the folder is not an argument of its own."""
    parser.add_argument("--index", type=Path, metavar="FILE", help="the index, where it is not in the folder")
    if folder:
        parser.add_argument(
            "--folder", type=Path, default=Path(), help="a folder of the collection (default: the current one)"
        )


def open_index(args: argparse.Namespace) -> Index:
    """The index that `add_index`'s arguments name. Raises CollectionError where there is none."""
    file = args.index or locate(args.folder)
    if not file.is_file():
        raise CollectionError(f"There is no index at {file}. Make one with: glimpse {args.folder}")
    return Index.open(file)


def find_photo(index: Index, name: str) -> Row:
    """The photo that a path or an id names. Raises CollectionError where the index has none."""
    row = photo_at(index, name)
    if row is None:
        raise CollectionError(f"The index knows no photo {name}. Caption its folder first: glimpse FOLDER")
    return row


def photo_at(index: Index, name: str) -> Row | None:
    """The photo that a path or an id names, or None."""
    if name.isdigit() and not Path(name).exists():
        return index.one("SELECT * FROM photos WHERE id = ?", [int(name)])
    return _at_path(index, os.fsencode(Path(name).absolute()))


def _at_path(index: Index, place: bytes) -> Row | None:
    for root in index.all("SELECT id FROM roots"):
        folder = os.path.join(os.path.realpath(root_folder(index, root["id"])), b"")
        real = os.path.join(os.path.realpath(os.path.dirname(place)), os.path.basename(place))
        if real.startswith(folder):
            row = index.one(
                """SELECT photos.* FROM photos JOIN contents ON photo = photos.id JOIN paths USING (sha256)
                WHERE root = ? AND path = ?""",
                [root["id"], real[len(folder) :]],
            )
            if row is not None:
                return row
    return None
