"""The command `glimpse`: photos, folders of photos, and what is done with a folder that has its index.

    glimpse photo.jpg …      as `python -m function`: a line per photo, no index
    glimpse FOLDER …         caption what is new in folders
    glimpse search "dog"     and the other commands of `COMMANDS`

Exits with 0, 1 when a photo failed or nothing was found, 2 when the command could not do its work, and 130 after
Ctrl-C.
"""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from collection.index.errors import CollectionError
from function.__main__ import guarded
from function.__main__ import main as caption_photos
from function.errors import GlimpseError

COMMANDS = {
    "search": "find photos by words, or by a photo that they are like",
    "tags": "list, add, remove, rename and merge tags",
    "browse": "folders, months, years, and what waits for a person",
    "describe": "write a photo's description yourself, or mark it as a favourite",
    "albums": "queries saved under a name",
    "duplicates": "copies, the same picture saved again, and series of shots",
    "export": "the whole list as CSV, JSON, Parquet or a page, of a folder or a bucket",
    "watch": "caption new photos as they come",
    "serve": "show a folder on a page, on this machine alone, and caption new photos meanwhile",
}
"""Each is a module of `collection.commands` with `main(arguments) -> exit status`."""


def main() -> int:
    """Run the command line and return the exit status."""
    return guarded(lambda: _run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    """The exit status of a command. Raises what `guarded` takes."""
    try:
        return _command(arguments)(arguments)
    except CollectionError as error:
        print(f"glimpse: {error}", file=sys.stderr)
    except GlimpseError as error:
        print(f"glimpse: {error.message} ({error.code})", file=sys.stderr)
    return 2


def _command(arguments: list[str]) -> Callable[[Sequence[str]], int]:
    """What to run. A folder that is named like a command is written ./search."""
    if arguments and arguments[0] in COMMANDS:
        return _of_module(arguments.pop(0))
    if any(Path(argument).is_dir() for argument in arguments) or not arguments or set(arguments) & {"-h", "--help"}:
        return _of_module("caption")
    return lambda _: caption_photos()  # reads sys.argv itself


def _of_module(name: str) -> Callable[[Sequence[str]], int]:
    run: Callable[[Sequence[str]], int] = import_module(f"collection.commands.{name}").main
    return run


if __name__ == "__main__":
    sys.exit(main())
