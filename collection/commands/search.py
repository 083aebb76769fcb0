"""`glimpse search`: photos by words, or by a photo that they are like."""

import argparse
import json
import os
from collections.abc import Sequence
from typing import Any

from collection.alike.neighbours import Neighbours
from collection.commands import arguments
from collection.commands.output import say, say_not_compared
from collection.index import paths, photos, tags
from collection.index.database import Index, Row
from collection.index.errors import CollectionError
from collection.search import find
from collection.search.find import Found
from function.__main__ import encodable
from function.images.formats import MAX_BYTES


def main(given: Sequence[str]) -> int:
    args = _parser().parse_args(_protected(given))
    with arguments.open_index(args) as index:
        if args.like:
            return _like(index, args)
        question = " ".join(args.words)
        found = find.find(index, question, args.limit, (args.page - 1) * args.limit, args.sort)
        for row in found.photos:
            show(index, row, args.json)
        _say(found, args)
        return 0 if found.total else 1


def _parser() -> argparse.ArgumentParser:
    parser = arguments.parser("search", "Find photos of a collection that has its index.")
    parser.add_argument("words", nargs="*", help='words, "phrases", begin*, -without, tag: certainty: date: type: is:')
    parser.add_argument("--like", metavar="PHOTO", help="photos that are like this one, which may be any file")
    parser.add_argument("--limit", type=int, default=find.LIMIT, help="photos on a page (default: %(default)s)")
    parser.add_argument("--page", type=int, default=1, help="which page, from 1")
    parser.add_argument("--sort", choices=tuple(find.ORDERS), default="", help="by date, not by how well they answer")
    parser.add_argument("--json", action="store_true", help="print photos as JSON, one object a line")
    arguments.add_index(parser)
    return parser


def _protected(given: Sequence[str]) -> list[str]:
    """The arguments with minus words where the parser takes them for words: behind a double dash."""
    options = {"--like", "--limit", "--page", "--sort", "--index", "--folder"}
    flags, words, rest = [], [], iter(given)
    for argument in rest:
        if argument.partition("=")[0] in options:
            flags += [argument] if "=" in argument else [argument, next(rest, "")]
        elif argument in ("--json", "-h", "--help"):
            flags.append(argument)
        else:
            words.append(argument)
    return [*flags, "--", *words]


def as_json(index: Index, row: Row) -> dict[str, Any]:
    """A photo of a list, for other programs."""
    return {
        "id": row["id"],
        "path": _path(index, row),
        "text": photos.text(row),
        "alt_text": row["alt_text"],
        "own_text": row["own_text"],
        "certainty": row["certainty"],
        "confidence": row["confidence"],
        "tags": tags.of(index, row["id"]),
        "taken_at": row["taken_at"],
        "favourite": bool(row["favourite"]),
    }


def show(index: Index, row: Row, json_lines: bool) -> None:
    """Print a photo of a list: its path and text, or all that other programs want."""
    if json_lines:
        print(json.dumps(as_json(index, row), ensure_ascii=False), flush=True)
    else:
        print(encodable(f"{_path(index, row)}\t{photos.text(row)}"), flush=True)


def _path(index: Index, row: Row) -> str:
    return os.path.join(paths.shown(paths.root_folder(index, row["root"])), row["shown"])


def _say(found: Found, args: argparse.Namespace) -> None:
    """The total, or what to try where there is none."""
    if found.ignored:
        say(f"glimpse: nothing to look for in: {' '.join(found.ignored)}")
    if found.total:
        first = (args.page - 1) * args.limit
        shown = f"{first + 1} to {first + len(found.photos)} of " if found.photos else "none on this page of "
        say(f"glimpse: {shown}{found.total:,} photos")
        return
    say("glimpse: nothing found")
    for misspelt, word in found.suggestions:
        say(f"glimpse: no photo has {misspelt}. Did you mean {word}?")
    for text, total in found.fewer:
        say(f"glimpse: {total:,} photos with: {text}")


def _like(index: Index, args: argparse.Namespace) -> int:
    packed, encoder = _features(index, args.like)
    found = Neighbours().of_features(index, packed, encoder, args.limit)
    for row in find.rows(index, found):
        show(index, row, args.json)
    say_not_compared(_others(index, encoder))
    return 0 if found else 1


def _others(index: Index, encoder: str) -> int:
    """How many listed photos have features of other encoders."""
    statement = "SELECT count(*) FROM features JOIN photos ON photos.id = photo WHERE listed AND encoder != ?"
    return int(index.value(statement, [encoder]))


def _features(index: Index, name: str) -> tuple[bytes, str]:
    """The features of a photo and their encoder: those of the index where it knows it, else the model's."""
    known = arguments.photo_at(index, name)
    row = None if known is None else index.one("SELECT packed, encoder FROM features WHERE photo = ?", [known["id"]])
    if row is not None:
        return row["packed"], row["encoder"]
    from collection.captions.model import Model
    from function.settings import Settings

    try:
        with open(name, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CollectionError(f"{name} cannot be read ({error.strerror}).") from error
    model = Model(Settings.from_environment(os.environ))
    return model.features(data), model.encoder
