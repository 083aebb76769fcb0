"""The command line: `python -m function photo.jpg …`, installed as `glimpse`.

Goes through the same core as every other door. Prints a line per photo to standard output: its path, a tab and
its alt text, which is empty where the model cannot tell; standard error then says that a person has to write one.
A line per failure goes to standard error too. Characters of a path that would break its line, and what the output's
encoding lacks, are escaped.

Exits with 1 when a photo failed, with 2 when the model, a setting or the output did, and as a signal would have ended
it when whoever read the output has gone (141) or pressed Ctrl-C (130).
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from function import __version__
from function.app import App
from function.errors import BadRequest, Forbidden, GlimpseError, InternalError, Misconfigured, NotFound
from function.images import formats
from function.settings import ENGINES, Settings
from function.storage.base import content_id

NEEDS_A_DESCRIPTION = "This photo needs a description: the model cannot tell what it shows. Please write one."
SHORT_OF_MEMORY = "There is too little memory for this photo at the moment. Close other programs and try it again."
INTERRUPTED = 130
BROKEN_PIPE = 141
EXTRAS = {"pyarrow": "parquet", "duckdb": "search"}
"""The extra of pyproject.toml that brings a package, for those that not every installation has."""


def main() -> int:
    """Caption the photos named on the command line and return the exit status."""
    args = _parser().parse_args()
    return guarded(lambda: _caption_all(args))


def guarded(command: Callable[[], int]) -> int:
    """The exit status of a command, also where its settings are wrong or its output can no longer be written."""
    try:
        status = command()
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever read the output has seen enough
        _drop_output()
        return BROKEN_PIPE
    except Misconfigured as error:
        print(f"glimpse: {error}", file=sys.stderr)
    except ModuleNotFoundError as error:  # what only some commands need is imported when they do
        extra = EXTRAS.get(error.name or "", "collection")
        remedy = f"pip install '.[{extra}]' in the repository"
        print(f"glimpse: This needs the package {error.name}: {remedy}.", file=sys.stderr)
    except OSError as error:  # of the output: photos' own errors are told one by one
        print(f"glimpse: The output cannot be written ({error.strerror}).", file=sys.stderr)
        _drop_output()
    except KeyboardInterrupt:
        return INTERRUPTED
    return 2


def printable(path: str) -> str:
    """A path that can be shown on one line: bytes that are no text and control characters are escaped."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def encodable(text: str) -> str:
    """Text that standard output's encoding can print; what it cannot is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def json_line(value: Any) -> str:
    """A value as JSON that standard output's encoding can print; what it cannot is escaped as JSON does."""
    line = json.dumps(value, ensure_ascii=False)
    return line if encodable(line) == line else json.dumps(value)


def _drop_output() -> None:
    """Write what is still buffered to nowhere, so that Python does not complain of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _caption_all(args: argparse.Namespace) -> int:
    overrides = {name: value for name in ("engine", "beam") if (value := getattr(args, name)) is not None}
    app = App(Settings.from_environment(os.environ).replaced(**overrides))
    failed = [path for path in args.photos if not _print_caption(app, path, args.json)]
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
        _say(path, f"{error.message} ({error.code})")
        return False
    except MemoryError:
        _say(path, f"{SHORT_OF_MEMORY} ({InternalError.code})")
        return False
    line = json_line({"path": path, **record}) if as_json else f"{printable(path)}\t{record['alt_text']}"
    print(encodable(line), flush=True)
    if record["certainty"] == "none" and not as_json:
        _say(path, NEEDS_A_DESCRIPTION)
    return True


def _say(path: str, message: str) -> None:
    """A line about one photo on standard error, whose encoding never fails."""
    print(f"glimpse: {printable(path)}: {message}", file=sys.stderr, flush=True)


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
