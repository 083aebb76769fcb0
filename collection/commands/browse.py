"""`glimpse browse`: what there is, by folder and by date, and what waits for a person."""

from collections.abc import Sequence

from collection.commands import arguments
from collection.index import shelves
from collection.search import find
from collection.search.query import STATES, parse
from function.__main__ import encodable


def main(given: Sequence[str]) -> int:
    parser = arguments.parser("browse", "Numbers of photos by folder, month or year, or by state (search is:STATE).")
    parser.add_argument("what", nargs="?", default="states", choices=("states", "folders", "months", "years"))
    arguments.add_index(parser)
    args = parser.parse_args(given)
    with arguments.open_index(args) as index:
        rows = {
            "states": lambda: [(name, find.count(index, parse(f"is:{name}"))) for name in STATES],
            "folders": lambda: shelves.folders(index),
            "months": lambda: shelves.times(index, 7),
            "years": lambda: shelves.times(index, 4),
        }[args.what]()
        for name, count in rows:
            print(encodable(f"{count}\t{name or 'no date'}"))
    return 0
