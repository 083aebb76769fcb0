"""The routes of a served folder (docs/collections.md): photos by id, never by path."""

import os
from typing import Any

from flask import Blueprint, Response, request, send_file

from collection.captions.background import Background
from collection.library import Library
from collection.search.find import LIMIT
from function import __version__
from function.errors import BadRequest

SHOWN = frozenset(("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/bmp"))
"""What every browser shows; the other formats are sent as JPEG."""


def photo_routes(library: Library, background: Background) -> Blueprint:
    """The routes over one library."""
    routes = Blueprint("photos", __name__, url_prefix="/api")
    _add_lists(routes, library)
    _add_photo(routes, library)

    @routes.get("/health")
    def health() -> dict[str, Any]:
        return {"status": "ok", "version": __version__}

    @routes.get("/progress")
    def progress() -> dict[str, Any]:
        return background.progress._asdict()

    return routes


def _add_lists(routes: Blueprint, library: Library) -> None:
    @routes.get("/photos")
    def photos() -> dict[str, Any]:
        if (ids := request.args.get("ids")) is not None:
            return library.some(ids.split(","))
        limit = request.args.get("limit", str(LIMIT))
        if not (limit.isascii() and limit.isdigit() and len(limit) < 10):
            raise BadRequest("limit must be a number.")
        return library.photos(_arg("q"), _arg("sort"), _arg("after"), int(limit))

    @routes.get("/photos/ids")
    def ids() -> dict[str, Any]:
        return library.ids(_arg("q"), _arg("sort"), request.args.get("filter", "all"))

    @routes.get("/tags")
    def tags() -> dict[str, Any]:
        return library.shelves()


def _add_photo(routes: Blueprint, library: Library) -> None:
    @routes.get("/photos/<id>")
    def photo(id: str) -> dict[str, Any]:
        return library.photo(id)

    @routes.patch("/photos/<id>")
    def edit(id: str) -> dict[str, Any]:
        changes = request.get_json(silent=True)
        if not isinstance(changes, dict):
            raise BadRequest("Send the changes as a JSON object, with the content type application/json.")
        return library.edit(id, changes)

    @routes.get("/photos/<id>/image")
    def image(id: str) -> Response:
        file = library.file(id)
        if file.content_type in SHOWN:
            return send_file(os.fsdecode(file.place), file.content_type, conditional=True)
        return _jpeg(library.rendering(id))

    @routes.get("/photos/<id>/thumbnail")
    def thumbnail(id: str) -> Response:
        return _jpeg(library.thumbnail(id))


def _arg(name: str) -> str:
    return request.args.get(name, "")


def _jpeg(data: bytes) -> Response:
    response = Response(data, mimetype="image/jpeg")
    response.add_etag()
    response.make_conditional(request.environ)
    return response
