"""One exiftool process that stays open (pyexiftool), and file names that its argument lines cannot hold."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image

from collection.index.errors import CollectionError

MISSING = (
    "exiftool is not installed, so descriptions, tags and dates in photos are neither read nor written. "
    "Install it (Debian: apt install libimage-exiftool-perl, macOS: brew install exiftool, or exiftool.org)."
)
_READING = ("-json", "-G1", "-struct", "-n", "-charset", "filename=UTF8", "-api", "largefilesupport=1")
_PREVIEWS = ("JpgFromRaw", "PreviewImage", "OtherImage", "JpgFromRaw2", "ThumbnailImage")
_ORIENTATION = "IFD0:Orientation"
_START = b"\xff\xd8"
Tags = dict[str, Any]


def is_installed() -> bool:
    return shutil.which("exiftool") is not None


class ExifTool:
    """Runs commands one at a time, from any thread. Raises CollectionError where exiftool is missing."""

    def __init__(self) -> None:
        if not is_installed():
            raise CollectionError(MISSING)
        import exiftool

        self._turn = threading.Lock()
        self._process = exiftool.ExifTool(common_args=[], encoding="utf-8")

    def start(self) -> None:
        """Start it now: on Linux it ends with the thread that started it, which a worker's should not be."""
        with self._turn:
            if not self._process.running:
                self._process.run()

    def read(self, places: Sequence[bytes], wanted: Sequence[str]) -> list[Tags]:
        """The wanted tags of each file, by `Group1:Name`; nothing for a file that exiftool cannot read."""
        plain = [place for place in places if _is_plain(place)]
        found = self._read(plain, wanted) if plain else {}
        for place in set(places) - set(plain):  # exiftool's answer spells such a name in a way of its own
            found[place] = next(iter(self._read([place], wanted).values()), {})
        return [found.get(place, {}) for place in places]

    def _read(self, places: Sequence[bytes], wanted: Sequence[str]) -> dict[bytes, Tags]:
        options: list[str | bytes] = [*_READING, *(f"-{name}" for name in wanted), *map(_argument, places)]
        answer = self.execute(*options)
        rows = json.loads(answer) if answer.strip() else []
        return {str(row.pop("SourceFile")).encode("utf-8", "surrogateescape"): row for row in rows}

    def preview(self, place: bytes) -> bytes:
        """The largest JPEG that a RAW file carries, to be turned as the RAW is; empty where it has none."""
        pictures = (self.execute("-b", f"-{name}", _argument(place)) for name in _PREVIEWS)
        largest = max((picture for picture in pictures if picture.startswith(_START)), key=len, default=b"")
        return _turned(largest, self.read([place], [_ORIENTATION])[0].get(_ORIENTATION)) if largest else b""

    def execute(self, *arguments: str | bytes) -> bytes:
        """Run one command; its standard output."""
        with self._turn:
            if not self._process.running:
                self._process.run()
            output: bytes = self._process.execute(*arguments, raw_bytes=True)
            return output

    def written(self, *arguments: str | bytes) -> str:
        """Run a command that writes a file; what went wrong, "" if nothing did."""
        self.execute(*map(_argument, arguments))
        if self._process.last_status == 0:
            return ""
        return _text(self._process.last_stderr).strip() or "no reason given"

    def close(self) -> None:
        if self._process.running:
            self._process.terminate()

    def __enter__(self) -> "ExifTool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def previews() -> Iterator[Callable[[bytes], bytes]]:
    """What gives the preview of a RAW file: none where exiftool is missing."""
    if not is_installed():
        yield lambda _: b""
        return
    with ExifTool() as tool:
        yield tool.preview


def _turned(jpeg: bytes, orientation: Any) -> bytes:
    """A preview with the orientation of its RAW, as EXIF 2.32 has it (2 to 8), unless it has one of its own."""
    if orientation not in range(2, 9):
        return jpeg
    exif = Image.Exif()
    try:
        with Image.open(BytesIO(jpeg), formats=["JPEG", "MPO"]) as image:
            if ExifTags.Base.Orientation in image.getexif():
                return jpeg
    except OSError:  # it is damaged, which the decoder is to say
        return jpeg
    exif[ExifTags.Base.Orientation] = orientation
    content = exif.tobytes()
    return _START + b"\xff\xe1" + (len(content) + 2).to_bytes(2, "big") + content + jpeg[len(_START) :]


def _text(output: str | bytes) -> str:
    return output if isinstance(output, str) else output.decode("utf-8", "replace")


def _is_plain(place: bytes) -> bool:
    try:
        return place.decode("utf-8").isprintable() and b"\\" not in place
    except UnicodeDecodeError:
        return False


def _argument(value: str | bytes) -> bytes:
    """One line of an argument file; one that holds a line break is written as a C string."""
    value = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    if not any(c in value for c in b"\r\n\0") and not value.startswith(b"#"):
        return value
    escapes = {ord("\n"): rb"\n", ord("\r"): rb"\r", ord("\\"): rb"\\", ord('"'): rb"\"", 0: b""}
    return b"#[CSTR]" + b"".join(escapes.get(byte, bytes([byte])) for byte in value)
