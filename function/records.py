"""The caption record: what is stored for every upload and answered to every client.

`captioned` and `failed` build it; the dictionaries are ready for JSON. docs/architecture.md shows one.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from function.errors import GlimpseError

if TYPE_CHECKING:  # the api function answers with records and needs no arrays
    import numpy as np
    import numpy.typing as npt

    from function.images.read import Photo

Record = Mapping[str, Any]
Certainty = Literal["likely", "possible", "none"]


@dataclass(frozen=True)
class Word:
    """A word of the caption, the probability the model gave it, and its attention: (14, 14), summing to 1.

    The word is printed at alt_text[start:end], in characters; both are None where it is not printed there.
    """

    word: str
    start: int | None
    end: int | None
    probability: float
    attention: "npt.NDArray[np.float32]"


@dataclass(frozen=True)
class Alternative:
    """Another sentence the search considered; its confidence as in Caption."""

    caption: str
    confidence: float


@dataclass(frozen=True)
class Tag:
    """A thing, action or quality in the photo, and the probability that people would mention it."""

    word: str
    probability: float


@dataclass(frozen=True)
class Wording:
    """What is said of a photo: the fields as in Caption, with each word's place in this alt text."""

    caption: str
    alt_text: str
    alternatives: list[Alternative]
    words: list[Word]
    tags: list[Tag]


@dataclass(frozen=True)
class Caption:
    """What the model says of one photo.

    `caption` is the sentence as the model wrote it, `confidence` the probability, 0..1, that it is as good as people's
    (docs/model.md, "Calibration"), and `certainty` what is made of that: `likely`, `possible` (the alt text begins
    with "Possibly") or `none` (the alt text is empty and there are no alternatives). `neutral` is the same without
    words that guess a gender; None where nothing differs. The milliseconds are wall-clock time.
    """

    caption: str
    confidence: float
    certainty: Certainty
    alt_text: str
    alternatives: list[Alternative]
    words: list[Word]
    tags: list[Tag]
    encode_milliseconds: float
    search_milliseconds: float
    neutral: Wording | None = None


def captioned(
    id: str, photo: "Photo", decode_milliseconds: float, caption: Caption, language: str, model: Mapping[str, str]
) -> Record:
    """The record of a captioned photo: `language` as in BCP 47, `model` with name, version and engine."""
    milliseconds = {
        "decode": decode_milliseconds,
        "encode": caption.encode_milliseconds,
        "search": caption.search_milliseconds,
    }
    return {
        "id": id,
        "status": "captioned",
        "confidence": round(caption.confidence, 4),
        "certainty": caption.certainty,
        **_wording(caption),
        "neutral": _wording(caption.neutral) if caption.neutral else None,
        "language": language,
        "image": {
            "format": photo.format,
            "width": photo.width,
            "height": photo.height,
            "bytes": photo.bytes,
            "sha256": photo.sha256,
        },
        "model": dict(model),
        "milliseconds": {stage: round(value, 1) for stage, value in milliseconds.items()},
        "created_at": _now(),
    }


def failed(id: str, error: GlimpseError) -> Record:
    """The record of an upload that cannot be captioned, and why."""
    return {"id": id, "status": "failed", **error.as_dict(), "created_at": _now()}


def pending(id: str) -> Record:
    """What is answered while an upload waits for its caption; never stored."""
    return {"id": id, "status": "pending"}


def signature(text: str) -> str:
    """What Glimpse writes as the writer of a caption: it no longer fits when somebody changes the words."""
    return f"Glimpse {hashlib.sha256(text.encode()).hexdigest()[:8]}"


def pack_attention(attention: "npt.NDArray[np.float32]") -> str:
    """Attention (14, 14) as base64 of 196 bytes, row by row, 255 where the model looked most."""
    peak = float(attention.max()) or 1.0
    return base64.b64encode((attention / peak * 255).round().astype("uint8").tobytes()).decode("ascii")


def _wording(texts: Caption | Wording) -> dict[str, Any]:
    return {
        "caption": texts.caption,
        "alt_text": texts.alt_text,
        "alternatives": [{"caption": a.caption, "confidence": round(a.confidence, 4)} for a in texts.alternatives],
        "words": [_word(word) for word in texts.words],
        "tags": [{"word": tag.word, "probability": round(tag.probability, 4)} for tag in texts.tags],
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "word": word.word,
        "start": word.start,
        "end": word.end,
        "probability": round(word.probability, 4),
        "attention": pack_attention(word.attention),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
