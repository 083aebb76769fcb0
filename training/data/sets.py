"""All data sets by name: the one list of them."""

from pathlib import Path

from training.data.base import BadData, DataSet
from training.data.coco import Coco
from training.data.flickr import Flickr8k, Flickr30k
from training.data.imagenet import ImageNet

SETS: dict[str, type[DataSet]] = {kind.name: kind for kind in (Flickr8k, Flickr30k, Coco, ImageNet)}
MEASURED = tuple(name for name, kind in SETS.items() if "dev" in kind.splits)
"""Those with a dev split, on which everything is chosen and measured."""


def open_sets(data: Path, names: tuple[str, ...] = tuple(SETS)) -> list[DataSet]:
    """The named data sets that lie in the folder `data`; Flickr8k has to. Raises BadData."""
    unknown = set(names) - SETS.keys()
    if unknown:
        raise BadData(f"there is no data set {', '.join(sorted(unknown))}. Choose from {', '.join(SETS)}.")
    return [SETS[name](data) for name in names if name == Flickr8k.name or (data / name).is_dir()]
