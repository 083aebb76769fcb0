"""Small pictures of photos, made once and kept beside the index within a bound."""

import os
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from collection.scan import kinds
from function.images import formats

QUALITY = 80
KEPT_BYTES = 2 * 1024**3
"""What kept thumbnails may take together; the ones made first go first."""
_TIDIED_AFTER = 1000  # new ones
_decoding = threading.Lock()  # a process never needs the memory of two decoders
Preview = Callable[[bytes], bytes]
"""The JPEG that a RAW file carries, empty where it has none."""


def no_preview(_: bytes) -> bytes:
    """The preview of every RAW file where there is no exiftool."""
    return b""


def thumbnail(place: bytes, side: int, preview: Preview = no_preview) -> bytes:
    """A JPEG of a photo, upright, its longer side at most `side` pixels; empty where the file holds no picture."""
    name = os.fsdecode(place)
    is_raw = kinds.of_file(os.path.basename(name)) == kinds.RAW
    try:
        source = BytesIO(preview(place)) if is_raw else name
        with _decoding, Image.open(source, formats=[row.pillow for row in formats.FORMATS]) as image:
            image.draft("RGB", (side, side))
            image.thumbnail((side, side))
            upright = ImageOps.exif_transpose(image)
            file = BytesIO()
            upright.convert("RGB").save(file, "JPEG", quality=QUALITY)
    except Exception:  # decoders raise whatever a damaged file makes them trip over
        return b""
    return file.getvalue()


class Thumbnails:
    """Thumbnails of one size in a folder beside the index, by the photo's content."""

    def __init__(
        self, folder: Path, side: int = 400, most_bytes: int = KEPT_BYTES, preview: Preview = no_preview
    ) -> None:
        self._folder = folder
        self._preview = preview
        self._new = 0
        self._side = side
        self._most_bytes = most_bytes

    def get(self, sha256: bytes, place: bytes) -> bytes:
        """The thumbnail of a photo that lies at `place`: the kept one, or a new one; empty where none can be made."""
        kept = self._folder / sha256.hex()[:2] / f"{sha256.hex()}-{self._side}.jpg"
        if kept.is_file():
            return kept.read_bytes()
        made = thumbnail(place, self._side, self._preview)
        if made:
            self._keep(kept, made)
        return made

    def _keep(self, kept: Path, made: bytes) -> None:
        """Store a thumbnail whole or not at all; a full disk or a read-only one costs nothing but the time."""
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            new = kept.with_name(f".{os.getpid()}-{threading.get_ident()}")
            new.write_bytes(made)
            new.replace(kept)
        except OSError:
            return
        self._new += 1
        if self._new % _TIDIED_AFTER == 0:
            self.tidy()

    def tidy(self) -> None:
        """Remove the thumbnails that were made first until the rest fits the bound."""
        files = sorted((file.stat().st_mtime, file.stat().st_size, file) for file in self._folder.glob("*/*.jpg"))
        total = sum(size for _, size, _ in files)
        for _, size, file in files:
            if total <= self._most_bytes:
                return
            file.unlink(missing_ok=True)
            total -= size
