"""The HTTP API on Powertools' resolver: API Gateway v2 events in, JSON out, one error shape.

Never imports a model runtime or an image library; `function.openapi` says what each route takes and answers.
"""

import base64
import json
import logging
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from multipart import MultipartError, MultipartParser, parse_options_header

from function import __version__, records
from function.app import App
from function.errors import (
    BadRequest,
    EmptyImage,
    GlimpseError,
    InternalError,
    MethodNotAllowed,
    NotFound,
    UnsupportedFormat,
)
from function.images import formats
from function.storage.base import content_id, is_id, new_id
from function.web import openapi

logger = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 1
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def build(app: App) -> APIGatewayHttpResolver:
    """The resolver with all routes. Not safe for two threads at once: Powertools keeps the event on the class."""
    resolver = APIGatewayHttpResolver()

    @resolver.post("/api/uploads", **openapi.CREATE_UPLOAD)
    def create_upload() -> Response[str]:
        content_type = _wanted_type(_body(resolver))
        return _json(HTTPStatus.CREATED, _upload_form(app, content_type, _origin(resolver)))

    @resolver.get("/api/captions/<id>", **openapi.READ_CAPTION)
    def read_caption(id: str) -> Response[str]:
        stored = app.storage.read_record(id) if is_id(id) else None
        if stored is not None:
            return _json(HTTPStatus.OK, stored.record)
        if is_id(id) and app.storage.has_upload(id):
            return _json(HTTPStatus.ACCEPTED, records.pending(id), {"Retry-After": str(RETRY_AFTER_SECONDS)})
        raise NotFound("There is no caption under this id. Check the address, or upload the photo again.")

    @resolver.post("/api/caption", **openapi.CAPTION_NOW)
    def caption_now() -> Response[str]:
        photo = _photo(_body(resolver), resolver.current_event.headers.get("content-type", ""))
        return _json(HTTPStatus.OK, app.caption(content_id(photo), photo))

    @resolver.get("/api/health", **openapi.HEALTH)
    def health() -> Response[str]:
        return _json(HTTPStatus.OK, app.health())

    @resolver.get("/api/openapi.json", include_in_schema=False)
    def describe() -> Response[str]:
        document = resolver.get_openapi_json_schema(title="Glimpse", version=__version__, description=openapi.ABOUT)
        return Response(int(HTTPStatus.OK), content_types.APPLICATION_JSON, document)

    _add_errors(resolver)
    return resolver


def _add_errors(resolver: APIGatewayHttpResolver) -> None:
    """Other methods on known paths, unknown paths, our errors and everything unforeseen, in the one shape."""
    for path, allowed in (
        ("/api/uploads", "POST"),
        ("/api/captions/<id>", "GET"),
        ("/api/caption", "POST"),
        ("/api/health", "GET"),
        ("/api/openapi.json", "GET"),
    ):
        others = [method for method in _METHODS if method != allowed]
        resolver.route(path, method=others, include_in_schema=False)(_refusal(allowed))

    @resolver.not_found
    def no_such_route(_: Exception) -> Response[str]:
        return _error(NotFound("There is nothing at this address."))

    @resolver.exception_handler(GlimpseError)  # type: ignore[untyped-decorator]
    def known(error: GlimpseError) -> Response[str]:
        return _error(error)

    @resolver.exception_handler(Exception)  # type: ignore[untyped-decorator]
    def unforeseen(error: Exception) -> Response[str]:
        logger.error("a request failed", exc_info=error)
        return _error(InternalError())


def _refusal(allowed: str) -> Any:
    def refuse(**_: str) -> Response[str]:
        error = MethodNotAllowed(f"This address only answers {allowed} requests.")
        return _json(error.status, error.as_dict(), {"Allow": allowed})

    return refuse


def _body(resolver: APIGatewayHttpResolver) -> bytes:
    event = resolver.current_event
    body = event.body or ""
    return base64.b64decode(body) if event.is_base64_encoded else body.encode()


def _origin(resolver: APIGatewayHttpResolver) -> str:
    """Scheme and host as the client sees them, for stores whose forms are posted back to this server."""
    event = resolver.current_event
    return f"{event.headers.get('x-forwarded-proto', 'https')}://{event.request_context.domain_name}/"


def _upload_form(app: App, content_type: str, origin: str) -> dict[str, Any]:
    """Where and how to upload one photo, and where its caption will be."""
    id, seconds = new_id(), app.settings.upload_seconds
    form = app.storage.presign(id, content_type, seconds)
    return {
        "id": id,
        "upload": {"url": urljoin(origin, form.url), "fields": form.fields},
        "caption_url": f"/api/captions/{id}",
        "expires_in": seconds,
        "max_bytes": formats.MAX_BYTES,
    }


def _wanted_type(body: bytes) -> str:
    """The canonical content type in a request for an upload form, whose size is checked as well."""
    try:
        wanted = json.loads(body)
        content_type, size = wanted["content_type"], wanted["size"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BadRequest('Send JSON such as {"content_type": "image/jpeg", "size": 123456}.') from None
    if not isinstance(content_type, str) or type(size) is not int or size < 0:
        raise BadRequest("content_type must be text and size a number of bytes.")
    canonical = formats.canonical(content_type)
    if canonical is None:
        raise UnsupportedFormat(formats.accepted())
    if size == 0:
        raise EmptyImage("The file is empty. Choose a photo with something in it.")
    if size > formats.MAX_BYTES:
        raise formats.too_large()
    return canonical


def _photo(body: bytes, content_type: str) -> bytes:
    """The image in a request: the whole body, or the multipart field `image`."""
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data":
        return body
    try:
        # in memory, where the body is already: a part over the parser's spool limit would go to disk
        limits = {"spool_limit": len(body), "memory_limit": len(body)}
        part = MultipartParser(BytesIO(body), options.get("boundary", ""), len(body), **limits).get("image")
    except MultipartError as error:
        raise BadRequest("The multipart form is damaged. Send the photo in a field named image.") from error
    if part is None:
        raise BadRequest("The form has no photo. Send it in a field named image.")
    return bytes(part.raw)


def _json(status: int, content: Any, headers: dict[str, str] | None = None) -> Response[str]:
    return Response(int(status), content_types.APPLICATION_JSON, json.dumps(content), headers or {})


def _error(error: GlimpseError) -> Response[str]:
    return _json(error.status, error.as_dict())
