"""`glimpse export`: the whole list for other programs, or one page that anybody can open."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from collection.commands import arguments
from collection.commands.output import say
from collection.export.formats import FORMATS
from collection.index.errors import CollectionError


def main(given: Sequence[str]) -> int:
    parser = arguments.parser("export", "Write the whole list of a collection.")
    parser.add_argument("folder", type=Path, help="a folder that has its index")
    parser.add_argument("--format", choices=tuple(FORMATS), default="csv")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the file to write (default: standard output)")
    arguments.add_index(parser, folder=False)
    args = parser.parse_args(given)
    with arguments.open_index(args) as index:
        if args.out is None:
            FORMATS[args.format](index, sys.stdout.buffer)
            return 0
        new = args.out.with_name(f".{args.out.name}.part")
        try:
            with new.open("wb") as file:
                FORMATS[args.format](index, file)
            os.replace(new, args.out)
        except OSError as error:
            raise CollectionError(f"{args.out} cannot be written ({error.strerror}).") from error
        finally:
            new.unlink(missing_ok=True)
    say(f"glimpse: {args.out} written")
    return 0
