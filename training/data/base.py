"""The interface of every data set: photos by split, each with what people and labels say of it.

A new data set is a class with `split`, and a row in `training.data.sets`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NoReturn

import numpy as np
import numpy.typing as npt

from function.images.read import read

DEFAULT = Path("datasets")
RUNS = Path("runs")
"""Where the commands keep what they make on the way: features, checkpoints, reports."""
SEED = 8000
SUFFIXES = (".jpg", ".webp", ".png")
Pixels = npt.NDArray[np.uint8]


class BadData(SystemExit):
    """The data set cannot be used; its message says what to do. Ends a command with status 1."""

    def __init__(self, message: str) -> None:
        super().__init__(f"error: {message}")


@dataclass(frozen=True)
class Photo:
    """One photo and what is known of it.

    `name` is unique in its data set. `captions` are people's, none to nine. `objects` are the COCO classes in the
    photo, absence included, or None where nobody labelled it.
    """

    name: str
    path: Path
    captions: tuple[str, ...] = ()
    objects: frozenset[str] | None = None

    def pixels(self) -> Pixels:
        """The photo as serving would read it: uint8 RGB (224, 224, 3)."""
        return read(self.path.read_bytes()).pixels


class DataSet(ABC):
    """Photos in a folder, in splits. Whatever is missing or malformed raises BadData with what to put where."""

    name: ClassVar[str]
    splits: ClassVar[tuple[str, ...]]

    def __init__(self, data: Path) -> None:
        self.root = data / self.name
        if not (self.root / "images").is_dir():
            self.fail(f"{self.root / 'images'} is not a folder.")

    @abstractmethod
    def split(self, name: str) -> list[Photo]:
        """The photos of one of `splits`, in a fixed order. Each one's file exists."""

    @abstractmethod
    def help(self) -> str:
        """Which files go where, as a message shows it."""

    def path(self, stem: str, listed_in: str) -> Path:
        """The file of a photo by its name without suffix."""
        kept = [path for suffix in SUFFIXES if (path := self.root / "images" / (stem + suffix)).is_file()]
        if not kept:
            self.fail(f"{listed_in} lists {stem}, but {self.root / 'images' / stem}.jpg is missing.")
        return kept[0]

    def text(self, name: str) -> str:
        """A text file of the data set."""
        try:
            return (self.root / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            self.fail(f"{self.root / name} is missing.")
        except UnicodeDecodeError:
            self.fail(f"{self.root / name} is not UTF-8 text.")

    def fail(self, problem: str) -> NoReturn:
        raise BadData(f"{problem}\n{self.help()}\nAnother place is given with --data.")
