"""What the application knows of a model: `Captioner.describe`, one photo in, one Caption out; and how it is published.

`load` opens the captioner that a model's manifest names, importing it only then. A network that writes captions in
another way than by beam search is a module beside `beam_captioner` with a `load` of its own.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol

import numpy as np
import numpy.typing as npt

from function.captioning import manifest
from function.captioning.english.sentences import AltText, alt_text, mention, unprinted
from function.errors import Misconfigured
from function.images.read import SIDE
from function.records import Caption, Certainty
from function.settings import Settings


class Captioner(Protocol):
    """Anything that describes photos. Used by several threads at once."""

    def describe(self, pixels: npt.NDArray[np.uint8]) -> Caption:
        """The caption of one photo, uint8 RGB (224, 224, 3)."""
        ...


def load(settings: Settings) -> Captioner:
    """The captioner of the model folder in the settings.

    Raises Misconfigured when the folder is no model, its files are not the released ones, or its runtime is missing.
    """
    model = manifest.read(settings.model)
    if model.input_side != SIDE:
        problem = f"takes photos of {model.input_side} pixels a side, and they are read at {SIDE}"
        raise Misconfigured(f"The model in {model.folder} {problem}. Choose another with GLIMPSE_MODEL.")
    name = f"{__package__}.{model.captioner}"
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise Misconfigured(f"{model.path} names the captioner {model.captioner!r}, and there is no {name}.") from error
    captioner: Captioner = module.load(settings, model)
    return captioner


def certainty(confidence: float, settings: Settings, grounded: float = 1.0) -> Certainty:
    """How a caption may be published, by its confidence and its probability of naming nothing absent, both 0..1."""
    if confidence < settings.silent_below:
        return "none"
    return "likely" if confidence >= settings.hedge_below and grounded >= settings.plain_from else "possible"


def published(
    words: Sequence[str], confidence: float, settings: Settings, grounded: float = 1.0, thing: str = ""
) -> tuple[Certainty, AltText]:
    """A caption's certainty, and the alt text that goes with it: as it is, with "Possibly", or none.

    Where the sentence is not to be trusted, but a `thing` is surely there, the alt text says that much and no more.
    Words that make no sentence have the certainty "none", whatever their confidence.
    """
    decided = certainty(confidence, settings, grounded)
    if thing and (decided == "none" or grounded < settings.sentence_from):
        return "possible", mention(words, thing)
    printed = unprinted(words) if decided == "none" else alt_text(words, hedged=decided == "possible")
    return decided if printed.text else "none", printed
