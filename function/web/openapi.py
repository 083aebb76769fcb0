"""What each route takes and answers, and the OpenAPI 3.1 document that says so.

The document is made from the table of routes and served at /api/openapi.json; a test holds the answers of the
running API to these schemas.
"""

import re
from collections.abc import Iterable
from typing import Any

from function import __version__, errors
from function.images import formats
from function.web.base import Operation, Route

ABOUT = "Describes photos in one sentence: alt text for people who cannot see them, words to search by."

Schema = dict[str, Any]


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The OpenAPI document of all routes that are documented."""
    paths: dict[str, dict[str, Operation]] = {}
    for route in routes:
        if route.documentation:
            operation = {**_parameters(route.path), **route.documentation()}
            if not route.is_open:
                operation["security"] = [{}, {"bearer": []}]  # as health says
            paths.setdefault(route.path, {})[route.method.lower()] = operation
    info = {"title": "Glimpse", "version": __version__, "description": ABOUT}
    components = {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": components}


def _parameters(path: str) -> dict[str, Any]:
    names = re.findall(r"{(\w+)}", path)
    return {"parameters": [{"name": name, "in": "path", "required": True, "schema": _text()} for name in names]}


def _object(**properties: Schema) -> Schema:
    """An object that has all of these properties."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _optionally(schema: Schema, **properties: Schema) -> Schema:
    """The same object, which may have these properties, too."""
    return {**schema, "properties": {**schema["properties"], **properties}}


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

_WORDING: dict[str, Schema] = {
    "caption": _text(description="The sentence as the model wrote it, in lower case."),
    "alt_text": _text(
        description='Ready to publish; begins with "Possibly" when possible, empty when certainty is none.'
    ),
    "alternatives": _list_of(_object(caption=_text(), confidence=_CONFIDENCE)),
    "words": _list_of(
        _object(
            word=_text(),
            start=_PLACE,
            end=_PLACE,
            probability=_PROBABILITY,
            attention=_text(contentEncoding="base64", description="14 × 14 bytes, 255 where the model looked most."),
        )
    ),
    "tags": _list_of(_object(word=_text(), probability=_PROBABILITY)),
}
_NEUTRAL: Schema = {
    **_object(**_WORDING),
    "type": ["object", "null"],
    "description": "The same without words that guess a gender; null where nothing differs. Older records lack it.",
}
_CAPTION = _object(
    id=_text(),
    status={"const": "captioned"},
    confidence=_CONFIDENCE,
    certainty={"enum": ["likely", "possible", "none"], "description": "How the caption is published, decided once."},
    language=_text(description="Of all words, as in BCP 47."),
    **_WORDING,
    image=_object(format=_text(), width=_COUNT, height=_COUNT, bytes=_COUNT, sha256=_text()),
    model=_object(name=_text(), version=_text(), engine=_text()),
    milliseconds=_object(decode=_MILLISECONDS, encode=_MILLISECONDS, search=_MILLISECONDS),
    created_at=_TIME,
)
_CAPTIONED = _optionally(_CAPTION, neutral=_NEUTRAL)
_FORM = _object(url=_text(), fields={"type": "object", "additionalProperties": {"type": "string"}})
_UPLOAD = _object(id=_ID, upload=_FORM, caption_url=_text(), expires_in=_COUNT, max_bytes=_COUNT)
_ERROR = _object(code=_text(), message=_text(description="What went wrong and what to do next."))
_FAILED = _object(id=_text(), status={"const": "failed"}, error=_ERROR, created_at=_TIME)


def _answer(description: str, schema: Schema) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _answers(success: dict[int, Any], *refusals: type[errors.GlimpseError]) -> dict[str, Any]:
    """Answers by status: what went well, and every error a caller should be ready for, in its one shape."""
    codes: dict[int, list[str]] = {}
    always: tuple[type[errors.GlimpseError], ...] = (errors.Forbidden, errors.TooManyRequests, errors.InternalError)
    for error in refusals + always:
        codes.setdefault(error.status, []).append(error.code)
    failures = {status: _answer(", ".join(names), _object(error=_ERROR)) for status, names in codes.items()}
    return {str(status): answer for status, answer in (success | failures).items()}


def _body(content: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": content}


def create_upload() -> Operation:
    content_type = _text(
        description="A media type of one of the formats that health tells, in any case and with any parameters.",
        examples=[row.content_types[0] for row in formats.FORMATS],
    )
    size = {"type": "integer", "minimum": 1, "maximum": formats.MAX_BYTES}
    return {
        "summary": "Ask for a form that uploads one photo",
        "description": "POST the form's fields and then the photo, as `file`, to its url before it expires. "
        "Without scheme and host the url is one of this server.",
        "operationId": "createUpload",
        "requestBody": _body({"application/json": {"schema": _object(content_type=content_type, size=size)}}),
        "responses": _answers(
            {201: _answer("An upload form", _UPLOAD)},
            errors.BadRequest,
            errors.PayloadTooLarge,
            errors.UnsupportedFormat,
            errors.EmptyImage,
            errors.Unauthorized,
            errors.DailyLimit,
        ),
    }


def read_caption() -> Operation:
    return {
        "summary": "Read the caption of an upload",
        "operationId": "readCaption",
        "responses": _answers(
            {
                200: _answer("The record: a caption, or why there is none", {"oneOf": [_CAPTIONED, _FAILED]}),
                202: _answer("Uploaded, not captioned yet: ask again", _object(id=_ID, status={"const": "pending"})),
            },
            errors.NotFound,
            errors.Unauthorized,
        ),
    }


def delete_caption() -> Operation:
    return {
        "summary": "Delete an upload and its caption",
        "operationId": "deleteCaption",
        "responses": _answers({204: {"description": "Both are gone"}}, errors.NotFound, errors.Unauthorized),
    }


def write_caption() -> Operation:
    return {
        "summary": "Caption a photo without storing it",
        "description": "Send the photo as the whole body, or as the field `image` of a form.",
        "operationId": "writeCaption",
        "requestBody": _body({"image/*": {}, "multipart/form-data": {"schema": _object(image={})}}),
        "responses": _answers(
            {200: _answer("The record", _CAPTIONED)},
            errors.BadRequest,
            errors.PayloadTooLarge,
            errors.UnsupportedFormat,
            errors.EmptyImage,
            errors.CorruptImage,
            errors.TooManyPixels,
            errors.ImageTooSmall,
            errors.Unauthorized,
            errors.DailyLimit,
        ),
    }


def health() -> Operation:
    content_types = {**_list_of(_text()), "description": "The canonical media type, then its aliases."}
    content = _object(
        status={"const": "ok"},
        version=_text(),
        model=_text(),
        engine=_text(),
        limits=_object(max_bytes=_COUNT, max_pixels=_COUNT, min_side=_COUNT, max_request_bytes=_COUNT),
        formats=_list_of(_object(name=_text(), content_types=content_types, suffixes=_list_of(_text()))),
        access={
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"enum": ["open", "key", "token"]}, "issuer": _text(), "audience": _text()},
            "description": "What a client has to bring, as Authorization: Bearer, to all routes but this one.",
        },
        upload_days={"type": ["integer", "null"], "description": "Days until an upload is deleted; null means never."},
    )
    return {
        "summary": "What runs here, and what it takes",
        "operationId": "health",
        "responses": _answers({200: _answer("Healthy", content)}, errors.Unavailable),
    }
