"""`glimpse export`: the whole list for other programs, or a page that anybody can open; of a folder or of a bucket."""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from collection.commands import arguments
from collection.commands.output import say
from collection.export.formats import FORMATS
from collection.export.page import write_page
from collection.export.parts import Parts, Rows
from collection.export.rows import export_rows
from collection.index.errors import CollectionError

PAGE = "html"


def main(given: Sequence[str]) -> int:
    args = _parser().parse_args(given)
    if args.source.startswith("s3://"):
        return _export_bucket(args)
    args.folder = Path(args.source)
    return _export_folder(args)


def _parser() -> argparse.ArgumentParser:
    parser = arguments.parser("export", "Write the whole list of a collection, or the records of a bucket.")
    parser.add_argument(
        "source", metavar="FOLDER | s3://BUCKET[/captions/PREFIX]", help="a folder that has its index, or a bucket"
    )
    parser.add_argument("--format", choices=(*FORMATS, PAGE), default="csv")
    parser.add_argument(
        "--out", type=Path, help="the file to write (default: standard output); of a bucket, a folder of files"
    )
    parser.add_argument("--endpoint-url", metavar="URL", help="where the bucket is, if not on AWS, such as LocalStack")
    arguments.add_index(parser, folder=False)
    return parser


def _export_folder(args: argparse.Namespace) -> int:
    with arguments.open_index(args) as index:
        write = partial(write_page, index)
        if args.format != PAGE:
            write = partial(FORMATS[args.format], (row for _, row in export_rows(index)))
        if args.out is None:
            write(sys.stdout.buffer)
            return 0
        new = args.out.with_name(f".{args.out.name}.part")
        try:
            with new.open("wb") as file:
                write(file)
            os.replace(new, args.out)
        except OSError as error:
            raise _unwritable(args.out, error) from error
        finally:
            new.unlink(missing_ok=True)
    say(f"glimpse: {args.out} written")
    return 0


def _export_bucket(args: argparse.Namespace) -> int:
    """Write the records of a bucket."""
    from botocore.exceptions import BotoCoreError, ClientError

    from collection.export.records import Source, record_rows

    if args.format == PAGE:
        raise CollectionError("A bucket has no page: its photos are not read. Choose another format.")
    source = Source.at(args.source, args.endpoint_url)
    rows = partial(record_rows, source)
    try:
        if args.out is None:
            FORMATS[args.format]((row for _, row in rows()), sys.stdout.buffer)
        else:
            _write_parts(rows, args, f"s3://{source.bucket}/{source.prefix}")
    except (BotoCoreError, ClientError) as error:
        raise CollectionError(f"{args.source} cannot be read: {error}") from error
    return 0


def _write_parts(rows: Rows, args: argparse.Namespace, what: str) -> None:
    """Write a folder of files, or go on with one that a stopped export began."""
    try:
        parts = Parts(args.out, what, args.format)
        if parts.is_complete:
            raise CollectionError(f"{args.out} is complete already. Export into another folder for what is new.")
        parts.write(rows, tell=lambda count: say(f"glimpse: {count:,} records"))
    except OSError as error:
        raise _unwritable(args.out, error) from error
    say(f"glimpse: {parts.rows:,} records in {args.out}")


def _unwritable(place: Path, error: OSError) -> CollectionError:
    return CollectionError(f"{place} cannot be written ({error.strerror}).")
