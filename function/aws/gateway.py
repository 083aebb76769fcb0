"""Lambda's door: API Gateway v2 (HTTP API) events, answered from the table of routes by Powertools' resolver."""

import base64
from collections.abc import Callable, Iterable, Mapping
from http import HTTPMethod
from typing import Any
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from function.app import App
from function.web import dispatch
from function.web.base import Answer, Request, Route
from function.web.routes import ROUTES


class Resolver(APIGatewayHttpResolver):
    """Powertools' resolver, to which %68 in a path is an h and which sends no body to a HEAD.

    Not safe for two threads at once: it keeps the event.
    """

    def resolve(self, event: Any, context: Any) -> dict[str, Any]:
        answer = super().resolve({**event, "rawPath": unquote(event["rawPath"])}, context)
        is_head = event["requestContext"]["http"]["method"] == "HEAD"
        return {**answer, "body": ""} if is_head else answer


def build(app: App, routes: Iterable[Route] = ROUTES) -> Resolver:
    """The resolver over an application and a table of routes."""
    resolver = Resolver()
    for path, methods in dispatch.by_path(routes).items():
        rule = path.replace("{", "<").replace("}", ">")
        resolver.route(rule, method=[*HTTPMethod])(_view(app, resolver, methods))

    @resolver.not_found
    def no_such_address(_: Exception) -> Response[str]:
        return _response(dispatch.refusal(dispatch.no_such_address()))

    @resolver.exception_handler(Exception)  # type: ignore[untyped-decorator]
    def failed(error: Exception) -> Response[str]:
        return _response(dispatch.refusal(error))

    return resolver


def _view(app: App, resolver: Resolver, methods: Mapping[str, Route]) -> Callable[..., Response[str]]:
    def view(**path: str) -> Response[str]:
        return _response(dispatch.answer(app, methods, _request(resolver, path)))

    return view


def _request(resolver: Resolver, path: dict[str, str]) -> Request:
    event = resolver.current_event
    body = event.body or ""
    return Request(
        method=event.http_method,
        path=path,
        headers={name.lower(): value for name, value in event.headers.items()},
        body=base64.b64decode(body) if event.is_base64_encoded else body.encode(),
    )


def _response(answer: Answer) -> Response[str]:
    return Response(int(answer.status), answer.content_type, answer.body, dict(answer.headers))
