"""Upload forms over HTTP: where and how to upload one photo, and where its caption will be."""

import json
from http import HTTPStatus

from function.app import App
from function.errors import BadRequest, EmptyImage, UnsupportedFormat
from function.images import formats
from function.storage.base import new_id
from function.web.base import Answer, Request


def create(app: App, request: Request) -> Answer:
    """A form for one photo.

    Raises BadRequest, UnsupportedFormat, EmptyImage, PayloadTooLarge, TooManyRequests or DailyLimit.
    """
    content_type = _wanted_type(request.body)
    app.admit()
    id, seconds = new_id(), app.settings.upload_seconds
    form = app.storage.presign(id, content_type, seconds)
    content = {
        "id": id,
        "upload": {"url": _below(request.prefix, form.url), "fields": form.fields},
        "caption_url": _below(request.prefix, f"/api/captions/{id}"),
        "expires_in": seconds,
        "max_bytes": formats.MAX_BYTES,
    }
    return Answer(HTTPStatus.CREATED, content)


def _below(prefix: str, url: str) -> str:
    """An address of this server as the client reaches it; one elsewhere has a scheme and stays."""
    return prefix + url if url.startswith("/") else url


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
