"""Object naming: how often captions name what is not in the photo, and how much of what is there.

CHAIR (Rohrbach and others, EMNLP 2018): of the 80 classes of COCO, a caption names those whose words it contains
(function.captioning.english.object_names). A class is in a photo where a label or any human caption names it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from function.captioning.english.object_names import object_classes
from function.captioning.vocabulary import tokenize
from training.data.base import Photo


@dataclass(frozen=True)
class Chair:
    """Shares, 0..1.

    `instances` of the classes named are absent; `sentences` of the captions name at least one absent class; `recall`
    of the labelled classes (where nobody labelled, of those that people name) are named.
    """

    instances: float
    sentences: float
    recall: float


def measure(captions: Iterable[tuple[Photo, str]]) -> Chair:
    """CHAIR of captions, each with its photo. Nothing named and nothing to name count as no error."""
    named = absent = sentences = count = found = present = 0
    for photo, caption in captions:
        classes = object_classes([tokenize(caption)])
        wrong = classes - in_photo(photo)
        labelled = photo.objects if photo.objects is not None else in_photo(photo)
        named, absent = named + len(classes), absent + len(wrong)
        sentences, count = sentences + bool(wrong), count + 1
        found, present = found + len(classes & labelled), present + len(labelled)
    return Chair(_share(absent, named), _share(sentences, count), _share(found, present))


def people(photos: Sequence[Photo]) -> Chair:
    """CHAIR of people: each caption of a photo against its labels and the photo's other captions."""
    return measure(
        (Photo(photo.name, photo.path, photo.captions[:i] + photo.captions[i + 1 :], photo.objects), caption)
        for photo in photos
        for i, caption in enumerate(photo.captions)
    )


def in_photo(photo: Photo) -> set[str]:
    """The classes that a label or any human caption says are there."""
    return object_classes(map(tokenize, photo.captions)) | (photo.objects or frozenset())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
