"""`glimpse duplicates`: three lists, never mixed. It deletes nothing; it lists, tags or moves to a folder."""

import argparse
import os
import shutil
from collections.abc import Sequence

from collection.alike import groups
from collection.alike.gallery import Gallery
from collection.alike.groups import Group
from collection.commands import arguments
from collection.commands.output import say, say_not_compared
from collection.index import paths, tags
from collection.index.database import Index, Row
from collection.index.errors import CollectionError
from collection.index.photos import with_content
from function.__main__ import encodable

KINDS = {
    "bytes": "the same file under several names",
    "picture": "the same picture saved again: smaller, recompressed, cropped a little, other metadata",
    "series": "different pictures of one scene, taken within seconds",
}


def main(given: Sequence[str]) -> int:
    args = _parser().parse_args(given)
    with arguments.open_index(args) as index:
        found = _groups(index, args.kind)
        for group in found:
            for row in group.files:
                mark = "keep" if row["id"] == group.keep["id"] else "also"
                print(encodable(f"{mark}\t{paths.shown(paths.absolute(index, row))}"))
            print()
        rest = [row for group in found for row in group.files if row["id"] != group.keep["id"]]
        say(f"glimpse: {len(found):,} groups, {len(rest):,} files beside those to keep")
        if args.tag:
            tags.add(index, _photos(index, rest), [args.tag])
        if args.move:
            return _move(index, rest, os.fsencode(args.move))
    return 0


def _parser() -> argparse.ArgumentParser:
    kinds = "; ".join(f"{name}: {help}" for name, help in KINDS.items())
    parser = arguments.parser("duplicates", f"Files that belong together. {kinds}. Nothing is ever deleted.")
    parser.add_argument("kind", choices=tuple(KINDS))
    parser.add_argument(
        "--tag", help="give this tag to the photos beside those to keep; not for bytes, which share theirs"
    )
    parser.add_argument("--move", metavar="FOLDER", help="move the files beside those to keep to this folder")
    arguments.add_index(parser)
    return parser


def _groups(index: Index, kind: str) -> list[Group]:
    if kind == "bytes":
        return groups.same_bytes(index)
    gallery = Gallery.load(index)
    say_not_compared(gallery.strangers)
    return groups.same_picture(index, gallery) if kind == "picture" else groups.series(index, gallery)


def _photos(index: Index, rows: list[Row]) -> list[int]:
    return [photo for row in rows if (photo := with_content(index, row["sha256"])) is not None]


def _move(index: Index, rows: list[Row], folder: bytes) -> int:
    """Move files, each under its path in the collection, over none that is there; the exit status."""
    failed = 0
    for row in rows:
        place, target = paths.absolute(index, row), os.path.join(folder, row["path"])
        try:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if os.path.exists(target):
                raise CollectionError("a file of that name is there already")
            shutil.move(os.fsdecode(place), os.fsdecode(target))
        except (OSError, CollectionError) as error:
            say(f"glimpse: {paths.shown(place)} stays where it is ({error})")
            failed += 1
    say(f"glimpse: {len(rows) - failed:,} files moved to {paths.shown(folder)}")
    return 1 if failed else 0
