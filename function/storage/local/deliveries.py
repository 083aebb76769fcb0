"""How often each upload of a folder was told of, in files, because an attempt may end the process that counts."""

from collections.abc import Collection
from pathlib import Path


class DeliveriesInFolder:
    """A file for each upload that was told of and not done with; its size is the count.

    The files outlive the process, not a power cut: they are not synced.
    """

    def __init__(self, folder: Path) -> None:
        """Raises OSError where the folder cannot be made."""
        folder.mkdir(exist_ok=True)
        self._folder = folder

    def add(self, name: str) -> int:
        with (self._folder / name).open("ab") as file:
            file.write(b".")
            return file.tell()

    def forget(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    def keep_only(self, names: Collection[str]) -> None:
        """Forget all but these."""
        for path in self._folder.iterdir():
            if path.name not in names:
                path.unlink()
