import base64
import json
import re
from dataclasses import replace

import numpy as np

from function import records
from function.errors import CorruptImage
from function.images.read import Photo
from function.records import Alternative, Caption, Tag, Word, Wording

ATTENTION = np.linspace(0, 1, 196, dtype=np.float32).reshape(14, 14)
CAPTION = Caption(
    caption="a dog",
    confidence=0.71234567,
    certainty="likely",
    alt_text="A dog.",
    alternatives=[Alternative("the dog", 0.2)],
    words=[Word("a", 0, 1, 0.91234567, ATTENTION), Word("dog", None, None, 0.5, ATTENTION)],
    tags=[Tag("dog", 0.93456)],
    encode_milliseconds=36.04,
    search_milliseconds=9.96,
)
PHOTO = Photo(np.zeros((224, 224, 3), np.uint8), "JPEG", 640, 480, 1000, "ab" * 32)
MODEL = {"name": "m", "version": "1", "engine": "litert"}


def test_a_captioned_record_is_json_with_every_field_of_the_contract() -> None:
    record = json.loads(json.dumps(records.captioned("id", PHOTO, 21.36, CAPTION, "en", MODEL)))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", record.pop("created_at"))
    words = record.pop("words")
    assert record == {
        "id": "id",
        "status": "captioned",
        "caption": "a dog",
        "confidence": 0.7123,
        "certainty": "likely",
        "alt_text": "A dog.",
        "language": "en",
        "alternatives": [{"caption": "the dog", "confidence": 0.2}],
        "neutral": None,
        "tags": [{"word": "dog", "probability": 0.9346}],
        "image": {"format": "JPEG", "width": 640, "height": 480, "bytes": 1000, "sha256": "ab" * 32},
        "model": MODEL,
        "milliseconds": {"decode": 21.4, "encode": 36.0, "search": 10.0},
    }
    assert [{**word, "attention": len(word["attention"])} for word in words] == [
        {"word": "a", "start": 0, "end": 1, "probability": 0.9123, "attention": 264},
        {"word": "dog", "start": None, "end": None, "probability": 0.5, "attention": 264},
    ]


def test_the_neutral_wording_has_the_shape_of_the_other() -> None:
    neutral = Wording("a person", "A person.", [], [Word("person", 2, 8, 0.5, ATTENTION)], [Tag("person", 0.7)])
    record = records.captioned("id", PHOTO, 1, replace(CAPTION, neutral=neutral), "en", MODEL)
    assert record["alt_text"] == "A dog."
    [word] = record["neutral"].pop("words")
    assert word.keys() == record["words"][0].keys()
    assert record["neutral"] == {
        "caption": "a person",
        "alt_text": "A person.",
        "alternatives": [],
        "tags": [{"word": "person", "probability": 0.7}],
    }


def test_attention_is_packed_as_196_bytes_with_the_peak_at_255() -> None:
    packed = np.frombuffer(base64.b64decode(records.pack_attention(ATTENTION / np.float32(3))), np.uint8)
    assert packed.shape == (196,)
    assert (packed[0], packed[-1]) == (0, 255)
    np.testing.assert_allclose(packed / 255, ATTENTION.ravel(), atol=0.5 / 255)


def test_attention_of_nothing_is_packed_as_nothing() -> None:
    assert not any(base64.b64decode(records.pack_attention(np.zeros((14, 14), np.float32))))


def test_a_failed_record_carries_the_error() -> None:
    record = records.failed("id", CorruptImage("The image is damaged."))
    assert record["error"] == {"code": "corrupt_image", "message": "The image is damaged."}
    assert (record["id"], record["status"]) == ("id", "failed")
