"""ImageNet: one photo for each of its 1,000 classes, without captions; they teach what things look like.

    <data>/imagenet/images/NAME.jpg (or .webp)   photos
    <data>/imagenet/labels.tsv                   NAME<TAB>class index<TAB>class name

Russakovsky and others, IJCV 2015.
"""

from training.data.base import DataSet, Photo


class ImageNet(DataSet):
    name = "imagenet"
    splits = ("train",)

    def split(self, name: str) -> list[Photo]:
        return [Photo(stem, self.path(stem, "labels.tsv")) for stem in self.classes()]

    def classes(self) -> dict[str, str]:
        """The name of each photo's class."""
        rows = [line.split("\t") for line in self.text("labels.tsv").splitlines()]
        if any(len(row) != 3 for row in rows):
            self.fail("labels.tsv: expected name<TAB>class index<TAB>class name on every line.")
        return {stem: name for stem, _, name in rows}

    def help(self) -> str:
        return f"""
ImageNet goes into {self.root}:
  images/     photos
  labels.tsv  a line for each: name without suffix<TAB>class index<TAB>class name"""
