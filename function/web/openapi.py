"""What the API's routes take and answer, as the OpenAPI document says it: the arguments of Powertools' decorators.

The document itself is generated from the routes and served at /api/openapi.json; a test holds the answers
of the running API to these schemas.
"""

from typing import Any

from function import errors
from function.images import formats

ABOUT = "Describes photos in one sentence: alt text for people who cannot see them, words to search by."

Schema = dict[str, Any]
Route = dict[str, Any]


def _object(**properties: Schema) -> Schema:
    """An object that has all of these properties."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _text(**details: Any) -> Schema:
    return {"type": "string", **details}


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


_PROBABILITY = {"type": "number", "minimum": 0, "maximum": 1}
_CONFIDENCE = {**_PROBABILITY, "description": "Probability that the sentence is as good as people's."}
_COUNT = {"type": "integer", "minimum": 0}
_MILLISECONDS = {"type": "number", "minimum": 0}
_ID = _text(pattern="^[0-9a-f]{32}$", description="128 bits; whoever knows them can read the record.")
_TIME = _text(format="date-time")
_PLACE = {"type": ["integer", "null"], "minimum": 0, "description": "In alt_text; null for a word not printed there."}

_CAPTIONED = _object(
    id=_text(),
    status={"const": "captioned"},
    caption=_text(description="The sentence as the model wrote it, in lower case."),
    confidence=_CONFIDENCE,
    certainty={"enum": ["likely", "possible", "none"], "description": "How the caption is published, decided once."},
    alt_text=_text(description='Ready to publish; begins with "Possibly" when possible, empty when certainty is none.'),
    language=_text(description="Of all words, as in BCP 47."),
    alternatives=_list_of(_object(caption=_text(), confidence=_CONFIDENCE)),
    words=_list_of(
        _object(
            word=_text(),
            start=_PLACE,
            end=_PLACE,
            probability=_PROBABILITY,
            attention=_text(contentEncoding="base64", description="14 × 14 bytes, 255 where the model looked most."),
        )
    ),
    tags=_list_of(_object(word=_text(), probability=_PROBABILITY)),
    image=_object(format=_text(), width=_COUNT, height=_COUNT, bytes=_COUNT, sha256=_text()),
    model=_object(name=_text(), version=_text(), engine=_text()),
    milliseconds=_object(decode=_MILLISECONDS, encode=_MILLISECONDS, search=_MILLISECONDS),
    created_at=_TIME,
)
_FORM = _object(url=_text(), fields={"type": "object", "additionalProperties": {"type": "string"}})
_UPLOAD = _object(id=_ID, upload=_FORM, caption_url=_text(), expires_in=_COUNT, max_bytes=_COUNT)
_WANTED_UPLOAD = _object(
    content_type=_text(
        description="A media type of one of the formats that health tells, in any case and with any parameters.",
        examples=[row.content_types[0] for row in formats.FORMATS],
    ),
    size={"type": "integer", "minimum": 1, "maximum": formats.MAX_BYTES},
)
_HEALTH = _object(
    status={"const": "ok"},
    version=_text(),
    model=_text(),
    engine=_text(),
    limits=_object(max_bytes=_COUNT, max_pixels=_COUNT, min_side=_COUNT),
    formats=_list_of(
        _object(
            name=_text(),
            content_types={**_list_of(_text()), "description": "The canonical media type, then its aliases."},
            suffixes=_list_of(_text()),
        )
    ),
    upload_days={"type": ["integer", "null"], "description": "Days until an upload is deleted; null means never."},
)
_ERROR = _object(code=_text(), message=_text(description="What went wrong and what to do next."))
_FAILED = _object(id=_text(), status={"const": "failed"}, error=_ERROR, created_at=_TIME)


def _answer(description: str, schema: Schema) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _answers(success: dict[int, Any], *refusals: type[errors.GlimpseError]) -> dict[int, Any]:
    """Answers by status: what went well, and every error a caller should be ready for, in its one shape."""
    codes: dict[int, list[str]] = {}
    always: tuple[type[errors.GlimpseError], ...] = (errors.TooManyRequests, errors.InternalError)
    for error in refusals + always:
        codes.setdefault(error.status, []).append(error.code)
    return success | {status: _answer(", ".join(names), _object(error=_ERROR)) for status, names in codes.items()}


def _body(content: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": content}}


CREATE_UPLOAD: Route = {
    "summary": "Ask for a form that uploads one photo",
    "description": "POST the form's fields and then the photo, as `file`, to its url before it expires.",
    "operation_id": "createUpload",
    "responses": _answers(
        {201: _answer("An upload form", _UPLOAD)},
        errors.BadRequest,
        errors.PayloadTooLarge,
        errors.UnsupportedFormat,
        errors.EmptyImage,
    ),
    "openapi_extensions": _body({"application/json": {"schema": _WANTED_UPLOAD}}),
}
READ_CAPTION: Route = {
    "summary": "Read the caption of an upload",
    "operation_id": "readCaption",
    "responses": _answers(
        {
            200: _answer("The record: a caption, or why there is none", {"oneOf": [_CAPTIONED, _FAILED]}),
            202: _answer("Uploaded, not captioned yet: ask again", _object(id=_ID, status={"const": "pending"})),
        },
        errors.NotFound,
    ),
}
CAPTION_NOW: Route = {
    "summary": "Caption a photo without storing it",
    "description": "Send the photo as the whole body, or as the field `image` of a form.",
    "operation_id": "captionNow",
    "responses": _answers(
        {200: _answer("The record", _CAPTIONED)},
        errors.BadRequest,
        errors.PayloadTooLarge,
        errors.UnsupportedFormat,
        errors.EmptyImage,
        errors.CorruptImage,
        errors.TooManyPixels,
        errors.ImageTooSmall,
    ),
    "openapi_extensions": _body({"image/*": {}, "multipart/form-data": {"schema": _object(image={})}}),
}
HEALTH: Route = {
    "summary": "What runs here, and the limits on a photo",
    "operation_id": "health",
    "responses": _answers({200: _answer("Healthy", _HEALTH)}),
}
