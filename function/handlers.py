"""Lambda's entry points: each passes its event on to the module that translates it."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import correlation_paths

from function.app import App
from function.aws import telemetry


@telemetry.reported(correlation_paths.API_GATEWAY_HTTP)
def api(event: dict[str, Any], context: Any) -> Any:
    """Answer an API Gateway v2 (HTTP API) event."""
    return _resolver().resolve(event, context)


@telemetry.reported("Records[0].messageId")
def captioner(event: dict[str, Any], context: Any) -> Any:
    """Caption the uploads of S3's events, direct or from a queue."""
    from function.aws import events, retries

    response = events.handle(_app(), event, telemetry.observe_fault)
    retries.hasten(event, response)
    return response


@telemetry.reported("Records[0].messageId")
def analysis(event: dict[str, Any], context: Any) -> Any:
    """Pass the changes of records on to the analysis."""
    from function.aws import changes, retries

    response = changes.handle(_app().storage, _app().settings.rows_stream, event)
    retries.hasten(event, response)
    return response


@cache
def _app() -> App:
    return App.from_environment(telemetry.observe)


@cache
def _resolver() -> Any:
    from function.aws.gateway import build

    return build(_app())
