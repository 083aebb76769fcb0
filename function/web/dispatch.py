"""From a request to its route, and from an error to its answer: what every door over the table shares."""

import logging
from collections.abc import Iterable, Mapping

from function.app import App
from function.errors import GlimpseError, InternalError, MethodNotAllowed, NotFound
from function.web.access import credentials
from function.web.base import Answer, Request, Route

logger = logging.getLogger(__name__)


def by_path(routes: Iterable[Route]) -> dict[str, dict[str, Route]]:
    """The routes of each path by their method, GET's as HEAD's too."""
    paths: dict[str, dict[str, Route]] = {}
    for route in routes:
        methods = paths.setdefault(route.path, {})
        methods[route.method] = route
        if route.method == "GET":
            methods["HEAD"] = route
    return paths


def answer(app: App, methods: Mapping[str, Route], request: Request) -> Answer:
    """Answer a request for one path of `by_path`. Raises MethodNotAllowed and what access and the route raise."""
    if request.method not in methods:
        raise MethodNotAllowed(methods)
    route = methods[request.method]
    credentials.check(app.settings, request, is_open=route.is_open)
    return route.function(app, request)


def refusal(error: Exception) -> Answer:
    """The one mapping of errors to answers: a fault of ours is logged, and its details are told to nobody."""
    if not isinstance(error, GlimpseError):
        logger.error("a request failed", exc_info=error)
        error = InternalError()
    return Answer(error.status, error.as_dict(), error.headers)


def no_such_address() -> NotFound:
    return NotFound("There is nothing at this address.")
