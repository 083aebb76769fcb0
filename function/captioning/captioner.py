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
from function.captioning.english.sentences import AltText, alt_text, unprinted
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


def certainty(confidence: float, settings: Settings) -> Certainty:
    """How a caption of this confidence, 0..1, may be published."""
    if confidence < settings.silent_below:
        return "none"
    return "possible" if confidence < settings.hedge_below else "likely"


def published(words: Sequence[str], confidence: float, settings: Settings) -> tuple[Certainty, AltText]:
    """A caption's certainty, and the alt text that goes with it: as it is, with "Possibly", or none.

    Words that make no sentence have the certainty "none", whatever their confidence.
    """
    decided = certainty(confidence, settings)
    printed = unprinted(words) if decided == "none" else alt_text(words, hedged=decided == "possible")
    return decided if printed.text else "none", printed
