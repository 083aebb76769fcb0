"""Find photos by words, in the records of a deployment or in a folder of Parquet: what `infra/search` runs.

infra/search "dog beach" --since 2026-01 --certainty likely          answered by Athena, with its price
infra/search "dog beach" --since 2026-01-15 --until 2026-02          from a day on, until the end of a month
infra/search "dog beach" --folder exported                           answered here, by DuckDB
infra/search --saved by-tag dog --csv                                one of the saved queries (docs/search.md)
"""

import argparse
import csv
import re
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

from collection.commands.output import formula_safe
from function.__main__ import guarded
from infra.queries import statements
from infra.queries.answer import Answer, NoAnswer, price
from infra.queries.statements import CERTAINTIES, Statement


def main() -> int:
    """Print what was found; the exit status: 0, 1 when nothing was, 2 when there is no answer."""
    args = _parser().parse_args()
    return guarded(lambda: _run(args))


def _run(args: argparse.Namespace) -> int:
    try:
        statement = _statement(args)
        if args.print:
            print(statement.sql)
            return 0
        answer = _answer(args, statement)
    except (NoAnswer, ValueError) as error:
        print(f"search: {error}", file=sys.stderr)
        return 2
    _show(answer, args)
    return 0 if answer.rows else 1


def _statement(args: argparse.Namespace) -> Statement:
    if args.saved:
        if args.since or args.until or args.certainty:
            raise ValueError("--since, --until and --certainty narrow a search for words, not a saved query.")
        return statements.saved(args.saved, args.words)
    words = [word for text in args.words for word in re.findall(r"\w[\w'’-]*", text)]
    return statements.search(words, args.since or "", args.until or "", args.certainty or "", args.limit)


def _answer(args: argparse.Namespace, statement: Statement) -> Answer:
    if args.folder:
        from infra.queries import folder  # DuckDB is needed for folders alone

        return folder.answer(args.folder, statement)
    from function.storage.aws import clients
    from infra.queries import athena

    return athena.answer(clients.athena(), args.stack, statement)


def _show(answer: Answer, args: argparse.Namespace) -> None:
    if args.csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(answer.columns)
        writer.writerows([formula_safe(value) for value in row] for row in answer.rows)
    elif args.saved:
        for row in answer.rows:
            print(*row, sep="\t")
    else:
        path, text = answer.columns.index("path"), answer.columns.index("text")
        for row in answer.rows:
            print(row[path], row[text], sep="\t")
    told = f"search: {len(answer.rows):,} row{'' if len(answer.rows) == 1 else 's'}"
    if args.saved and not args.csv:
        told += f" of {', '.join(answer.columns)}"
    if answer.scanned is not None:
        told += f"; Athena scanned {answer.scanned:,} bytes, which cost {price(answer.scanned):.6f} dollars"
    print(told, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="infra/search", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*", help="words that sentence or tags have; the values of a saved query")
    parser.add_argument(
        "--since", type=_time, metavar="TIME", help="captioned from then on: 2026-01 or 2026-01-15 (UTC)"
    )
    parser.add_argument("--until", type=_time, metavar="TIME", help="captioned until then, that day or month included")
    parser.add_argument("--certainty", choices=CERTAINTIES)
    parser.add_argument("--limit", type=_count, default=50, help="photos at most (default: %(default)s)")
    parser.add_argument("--saved", metavar="NAME", help=f"a saved query: {', '.join(statements.names())}")
    parser.add_argument("--csv", action="store_true", help="all columns, as CSV")
    parser.add_argument("--print", action="store_true", help="only print the SQL, for Athena's console")
    parser.add_argument("--folder", type=Path, help="a folder of Parquet, or one file, instead of a deployment")
    parser.add_argument("--stack", default="glimpse", help="the deployment (default: %(default)s)")
    return parser


def _count(text: str) -> int:
    """How many photos. Raises ArgumentTypeError."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("say how many photos, 1 or more")
    return int(text)


def _time(text: str) -> str:
    """A month or a day. Raises ArgumentTypeError."""
    with suppress(ValueError):
        if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", text) and date.fromisoformat(f"{text}-01"[:10]):
            return text
    raise argparse.ArgumentTypeError("say a month or a day, as in 2026-01 or 2026-01-15")


if __name__ == "__main__":
    sys.exit(main())
