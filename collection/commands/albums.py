"""`glimpse albums`: questions saved under a name; an album fills itself."""

import argparse
from collections.abc import Sequence

from collection.commands import arguments, search
from collection.commands.output import say
from collection.index import shelves
from collection.index.database import Index
from collection.index.errors import CollectionError
from collection.search import find
from collection.search.query import parse
from function.__main__ import encodable


def main(given: Sequence[str]) -> int:
    parser = arguments.parser("albums", "Questions saved under a name.")
    parser.add_argument("action", nargs="?", default="list", choices=("list", "save", "show", "delete"))
    parser.add_argument("name", nargs="?", default="", help="the album")
    parser.add_argument("query", nargs="?", default="", help="with save: the question")
    parser.add_argument("--limit", type=int, default=1_000_000, help="with show: photos at most")
    arguments.add_index(parser)
    args = parser.parse_args(given)
    with arguments.open_index(args) as index:
        return _ACTIONS[args.action](index, args)


def _list(index: Index, args: argparse.Namespace) -> int:
    for name, query in shelves.albums(index).items():
        print(encodable(f"{find.count(index, parse(query))}\t{name}\t{query}"))
    return 0


def _save(index: Index, args: argparse.Namespace) -> int:
    if not args.name or parse(args.query).is_empty:
        raise CollectionError("An album needs a name and a question: glimpse albums save NAME 'QUESTION'")
    shelves.save_album(index, args.name, args.query)
    say(f"glimpse: {args.name} has {find.count(index, parse(args.query)):,} photos today")
    return 0


def _show(index: Index, args: argparse.Namespace) -> int:
    query = shelves.albums(index).get(args.name)
    if query is None:
        raise CollectionError(f"There is no album {args.name}.")
    found = find.find(index, query, args.limit)
    for row in found.photos:
        search.show(index, row, json_lines=False)
    return 0 if found.total else 1


def _delete(index: Index, args: argparse.Namespace) -> int:
    if not shelves.delete_album(index, args.name):
        raise CollectionError(f"There is no album {args.name}.")
    return 0


_ACTIONS = {"list": _list, "save": _save, "show": _show, "delete": _delete}
