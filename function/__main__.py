"""The command line: `python -m function photo.jpg …`, installed as `glimpse`.

Goes through the same core as every other door. Prints a line per photo to standard output: its path, a tab and
its alt text, which is empty where the model cannot tell; standard error then says that a person has to write one.
A line per failure goes to standard error too. Exits with 1 when a photo failed, 2 when the model or a setting did.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from function import __version__
from function.app import App
from function.errors import BadRequest, Forbidden, GlimpseError, Misconfigured, NotFound
from function.images import formats
from function.settings import ENGINES, Settings
from function.storage.base import content_id

NEEDS_A_DESCRIPTION = "This photo needs a description: the model cannot tell what it shows. Please write one."


def main() -> int:
    """Caption the photos named on the command line and return the exit status."""
    args = _parser().parse_args()
    overrides = {name: value for name in ("engine", "beam") if (value := getattr(args, name)) is not None}
    try:
        app = App(Settings.from_environment(os.environ).replaced(**overrides))
        failed = [path for path in args.photos if not _print_caption(app, path, args.json)]
    except Misconfigured as error:
        print(f"glimpse: {error}", file=sys.stderr)
        return 2
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="glimpse", description="Describe photos in one sentence each.")
    parser.add_argument("photos", nargs="+", metavar="photo", help="an image file, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print the whole record, one JSON object a line")
    parser.add_argument("--engine", choices=ENGINES, help="model runtime (default: GLIMPSE_ENGINE, or litert)")
    parser.add_argument("--beam", type=int, help="beam width (default: GLIMPSE_BEAM, or 5)")
    parser.add_argument("--version", action="version", version=f"glimpse {__version__}")
    return parser


def _print_caption(app: App, path: str, as_json: bool) -> bool:
    """Print one photo's alt text or record, or its error to standard error; whether it went well."""
    try:
        data = _read(path)
        record = app.caption(content_id(data), data)
    except GlimpseError as error:
        print(f"glimpse: {path}: {error.message} ({error.code})", file=sys.stderr, flush=True)
        return False
    line = json.dumps({"path": path, **record}, ensure_ascii=False) if as_json else f"{path}\t{record['alt_text']}"
    print(line, flush=True)
    if record["certainty"] == "none" and not as_json:
        print(f"glimpse: {path}: {NEEDS_A_DESCRIPTION}", file=sys.stderr, flush=True)
    return True


def _read(path: str) -> bytes:
    """A file's bytes; at most one more than is allowed, so that a huge file cannot fill the memory."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(formats.MAX_BYTES + 1)
        with Path(path).open("rb") as file:
            return file.read(formats.MAX_BYTES + 1)
    except FileNotFoundError:
        raise NotFound("There is no such file. Check the path.") from None
    except IsADirectoryError:
        raise BadRequest("This is a folder. Name the photos in it, for example with folder/*.jpg.") from None
    except OSError as error:
        raise Forbidden(f"The file cannot be read ({error.strerror}). Check its permissions.") from error


if __name__ == "__main__":
    sys.exit(main())
