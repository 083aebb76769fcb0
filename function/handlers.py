"""Lambda's entry points: they hand the event to the core and translate nothing themselves."""

from functools import cache
from typing import Any

from function.app import App


def api(event: dict[str, Any], context: Any) -> Any:
    """Answer an API Gateway v2 (HTTP API) event."""
    return _resolver().resolve(event, context)


def captioner(event: dict[str, Any], context: Any) -> None:
    """Caption the uploads of an S3 event."""
    from function import events

    events.handle(_app(), event)


@cache
def _app() -> App:
    return App.from_environment()


@cache
def _resolver() -> Any:
    from function.api import build

    return build(_app())
