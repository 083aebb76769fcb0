"""`glimpse tags`: shelves of photos, and tags on many photos at once."""

import argparse
from collections.abc import Sequence

from collection.commands import arguments
from collection.commands.output import say
from collection.index import tags
from collection.index.database import Index
from collection.index.errors import CollectionError
from collection.search import find
from function.__main__ import encodable


def main(given: Sequence[str]) -> int:
    args = _parser().parse_args(given)
    with arguments.open_index(args) as index:
        return int(args.run(index, args))


def _parser() -> argparse.ArgumentParser:
    parser = arguments.parser("tags", "Tags and their photos.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="every tag with its number of photos")
    listing.add_argument("beside", nargs="*", metavar="TAG", help="only photos that have these tags, too")
    listing.set_defaults(run=_list)
    for name, run, help in (("add", _add, "give photos a tag"), ("remove", _remove, "take a tag from photos")):
        action = actions.add_parser(name, help=f"{help}: those that a question finds, or those named")
        action.add_argument("tag", help="the tag")
        action.add_argument("photos", nargs="*", metavar="PHOTO", help="paths or ids")
        action.add_argument("--query", help="all photos that this question finds")
        action.set_defaults(run=run)
    merging = actions.add_parser("merge", help="put one tag in the place of others; of one other: rename it")
    merging.add_argument("old", nargs="+", metavar="OLD", help="tags that end")
    merging.add_argument("new", metavar="NEW", help="the tag in their place")
    merging.set_defaults(run=_merge)
    for action in set(actions.choices.values()):
        arguments.add_index(action)
    return parser


def _list(index: Index, args: argparse.Namespace) -> int:
    for word, count in tags.counts(index, args.beside):
        print(encodable(f"{count}\t{word}"))
    return 0


def _add(index: Index, args: argparse.Namespace) -> int:
    chosen = _chosen(index, args)
    say(f"glimpse: {tags.add(index, chosen, [args.tag]):,} of {len(chosen):,} photos have the tag now")
    return 0


def _remove(index: Index, args: argparse.Namespace) -> int:
    chosen = _chosen(index, args)
    say(f"glimpse: {tags.remove(index, chosen, [args.tag]):,} of {len(chosen):,} photos had the tag")
    return 0


def _merge(index: Index, args: argparse.Namespace) -> int:
    say(f"glimpse: {tags.merge(index, args.old, args.new):,} photos changed")
    return 0


def _chosen(index: Index, args: argparse.Namespace) -> list[int]:
    """The photos that the arguments name; for all of them, the question has to say so."""
    if args.query is None and not args.photos:
        raise CollectionError("Say which photos: name them, or ask for them with --query.")
    if not tags.normal(args.tag):
        raise CollectionError("A tag needs a letter.")
    named = [arguments.find_photo(index, name)["id"] for name in args.photos]
    return [*named, *(find.ids(index, args.query) if args.query is not None else [])]
