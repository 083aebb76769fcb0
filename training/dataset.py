"""Flickr8k on disk: its splits, captions and photos, and the ImageNet weights beside it.

    <data>/flickr8k/images/*.jpg   photos, or *.webp of the same names
    <data>/flickr8k/captions.txt   name.jpg#k<TAB>caption
    <data>/flickr8k/train.txt      photo names of a split; also dev.txt, test.txt where present
    <data>/vgg16/vgg16_imagenet_notop.npz

Whatever is missing or malformed is reported with what to download and where to put it.
"""

import hashlib
import sys
from collections import defaultdict
from pathlib import Path
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from function.images.read import read

DEFAULT = Path("training/data")
RUNS = Path("runs")
"""Where the commands keep what they make on the way: features, checkpoints, reports."""
CAPTIONS_PER_PHOTO = 5
SEED = 8000
VGG16_SHA256 = "05c7e5cf8ede7594fd3541d2e9c642341a20aee8ee92ab98011e89b5297726ca"
_SPOT_CHECKS = {
    ("block1_conv1/kernel", (0, 0, 0, 0)): 0.42947057,
    ("block1_conv1/bias", (25,)): 0.7446502,
    ("block1_conv2/kernel", (2, 2, 63, 63)): 0.016082443,
    ("block5_conv3/bias", (0,)): 0.18837857,
}
_FLICKR8K_HELP = """
Flickr8k (Hodosh, Young and Hockenmaier, JAIR 47, 2013) goes into {root}:
  images/       the photos of Flickr8k_Dataset.zip
  captions.txt  Flickr8k.token.txt of Flickr8k_text.zip
  train.txt     Flickr_8k.trainImages.txt of Flickr8k_text.zip
  dev.txt       Flickr_8k.devImages.txt of Flickr8k_text.zip
Another place is given with --data."""
_VGG16_HELP = """
The ImageNet weights of VGG16's 13 convolution layers go into {path}.
With a network at hand, this Python makes the file (58 MB):

import keras, numpy
layers = [layer for layer in keras.applications.VGG16(include_top=False).layers if layer.weights]
arrays = {{f"{{layer.name}}/{{w.name}}": numpy.asarray(w) for layer in layers for w in layer.weights}}
numpy.savez("{path}", **arrays)

Another place is given with --data."""


class BadData(SystemExit):
    """The data set cannot be used; its message says what to do. Ends a command with status 1."""

    def __init__(self, message: str) -> None:
        super().__init__(f"error: {message}")


class Flickr8k:
    """The captioned photos under `<data>/flickr8k`."""

    def __init__(self, data: Path) -> None:
        self.root = data / "flickr8k"
        if not (self.root / "images").is_dir():
            self._fail(f"{self.root / 'images'} is not a folder.")
        self.captions = self._read_captions()

    def split(self, name: str) -> list[str]:
        """Photo names of train, dev or test, in file order. Every one has captions and a photo."""
        names = self._text(f"{name}.txt").split()
        for photo in names:
            if photo not in self.captions:
                self._fail(f"{name}.txt lists {photo}, which captions.txt does not describe.")
            if not self.path(photo).is_file():
                self._fail(f"{name}.txt lists {photo}, but {self.path(photo)} is missing.")
        return names

    def path(self, photo: str) -> Path:
        """The file of the photo that the lists call name.jpg: name.webp where there is one."""
        path = self.root / "images" / photo
        smaller = path.with_suffix(".webp")
        return smaller if smaller.is_file() else path

    def pixels(self, photo: str) -> npt.NDArray[np.uint8]:
        """One photo as serving would read it: uint8 RGB (224, 224, 3)."""
        return read(self.path(photo).read_bytes()).pixels

    def _read_captions(self) -> dict[str, list[str]]:
        captions = defaultdict(list)
        for number, line in enumerate(self._text("captions.txt").splitlines(), 1):
            key, tab, caption = line.partition("\t")
            photo, hash_sign, index = key.rpartition("#")
            if not (tab and hash_sign and index.isdigit()):
                self._fail(f"captions.txt, line {number}: expected name.jpg#k<TAB>caption, found {line[:60]!r}.")
            captions[photo].append(caption)
        for photo, found in captions.items():
            if len(found) != CAPTIONS_PER_PHOTO:
                self._fail(f"captions.txt has {len(found)} captions of {photo}, expected {CAPTIONS_PER_PHOTO}.")
        return dict(captions)

    def _text(self, name: str) -> str:
        try:
            return (self.root / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            self._fail(f"{self.root / name} is missing.")
        except UnicodeDecodeError:
            self._fail(f"{self.root / name} is not UTF-8 text.")

    def _fail(self, problem: str) -> NoReturn:
        raise BadData(problem + _FLICKR8K_HELP.format(root=self.root))


def vgg16(data: Path) -> dict[str, npt.NDArray[np.float32]]:
    """The ImageNet convolution weights, `block1_conv1/kernel` … `block5_conv3/bias`, checked before use.

    The published file is known by its checksum; one made with Keras differs in bytes and is known by its values.
    """
    path = data / "vgg16" / "vgg16_imagenet_notop.npz"
    if not path.is_file():
        raise BadData(f"{path} is missing." + _VGG16_HELP.format(path=path))
    try:
        with np.load(path) as arrays:
            weights = {name: arrays[name] for name in arrays.files}
        wrong = [key for (key, at), value in _SPOT_CHECKS.items() if not np.isclose(weights[key][at], value, rtol=1e-5)]
    except Exception as error:  # not a zip, a missing array, a wrong shape: all mean another file
        raise BadData(f"{path} cannot be read ({error})." + _VGG16_HELP.format(path=path)) from error
    if wrong:
        raise BadData(
            f"{path} does not hold the ImageNet weights ({wrong[0]} differs)." + _VGG16_HELP.format(path=path)
        )
    if hashlib.sha256(path.read_bytes()).hexdigest() != VGG16_SHA256:
        print(f"note: {path} is not the published file, but its values match the ImageNet weights.", file=sys.stderr)
    return weights
