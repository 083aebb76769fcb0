"""`glimpse FOLDER …`: caption what is new, read what the photos say themselves, and write words where asked to."""

import argparse
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from tqdm import tqdm

from collection.captions.compare import Comparing, outdated
from collection.captions.model import Model
from collection.captions.pipeline import Outcome, Pipeline
from collection.cli import COMMANDS
from collection.commands.output import Form, Output, say
from collection.index import paths
from collection.index.database import Index, Row, locate
from collection.index.errors import CollectionError, Failure
from collection.metadata import exiftool, pairs, read
from collection.metadata.write import Options, write_words
from collection.scan.update import Changes, update
from function import __version__
from function.__main__ import INTERRUPTED
from function.settings import ENGINES, Settings

_SLICE = 500  # files captioned before their metadata is read
NEEDS_A_DESCRIPTION = "of them in need of a description"


class Stop:
    """Ctrl-C once: end after the photos in hand. Twice: at once."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        return self.asked

    @contextmanager
    def listening(self) -> Iterator[None]:
        before = signal.signal(signal.SIGINT, self._ask)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _ask(self, _: int, __: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        say("glimpse: stopping after the photo in hand")


def main(given: Sequence[str]) -> int:
    args = parser().parse_args(given)
    run = begun(args)
    with run.stop.listening():
        for folder in args.folders:
            if not run.stop.asked:
                with Index.open(args.index or locate(folder)) as index:
                    run.folder(index, folder)
    return run.summary()


def begun(args: argparse.Namespace) -> "Run":
    """What the arguments ask for, ready to run. Raises CollectionError for what is no folder, and Misconfigured."""
    if strangers := [name for name in args.folders if not name.is_dir()]:
        raise CollectionError(f"{strangers[0]} is no folder. Name folders, or photos alone.")
    overrides = {name: value for name in ("engine", "beam") if (value := getattr(args, name)) is not None}
    model = Model(Settings.from_environment(os.environ).replaced(**overrides), args.workers)
    form: Form = "json" if args.json else "csv" if args.csv else "lines"
    return Run(model, Output(form), args)


def parser() -> argparse.ArgumentParser:
    """The arguments of captioning folders, which `glimpse watch` takes, too."""
    commands = "\n".join(f"  glimpse {name:<12} {help}" for name, help in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="glimpse",
        description="Describe the photos of folders in one sentence each, and keep an index of them.",
        epilog=f"with an index:\n{commands}\n\nwithout one:\n  glimpse photo.jpg …",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="a folder of photos")
    parser.add_argument("--index", type=Path, metavar="FILE", help="keep the index here, not in the folder")
    parser.add_argument("--workers", type=_count, default=os.cpu_count() or 1, help="photos captioned at once")
    parser.add_argument("--json", action="store_true", help="print records, one JSON object a line")
    parser.add_argument("--csv", action="store_true", help="print comma-separated values")
    parser.add_argument("--write", action="store_true", help="write caption and tags into the photos")
    parser.add_argument(
        "--sidecar",
        nargs="?",
        const="full",
        choices=("full", "short"),
        help="write them beside, photo.jpg.xmp or photo.xmp",
    )
    parser.add_argument("--dry-run", action="store_true", help="with --write or --sidecar: say what would change")
    parser.add_argument("--overwrite", action="store_true", help="also replace descriptions that people wrote")
    parser.add_argument("--engine", choices=ENGINES, help="model runtime (default: GLIMPSE_ENGINE, or litert)")
    parser.add_argument("--beam", type=int, help="beam width (default: GLIMPSE_BEAM, or 5)")
    parser.add_argument("--version", action="version", version=f"glimpse {__version__}")
    return parser


def _count(text: str) -> int:
    if (count := int(text)) < 1:
        raise ValueError
    return count


class Run:
    """One call of the command, over several folders."""

    def __init__(self, model: Model, output: Output, args: argparse.Namespace) -> None:
        self.stop = Stop()
        self._model = model
        self._output = output
        self._args = args
        self._failures: list[Failure] = []
        self._counts: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()

    def folder(self, index: Index, folder: Path, newest: bool = False) -> None:
        """Bring one folder's index up to date: captions, metadata, and words in files where the arguments say so."""
        changes = update(index, folder)
        self._skipped.update(changes.skipped)
        self._failures += changes.failures
        with ExitStack() as stack:
            tool = stack.enter_context(exiftool.ExifTool()) if exiftool.is_installed() else None
            if tool is None:
                say(f"glimpse: {exiftool.MISSING}")
            preview = tool.preview if tool else None
            pipeline = Pipeline(index, self._model, preview, self._args.workers)
            pending = paths.pending(index, changes.root, changes.within, newest)
            here = changes.unchanged + changes.changed - paths.away(index, changes.root, changes.within)
            self._counts["unchanged"] += here - len(pending)
            if tool and pending:
                tool.start()
            with _progress(len(pending)) as bar:
                for start in range(0, len(pending), _SLICE):
                    rows = pending[start : start + _SLICE]
                    self._caption(index, pipeline, changes, rows, bar)
                    if tool and not self.stop.asked:
                        self._read_metadata(index, tool, paths.again(index, rows))
            if tool and not self.stop.asked:  # side files may have changed beside photos that have not
                self._read_metadata(index, tool, read.unread(index, changes.root, changes.within))
                self._write(index, tool, changes)
            pairs.link(index, changes.root)
            self._compare(Comparing(index, self._model, preview, self._args.workers), index, changes)

    def _caption(self, index: Index, pipeline: Pipeline, changes: Changes, rows: list[Row], bar: "tqdm[Any]") -> None:
        folder = paths.shown(paths.root_folder(index, changes.root))
        for outcome in pipeline.run(changes.root, rows, self.stop):
            self._counts[outcome.status] += 1
            self._tell(os.path.join(folder, outcome.row["shown"]), outcome)
            bar.update()

    def _compare(self, comparing: Comparing, index: Index, changes: Changes) -> None:
        """After a new model: make comparable what another encoder saw."""
        folder = paths.shown(paths.root_folder(index, changes.root))
        rows = outdated(index, self._model, changes.root, changes.within)
        with _progress(len(rows)) as bar:
            for outcome in comparing.run(changes.root, rows, self.stop):
                if outcome.status != "kept":
                    self._counts[outcome.status] += 1
                self._tell(os.path.join(folder, outcome.row["shown"]), outcome)
                bar.update()

    def _tell(self, path: str, outcome: Outcome) -> None:
        if outcome.failure is not None:
            self._failures.append(outcome.failure._replace(path=path))
        elif outcome.status == "captioned" and outcome.record is not None:
            with tqdm.external_write_mode():
                self._output.photo(path, outcome.record)
            self._counts[NEEDS_A_DESCRIPTION] += outcome.record["certainty"] == "none"

    def _read_metadata(self, index: Index, tool: exiftool.ExifTool, rows: list[Row]) -> None:
        for _ in read.read_all(index, tool, rows):
            if self.stop.asked:
                return

    def _write(self, index: Index, tool: exiftool.ExifTool, changes: Changes) -> None:
        args = self._args
        if not (args.write or args.sidecar):
            return
        options = Options(args.sidecar, args.dry_run, args.overwrite)
        for path, change in write_words(index, tool, changes.root, changes.within, options, self.stop):
            if isinstance(change, Failure):
                self._failures.append(change)
            else:
                self._counts["to be written" if args.dry_run else "written"] += 1
                if args.dry_run:
                    say(f"{path}: {change}")

    def summary(self) -> int:
        """Say on standard error what was done and what failed; the exit status."""
        for failure in self._failures:
            say(f"glimpse: {failure.path}: {failure.message} ({failure.code})")
        skipped = {f"{kind} skipped": count for kind, count in sorted(self._skipped.items())}
        told = {**self._counts, **skipped}
        failed = told.pop("failed", 0)
        parts = [f"{count:,} {_NAMES.get(name, name)}" for name, count in told.items() if count]
        parts += [f"{max(failed, len(self._failures)):,} failed"] if self._failures else []
        say(f"glimpse: {', '.join(parts) or 'no photos here'}")
        if self.stop.asked:
            return INTERRUPTED
        return 1 if self._failures else 0


_NAMES = {
    "unchanged": "unchanged",
    "kept": "known under another name",
    "elsewhere": "left to another glimpse that is at them",
    "compared": "compared by the new model",
}


@contextmanager
def _progress(total: int) -> Iterator["tqdm[Any]"]:
    """A bar with rate and time left, on a terminal only."""
    with tqdm(total=total, unit=" photos", disable=None if sys.stderr.isatty() and total else True) as bar:
        yield bar
