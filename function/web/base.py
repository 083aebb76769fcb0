"""What a route is made of, without a web framework: a request, an answer, a row of the table."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple

from function.app import App


@dataclass(frozen=True)
class Request:
    """An HTTP request: `path` holds the values in its path by name, `headers` have names in lower case.

    `prefix` is the path that a proxy has put in front of every address, "" without one.
    """

    method: str
    path: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    prefix: str = ""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; `content` is what its body says in JSON, None for no body."""

    status: HTTPStatus | int
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> str:
        return "" if self.content is None else json.dumps(self.content)

    @property
    def content_type(self) -> str | None:
        return None if self.content is None else "application/json"


Operation = dict[str, Any]


class Route(NamedTuple):
    """A row of the table of routes.

    `path` has its values in braces, /api/captions/{id}; a GET is a HEAD as well. `function` raises a GlimpseError
    for what it refuses. `documentation` gives the route's Operation Object in the OpenAPI document; None keeps
    the route out of it. `is_open` routes are answered without a key or a token, where those are asked for.
    """

    method: str
    path: str
    function: Callable[[App, Request], Answer]
    documentation: Callable[[], Operation] | None
    is_open: bool = False
