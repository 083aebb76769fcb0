"""Flickr8k and Flickr30k: photos of people and dogs outdoors, five captions each, written to one set of instructions.

<data>/flickr8k/images/NAME.jpg (or .webp)   photos
<data>/flickr8k/captions.txt                 NAME.jpg#k<TAB>caption
<data>/flickr8k/train.txt                    photo names of a split; also dev.txt, test.txt where present
<data>/flickr30k/…                           the same without lists: every captioned photo is for training
"""

from collections import defaultdict
from pathlib import Path
from typing import ClassVar

from training.data.base import DataSet, Photo

CAPTIONS_PER_PHOTO = 5


class Flickr8k(DataSet):
    """Hodosh, Young and Hockenmaier, JAIR 47, 2013."""

    name = "flickr8k"
    splits: ClassVar[tuple[str, ...]] = ("train", "dev")

    def split(self, name: str) -> list[Photo]:
        captions, listed_in = self.captions(), f"{name}.txt"
        photos = []
        for photo in self.text(listed_in).split():
            if photo not in captions:
                self.fail(f"{listed_in} lists {photo}, which captions.txt does not describe.")
            photos.append(Photo(photo, self.path(Path(photo).stem, listed_in), captions[photo]))
        return photos

    def captions(self) -> dict[str, tuple[str, ...]]:
        """Every photo's captions by its name."""
        found = defaultdict(list)
        for number, line in enumerate(self.text("captions.txt").splitlines(), 1):
            key, tab, caption = line.partition("\t")
            photo, hash_sign, index = key.rpartition("#")
            if not (tab and hash_sign and index.isdigit()):
                self.fail(f"captions.txt, line {number}: expected name.jpg#k<TAB>caption, found {line[:60]!r}.")
            found[photo].append(caption)
        for photo, captions in found.items():
            if len(captions) != CAPTIONS_PER_PHOTO:
                self.fail(f"captions.txt has {len(captions)} captions of {photo}, expected {CAPTIONS_PER_PHOTO}.")
        return {photo: tuple(captions) for photo, captions in found.items()}

    def help(self) -> str:
        return f"""
Flickr8k goes into {self.root}:
  images/       the photos of Flickr8k_Dataset.zip
  captions.txt  Flickr8k.token.txt of Flickr8k_text.zip
  train.txt     Flickr_8k.trainImages.txt of Flickr8k_text.zip
  dev.txt       Flickr_8k.devImages.txt of Flickr8k_text.zip"""


class Flickr30k(Flickr8k):
    """Young, Lai, Hodosh and Hockenmaier, TACL 2, 2014; as many of its photos as are there."""

    name = "flickr30k"
    splits = ("train",)

    def split(self, name: str) -> list[Photo]:
        captions = self.captions()
        return [Photo(p, self.path(Path(p).stem, "captions.txt"), captions[p]) for p in sorted(captions)]

    def help(self) -> str:
        return f"""
Flickr30k goes into {self.root}:
  images/       photos
  captions.txt  their captions, lines NAME.jpg#k<TAB>caption, five for each photo"""
