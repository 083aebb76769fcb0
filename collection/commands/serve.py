"""`glimpse serve FOLDER`: the collection on the page, on this machine alone, while new photos are captioned."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from collection.captions.background import Background
from collection.captions.model import Model
from collection.commands import arguments
from collection.commands.output import say
from collection.index.database import Index, locate
from collection.index.errors import CollectionError
from collection.library import Library
from collection.metadata import exiftool
from collection.serving.app import create_app, headers
from function.settings import Settings
from function.web.serving.server import bound

HOST = "127.0.0.1"


def main(given: Sequence[str]) -> int:
    parser = arguments.parser("serve", "Show a folder's photos on a page that only this machine can open.")
    parser.add_argument("folder", type=Path, help="a folder of photos; new ones are captioned while it is served")
    parser.add_argument("--port", type=int, default=5001, help="port; 0 picks a free one (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="photos captioned at once (default: %(default)s)")
    arguments.add_index(parser, folder=False)
    args = parser.parse_args(given)
    if not args.folder.is_dir():
        raise CollectionError(f"{args.folder} is no folder.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = Settings.from_environment(os.environ)
    file = args.index or locate(args.folder)
    if not exiftool.is_installed():
        say(f"glimpse: {exiftool.MISSING}")
    Index.open(file).close()  # one that cannot be used is told before anything is served
    with ExitStack() as stack:
        library = Library(file, stack.enter_context(exiftool.previews()))
        library.tidy()
        background = Background(file, args.folder, Model(settings, args.workers), args.workers)
        server = _listening(library, background, settings, args.port)
        background.start()
        stack.callback(background.stop)
        print(f"Glimpse shows {args.folder}: open http://{HOST}:{server.effective_port} in a browser.", flush=True)
        server.run()
    return 0


def _listening(library: Library, background: Background, settings: Settings, port: int) -> Any:
    """A server that has its port. Raises CollectionError where it cannot have it."""
    try:
        return bound(create_app(library, background, settings), settings, headers(), HOST, port)
    except OSError as error:
        raise CollectionError(f"It cannot listen on {HOST}:{port} ({error.strerror}). Try another --port.") from error
