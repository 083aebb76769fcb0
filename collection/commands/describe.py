"""`glimpse describe`: a person's words for a photo, and marks."""

from collections.abc import Sequence

from collection.commands import arguments
from collection.index import photos
from collection.index.errors import CollectionError


def main(given: Sequence[str]) -> int:
    parser = arguments.parser("describe", "Write a photo's description, which is then shown in place of Glimpse's.")
    parser.add_argument("photo", help="a path, or an id as in search --json")
    parser.add_argument("text", nargs="?", help='the description; "" to have Glimpse\'s again')
    for mark in photos.MARKS:
        parser.add_argument(f"--{mark}", dest=mark, action="store_true", default=None, help=f"mark it as {mark}")
        parser.add_argument(f"--no-{mark}", dest=mark, action="store_false", help="take the mark away")
    arguments.add_index(parser)
    args = parser.parse_args(given)
    changes = {name: int(value) for name in photos.MARKS if (value := getattr(args, name)) is not None}
    if args.text is None and not changes:
        raise CollectionError('Say what changes: a "text", or a mark such as --favourite.')
    with arguments.open_index(args) as index:
        text = {} if args.text is None else {"own_text": " ".join(args.text.split())}
        photos.edit(index, arguments.find_photo(index, args.photo)["id"], **text, **changes)
    return 0
