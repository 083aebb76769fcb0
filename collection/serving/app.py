"""The web application of `glimpse serve`: the page, and the routes of one folder, for this machine alone.

No other site may use it: it answers under no name but this machine's (DNS rebinding), sends nothing to pages of other
origins, and takes changes from its own page only.
"""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from collection.captions.background import Background
from collection.library import Library
from collection.serving.page import SITE, page
from collection.serving.routes import photo_routes
from function.errors import BadRequest, Forbidden, MethodNotAllowed, PayloadTooLarge
from function.settings import Settings
from function.web import dispatch
from function.web.access.proxies import Proxies
from function.web.serving.headers import page_headers

MOST_BYTES = 64 * 1024  # of a change: its longest text and many tags
_OWN = ("", "same-origin", "none")  # Sec-Fetch-Site of this page, of a typed address, and of programs


def headers() -> dict[str, str]:
    """Headers of every answer."""
    return {**page_headers(), "Cross-Origin-Resource-Policy": "same-origin"}


def create_app(library: Library, background: Background, settings: Settings, site: Path = SITE) -> Flask:
    """The application over one library. Raises CollectionError where the page is not installed."""
    flask = Flask(__name__, static_folder=str(site), static_url_path="")
    flask.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    proxies, html = Proxies(settings), page(site)

    @flask.before_request
    def check_sender() -> None:
        proxies.check_host(request.host)
        if request.path.startswith("/api/"):
            _check_origin()

    @flask.get("/")
    @flask.get("/index.html")
    def index() -> Response:
        return Response(html, mimetype="text/html")

    @flask.after_request
    def secure(response: Response) -> Response:
        response.headers.update(headers())
        return response

    @flask.errorhandler(Exception)
    def refuse(error: Exception) -> Response:
        answer = dispatch.refusal(_translated(error) if isinstance(error, HTTPException) else error)
        return Response(answer.body, int(answer.status), dict(answer.headers), mimetype=answer.content_type)

    flask.register_blueprint(photo_routes(library, background))
    return flask


def _check_origin() -> None:
    """Raises Forbidden for a request that a page of another origin makes, as far as its browser tells."""
    origin = request.headers.get("Origin", "")
    is_own = not origin or urlsplit(origin).netloc == request.host
    if not is_own or request.headers.get("Sec-Fetch-Site", "") not in _OWN:
        raise Forbidden("Only this server's own page may ask for this.")


def _translated(error: HTTPException) -> Exception:
    """What Flask refuses itself, as an error of Glimpse."""
    match error.code:
        case 404:
            return dispatch.no_such_address()
        case 405:
            return MethodNotAllowed(getattr(error, "valid_methods", None) or [])
        case 413:
            return PayloadTooLarge("The change is too large.")
        case code if code is not None and code < 500:
            return BadRequest("The request is malformed.")
    return error
