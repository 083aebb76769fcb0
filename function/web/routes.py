"""THE table of routes. Lambda's door (`function.aws.gateway`) and the local server are built from it.

No route imports a model runtime or an image library before it needs a caption.
"""

from http import HTTPStatus

from function.app import App
from function.web import captions, openapi, uploads
from function.web.access import credentials
from function.web.base import Answer, Request, Route


def health(app: App, request: Request) -> Answer:
    return Answer(HTTPStatus.OK, {**app.health(), "access": credentials.described(app.settings)})


def documented(*rows: Route) -> tuple[Route, ...]:
    """The rows, and one more that answers with the OpenAPI document of them all."""

    def describe(app: App, request: Request) -> Answer:
        return Answer(HTTPStatus.OK, openapi.document(rows))

    return (*rows, Route("GET", "/api/openapi.json", describe, None, is_open=True))


ROUTES = documented(
    Route("POST", "/api/uploads", uploads.create, openapi.create_upload),
    Route("GET", "/api/captions/{id}", captions.read, openapi.read_caption),
    Route("DELETE", "/api/captions/{id}", captions.delete, openapi.delete_caption),
    Route("POST", "/api/caption", captions.write, openapi.write_caption),
    Route("GET", "/api/health", health, openapi.health, is_open=True),
)
